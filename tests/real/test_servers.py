"""The servers under the other tests of this folder: real, and back with their data after being killed."""

import asyncio
import io
from collections.abc import AsyncIterator
from urllib.parse import SplitResult, urlsplit

import aiokafka
import asyncpg
import pytest
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from minio import Minio

from tests.real.servers import Servers, ours_to_kill, real_servers

pytestmark = pytest.mark.xdist_group("real-servers")


@pytest.fixture(scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    async with real_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield ours_to_kill(servers)


async def test_postgresql_killed_comes_back_with_what_was_committed(servers: Servers) -> None:
    before = await asyncpg.connect(servers.postgres.url)
    await before.execute("CREATE TABLE kept (word text)")
    await before.execute("INSERT INTO kept VALUES ('điển hình')")

    servers.postgres.kill()
    before.terminate()
    await servers.postgres.start()

    after = await asyncpg.connect(servers.postgres.url)
    assert await after.fetchval("SELECT word FROM kept") == "điển hình"
    await after.close()


async def test_postgresql_paused_answers_nothing_and_then_goes_on(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.postgres.url)

    servers.postgres.pause()
    waiting = asyncio.ensure_future(connection.fetchval("SELECT 'gone on'"))
    done, _ = await asyncio.wait([waiting], timeout=0.5)
    servers.postgres.resume()

    assert done == set()
    assert await waiting == "gone on"
    await connection.close()


async def test_kafka_killed_comes_back_with_what_was_acknowledged(servers: Servers) -> None:
    address = urlsplit(servers.kafka.url).netloc
    largest = b"x" * 1_000_000
    await make_topic(address, "kept")
    await send(address, "kept", [b"first", largest])

    servers.kafka.kill()
    await servers.kafka.start()

    assert await read(address, "kept", 2) == [b"first", largest]


async def test_object_storage_killed_comes_back_with_what_was_put(servers: Servers) -> None:
    url = urlsplit(servers.files.url)
    client = storage_client(url)
    client.make_bucket(bucket_name="kept")
    client.put_object(bucket_name="kept", object_name="one", data=io.BytesIO(b"body"), length=4)

    servers.files.kill()
    await servers.files.start()

    answer = storage_client(url).get_object(bucket_name="kept", object_name="one")
    assert answer.read() == b"body"
    answer.close()
    answer.release_conn()


def storage_client(url: SplitResult) -> Minio:
    address = url.netloc.rpartition("@")[2]
    return Minio(
        endpoint=address,
        access_key=url.username,
        secret_key=url.password,
        secure=url.scheme.endswith("https"),
    )


async def make_topic(address: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()


async def send(address: str, topic: str, values: list[bytes]) -> None:
    async with aiokafka.AIOKafkaProducer(bootstrap_servers=address, acks="all") as producer:
        for value in values:
            await producer.send_and_wait(topic, value)


async def read(address: str, topic: str, count: int) -> list[bytes]:
    consumer = aiokafka.AIOKafkaConsumer(topic, bootstrap_servers=address, group_id=None, auto_offset_reset="earliest")
    async with consumer:
        return [(await consumer.getone()).value for _ in range(count)]

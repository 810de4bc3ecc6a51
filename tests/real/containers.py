"""The same three servers from their public images, each on a host port it keeps when started again."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from testcontainers.core.container import DockerContainer

from deploy.native.servers import MESSAGE_LIMIT_BYTES, free_ports
from tests.real import images
from tests.real.ready import wait_until_ready

PULL_AND_START_LIMIT_S = 600.0
READY_LIMIT_S = 180.0  # a killed broker reads its logs again, on a machine that may have much else to do


@dataclass(frozen=True)
class Contained:
    """A server in a container; the container, and so its data, outlives a kill."""

    url: str
    container: DockerContainer

    def kill(self) -> None:
        self.container.get_wrapped_container().kill()

    async def start(self) -> None:
        await asyncio.to_thread(self.container.get_wrapped_container().start)
        await wait_until_ready(self.url, READY_LIMIT_S)

    def pause(self) -> None:
        self.container.get_wrapped_container().pause()

    def resume(self) -> None:
        self.container.get_wrapped_container().unpause()


@asynccontextmanager
async def container_servers() -> AsyncIterator[tuple[Contained, Contained, Contained]]:
    """PostgreSQL, Kafka and MinIO, ready; all removed on the way out."""
    servers = all_three()
    try:
        async with asyncio.timeout(PULL_AND_START_LIMIT_S):
            for server in servers:
                await asyncio.to_thread(server.container.start)
            for server in servers:
                await wait_until_ready(server.url, READY_LIMIT_S)
        yield servers
    finally:
        for server in servers:
            await asyncio.to_thread(server.container.stop)


def all_three() -> tuple[Contained, Contained, Contained]:
    postgres_port, kafka_port, files_port = free_ports(3)
    password = secrets.token_hex(16)
    host = DockerContainer(images.POSTGRES).get_docker_client().host()
    postgres = (
        DockerContainer(images.POSTGRES).with_env("POSTGRES_PASSWORD", password).with_bind_ports(5432, postgres_port)
    )
    kafka = kafka_container(f"{host}:{kafka_port}").with_bind_ports(9092, kafka_port)
    files = (
        DockerContainer(images.MINIO)
        .with_envs(MINIO_ROOT_USER="lantoa", MINIO_ROOT_PASSWORD=password)
        .with_command(["server", "/data"])
        .with_bind_ports(9000, files_port)
    )
    return (
        Contained(f"postgresql://postgres:{password}@{host}:{postgres_port}/postgres", postgres),
        Contained(f"kafka://{host}:{kafka_port}", kafka),
        Contained(f"s3+http://lantoa:{password}@{host}:{files_port}/lantoa", files),
    )


def kafka_container(advertised: str) -> DockerContainer:
    """One KRaft node, reached from the host; INSIDE is how the broker reaches itself."""
    environment = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "INSIDE",
        "KAFKA_LISTENERS": "HOST://:9092,CONTROLLER://:9093,INSIDE://:9094",
        "KAFKA_ADVERTISED_LISTENERS": f"HOST://{advertised},INSIDE://localhost:9094",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "HOST:PLAINTEXT,CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_MESSAGE_MAX_BYTES": str(MESSAGE_LIMIT_BYTES),
        # a killed node may register again when its old session is over: 9 s by default
        "KAFKA_BROKER_SESSION_TIMEOUT_MS": "3000",
        "KAFKA_BROKER_HEARTBEAT_INTERVAL_MS": "500",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
    }
    return DockerContainer(images.KAFKA).with_envs(**environment)

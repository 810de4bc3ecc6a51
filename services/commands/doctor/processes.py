"""The services' processes, asked at their own addresses: dead, paused, or at work and missing something."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from services.commands.doctor.finding import ANSWER_S, Finding, broken, fine, look, reach
from services.serving import SERVICES

PARTS = {"database": "cơ sở dữ liệu", "bus": "đường truyền sự việc", "files": "kho tệp"}


async def examine(addresses: Sequence[str], *, usual: str) -> tuple[list[Finding], set[str]]:
    """What each address says, and the services that answer there; without any, who may be at the usual one."""
    if not addresses:
        parts = urlsplit(usual)
        if await reach(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)):
            return [], set()  # nobody said that one is there
        addresses = [usual]
    async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False) as client:
        told = await asyncio.gather(*(_ask(client, address.rstrip("/")) for address in addresses))
    return [finding for findings, _ in told for finding in findings], set().union(*(names for _, names in told))


async def _ask(client: httpx.AsyncClient, address: str) -> tuple[list[Finding], set[str]]:
    part, what = f"address.{address}", f"Tiến trình ở {address}"
    try:
        answer = await client.get(f"{address}/readyz")
        report = answer.json()["services"] if answer.status_code in {200, 503} else None
    except httpx.ConnectError:
        return [broken((part, what), "không có ai nghe ở đó", "Khởi động «lantoa serve», hoặc sửa địa chỉ.")], set()
    except httpx.TimeoutException:
        said = f"nhận kết nối nhưng không trả lời trong {ANSWER_S:.0f} giây: bị treo hoặc bị dừng (SIGSTOP)"
        return [broken((part, what), said, "Xem tiến trình ấy; khởi động lại nếu không tự hết.")], set()
    except httpx.HTTPError as error:
        return [
            broken((part, what), f"đứt giữa chừng ({type(error).__name__})", "Xem nhật ký của tiến trình ấy.")
        ], set()
    except (ValueError, KeyError, TypeError):
        report = None
    if report is None:
        return await _behind_an_edge(client, address)
    return _missing(part, what, report), set(report)


def _missing(part: str, what: str, report: dict[str, dict[str, Any]]) -> list[Finding]:
    away = [
        f"{service} không tới được {PARTS[name]}"
        for service, state in report.items()
        for name in PARTS
        if not state.get(name)
    ]
    if away:
        return [broken((part, what), "; ".join(away), "Xem mục của bộ phận ấy; nếu ở đó ổn, xem mạng của máy này.")]
    return [fine((part, what), f"sẵn sàng: {', '.join(report)}")]


async def _behind_an_edge(client: httpx.AsyncClient, address: str) -> tuple[list[Finding], set[str]]:
    """An edge that only knows the services' own paths: each is asked for its document."""

    async def answers(service: str) -> bool:
        try:
            return (await client.get(f"{address}/{service}/openapi.json")).status_code == 200
        except httpx.HTTPError:
            return False

    there = {name for name, yes in zip(SERVICES, await asyncio.gather(*map(answers, SERVICES)), strict=True) if yes}
    silent = [name for name in SERVICES if name not in there]
    part, what = f"address.{address}", f"Cửa chung {address}"
    if silent:
        return [
            broken((part, what), f"không trả lời: {', '.join(silent)}", "Khởi động dịch vụ ấy, xem cửa chung.")
        ], there
    return [fine((part, what), "cả bốn dịch vụ trả lời")], there


def absent(running: Collection[str]) -> list[Finding]:
    """Services of which nobody has seen a process."""
    missing = [service for service in SERVICES if service not in running]
    if len(missing) == len(SERVICES):
        return [look(("process", "Tiến trình"), "không dịch vụ nào đang chạy", "Khởi động bằng «lantoa serve».")]
    return [
        broken((f"process.{name}", f"Tiến trình {name}"), "không chạy", f"Khởi động «lantoa serve {name}».")
        for name in missing
    ]

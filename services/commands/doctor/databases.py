"""PostgreSQL: whether each service's database lets us in, has the right tables, room and time; then what it holds."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import asyncpg
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.engine import URL, make_url

from services.commands.doctor import deliveries, records, road
from services.commands.doctor.finding import ANSWER_S, Finding, Level, broken, fine, look, within
from services.serving import SERVICES, Servers
from shared.clock import now
from shared.migrations import configuration

SKEW_TOLERATED_S, SKEW_HARMFUL_S = 2, 30  # a token is accepted 30 s beyond its time
FULL = 0.9  # of the connections
WHAT = "Cơ sở dữ liệu"


class Fault(NamedTuple):
    """Why nobody is let in; `of_server` when it concerns all databases there."""

    found: str
    advice: str
    of_server: bool = True


class Visit(NamedTuple):
    """What was seen at one service's database; `present`: a process of the service is connected."""

    service: str
    findings: list[Finding]
    fault: Fault | None = None
    present: bool = False


async def examine(running: Servers) -> tuple[list[Finding], set[str]]:
    """All findings, and the services of which a process is connected."""
    visits = await asyncio.gather(*(_visit(running, service) for service in SERVICES))
    findings = _faults(running, visits) + [finding for visit in visits for finding in visit.findings]
    return findings, {visit.service for visit in visits if visit.present}


def _faults(running: Servers, visits: Sequence[Visit]) -> list[Finding]:
    """A server that is away is said once, not once a service."""
    told: dict[tuple[str, Fault], list[str]] = defaultdict(list)
    for visit in visits:
        if visit.fault:
            place = _place(make_url(running.database_url(visit.service)), whole=not visit.fault.of_server)
            told[place, visit.fault].append(visit.service)
    return [
        broken((f"database.{names[0]}" if len(names) == 1 else "database", f"{WHAT} {', '.join(names)}"), found, advice)
        for (place, (said, advice, _)), names in told.items()
        for found in [f"{place}: {said}"]
    ]


def _place(url: URL, *, whole: bool) -> str:
    """Never the password."""
    host = url.host or str(url.query.get("host", "ổ cắm nội bộ"))
    place = f"{host}:{url.port or 5432}"
    return f"{place}/{url.database}" if whole else place


async def _visit(running: Servers, service: str) -> Visit:
    url = make_url(running.database_url(service)).set(drivername="postgresql")
    began = time.monotonic()
    try:
        connection = await asyncpg.connect(
            url.render_as_string(hide_password=False),
            timeout=ANSWER_S,
            command_timeout=ANSWER_S,
            server_settings={"application_name": "lantoa-doctor", "statement_timeout": "3s", "lock_timeout": "1s"},
        )
    except Exception as error:  # whatever it is, the other databases are looked at
        return Visit(service, [], _why(error, time.monotonic() - began))
    try:
        found = await within(f"database.{service}", f"{WHAT} {service}", _look_inside(connection, running, service))
        present = await road.present(connection, service)
    except Exception as error:  # whatever it is, the other databases are looked at
        return Visit(service, [], _why(error, time.monotonic() - began))
    finally:
        connection.terminate()
    return Visit(service, found, present=present)


def _why(error: Exception, took_s: float) -> Fault:
    """In words; by SQLSTATE where the server could still say something."""
    state = getattr(error, "sqlstate", None) or ""
    by_state = {
        "28P01": Fault("sai mật khẩu", "Sửa mật khẩu trong LANTOA_DATABASE_URL."),
        "28000": Fault("tài khoản không được phép vào", "Xem tên người dùng trong LANTOA_DATABASE_URL và pg_hba.conf."),
        "3D000": Fault("chưa có cơ sở dữ liệu này", "Chạy «lantoa migrate».", of_server=False),
        "53300": Fault("hết kết nối", "Tăng max_connections, hoặc bớt tiến trình; xem pg_stat_activity."),
        "57P03": Fault("đang khởi động, phục hồi hay đang dừng", "Chờ một phút rồi khám lại; xem nhật ký PostgreSQL."),
    }
    if state in by_state:
        return by_state[state]
    if isinstance(error, TimeoutError) or took_s >= ANSWER_S:
        return Fault(
            f"không trả lời trong {ANSWER_S:.0f} giây",
            "Tiến trình PostgreSQL bị treo, bị dừng (SIGSTOP) hay mạng bị chặn: xem máy chủ ấy, rồi khởi động lại.",
        )
    if isinstance(error, OSError):
        advice = "PostgreSQL đã dừng hoặc sai địa chỉ: khởi động PostgreSQL, xem LANTOA_DATABASE_URL."
        return Fault(f"không kết nối được ({error.strerror or error})"[:200], advice)
    return Fault(f"từ chối: {error}"[:200], "Xem nhật ký PostgreSQL.")


async def _look_inside(connection: asyncpg.Connection, running: Servers, service: str) -> list[Finding]:
    findings = [*await _room(connection, service), *await _clock(connection)]
    if findings[0].level is Level.BROKEN:
        return findings
    findings.append(await _schema(connection, service))
    if findings[-1].level is Level.BROKEN:
        return findings  # the other questions are about tables that are not there, or not these
    findings += await road.examine(connection, service)
    findings += await records.examine(running, service)
    if service == "notifications":
        findings += await deliveries.examine(connection, running.settings)
    return findings


async def _schema(connection: asyncpg.Connection, service: str) -> Finding:
    part, what = f"schema.{service}", f"Lược đồ {service}"
    try:
        there = await _revisions(connection)
    except asyncpg.InsufficientPrivilegeError:
        advice = "Dùng tài khoản sở hữu cơ sở dữ liệu trong LANTOA_DATABASE_URL."
        return broken((part, what), "tài khoản không được đọc các bảng", advice)
    if not there:
        return broken((part, what), "cơ sở dữ liệu còn trống", "Chạy «lantoa migrate».")
    scripts = ScriptDirectory.from_config(configuration(service))
    wanted = set(scripts.get_heads())
    if there == wanted:
        return fine((part, what), ", ".join(sorted(there)))
    strange = sorted(name for name in there if not _known(scripts, name))
    if strange:
        return look(
            (part, what),
            f"mới hơn bản đang cài ({', '.join(strange)})",
            "Máy này chạy bản cũ: cài đúng phiên bản đang dùng ở các máy khác.",
        )
    return broken((part, what), f"cũ hơn bản đang cài: {', '.join(sorted(there))}", "Chạy «lantoa migrate».")


async def _revisions(connection: asyncpg.Connection) -> set[str]:
    if not await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL"):
        return set()
    return {row["version_num"] for row in await connection.fetch("SELECT version_num FROM alembic_version")}


def _known(scripts: ScriptDirectory, revision: str) -> bool:
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False


SERVER = """
SELECT (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS used,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS allowed,
       pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool AS read_only"""
# Written and thrown away: a disk that is full is known by writing only.
TRIAL = "CREATE TEMPORARY TABLE doctor_trial AS SELECT repeat(md5(n::text), 60) FROM generate_series(1, 500) AS n"


async def _room(connection: asyncpg.Connection, service: str) -> list[Finding]:
    part, what = f"database.{service}", f"{WHAT} {service}"
    row = await connection.fetchrow(SERVER)
    if row["read_only"]:
        return [
            broken((part, what), "chỉ cho đọc", "Đang nối vào bản sao dự phòng: trỏ LANTOA_DATABASE_URL về máy chính.")
        ]
    try:
        await connection.execute(TRIAL)
        await connection.execute("DROP TABLE doctor_trial")
    except asyncpg.InsufficientPrivilegeError:
        advice = "Cho tài khoản ấy quyền TEMPORARY, hoặc dùng tài khoản sở hữu cơ sở dữ liệu."
        return [look((part, what), "không thử ghi được: tài khoản thiếu quyền", advice)]
    except asyncpg.DiskFullError:
        return [broken((part, what), "hết chỗ ghi trên đĩa", "Giải phóng hoặc thêm đĩa cho PostgreSQL ngay.")]
    found = [fine((part, what), f"trả lời, ghi được; {row['used']}/{row['allowed']} kết nối")]
    if row["used"] >= FULL * row["allowed"]:
        advice = "Tăng max_connections hoặc bớt tiến trình, trước khi có yêu cầu bị từ chối."
        found = [look((part, what), f"gần hết kết nối: {row['used']}/{row['allowed']}", advice)]
    return found + await _disk(connection, service)


async def _disk(connection: asyncpg.Connection, service: str) -> list[Finding]:
    """Only where the data lie on this machine, and we may know where."""
    try:
        folder = Path(await connection.fetchval("SHOW data_directory"))
        usage = shutil.disk_usage(folder)
    except (asyncpg.InsufficientPrivilegeError, OSError):
        return []
    if usage.free > 0.05 * usage.total or usage.free > 20e9:
        return []
    advice = "Giải phóng hoặc thêm đĩa trước khi PostgreSQL phải dừng."
    return [look((f"database.{service}.disk", f"Đĩa của {WHAT.lower()}"), f"còn {usage.free / 1e9:.1f} GB", advice)]


async def _clock(connection: asyncpg.Connection) -> list[Finding]:
    before = now()
    there = await connection.fetchval("SELECT clock_timestamp()")
    after = now()
    skew_s = (there - (before + (after - before) / 2)).total_seconds()
    if abs(skew_s) - (after - before).total_seconds() <= SKEW_TOLERATED_S:
        return []
    said = f"đồng hồ của cơ sở dữ liệu {'nhanh' if skew_s > 0 else 'chậm'} hơn máy này {abs(skew_s):.0f} giây"
    verdict = broken if abs(skew_s) > SKEW_HARMFUL_S else look
    return [verdict(("clock", "Đồng hồ"), said, "Bật đồng bộ giờ (chrony, NTP) ở cả hai máy.")]

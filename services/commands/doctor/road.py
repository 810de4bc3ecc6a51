"""The road at one service: a process at work, the outbox draining, nothing parked, no gap standing."""

from __future__ import annotations

import asyncpg

from services.commands.doctor.finding import Finding, broken, fine, look
from shared.road.parking import GAP_ALARM_AFTER
from shared.road.relay import TRY_LOCK

SILENT_S = 10  # a process at work asks its outbox five times a second
LATE_S = 30
SHOWN = 3

ACTIVITY = """
SELECT count(*) AS sessions, extract(epoch FROM clock_timestamp() - max(state_change))::float8 AS silent_s
FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY($1::text[])"""
OUTBOX = """
SELECT count(*) AS unsent, count(*) FILTER (WHERE parked_reason IS NOT NULL) AS refused,
       max(parked_reason) AS reason,
       coalesce(extract(epoch FROM now() - min(time) FILTER (WHERE parked_reason IS NULL)), 0)::float8 AS oldest_s
FROM outbox WHERE sent_at IS NULL"""
# the key of the relay's lock as pg_locks shows it: two halves of 64 bits
LEADER = """
SELECT count(*) FROM pg_locks l, (SELECT hashtextextended('lantoa.relay', 0) AS key) k
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295"""
PARKED = """
SELECT p.producer, p.aggregate_id, min(p.sequence) AS first, count(*) AS facts,
       (array_agg(p.reason ORDER BY p.sequence))[1] AS reason, (array_agg(p.error ORDER BY p.sequence))[1] AS error,
       (array_agg(p.attributes->>'type' ORDER BY p.sequence))[1] AS type,
       extract(epoch FROM now() - min(p.parked_at))::float8 AS since_s,
       min(p.sequence) > coalesce(min(i.last), 0) + 1 AS gap
FROM parked p LEFT JOIN inbox i ON i.producer = p.producer AND i.aggregate_id = p.aggregate_id
GROUP BY p.producer, p.aggregate_id ORDER BY min(p.parked_at)"""
assert "lantoa.relay" in TRY_LOCK


async def present(connection: asyncpg.Connection, service: str) -> bool:
    """Whether a process of the service holds connections here, silent ones too."""
    row = await connection.fetchrow(ACTIVITY, _sessions_of(service))
    return bool(row["sessions"])


def _sessions_of(service: str) -> list[str]:
    return [f"lantoa-{service}", f"lantoa-{service}-relay"]


async def examine(connection: asyncpg.Connection, service: str) -> list[Finding]:
    """What travels out of this service, and what waits in it."""
    return [
        *await _process(connection, service),
        await _outbox(connection, service),
        *await _waiting(connection, service),
    ]


async def _process(connection: asyncpg.Connection, service: str) -> list[Finding]:
    row = await connection.fetchrow(ACTIVITY, _sessions_of(service))
    if not row["sessions"] or row["silent_s"] is None or row["silent_s"] < SILENT_S:
        return []
    said = f"có kết nối nhưng im lặng đã {row['silent_s']:.0f} giây"
    advice = f"Tiến trình {service} bị treo hoặc bị dừng (SIGSTOP): khởi động lại nó."
    return [broken((f"process.{service}", f"Tiến trình {service}"), said, advice)]


async def _outbox(connection: asyncpg.Connection, service: str) -> Finding:
    part, what = f"outbox.{service}", f"Hộp đi {service}"
    row, leads = await connection.fetchrow(OUTBOX), bool(await connection.fetchval(LEADER))
    if row["refused"]:
        said = f"Kafka từ chối hẳn {row['refused']} sự việc: {row['reason']}"[:200]
        return broken((part, what), said, "Sửa giới hạn của chủ đề (mục Kafka) rồi xóa parked_reason của dòng ấy.")
    if row["oldest_s"] <= LATE_S:
        return fine((part, what), f"{row['unsent']} sự việc chưa gửi")
    said = f"{row['unsent']} sự việc chưa gửi, cũ nhất {_ago(row['oldest_s'])}"
    if not leads:
        advice = f"Không tiến trình {service} nào đang gửi: khởi động «lantoa serve {service}»."
        return broken((part, what), f"{said}; không ai gửi", advice)
    return broken((part, what), said, "Có tiến trình đang gửi mà không gửi được: xem mục Kafka, rồi nhật ký của nó.")


async def _waiting(connection: asyncpg.Connection, service: str) -> list[Finding]:
    rows = await connection.fetch(PARKED)
    part, what = f"parked.{service}", f"Việc phải chờ ở {service}"
    if not rows:
        return [fine((part, what), "không có")]
    found = [_one(row, service) for row in rows[:SHOWN]]
    if len(rows) > SHOWN:
        rest = f"còn {len(rows) - SHOWN} đối tượng nữa phải chờ"
        found.append(look((part, what), rest, f"Xem tất cả: «lantoa events parked {service}»."))
    return found


def _one(row: asyncpg.Record, service: str) -> Finding:
    part, what = f"parked.{service}", f"Việc phải chờ ở {service}"
    about = f"{row['producer']} {row['aggregate_id']}"
    if row["gap"]:
        said = f"{about}: thiếu sự việc trước số {row['first']}, đã {_ago(row['since_s'])}; {row['facts']} sự việc chờ"
        if row["since_s"] <= GAP_ALARM_AFTER.total_seconds():
            return look((part, what), said, "Sự việc thiếu có thể đang trên đường: khám lại sau một phút.")
        return broken(
            (part, what), said, f"Chạy «lantoa events represent {row['producer']}» để phát lại từ trạng thái."
        )
    said = (
        f"{about}: {row['type']} không xử lý được, {row['facts']} sự việc chờ đã {_ago(row['since_s'])}; {row['error']}"
    )
    advice = f"Sửa nguyên nhân rồi chạy «lantoa events retry {service} {about}»."
    return broken((part, what), said[:400], advice)


def _ago(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} giây"
    return f"{seconds / 60:.0f} phút" if seconds < 7200 else f"{seconds / 3600:.0f} giờ"

"""What leaves the house by mail and webhook: sent in time, not refused for days, secrets that can still be opened."""

from __future__ import annotations

import asyncpg
import orjson

from services.commands.doctor.finding import Finding, broken, fine, look
from services.notifications.channels import unseal
from shared.settings import Settings

LATE_MINUTES = 5
PART, WHAT = "deliveries", "Thư và webhook"

WAITING = """
SELECT count(*) FILTER (WHERE next_try_at < now() - make_interval(mins => $1)) AS late,
       count(*) FILTER (WHERE state IN ('failed', 'retrying') AND channel = 'email') AS mails_failing,
       count(*) FILTER (WHERE state IN ('failed', 'retrying') AND channel = 'webhook') AS posts_failing,
       count(*) FILTER (WHERE state = 'dead' AND created_at > now() - interval '1 day') AS dead
FROM deliveries WHERE next_try_at IS NOT NULL OR (state = 'dead' AND created_at > now() - interval '1 day')"""
ENDPOINTS = "SELECT id, url, state, secrets FROM webhook_endpoints WHERE state <> 'disabled' ORDER BY id LIMIT 1000"


async def examine(connection: asyncpg.Connection, settings: Settings) -> list[Finding]:
    """Addresses of people are never shown; of a webhook only its host."""
    row, endpoints = await connection.fetchrow(WAITING, LATE_MINUTES), await connection.fetch(ENDPOINTS)
    findings = [*_late(row), *_failing(row), *_paused(endpoints), *_sealed(endpoints, settings.secret_keys)]
    return findings or [fine((PART, WHAT), "gửi đúng lúc")]


def _late(row: asyncpg.Record) -> list[Finding]:
    if not row["late"]:
        return []
    said = f"{row['late']} lượt gửi đã quá giờ {LATE_MINUTES} phút mà chưa ai gửi"
    return [broken((PART, WHAT), said, "Khởi động lại «lantoa serve notifications».")]


def _failing(row: asyncpg.Record) -> list[Finding]:
    found = []
    if row["mails_failing"]:
        said = f"{row['mails_failing']} thư chưa gửi được, đang tự gửi lại"
        found.append(look((PART, WHAT), said, "Xem mục Máy chủ thư (LANTOA_SMTP_URL)."))
    if row["posts_failing"]:
        said = f"{row['posts_failing']} webhook chưa tới, đang tự gửi lại"
        found.append(
            look((PART, WHAT), said, "Nơi nhận không trả lời 2xx: báo chủ của webhook; không cần làm gì ở đây.")
        )
    if row["dead"]:
        said = f"{row['dead']} lượt gửi trong một ngày qua không bao giờ tới"
        found.append(look((PART, WHAT), said, "Chủ của webhook gửi lại được bằng POST …/deliveries/{id}/retry."))
    return found


def _paused(endpoints: list[asyncpg.Record]) -> list[Finding]:
    paused = sorted({row["url"].split("/")[2].rpartition("@")[2] for row in endpoints if row["state"] == "paused"})
    if not paused:
        return []
    said = f"tạm dừng vì lỗi kéo dài: {', '.join(paused[:5])}"
    return [look((PART, WHAT), said, "Báo chủ của webhook sửa nơi nhận rồi mở lại (POST …/webhooks/{id}/resumption).")]


def _sealed(endpoints: list[asyncpg.Record], keys: list[str]) -> list[Finding]:
    lost = sum(1 for row in endpoints if unseal(orjson.loads(row["secrets"])[0]["sealed"], keys) is None)
    if not lost:
        return []
    advice = "Thêm khóa cũ vào sau dấu phẩy trong LANTOA_SECRET_KEY, ở mọi tiến trình."
    return [broken(("secret", "Khóa bí mật"), f"không mở được khóa của {lost} webhook", advice)]

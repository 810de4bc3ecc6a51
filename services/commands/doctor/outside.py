"""Whom we ask and tell outside: the issuer's keys, the mail server, the collector of spans."""

from __future__ import annotations

import asyncio
from urllib.parse import unquote, urlsplit

import aiosmtplib

from services.commands.doctor.finding import ANSWER_S, Finding, broken, fine, look, reach
from shared.auth.tokens import DiscoveredKeys
from shared.errors import Unavailable
from shared.settings import DEVELOPMENT_ISSUER, Settings

SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


async def issuer(settings: Settings) -> list[Finding]:
    """Whether tokens can be checked."""
    part, what = "issuer", "Nơi cấp mã đăng nhập"
    if settings.auth_issuer == DEVELOPMENT_ISSUER:
        return [fine((part, what), "nơi cấp mã thử, trong chính lantoa")]
    try:
        await DiscoveredKeys(settings.auth_issuer).fetch()
    except Unavailable as error:
        said = f"{settings.auth_issuer}: không lấy được khóa công khai ({error.__cause__!r})"[:300]
        advice = (
            "Xem LANTOA_AUTH_ISSUER và máy chủ ấy; mã đăng nhập chỉ còn được nhận theo khóa đã giữ, tối đa một ngày."
        )
        return [broken((part, what), said, advice)]
    return [fine((part, what), f"{settings.auth_issuer}: có khóa công khai")]


async def mail(settings: Settings) -> list[Finding]:
    """Whether the mail server takes us; nothing is sent."""
    part, what = "smtp", "Máy chủ thư"
    if settings.smtp_url is None:
        return [fine((part, what), "chưa đặt: thư được in ra nhật ký (chỉ khi thử)")]
    url = urlsplit(settings.smtp_url)
    if url.scheme not in SMTP_PORTS or not url.hostname:
        advice = "LANTOA_SMTP_URL phải có dạng smtp://, smtp+starttls:// hoặc smtps:// và tên máy."
        return [broken((part, what), "địa chỉ không đọc được", advice)]
    port = url.port or SMTP_PORTS[url.scheme]
    place, advice = f"{url.hostname}:{port}", "Xem LANTOA_SMTP_URL và máy chủ thư; thư chờ được gửi lại tới ba ngày."
    away = await reach(url.hostname, port)
    if away:
        return [broken((part, what), f"{place}: {away}", advice)]
    client = aiosmtplib.SMTP(
        hostname=url.hostname,
        port=port,
        timeout=ANSWER_S,
        username=unquote(url.username) if url.username else None,
        password=unquote(url.password) if url.password else None,
        use_tls=url.scheme == "smtps",
        start_tls={"smtps": False, "smtp+starttls": True, "smtp": None}[url.scheme],
    )
    try:
        async with asyncio.timeout(2 * ANSWER_S), client:
            await client.noop()
    except aiosmtplib.SMTPAuthenticationError:
        return [broken((part, what), f"{place}: sai tên người dùng hoặc mật khẩu", "Sửa LANTOA_SMTP_URL.")]
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        said = f"{place}: nhận kết nối nhưng không làm việc ({type(error).__name__})"
        return [broken((part, what), said, advice)]
    return [fine((part, what), f"{place}: nhận thư của ta")]


async def collector(settings: Settings) -> list[Finding]:
    """Only where one is named; without it nothing of ours stops."""
    if not settings.collector_url:
        return []
    part, what, url = "collector", "Nơi thu vết (OpenTelemetry)", urlsplit(settings.collector_url)
    if url.scheme not in {"http", "https"} or not url.hostname:
        advice = "LANTOA_OTLP_URL phải có dạng http://máy:4318 (OTLP qua HTTP)."
        return [look((part, what), "địa chỉ không đọc được", advice)]
    away = await reach(url.hostname, url.port or (443 if url.scheme == "https" else 80))
    if away:
        return [look((part, what), f"{url.netloc}: {away}", "Dịch vụ vẫn chạy, chỉ mất vết: xem LANTOA_OTLP_URL.")]
    return [fine((part, what), f"{url.netloc}: nghe")]

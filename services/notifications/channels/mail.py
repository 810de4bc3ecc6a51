"""E-mail by SMTP; without a server it is printed to the log, so that a first walk needs none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.mime.text import MIMEText
from email.utils import format_datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib
import structlog

from services.notifications.channels.outcome import Outcome, Result, since

LIMIT_S = 10
SCHEMES = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
log = structlog.get_logger()


class UnusableSmtpUrl(ValueError):
    """LANTOA_SMTP_URL is not `smtp://`, `smtp+starttls://` or `smtps://` with a host."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail: `id` makes its Message-ID, the same however often it is sent."""

    id: UUID
    to: str
    subject: str
    text: str
    at: datetime


class Mailer:
    """Sends letters through one SMTP server."""

    def __init__(self, smtp_url: str | None, sender: str) -> None:
        self.sender = sender
        self.server = None if smtp_url is None else _server(smtp_url)

    async def send(self, letter: Letter) -> Outcome:
        """One attempt; whatever happens becomes an outcome."""
        started = time.perf_counter()
        try:
            message = self.composed(letter)
        except (ValueError, IndexError, MessageError) as error:  # an address or subject that no header can hold
            return Outcome(Result.IMPOSSIBLE, since(started), detail=type(error).__name__)
        if self.server is None:
            log.info("mail printed, no SMTP server is set", to=letter.to, subject=letter.subject, text=letter.text)
            return Outcome(Result.ACCEPTED, since(started), detail="printed to the log")
        try:
            await aiosmtplib.send(message, timeout=LIMIT_S, **self.server)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refused(max(one.code for one in error.recipients), started)
        except aiosmtplib.SMTPResponseException as error:
            return _refused(error.code, started)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            return Outcome(Result.FAILED, since(started), detail=type(error).__name__)
        return Outcome(Result.ACCEPTED, since(started), 250)

    def composed(self, letter: Letter) -> Message:
        """Plain text in UTF-8 (RFC 5322). Raises ValueError when an address or subject cannot stand in a header.

        The older classes on purpose: folding by the newer ones loses spaces of long Vietnamese subjects.
        """
        if any(mark in letter.subject + letter.to for mark in "\r\n"):
            raise ValueError("a line break in a header")
        message = MIMEText(letter.text, "plain", "utf-8")
        message["From"] = self.sender
        message["To"] = str(Address(addr_spec=letter.to))
        message["Subject"] = Header(letter.subject, "utf-8", header_name="Subject")  # type: ignore[assignment]
        message["Date"] = format_datetime(letter.at)
        message["Message-ID"] = f"<{letter.id}@{self.sender.rpartition('@')[2].strip('<> ')}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies, please
        return message


def _refused(code: int, started: float) -> Outcome:
    """4xx is for now, 5xx for good (RFC 5321 section 4.2.1)."""
    result = Result.IMPOSSIBLE if 500 <= code < 600 else Result.REFUSED
    return Outcome(result, since(started), code)


def _server(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise UnusableSmtpUrl("LANTOA_SMTP_URL phải có dạng smtp://, smtp+starttls:// hoặc smtps:// và tên máy.")
    return {
        "hostname": parts.hostname,
        "port": parts.port or SCHEMES[parts.scheme],
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": parts.scheme == "smtps",
        "start_tls": {"smtps": False, "smtp+starttls": True, "smtp": None}[parts.scheme],
    }

"""Mails: written once, tried again where that can help, and refused settings at start."""

from __future__ import annotations

import pytest

from services.notifications.channels import (
    Letter,
    Mailer,
    Result,
)
from services.notifications.channels.mail import UnusableSmtpUrl
from shared.clock import now
from shared.db import new_id
from tests.notifications.receiver import post_office


def _letter(to: str = "mai@coquan.example.vn", subject: str = "Có hồ sơ mới") -> Letter:
    return Letter(new_id(), to, subject, "Hãy mở hồ sơ «Tổ tự quản».\n", now())


async def test_a_mail_arrives_as_it_was_written_under_a_stable_id() -> None:
    letter = _letter()
    async with post_office() as office:
        mailer = Mailer(office.url, "lantoa@coquan.example.vn")
        first, second = await mailer.send(letter), await mailer.send(letter)

    (to, mail), (_, again) = office.letters
    assert (first.result, second.result) == (Result.ACCEPTED, Result.ACCEPTED)
    assert (to, mail["subject"]) == (["mai@coquan.example.vn"], "Có hồ sơ mới")
    assert mail.get_content().splitlines() == ["Hãy mở hồ sơ «Tổ tự quản»."]
    assert mail["message-id"] == again["message-id"] == f"<{letter.id}@coquan.example.vn>"
    assert mail["auto-submitted"] == "auto-generated"


async def test_an_unknown_mailbox_is_given_up_and_a_busy_server_is_not() -> None:
    async with post_office() as office:
        mailer = Mailer(office.url, "lantoa@coquan.example.vn")
        office.unknown = {"mai@coquan.example.vn"}
        unknown = await mailer.send(_letter())
        office.busy = True
        busy = await mailer.send(_letter())

    assert (unknown.result, unknown.status_code) == (Result.IMPOSSIBLE, 550)
    assert (busy.result, busy.status_code) == (Result.REFUSED, 451)


async def test_no_mail_server_is_a_failure_not_an_exception() -> None:
    async with post_office() as office:
        url = office.url

    outcome = await Mailer(url, "lantoa@coquan.example.vn").send(_letter())

    assert outcome.result is Result.FAILED


async def test_a_letter_that_cannot_be_written_is_given_up() -> None:
    outcome = await Mailer("smtp://127.0.0.1:1", "lantoa@x.vn").send(_letter(subject="a\r\nBcc: b@x.vn"))

    assert outcome.result is Result.IMPOSSIBLE


async def test_without_a_server_mails_are_printed() -> None:
    outcome = await Mailer(None, "lantoa@localhost").send(_letter())

    assert (outcome.result, outcome.detail) == (Result.ACCEPTED, "printed to the log")


@pytest.mark.parametrize("url", ["http://mail.example.vn", "smtp://", "mail.example.vn:25"])
def test_an_unusable_smtp_url_is_refused_when_starting(url: str) -> None:
    with pytest.raises(UnusableSmtpUrl):
        Mailer(url, "lantoa@localhost")

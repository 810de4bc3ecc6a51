"""Hostile files at the doors of the running product: refused by name, never kept, never run by who downloads them."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from shared.files.kinds import DOCX, HTML, JPEG, PDF, PNG, WEBP, XLSX
from tests.fuzz import hostile
from tests.walks import world
from tests.walks.walker import Walker

pytestmark = pytest.mark.xdist_group("fuzz")
PLAIN = b"%PDF-1.4\n% minh hoa\n%%EOF\n"


@dataclass
class Sender:
    """Mai's application, which sends what it likes."""

    walker: Walker
    who: str = "mai"
    service: str = "nominations"

    async def announce(self, content: bytes, media_type: str, **changes: Any) -> httpx.Response:
        """What is about to come, or a lie about it."""
        told = {
            "name": "thanh-tich",
            "media_type": media_type,
            "size_bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        return await self.walker.ask(self.who, "POST", self.service, "/v1/files", told | changes)

    async def post(self, announced: httpx.Response, content: bytes) -> httpx.Response:
        """The bytes, by the form given out."""
        form = announced.json()["upload"]
        return await self.walker.http.post(form["url"], data=form["fields"], files={"file": ("f", content)})

    async def complete(self, announced: httpx.Response) -> httpx.Response:
        """That they are there."""
        path = f"/v1/files/{announced.json()['id']}/completion"
        return await self.walker.ask(self.who, "PUT", self.service, path)

    async def whole(self, content: bytes, media_type: str, **changes: Any) -> httpx.Response:
        """All three; what the completion answers."""
        announced = await self.announce(content, media_type, **changes)
        await self.post(announced, content)
        return await self.complete(announced)

    async def given(self, file_id: str) -> httpx.Response:
        """What the one who sent it is given back."""
        link = await self.walker.ask(self.who, "GET", self.service, f"/v1/files/{file_id}")
        return await self.walker.http.get(link.headers["location"])


@pytest.fixture(scope="module")
def mai(walker: Walker) -> Sender:
    """Who nominates."""
    return Sender(walker)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and what it is called."""
    return answer.status_code, answer.json()["type"].rpartition(":")[2] if answer.status_code >= 400 else ""


GOOD = {
    "document": (hostile.document(), DOCX),
    "table": (hostile.archive({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}), XLSX),
    "png": (hostile.png(40, 1), PNG),
    "a camera's jpeg behind much else": (hostile.jpeg(9000, 6000, before=bytes(60_000)), JPEG),
    "webp": (hostile.webp(4000, 3000), WEBP),
}
UNOPENABLE = {
    "zip bomb": (hostile.bomb(), DOCX),
    "locked": (hostile.locked(), DOCX),
    "a table named a document": (GOOD["table"][0], DOCX),
    "an archive named a document": (hostile.archive({"setup.exe": b"MZ", "word/x": b""}), DOCX),
    "an empty archive": (b"PK\x03\x04" + hostile.archive({}), DOCX),
    "cut short": (hostile.document()[:-30], DOCX),
    "five thousand parts": (hostile.document(**{f"word/{number}": b"" for number in range(5_000)}), DOCX),
    "png of 2.5 gigapixels": (hostile.png(50_000, 50_000), PNG),
    "png of no end": (hostile.png(2**31 - 1, 2**31 - 1, rows=0), PNG),
    "jpeg of 4 gigapixels": (hostile.jpeg(65_535, 65_535, before=bytes(60_000)), JPEG),
    "webp of 200 megapixels": (hostile.webp(16_383, 16_383), WEBP),
}
ANOTHER_KIND = {
    "an executable named pdf": (b"MZ\x90\x00" + PLAIN, PDF),
    "a page named picture": (b"<html><script>alert(1)</script>", PNG),
    "a drawing with a script named picture": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", PNG),
    "an archive before the pdf": (hostile.document() + PLAIN, PDF),
    "binary named page": (b"<html>\xff\xfe\x00", HTML),
}


@pytest.mark.parametrize("case", GOOD)
async def test_honest_files_are_taken(mai: Sender, case: str) -> None:
    content, media_type = GOOD[case]
    # pages and tables are documents, pictures are pictures: the door of nominations takes both
    assert code(await mai.whole(content, media_type)) == (200, "")


@pytest.mark.parametrize("case", UNOPENABLE)
async def test_what_would_burst_or_cannot_be_opened_is_refused(mai: Sender, case: str) -> None:
    content, media_type = UNOPENABLE[case]

    assert code(await mai.whole(content, media_type)) == (422, "file-not-openable")


@pytest.mark.parametrize("case", ANOTHER_KIND)
async def test_another_kind_behind_an_honest_name_is_refused(mai: Sender, case: str) -> None:
    content, media_type = ANOTHER_KIND[case]

    assert code(await mai.whole(content, media_type)) == (422, "file-not-as-announced")


@pytest.mark.parametrize(
    "media_type", ["image/svg+xml", "application/zip", "application/x-msdownload", "text/javascript"]
)
async def test_kinds_that_run_are_not_taken_at_all(mai: Sender, media_type: str) -> None:
    assert code(await mai.announce(b"x", media_type)) == (422, "file-type-not-allowed")


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\x\\..\\y.pdf",
        "a\x00.pdf",
        "a\u202efdp.exe",
        "a" * 300,
        "a\r\nset-cookie: x",
        "\u200b",
        "💥.pdf",
    ],
    ids=ascii,
)
async def test_a_name_is_only_a_name(mai: Sender, name: str) -> None:
    """Refused, or kept as words that lead nowhere and break out of no header."""
    announced = await mai.announce(PLAIN, PDF, name=name)
    if announced.status_code == 422:
        assert [error["pointer"] for error in announced.json()["errors"]] == ["#/name"]
        return
    await mai.post(announced, PLAIN)
    assert code(await mai.complete(announced)) == (200, "")

    given = await mai.given(announced.json()["id"])

    assert given.content == PLAIN
    said = given.headers["content-disposition"]
    assert said.count('"') == 2
    assert not {"/", "\\", "\r", "\n"} & set(said.split(";")[1])
    assert given.headers["x-content-type-options"] == "nosniff"


async def test_what_is_both_a_document_and_a_page_is_given_as_what_it_was_taken_for(mai: Sender) -> None:
    both = PLAIN + b"<script>alert(document.domain)</script>\n%%EOF\n"

    completed = await mai.whole(both, PDF)
    given = await mai.given(completed.json()["id"])

    assert (given.headers["content-type"], given.headers["x-content-type-options"]) == (PDF, "nosniff")
    assert "sandbox" in given.headers["content-security-policy"]


async def test_a_page_is_never_shown_by_the_browser_that_fetches_it(walker: Walker) -> None:
    ha = Sender(walker, "ha", "plans")

    completed = await ha.whole(b"<!doctype html><script>alert(1)</script>", HTML)
    given = await ha.given(completed.json()["id"])

    assert given.headers["content-disposition"].startswith("attachment; ")
    assert "sandbox" in given.headers["content-security-policy"]


async def test_two_uploads_to_one_place_and_two_completions_are_one_file(mai: Sender) -> None:
    announced = await mai.announce(PLAIN, PDF)

    posted = await asyncio.gather(*(mai.post(announced, PLAIN) for _ in range(4)))
    completed = await asyncio.gather(*(mai.complete(announced) for _ in range(4)))
    other = await mai.post(announced, PLAIN.swapcase())

    assert {answer.status_code for answer in posted} == {204}
    assert {answer.text for answer in completed} == {completed[0].text}
    assert completed[0].status_code == 200
    assert code(other) == (422, "file-not-as-announced")
    assert (await mai.given(announced.json()["id"])).content == PLAIN


async def test_nobody_completes_or_uses_what_another_sent(walker: Walker, mai: Sender) -> None:
    announced = await mai.announce(PLAIN, PDF)
    await mai.post(announced, PLAIN)
    stranger = Sender(walker, "vinh")
    draft = {**world.draft(), "evidence": [announced.json()["id"]]}

    before = await stranger.complete(announced)
    early = await walker.ask("mai", "POST", "nominations", "/v1/nominations", draft)
    await mai.complete(announced)
    read = await walker.ask("vinh", "GET", "nominations", f"/v1/files/{announced.json()['id']}")

    assert code(before) == (404, "file-not-found")
    assert code(early) == (409, "file-not-completed")
    assert code(read) == (404, "not-found")

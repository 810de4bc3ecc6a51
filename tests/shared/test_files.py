"""Files over the directory store: announced, posted, completed, attached, given out, swept; never half of one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from shared.auth import Actor
from shared.auth.tokens import Verifier
from shared.clock import now
from shared.db import Database, new_id
from shared.errors import NotAllowed, NotSignedIn, Unavailable
from shared.files import actions
from shared.files.directory import DirectoryStore, LinkExpired
from shared.files.kinds import DOCUMENTS, DOCX, HTML, JPEG, PDF, PICTURES, PNG, TEXT, WEBP, is_what_it_says
from shared.files.rest import directory_router, files_router
from shared.files.shapes import disposition
from shared.files.store import open_store
from shared.files.tables import File
from shared.settings import Settings, UnsafeSettings
from tests.conftest import calling
from tests.shared.apps import framed

Bearer = Callable[..., dict[str, str]]
PDF_BYTES = b"%PDF-1.7\nxin ch\xc3\xa0o"
LIMIT = 200_000


async def may_read(session: AsyncSession, visitor: Actor | None, file: File) -> None:
    if visitor is None:
        raise NotSignedIn
    if file.created_by != visitor.person_id:
        raise NotAllowed


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path / "files", ["new key", "old key"])


@pytest.fixture
def app(committed: Database, settings: Settings, verifier: Verifier, store: DirectoryStore) -> FastAPI:
    router = files_router("shared", may_read=may_read, media_types=DOCUMENTS | PICTURES, limit_bytes=LIMIT)
    router.include_router(directory_router)
    app = framed(router, committed, settings, verifier, store)
    app.include_router(directory_router)
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as client:
        yield client


def announced(content: bytes = PDF_BYTES, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Báo cáo.pdf",
        "media_type": PDF,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    } | changes


@dataclass
class Person:
    """Somebody with an application that uploads files."""

    client: httpx.AsyncClient
    headers: dict[str, str]

    async def announce(self, content: bytes = PDF_BYTES, **changes: Any) -> httpx.Response:
        return await self.client.post("/v1/files", json=announced(content, **changes), headers=self.headers)

    async def post(self, form: dict[str, Any], content: bytes = PDF_BYTES) -> httpx.Response:
        return await self.client.post(form["url"], data=form["fields"], files={"file": ("x", content)})

    async def complete(self, file_id: str) -> httpx.Response:
        return await self.client.put(f"/v1/files/{file_id}/completion", headers=self.headers)

    async def read(self, file_id: str) -> httpx.Response:
        return await self.client.get(f"/v1/files/{file_id}", headers=self.headers)

    async def completed(self, content: bytes = PDF_BYTES, **changes: Any) -> UUID:
        told = (await self.announce(content, **changes)).json()
        assert (await self.post(told["upload"], content)).status_code == 204
        assert (await self.complete(told["id"])).status_code == 200
        return UUID(told["id"])


@pytest.fixture
def mai(client: httpx.AsyncClient, bearer: Bearer) -> Person:
    return Person(client, bearer("mai"))


@pytest.fixture
def lan(client: httpx.AsyncClient, bearer: Bearer) -> Person:
    return Person(client, bearer("lan"))


@pytest.fixture
def me(person: Callable[[str], UUID]) -> UUID:
    return person("mai")


def code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def kept(store: DirectoryStore) -> list[str]:
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


# -- announcing ---------------------------------------------------------------------------------------------------


async def test_a_file_is_announced_and_gets_a_form(mai: Person) -> None:
    answer = await mai.announce()

    told = answer.json()
    assert answer.status_code == 201
    assert (told["upload"]["method"], told["upload"]["fields"]["Content-Type"]) == ("POST", PDF)
    assert told["upload"]["url"].startswith("http://testserver/files/")


async def test_the_same_id_and_content_is_the_same_file_with_a_fresh_form(mai: Person, committed: Database) -> None:
    chosen = str(new_id())

    answers = [await mai.announce(id=chosen) for _ in range(2)]

    assert [answer.json()["id"] for answer in answers] == [chosen, chosen]
    async with committed.sessions() as session:
        assert await session.scalar(select(func.count()).select_from(File)) == 1


async def test_an_id_announced_twice_at_once_is_one_file(mai: Person) -> None:
    chosen = str(new_id())

    answers = await asyncio.gather(*(mai.announce(id=chosen) for _ in range(5)))

    assert {answer.status_code for answer in answers} == {201}


@pytest.mark.parametrize("change", [{"name": "Khác.pdf"}, {"size_bytes": 5}, {"sha256": "0" * 64}, {"media_type": PNG}])
async def test_a_known_id_with_other_content_is_refused(mai: Person, change: dict[str, Any]) -> None:
    chosen = str(new_id())
    await mai.announce(id=chosen)

    assert code(await mai.announce(id=chosen, **change)) == (409, "file-id-taken")


async def test_somebody_elses_id_is_refused(mai: Person, lan: Person) -> None:
    chosen = str(new_id())
    await mai.announce(id=chosen)

    assert code(await lan.announce(id=chosen)) == (409, "file-id-taken")


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"media_type": "application/x-msdownload"}, 422, "#/media_type"),
        ({"media_type": "PDF"}, 422, "#/media_type"),
        ({"size_bytes": 0}, 422, "#/size_bytes"),
        ({"size_bytes": LIMIT + 1}, 413, "#/size_bytes"),
        ({"size_bytes": 2**70}, 413, "#/size_bytes"),
        ({"sha256": "abc"}, 422, "#/sha256"),
        ({"sha256": "A" * 64}, 422, "#/sha256"),
        ({"name": ""}, 422, "#/name"),
        ({"name": "a\x00b"}, 422, "#/name"),
        ({"name": "a" * 256}, 422, "#/name"),
        ({"id": "42"}, 422, "#/id"),
        ({"key": "../../etc/passwd"}, 422, "#/key"),
    ],
)
async def test_a_malformed_announcement_names_its_field(
    mai: Person, change: dict[str, Any], status: int, pointer: str
) -> None:
    answer = await mai.announce(**change)

    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (status, [pointer])


async def test_nobody_announces_without_signing_in(client: httpx.AsyncClient) -> None:
    assert code(await Person(client, {}).announce()) == (401, "not-signed-in")


# -- posting ------------------------------------------------------------------------------------------------------


async def test_what_was_announced_is_taken(mai: Person, store: DirectoryStore) -> None:
    told = (await mai.announce()).json()

    answer = await mai.post(told["upload"])

    assert (answer.status_code, kept(store)) == (204, [told["id"]])


@pytest.mark.parametrize(
    "content", [PDF_BYTES[:-1], PDF_BYTES + b"!", PDF_BYTES.swapcase(), b""], ids=["short", "long", "other", "empty"]
)
async def test_any_other_bytes_are_refused_and_nothing_is_kept(
    mai: Person, store: DirectoryStore, content: bytes
) -> None:
    told = (await mai.announce()).json()

    answer = await mai.post(told["upload"], content)

    assert code(answer) == (422, "file-not-as-announced")
    assert kept(store) == []


async def test_a_body_far_over_what_was_announced_is_broken_off(mai: Person, store: DirectoryStore) -> None:
    told = (await mai.announce()).json()

    answer = await mai.post(told["upload"], b"x" * 300_000)

    assert code(answer) == (413, "too-large")
    assert kept(store) == []


async def test_a_file_over_the_json_limit_passes_as_announced(
    committed: Database, settings: Settings, verifier: Verifier, store: DirectoryStore, bearer: Bearer
) -> None:
    router = files_router("shared", may_read=may_read, media_types=DOCUMENTS, limit_bytes=5_000_000)
    app = framed(router, committed, settings, verifier, store)
    app.include_router(directory_router)
    content = PDF_BYTES + b"x" * 3_000_000

    async with calling(app) as client:
        file_id = await Person(client, bearer("mai")).completed(content)

    assert kept(store) == [str(file_id)]


async def test_a_form_without_a_file_is_refused(mai: Person, client: httpx.AsyncClient) -> None:
    told = (await mai.announce()).json()

    no_file = await client.post(told["upload"]["url"], data=told["upload"]["fields"])
    no_form = await client.post(told["upload"]["url"], content=b"xin chao")
    broken = await client.post(
        told["upload"]["url"], content=b"--x\r\n", headers={"content-type": "multipart/form-data; boundary=y"}
    )

    assert [answer.status_code for answer in (no_file, no_form, broken)] == [400, 400, 400]


async def test_a_ticket_is_good_for_its_purpose_only(mai: Person, client: httpx.AsyncClient) -> None:
    told = (await mai.announce()).json()
    ticket = told["upload"]["url"].rpartition("/")[2]
    body, mac = ticket.split(".")

    assert code(await client.get(f"/files/{ticket}")) == (403, "link-expired")
    for forged in (f"{body}.{mac[:-2]}AA", f"{body}x.{mac}", body, "", "a.b.c", "%00.%00", "é.é"):
        assert (await client.post(f"/files/{forged}", files={"file": b"x"})).status_code in {403, 404, 405}


# -- completing ---------------------------------------------------------------------------------------------------


async def test_completion_checks_the_bytes_and_may_be_repeated(mai: Person) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])

    first, again = await mai.complete(told["id"]), await mai.complete(told["id"])

    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json()["completed_at"] is not None


async def test_nothing_is_completed_before_it_was_uploaded(mai: Person) -> None:
    told = (await mai.announce()).json()

    assert code(await mai.complete(told["id"])) == (409, "file-not-uploaded")


async def test_bytes_of_another_kind_are_refused_and_deleted(mai: Person, store: DirectoryStore) -> None:
    told = (await mai.announce(b"MZ an executable")).json()
    await mai.post(told["upload"], b"MZ an executable")

    answer = await mai.complete(told["id"])

    assert code(answer) == (422, "file-not-as-announced")
    assert kept(store) == []


async def test_bytes_that_changed_in_the_store_are_refused(mai: Person, store: DirectoryStore) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])
    store.path(f"shared/{told['id']}").write_bytes(PDF_BYTES.swapcase())

    assert code(await mai.complete(told["id"])) == (422, "file-not-as-announced")


async def test_only_its_owner_completes_a_file(mai: Person, lan: Person) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])

    assert code(await lan.complete(told["id"])) == (404, "file-not-found")
    assert code(await lan.complete(str(new_id()))) == (404, "file-not-found")


async def test_no_transaction_is_open_while_the_store_is_asked(
    mai: Person, committed: Database, store: DirectoryStore, me: UUID
) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])
    busy: list[int] = []

    class Watching(DirectoryStore):
        async def examine(self, key: str) -> Any:
            busy.append(committed.engine.pool.checkedout())  # type: ignore[attr-defined]
            return await super().examine(key)

    owner = Actor("person", me, "Mai")
    await actions.complete(committed, Watching(store.folder, store.secret_keys), owner, UUID(told["id"]))

    assert busy == [0]


# -- reading ------------------------------------------------------------------------------------------------------


async def test_a_file_is_given_out_by_a_link_under_its_own_name(mai: Person, client: httpx.AsyncClient) -> None:
    file_id = await mai.completed()

    link = await mai.read(str(file_id))
    given = await client.get(link.headers["location"])

    assert (link.status_code, link.headers["cache-control"]) == (302, "no-store")
    assert (given.status_code, given.content, given.headers["content-type"]) == (200, PDF_BYTES, PDF)
    assert given.headers["content-disposition"] == (
        "inline; filename=\"bao cao.pdf\"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o.pdf"
    )
    assert given.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in given.headers["content-security-policy"]


async def test_who_may_not_read_gets_no_link(mai: Person, lan: Person, client: httpx.AsyncClient) -> None:
    file_id = str(await mai.completed())

    assert code(await lan.read(file_id)) == (403, "not-allowed")
    assert code(await Person(client, {}).read(file_id)) == (401, "not-signed-in")


async def test_what_is_not_completed_is_not_there_yet(mai: Person) -> None:
    told = (await mai.announce()).json()
    await mai.post(told["upload"])

    assert code(await mai.read(told["id"])) == (404, "not-found")


async def test_a_link_ends(store: DirectoryStore, client: httpx.AsyncClient) -> None:
    over = store.link(f"shared/{new_id()}", name="a", media_type=PDF, public_base="", expires_s=-1)

    assert code(await client.get(over)) == (403, "link-expired")


def test_an_older_key_still_opens_what_it_signed(store: DirectoryStore) -> None:
    before = DirectoryStore(store.folder, ["old key"]).link("a", name="a", media_type=PDF, public_base="")
    stranger = DirectoryStore(store.folder, ["other key"]).link("a", name="a", media_type=PDF, public_base="")

    assert store.open(before.rpartition("/")[2], "get")["key"] == "a"
    with pytest.raises(LinkExpired):
        store.open(stranger.rpartition("/")[2], "get")


def test_a_name_cannot_break_out_of_its_header() -> None:
    value = disposition('a"; filename="b.exe\r\nset-cookie: x', HTML)

    assert value.startswith("attachment; ")
    assert value.count('"') == 2
    assert not {"\r", "\n"} & set(value)


@pytest.mark.parametrize("key", ["../secret", "/etc/passwd", "shared/../x", "shared/x", "", f"{new_id()}"])
def test_no_path_leads_out_of_the_folder(store: DirectoryStore, key: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        store.path(key)


# -- attaching and sweeping ---------------------------------------------------------------------------------------


async def test_completed_files_attach_in_the_order_given_and_again(mai: Person, committed: Database, me: UUID) -> None:
    files, nomination = [await mai.completed() for _ in range(3)], new_id()
    wanted = [files[2], files[0]]

    for _ in range(2):
        async with committed.transaction() as session:
            attached = await actions.attach(session, wanted, to=nomination, by=me)
        assert [(file.id, file.attached_to) for file in attached] == [(file_id, nomination) for file_id in wanted]


async def test_a_file_that_is_not_completed_does_not_attach(mai: Person, committed: Database, me: UUID) -> None:
    told = (await mai.announce()).json()

    async with committed.sessions() as session:
        with pytest.raises(actions.FileNotCompleted):
            await actions.attach(session, [UUID(told["id"])], to=new_id(), by=me)


async def test_somebody_elses_file_does_not_attach(mai: Person, committed: Database) -> None:
    file_id = await mai.completed()

    async with committed.sessions() as session:
        with pytest.raises(actions.FileNotFound):
            await actions.attach(session, [file_id], to=new_id(), by=new_id())
        with pytest.raises(actions.FileNotFound):
            await actions.attach(session, [new_id()], to=new_id(), by=new_id())


async def test_a_file_belongs_to_one_thing_even_in_a_race(mai: Person, committed: Database, me: UUID) -> None:
    file_id = await mai.completed()

    async def attach() -> None:
        async with committed.transaction() as session:
            await actions.attach(session, [file_id], to=new_id(), by=me)

    results = await asyncio.gather(*(attach() for _ in range(5)), return_exceptions=True)

    assert sorted(type(result).__name__ for result in results) == ["FileAttachedElsewhere"] * 4 + ["NoneType"]


async def test_attaching_again_by_a_colleague_keeps_what_belongs_there(
    mai: Person, committed: Database, me: UUID
) -> None:
    file_id, nomination = await mai.completed(), new_id()
    async with committed.transaction() as session:
        await actions.attach(session, [file_id], to=nomination, by=me)

    async with committed.transaction() as session:
        attached = await actions.attach(session, [file_id], to=nomination, by=new_id())

    assert [file.id for file in attached] == [file_id]


async def older(database: Database, file_id: UUID, hours: int) -> None:
    async with database.transaction() as session:
        await session.execute(
            update(File).where(File.id == file_id).values(created_at=now() - timedelta(hours=hours, seconds=1))
        )


async def left(database: Database) -> set[UUID]:
    async with database.sessions() as session:
        return set(await session.scalars(select(File.id)))


async def test_what_nothing_uses_is_swept_after_a_day_bytes_and_all(
    mai: Person, committed: Database, store: DirectoryStore, me: UUID
) -> None:
    unused, used, let_go, young = [await mai.completed() for _ in range(4)]
    never_uploaded = UUID((await mai.announce()).json()["id"])
    nomination = new_id()
    async with committed.transaction() as session:
        await actions.attach(session, [used, let_go], to=nomination, by=me)
    async with committed.transaction() as session:
        await actions.let_go(session, of=nomination, keep=[used])
    for file_id in (unused, used, let_go, never_uploaded):
        await older(committed, file_id, 24)
    await older(committed, young, 23)

    swept = await actions.sweep(committed, store, now())

    assert swept == 3
    assert await left(committed) == {used, young}
    assert kept(store) == sorted([str(used), str(young)])


async def test_two_sweepers_at_once_do_no_harm(mai: Person, committed: Database, store: DirectoryStore) -> None:
    for _ in range(5):
        await older(committed, await mai.completed(), 25)

    counts = await asyncio.gather(*(actions.sweep(committed, store, now()) for _ in range(3)))

    assert await left(committed) == set()
    assert kept(store) == []
    assert sum(counts) >= 5


async def test_a_file_being_swept_is_not_there_for_anybody(mai: Person, committed: Database, me: UUID) -> None:
    file_id = await mai.completed()
    async with committed.transaction() as session:
        await session.execute(update(File).values(sweeping_at=now()))

    async with committed.sessions() as session:
        with pytest.raises(actions.FileNotFound):
            await actions.attach(session, [file_id], to=new_id(), by=me)
    assert code(await mai.read(str(file_id))) == (404, "not-found")
    assert code(await mai.complete(str(file_id))) == (404, "file-not-found")


async def test_a_store_that_cannot_be_written_is_unavailable_and_waits_for_the_next_sweep(
    mai: Person, committed: Database, store: DirectoryStore
) -> None:
    file_id = await mai.completed()
    await older(committed, file_id, 25)
    blocked = store.folder.rename(store.folder.with_name("elsewhere"))
    store.folder.write_text("not a folder")

    told = (await mai.announce()).json()
    answer = await mai.post(told["upload"])
    swept = await actions.sweep(committed, store, now())
    healthy = await store.healthy()
    store.folder.unlink()
    blocked.rename(store.folder)

    assert (code(answer), swept, healthy) == ((503, "unavailable"), 0, False)
    assert await actions.sweep(committed, store, now()) == 1


# -- kinds and settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_type", "good", "bad"),
    [
        (PDF, b"%PDF-1.4 ...", b"PDF"),
        (PNG, b"\x89PNG\r\n\x1a\n....", b"\x89PNG"),
        (JPEG, b"\xff\xd8\xff\xe0", b"\xff\xd8"),
        (WEBP, b"RIFF\x10\x00\x00\x00WEBPVP8 ", b"RIFF\x10\x00\x00\x00WAVE"),
        (DOCX, b"PK\x03\x04....", b"PK\x05\x06"),
        (TEXT, "Kế hoạch".encode(), b"a\x00b"),
        (TEXT, "Kế hoạch".encode()[:-1] + "ế".encode()[:2], b"\xff\xfea"),
        (HTML, b"\xef\xbb\xbf\n<!DOCTYPE html><p>", b"%PDF-1.4"),
        (HTML, b"<html lang=vi>", b"<script>alert(1)</script>"),
    ],
)
def test_the_first_bytes_tell_the_kind(media_type: str, good: bytes, bad: bytes) -> None:
    assert is_what_it_says(media_type, good)
    assert not is_what_it_says(media_type, bad)


def test_an_unknown_kind_never_fits() -> None:
    assert not is_what_it_says("application/zip", b"PK\x03\x04")


@pytest.mark.parametrize("url", ["ftp://x/y", "s3+http://host/bucket", "s3+http://key:secret@host", "s3://k:s@h/b"])
def test_a_store_that_cannot_be_meant_stops_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(UnsafeSettings):
        open_store(Settings(_env_file=None, home=tmp_path, files_url=url))


async def test_a_folder_named_in_the_settings_is_used(tmp_path: Path) -> None:
    store = open_store(Settings(_env_file=None, home=tmp_path, files_url=f"file://{tmp_path}/T%E1%BB%87p"))
    assert await store.healthy() is False

    await store.prepare()

    assert await store.healthy() is True
    assert (tmp_path / "Tệp").is_dir()


async def test_s3_that_is_not_there_is_unavailable_within_two_seconds(tmp_path: Path) -> None:
    store = open_store(Settings(_env_file=None, home=tmp_path, files_url="s3+http://key:secret@127.0.0.1:9/lantoa"))

    async with asyncio.timeout(2):
        assert await store.healthy() is False
        with pytest.raises(Unavailable):
            await store.examine(f"shared/{new_id()}")


def test_forms_and_links_of_s3_need_no_network_and_name_the_public_host(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None,
        home=tmp_path,
        files_url="s3+http://key:se%2Fcret@10.0.0.1:9000/lantoa",
        files_public_url="https://files.example",
    )
    store, key = open_store(settings), f"shared/{new_id()}"

    form = store.upload_form(key, media_type=PDF, size_bytes=1, sha256="0" * 64, public_base="")
    link = urlsplit(store.link(key, name="a.pdf", media_type=PDF, public_base=""))

    assert form.url == "https://files.example/lantoa"
    assert (link.scheme, link.netloc, link.path) == ("https", "files.example", f"/lantoa/{key}")

"""Reading: a link of five minutes, for who may read, that leads nowhere else."""

from __future__ import annotations

import httpx
import pytest

from shared.db import new_id
from shared.files.directory import DirectoryStore, LinkExpired
from shared.files.kinds import HTML, PDF
from shared.files.shapes import disposition
from tests.shared.files.people import PDF_BYTES, Person, code


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


@pytest.mark.parametrize(
    "key", ["../secret", "/etc/passwd", "shared/../x", "shared/x", "", "0198c0de-0000-7000-8000-000000000001"]
)
def test_no_path_leads_out_of_the_folder(store: DirectoryStore, key: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        store.path(key)

"""One Idempotency-Key, one change: fifty at once at two processes, with other content, with a file."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from tests.races import people
from tests.races.gate import holding
from tests.races.product import Json, Product, problem

pytestmark = pytest.mark.xdist_group("races")

PATH = "/nominations/v1/nominations"
NAMED = "SELECT count(*) FROM nominations WHERE subject_name = $1"
STILL, OTHERWISE = (409, "still-in-flight"), (422, "key-used-differently")


async def at_once(product: Product, path: str, key: str, bodies: list[Json]) -> list[httpx.Response]:
    """Mai's posts under one key, half of them to each process."""
    return list(await asyncio.gather(*(admitted(product, path, key, body) for body in bodies)))


async def admitted(product: Product, path: str, key: str, body: Json) -> httpx.Response:
    """On a slow machine fifty are too many for the connections of two processes: who is told so comes again."""
    while True:
        answer = await product.ask("mai", "POST", path, body, key=key)
        if answer.status_code != 503:
            return answer
        assert answer.headers["retry-after"]


def replayed(answers: list[httpx.Response]) -> Counter[bool]:
    """Of those who got the answer, how many were told that it is a repetition."""
    return Counter("idempotency-replayed" in answer.headers for answer in answers if answer.is_success)


async def test_of_fifty_at_once_one_is_done_and_the_others_repeat_it_or_come_again(product: Product) -> None:
    body, key = people.draft(), str(uuid4())

    answers = await at_once(product, PATH, key, [body] * 50)

    told, refused = replayed(answers), [answer for answer in answers if not answer.is_success]
    assert (told[False], told[True] + len(refused)) == (1, 49)
    assert {(problem(answer), answer.headers["retry-after"]) for answer in refused} <= {(STILL, "1")}
    assert len({answer.content for answer in answers if answer.is_success}) == 1
    assert await product.rows("nominations", NAMED, body["subject_name"]) == [(1,)]


async def test_while_the_first_is_at_work_nobody_else_begins(product: Product) -> None:
    """It is stopped before it keeps its answer. Without the lock on the key all would stand there with a draft each."""
    body, key = people.draft(), str(uuid4())
    async with holding(product.database("nominations"), "LOCK TABLE stored_answers IN EXCLUSIVE MODE") as gate:
        first = asyncio.create_task(product.ask("mai", "POST", PATH, body, key=key))
        await gate.stand_before(1)
        others = await at_once(product, PATH, key, [body] * 49)
        await gate.stand_before(1)
    done = await first

    again = await product.done("mai", "POST", PATH, body, key=key)

    assert Counter((problem(answer), answer.headers["retry-after"]) for answer in others) == {(STILL, "1"): 49}
    assert (done.status_code, replayed([done, again])) == (201, {False: 1, True: 1})
    assert (again.content, again.headers["etag"]) == (done.content, done.headers["etag"])
    assert await product.rows("nominations", NAMED, body["subject_name"]) == [(1,)]


async def test_one_key_with_ten_different_contents_at_once_is_one_of_them(product: Product) -> None:
    bodies, key = [people.draft() for _ in range(10)], str(uuid4())

    answers = await at_once(product, PATH, key, [body for body in bodies for _ in range(5)])

    told = Counter(a.status_code if a.is_success else problem(a) for a in answers)
    names = {answer.json()["subject_name"] for answer in answers if answer.is_success}
    counted = [await product.rows("nominations", NAMED, body["subject_name"]) for body in bodies]
    assert set(told) <= {201, STILL, OTHERWISE}
    assert (replayed(answers)[False], len(names), told[201] <= 5) == (1, 1, True)
    assert Counter(count for [(count,)] in counted) == {1: 1, 0: 9}


async def test_a_file_announced_posted_and_completed_by_many_at_once_is_one(product: Product) -> None:
    """An announcement needs no key: the file's id is one. The nomination that it goes with does."""
    content, file_id = b"%PDF-1.4\n% " + uuid4().hex.encode() + b"\n%%EOF\n", str(uuid4())
    announced: Json = {
        "id": file_id,
        "name": "thanh-tich.pdf",
        "media_type": "application/pdf",
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    key, body, files = str(uuid4()), people.draft(evidence=[file_id]), "/nominations/v1/files"

    answers = await at_once(product, files, key, [announced] * 20)
    form = answers[0].json()["upload"]
    sending = {"data": form["fields"], "files": {"file": ("f", content, "application/pdf")}}
    posted = await asyncio.gather(*(product.http.post(form["url"], **sending) for _ in range(5)))
    completing = (product.ask("mai", "PUT", f"{files}/{file_id}/completion") for _ in range(10))
    completed = await asyncio.gather(*completing)
    presented = await at_once(product, PATH, key, [body] * 50)

    assert {(answer.status_code, answer.json()["id"]) for answer in answers} == {(201, file_id)}
    assert ({a.status_code for a in posted}, {a.status_code for a in completed}) == ({204}, {200})
    assert replayed(presented)[False] == 1
    assert {a.status_code if a.is_success else problem(a) for a in presented} <= {201, STILL}
    [(nomination_id,)] = await product.rows(
        "nominations", "SELECT id FROM nominations WHERE subject_name = $1", body["subject_name"]
    )
    rows = "SELECT attached_to, completed_at IS NOT NULL FROM files WHERE sha256 = $1"
    assert await product.rows("nominations", rows, announced["sha256"]) == [(nomination_id, True)]

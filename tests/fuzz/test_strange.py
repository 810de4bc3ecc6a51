"""Strange text, numbers, days, cursors, headers and bodies at every door: an answer of ours, and never a 5xx."""

from __future__ import annotations

import asyncio
import copy
import gzip
import json
import time
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import pytest

from services.serving import SERVICES, Servers, application
from tests.chain.doors import Doors, Operation
from tests.chain.test_bad_input import CONTRACTS
from tests.fuzz import edges
from tests.fuzz.conftest import CASES, SEED
from tests.fuzz.knowing import MAY
from tests.fuzz.peopled import Known
from tests.walks import world
from tests.walks.bodies import BODIES
from tests.walks.walker import Walker

pytestmark = pytest.mark.xdist_group("fuzz")
READS = [
    (service, path, [one for one in told["get"].get("parameters", []) if one["in"] == "query"])
    for service, document in CONTRACTS.items()
    for path, told in document["paths"].items()
    if "get" in told and not path.endswith("/stream")
]
T = TypeVar("T")
WORDS = (*edges.TEXTS, *edges.DAYS, *edges.INSTANTS)
WHOLE = (0, -1, 2**31, 2**63, 2**64, 1e308)
SLOW_S = 3.0  # a body that takes longer than this keeps everybody else waiting


@pytest.fixture(scope="module")
async def doors(product: Servers, known: Known) -> AsyncIterator[Doors]:
    """The same databases, at doors of our own."""
    async with application(product, SERVICES) as app:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
            yield Doors(product, http)


def who(path: str) -> str:
    """Somebody who may."""
    return next((people[0] for part, people in MAY.items() if part in path), "mai")


def wrong(answer: httpx.Response) -> str | None:
    """What is wrong with an answer; a refusal must be a problem."""
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:200]}"
    kind = answer.headers.get("content-type", "")
    graph = "errors" in answer.text and kind.startswith("application/") and "graphql" in str(answer.url)
    page = "/p" in str(answer.url) and kind.startswith("text/html")
    if answer.status_code >= 400 and kind != "application/problem+json" and not graph and not page:
        return f"{answer.status_code} as {kind}"
    return None


def strange(kind: str, format: str | None) -> tuple[str, ...]:
    """What to put where such a value belongs."""
    if format in {"date", "date-time"}:
        return (*edges.DAYS, *edges.INSTANTS)
    return edges.NUMBERS if kind == "integer" else (*edges.TEXTS, "a\x00b")


def kind_of(parameter: dict[str, Any]) -> tuple[str, str | None]:
    """Type and format, whether or not it may be left out."""
    schema = parameter["schema"]
    plain = next((part for part in schema.get("anyOf", [schema]) if part.get("type") != "null"), schema)
    return plain.get("type", "string"), plain.get("format")


def some(cases: Iterator[T]) -> list[T]:
    """All of them where much is tried; else as many as there is time for, chosen by the seed."""
    every = list(cases)
    return every if len(every) < CASES else Random(SEED).sample(every, CASES)


def queries() -> Iterator[tuple[str, str, str]]:
    """Each parameter of each list with each strange value: service, path, address."""
    for service, path, parameters in READS:
        filled = path.replace("{id}", str(world.PLAN)).replace("{endpoint_id}", str(world.PLAN))
        for parameter in parameters:
            for value in edges.CURSORS if parameter["name"] == "after" else strange(*kind_of(parameter)):
                yield service, path, f"{filled}?{parameter['name']}={quote(value, errors='surrogatepass')}"


async def test_every_query_at_its_edges(doors: Doors) -> None:
    faults = {}
    for service, path, address in some(queries()):
        found = wrong(await doors.send((service, "GET", address), None, who=who(path), raw=b""))
        faults.update({f"{service} {address}"[:200]: found} if found else {})

    assert faults == {}


async def test_every_header_garbled(doors: Doors) -> None:
    faults = {}
    asked = [
        ("plans", "GET", f"/v1/plans/{world.PLAN}"),
        ("nominations", "POST", "/v1/nominations"),
        ("publicity", "GET", "/v1/items"),
        ("publicity", "GET", "/p"),
        ("publicity", "POST", "/graphql"),
        ("notifications", "GET", "/v1/messages"),
    ]
    for operation in asked:
        body = {"query": "{ __typename }"} if operation[2] == "/graphql" else BODIES.get(operation, {})
        content = json.dumps(body).encode() if operation[1] == "POST" else b""
        for name, value in edges.HEADERS:
            given = {"authorization": f"Bearer {doors.issuer.mint('mai')}", "content-type": "application/json"}
            headers = [(k.encode(), v.encode()) for k, v in given.items() if k != name] + [(name.encode(), value)]
            answer = await doors.http.request(
                operation[1], f"/{operation[0]}{operation[2]}", content=content, headers=headers
            )
            found = wrong(answer)
            faults.update({f"{operation} {name}: {value[:40]!r}": found} if found else {})

    assert faults == {}


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where texts and numbers stand in a body."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in inside:
        if isinstance(inner, dict | list):
            yield from leaves(inner, (*at, step))
        elif isinstance(inner, str | int) and not isinstance(inner, bool):
            yield (*at, step)


def put(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The body with that in its place."""
    changed = copy.deepcopy(body)
    here = changed
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value
    return changed


HEAVY = ("1" * 49_000, "a" + "\u0327\u0301" * 24_000, "1." * 24_000, " " * 49_000, "<" * 49_000, "a@" * 20_000)


def heavy_ones() -> Iterator[tuple[Operation, tuple[Any, ...], str]]:
    """Each text of each body, made heavy."""
    for operation, body in BODIES.items():
        yield from ((operation, place, heavy) for place in leaves(body) for heavy in HEAVY if _is_text(body, place))


async def test_no_text_keeps_everybody_waiting(doors: Doors) -> None:
    faults = {}
    for operation, place, heavy in some(heavy_ones()):
        started = time.process_time()
        found = wrong(await doors.send(operation, put(BODIES[operation], place, heavy), who=who(operation[2])))
        took = time.process_time() - started
        found = found or (f"took {took:.1f} s" if took > SLOW_S else None)
        faults.update({f"{operation} {place} {heavy[:4]!r}": found} if found else {})

    assert faults == {}


def edged() -> Iterator[tuple[Operation, tuple[Any, ...], Any]]:
    """Each field of each body at each edge."""
    for operation, body in BODIES.items():
        for place in leaves(body):
            values = WORDS if _is_text(body, place) else WHOLE
            yield from ((operation, place, value) for value in values)


async def test_every_field_at_its_edges(doors: Doors) -> None:
    faults = {}
    for operation, place, value in some(edged()):
        found = wrong(await doors.send(operation, put(BODIES[operation], place, value), who=who(operation[2])))
        faults.update({f"{operation} {place} {value!r}"[:160]: found} if found else {})

    assert faults == {}


def _is_text(body: Any, place: tuple[Any, ...]) -> bool:
    for step in place:
        body = body[step]
    return isinstance(body, str)


DRAFT = json.dumps(world.draft()).encode()
BODIES_AS_BYTES = {
    "byte order mark": (b"\xef\xbb\xbf" + DRAFT, {}),
    "UTF-16": (DRAFT.decode().encode("utf-16"), {}),
    "packed": (gzip.compress(DRAFT), {"content-encoding": "gzip"}),
    "packed and not said": (gzip.compress(DRAFT), {}),
    "twice the same name": (DRAFT[:-1] + b', "title": "' + "Khác".encode() + b'"}', {}),
    "not a number": (DRAFT[:-1] + b', "results": NaN}', {}),
    "endless": (DRAFT[:-1] + b', "results": 1e9999}', {}),
    "half a pair": (DRAFT[:-1] + b', "field": "\\ud83d"}', {}),
    "NUL told": (DRAFT[:-1] + b', "field": "\\u0000"}', {}),
    "deep inside": (DRAFT[:-1] + b', "results": ' + b"[" * 900 + b"]" * 900 + b"}", {}),
    "as XML": (b"<draft/>", {"content-type": "application/xml"}),
    "as a form": (b"title=x", {"content-type": "application/x-www-form-urlencoded"}),
    "as parts": (b"--x--", {"content-type": "multipart/form-data; boundary=x"}),
    "as text": (DRAFT, {"content-type": "text/plain"}),
    "as nothing": (DRAFT, {"content-type": ""}),
}
TAKEN = {"byte order mark", "UTF-16", "twice the same name"}  # readable without doubt, the last of two names counts


@pytest.mark.parametrize("case", BODIES_AS_BYTES)
async def test_a_body_in_a_strange_form(doors: Doors, case: str) -> None:
    raw, headers = BODIES_AS_BYTES[case]

    answer = await doors.send(("nominations", "POST", "/v1/nominations"), None, who="mai", raw=raw, **headers)

    assert wrong(answer) is None
    assert answer.status_code in ({201} if case in TAKEN else {400, 415, 422}), answer.text


@pytest.mark.parametrize(
    "address",
    ["/", "/khong-co", "/plans", "/plans//v1", "/publicity/%0A", "/%00", "/nominations/v1/%2e%2e/%2e%2e/x", "/.env"],
)
async def test_an_address_that_leads_nowhere_says_so_in_our_words(doors: Doors, address: str) -> None:
    answer = await doors.http.get(address)

    assert answer.status_code in {302, 307, 404}
    assert answer.status_code != 404 or answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("length", "sent"),
    [
        (b"transfer-encoding: chunked", b"zz\r\nab\r\n0\r\n\r\n"),
        (b"transfer-encoding: chunked", b"10000000000000000\r\nab\r\n"),
        (b"transfer-encoding: chunked\r\ncontent-length: 3", b"3\r\nabc\r\n0\r\n\r\n"),
        (b"content-length: 3\r\ncontent-length: 4", b"abcd"),
        (b"content-length: -5", b"abc"),
    ],
    ids=["no length", "huge length", "both lengths", "two lengths", "negative"],
)
async def test_a_body_of_nonsense_lengths_ends_in_a_refusal(walker: Walker, length: bytes, sent: bytes) -> None:
    where = urlsplit(walker.addresses["nominations"])
    reader, writer = await asyncio.open_connection(where.hostname, where.port)

    writer.write(b"POST /nominations/v1/nominations HTTP/1.1\r\nhost: x\r\n" + length + b"\r\n\r\n" + sent)
    first = await asyncio.wait_for(reader.readline(), 10)
    writer.close()

    assert first.split()[1] in {b"400", b"401", b"413"}
    assert (await walker.ask("mai", "GET", "nominations", "/v1/me")).status_code == 200

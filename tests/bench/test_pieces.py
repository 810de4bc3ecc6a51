"""The bench's own pieces: what it calls alike, how it sums up, where it writes. Nothing here is timed."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.bench import client, page
from tests.bench.figures import Figure, Run, Table
from tests.bench.load import NotMeasured, Shot
from tests.bench.measuring import Pace, in_turns
from tests.bench.profiling import summed
from tests.bench.questions import Asked, nodes
from tests.bench.stories import Stories

NODE = {
    "id": "1",
    "title": "Con đường không rác",
    "summary": "…",
    "publishedAt": "2026-11-20T10:00:00.000001Z",
    "owner": {"id": "2", "slug": "a", "name": "A"},
    "movement": None,
}
PACE = Pace(rounds=3, seconds=1)


def a_run(per_s: float = 100, server_us: float = 10) -> Run:
    """Of one side."""
    return Run(requests=100, per_s=per_s, server_us=server_us, postgres_us=5, p50_ms=1, p99_ms=2)


def test_answers_of_all_sides_are_read_into_one_shape() -> None:
    same = {**NODE, "publishedAt": "2026-11-20T10:00:00.000001+00:00"}
    shapes: list[dict[str, Any]] = [
        {"data": {"items": {"edges": [{"node": NODE, "cursor": "x"}], "pageInfo": {}}}},
        {"data": {"allItems": {"edges": [{"node": same}]}}},
        {"data": {"items": {"items": [NODE], "more": False}}},
        {"data": {"item": same}},
        {"items": [same], "more": False},
    ]

    read = [nodes(shape) for shape in shapes]

    assert read == [read[0]] * len(shapes)


@pytest.mark.parametrize("answer", [{"errors": [{"message": "no"}], "data": {"items": None}}, [], "no"])
def test_an_answer_with_errors_is_no_answer(answer: Any) -> None:
    with pytest.raises(ValueError, match=r"no|\[\]"):
        nodes(answer)


def test_the_median_counts_and_a_peer_is_compared_with_ours() -> None:
    ours = Figure("ours", [a_run(100), a_run(300), a_run(200)])
    peer = Figure("peer", [a_run(50, server_us=25), a_run(50, server_us=25)])

    table = Table("Something", [ours, peer])

    assert (ours.per_s, ours.spread, ours.processor_us) == (200, 1.0, 15)
    assert table.lines()[2] == ["peer", "50", "±0%", "4.00", "25", "5", "30", "2.00", "1.0", "2.0"]


async def test_sides_take_turns() -> None:
    order: list[str] = []

    async def turn(name: str) -> Run:
        order.append(name)
        return a_run()

    await in_turns({name: partial(turn, name) for name in "AB"}, PACE, order.append)

    assert order == ["A", "B"] * 3


async def test_a_side_that_refuses_is_left_out_but_never_ours() -> None:
    said: list[str] = []

    async def well() -> Run:
        return a_run()

    async def refusing() -> Run:
        raise NotMeasured("503")

    figures = await in_turns({"ours": well, "peer": refusing}, PACE, said.append)

    assert [figure.side for figure in figures] == ["ours"]
    assert said[-1] == "peer is left out: 503"
    with pytest.raises(NotMeasured):
        await in_turns({"ours": refusing, "peer": well}, PACE, said.append)


async def test_the_client_of_ours_asks_and_tells_as_wrk_does() -> None:
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            heard.append(head + await reader.readexactly(2))
            writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}")

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    told = await client_main(f"http://127.0.0.1:{port}")
    server.close()

    assert told["requests"] >= 2
    assert (told["refused"], told["broken"]) == (0, 0)
    assert b'idempotency-key: "k-0"' in heard[0]
    assert heard[0].endswith(b"\r\n\r\n[]")


async def client_main(url: str) -> dict[str, int]:
    """A tenth of a second of it, on one connection."""
    shot = {"url": url, "asked": {"path": "/", "bodies": ["[]"]}, "headers": {}, "keys": "k-", "parts": []}
    return await client.main(shot, 0.1, 1)


def test_bodies_reach_wrk_as_they_are() -> None:
    shot = Shot("http://127.0.0.1:1", Asked.of("/graphql", [{"query": '{ a(b: "]]") }'}]), {"x-y": "z"}, keys="k")

    lua = shot.lua()

    assert '[====[{"query":"{ a(b: \\"]]\\") }"}]====]' in lua
    assert "[ [====[x-y]====] ] = [====[z]====]" in lua


def test_only_what_stands_between_the_markers_is_written(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("before\n<!-- bench: a -->\nold\n<!-- bench: end of a -->\nafter\n")

    page.write("a", r"new \1", file)

    assert file.read_text() == "before\n<!-- bench: a -->\n\nnew \\1\n\n<!-- bench: end of a -->\nafter\n"
    with pytest.raises(ValueError, match="no place for b"):
        page.write("b", "new", file)


def test_the_page_has_a_place_for_what_is_measured() -> None:
    text = page.PAGE.read_text("utf-8")

    assert all(page.BEGIN.format(part) in text for part in ("10000 items", "1000000 items", "road"))


def test_samples_are_summed_by_function() -> None:
    told = summed("main (a.py:1);work (b.py:2) 3\nmain (a.py:5) 1\n")

    assert "self, of 4 samples\n 75.0%  work (b.py)\n 25.0%  main (a.py)" in told
    assert "100.0%  main (a.py)" in told


def test_stories_are_the_same_every_time_and_differ_among_themselves() -> None:
    one, other = ([edition for _, edition in Stories().items(50)] for _ in range(2))

    assert one == other
    assert len({edition[6] for edition in one}) > 40

"""The whole product in containers, in production mode, behind its one door: walked, killed, stopped, kept, removed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from tests.containers.outside import Outside
from tests.containers.whole import (
    ROOT,
    SERVERS,
    SERVICES,
    ComposeFailed,
    Whole,
    all_know,
    clean_environment,
    production,
    run,
)
from tests.walks.walker import Walker
from tests.walks.whole import walk

pytestmark = [pytest.mark.xdist_group("real"), pytest.mark.timeout(900)]

GRACE_S = {"kafka": 60, "postgres": 60, "minio": 30, "edge": 10} | dict.fromkeys(SERVICES, 30)
ENDS_WELL = dict.fromkeys(GRACE_S, 0) | {"kafka": 143}  # a Java machine reports the signal by which it was asked to end


@asynccontextmanager
async def listening(whole: Whole) -> AsyncIterator[set[str]]:
    """The types of the facts that come by SSE through the edge, while the stream is open."""
    heard: set[str] = set()

    async def listen() -> None:
        async with (
            httpx.AsyncClient(timeout=httpx.Timeout(15, read=60)) as client,
            client.stream("GET", f"{whole.addresses['publicity']}/v1/events/stream") as answer,
        ):
            async for line in answer.aiter_lines():
                if line.startswith("event:"):
                    heard.add(line.removeprefix("event:").strip())

    task = asyncio.create_task(listen())
    try:
        await asyncio.sleep(1)
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_walk_through_the_one_door_and_the_stream_beside_it(whole: Whole, walker: Walker) -> None:
    async with listening(whole) as heard:
        await walk(walker)

        async def both() -> bool:
            return {"lantoa.item.published.v1", "lantoa.item.withdrawn.v1"} <= heard

        await walker.until(both)


async def test_a_file_goes_through_the_one_door_and_comes_back_only_with_its_own_link(
    whole: Whole, walker: Walker, around: Outside
) -> None:
    content = b"%PDF-1.4\n" + bytes(range(256)) * 8192 + b"\n%%EOF\n"
    file_id = await walker.upload("mai", content)

    answer = await walker.ask("mai", "GET", "nominations", f"/v1/files/{file_id}")
    link = answer.headers["location"]
    fetched = await walker.http.get(link)
    token = {"authorization": f"Bearer {around.issuer.mint('mai')}"}
    followed = await walker.http.get(
        f"{whole.addresses['nominations']}/v1/files/{file_id}", headers=token, follow_redirects=True
    )
    forged = [await walker.http.get(url) for url in (link.partition("?")[0], link.replace(str(file_id), "x" * 36))]
    other_ways = [await walker.http.request(method, link) for method in ("PUT", "DELETE", "POST")]

    assert answer.status_code == 302
    assert link.startswith(whole.settings["LANTOA_PUBLIC_URL"])
    assert (fetched.content, followed.content) == (content, content)
    assert {answer.status_code for answer in [*forged, *other_ways]} == {403}


async def test_a_mail_leaves_the_containers(walker: Walker, around: Outside) -> None:
    await walker.done("vinh", "PUT", "notifications", "/v1/me/contact-points/email", {"address": "vinh@example.vn"})

    async def arrived() -> bool:
        return any(to == ["vinh@example.vn"] for to, _ in around.post.letters)

    await walker.until(arrived)


async def test_pages_documents_and_graph_are_behind_the_door_and_nothing_else_is(whole: Whole, walker: Walker) -> None:
    door = whole.settings["LANTOA_PUBLIC_URL"]
    there = ["/publicity/p", *(f"/{name}/{page}" for name in SERVICES for page in ("docs", "openapi.json"))]
    absent = ["/metrics", "/readyz", "/minio/admin/v3/info", "/minio/health/live", "/x", "/plans/metrics"]

    assert [path for path in there if (await walker.http.get(f"{door}{path}")).status_code != 200] == []
    assert [path for path in absent if (await walker.http.get(f"{door}{path}")).status_code != 404] == []
    assert (await walker.http.get(f"{door}/")).headers["location"] == "/publicity/p"
    graph = await walker.http.post(f"{door}/publicity/graphql", json={"query": "{ __typename }"})
    assert graph.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize("name", [*SERVICES, "edge"])
async def test_a_container_of_ours_runs_as_nobody_on_a_disk_it_cannot_write(whole: Whole, name: str) -> None:
    look = "id -u; grep -E '^(CapEff|CapPrm|NoNewPrivs)' /proc/1/status; touch /usr/x /etc/x 2>&1 | grep -c 'Read-only'"

    said = await whole.compose("exec", "-T", name, "sh", "-c", look)

    assert said.split() == ["10001", "CapPrm:", "0" * 16, "CapEff:", "0" * 16, "NoNewPrivs:", "1", "2"]


async def test_the_image_holds_the_code_of_this_checkout(whole: Whole) -> None:
    """A build that takes a package from a cache would deliver yesterday's code under today's name."""
    count = (
        "import hashlib, pathlib, sys; root = pathlib.Path(sys.argv[1]); "
        "print([(str(p.relative_to(root)), hashlib.sha256(p.read_bytes()).hexdigest()) "
        "for part in ('services', 'shared') for p in sorted((root / part).rglob('*.py'))])"
    )
    inside = await whole.compose(
        *("exec", "-T", "plans", "python", "-c", count, "/app/.venv/lib/python3.11/site-packages")
    )

    _, here = await run("python3", "-c", count, str(ROOT), environment=clean_environment())

    assert inside == here


async def test_services_that_are_killed_come_back_and_go_on(whole: Whole, walker: Walker) -> None:
    for name in SERVICES:
        await whole.compose("exec", "-T", name, "sh", "-c", "kill -9 -1")

    async def back() -> bool:
        found = [await whole.container(name) for name in SERVICES]
        return all(each["RestartCount"] == 1 and each["State"]["Health"]["Status"] == "healthy" for each in found)

    await walker.until(back)
    await all_know(walker)
    await walk(walker)


async def test_servers_that_are_killed_are_brought_back_by_up(whole: Whole, walker: Walker) -> None:
    await whole.compose("kill", *SERVERS)
    await whole.up()

    await all_know(walker)
    await walk(walker)


async def test_who_comes_while_a_service_is_away_is_told_to_come_again(whole: Whole, walker: Walker) -> None:
    await whole.compose("stop", "plans")
    url = f"{whole.addresses['plans']}/v1/me"

    vietnamese = await walker.http.get(url)
    english = await walker.http.get(url, headers={"accept-language": "en"})
    others = await walker.http.get(f"{whole.addresses['publicity']}/v1/items")
    await whole.up()

    assert (vietnamese.status_code, vietnamese.headers["content-type"]) == (503, "application/problem+json")
    assert vietnamese.headers["retry-after"] == "2"
    assert vietnamese.json()["type"] == english.json()["type"] == "urn:lantoa:problem:unavailable"
    assert (vietnamese.json()["title"], english.json()["title"]) == (
        "Tạm thời chưa phục vụ được",
        "Temporarily unavailable",
    )
    assert others.status_code == 200


async def test_what_is_too_large_for_the_door_is_a_problem_too(whole: Whole, walker: Walker) -> None:
    sizes = (1_500_000, 3_000_000)  # refused by the service, and by the edge

    answers = [
        await walker.http.post(f"{whole.addresses['nominations']}/v1/files", content=b" " * size) for size in sizes
    ]

    assert [(a.status_code, a.json()["type"]) for a in answers] == [(413, "urn:lantoa:problem:too-large")] * 2


async def test_asked_to_stop_all_end_well_in_time_and_what_they_kept_is_there_again(
    whole: Whole, walker: Walker
) -> None:
    path = await walker.present()
    before = await walker.read("mai", path)

    async with listening(whole):
        ended = {name: await stopped(whole, name) for name in GRACE_S}
    await whole.compose("down")
    await whole.up()
    await all_know(walker)

    assert {name: code for name, (code, _) in ended.items()} == ENDS_WELL
    assert [name for name, (_, took_s) in ended.items() if took_s > GRACE_S[name]] == []
    assert await walker.read("mai", path) == before
    file = await walker.ask("mai", "GET", "nominations", f"/v1/files/{before['evidence'][0]}")
    assert (await walker.http.get(file.headers["location"])).content.startswith(b"%PDF")


async def stopped(whole: Whole, name: str) -> tuple[int, float]:
    """Exit code, and how long it took."""
    began = time.monotonic()
    await whole.compose("stop", name)
    took_s = time.monotonic() - began
    state = (await whole.container(name))["State"]
    return state["ExitCode"], took_s


async def test_logs_are_one_json_object_a_line(whole: Whole) -> None:
    said = await whole.compose("logs", "--no-color", "--no-log-prefix", *SERVICES, "edge")

    lines = [line for line in said.splitlines() if line and not line.startswith("Lan Tỏa ·")]
    assert [line for line in lines if not _is_object(line)] == []


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def needed() -> dict[str, str]:
    return production(8080, issuer="https://issuer.example", smtp_url="smtp://mail.example")


@pytest.mark.parametrize("name", [name for name in needed() if name != "LANTOA_EDGE_PORT"])
async def test_a_missing_variable_is_named(name: str) -> None:
    without: dict[str, Any] = {variable: value for variable, value in needed().items() if variable != name}

    with pytest.raises(ComposeFailed, match=f"required variable {name} is missing a value"):
        await Whole("lantoa-test-nothing", without).compose("--env-file", "/dev/null", "config", "--quiet")


async def test_the_profiles_are_a_whole_with_the_rest() -> None:
    whole = Whole("lantoa-test-nothing", needed())

    said = await whole.compose("--profile", "identity", "--profile", "watch", "config", "--services")

    assert {"keycloak", "identity-database", "prometheus", "grafana", "jaeger"} < set(said.split())


async def test_removed_with_its_volumes_nothing_is_left(whole: Whole) -> None:
    """The last one: the product is gone afterwards."""
    assert set(await whole.left()) == {"containers", "networks", "volumes"}

    await whole.compose("down", "--volumes")

    assert await whole.left() == {}

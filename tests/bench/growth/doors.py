"""The questions that are asked of a year: every list, board, desk and search, with somebody who asks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.paging import encode
from tests.bench.growth.country import COMMUNE
from tests.bench.growth.ground import Ground

GRAPH = """query Page($filter: ItemFilter, $search: String, $after: String) {
  items(first: 20, filter: $filter, search: $search, after: $after) {
    edges { node { id title summary publishedAt owner { name } } } pageInfo { hasNextPage endCursor } } }"""
SEARCH, BOARD = "search", "board"


@dataclass(frozen=True, slots=True)
class Door:
    """One question; `kind` says which promise it is about."""

    name: str
    service: str
    path: str
    subject: str | None = None
    body: Mapping[str, Any] | None = None
    kind: str = ""
    rows: int = 6_000  # of one table may be read: a page of each of a page's bodies, or all that waits for somebody


async def doors(ground: Ground) -> list[Door]:
    """The same questions of whatever year: its values are taken from the same places of it."""
    return [
        *await _public(ground),
        *await _desk(ground),
        *await _nominations(ground),
        *_plans(ground),
        *await _own(ground),
    ]


async def _public(ground: Ground) -> list[Door]:
    async with ground.grown("publicity") as year:
        published = "FROM items WHERE state = 'published'"
        deep = await year.line.fetchrow(f"SELECT published_at, id {published} ORDER BY published_at OFFSET 500 LIMIT 1")
        middle = await year.line.fetchrow(
            f"SELECT id, movement_id, subject_name, (published_at - interval '1 day')::date AS day {published} "
            "ORDER BY published_at OFFSET (SELECT count(*) / 2 FROM items WHERE state = 'published') LIMIT 1"
        )
        fact = await year.value("SELECT id FROM outbox ORDER BY position LIMIT 1")
        rare = await year.value("SELECT name FROM organisation_names WHERE name LIKE '%xã%' ORDER BY id LIMIT 1")
    owner, after = ground.country.provinces[0].id, encode([deep["published_at"], deep["id"]])
    lists = {
        "list": "",
        "list, deep": f"&after={after}",
        "list of an owner": f"&owner_id={owner}",
        "list of an owner, deep": f"&owner_id={owner}&after={after}",
        "list of a movement": f"&movement_id={middle['movement_id']}",
        "list of a rare field": "&field=Nghề muối",
        "list of a field nobody names": "&field=Thủ công",
        "list of one day": f"&published_from={middle['day']}&published_to={middle['day']}",
    }
    searches = {
        "a common word": "dan",
        "two common words": "nguoi dan",
        "the beginning of very many words": "t",
        "somebody's name": middle["subject_name"],
        "the name of a unit": rare,
        "a word nobody wrote": "zzzzz",
    }
    return [
        *(Door(name, "publicity", f"/v1/items?limit=20{path}") for name, path in lists.items()),
        *(
            Door(f"search: {n}", "publicity", f"/v1/items?limit=20&search={w}", kind=SEARCH)
            for n, w in searches.items()
        ),
        Door("search: a common word, deep", "publicity", f"/v1/items?limit=20&search=dan&after={after}", kind=SEARCH),
        Door("search: a common word of an owner", "publicity", f"/v1/items?search=dan&owner_id={owner}", kind=SEARCH),
        Door("item", "publicity", f"/v1/items/{middle['id']}"),
        Door("catching up", "publicity", f"/v1/events?after={fact}"),
        Door("graph: list", "publicity", "/graphql", body={"query": GRAPH}),
        Door("graph: deep", "publicity", "/graphql", body={"query": GRAPH, "variables": {"after": after}}),
        Door("graph: search", "publicity", "/graphql", body=_asked(search="dan"), kind=SEARCH),
        Door("graph: a name", "publicity", "/graphql", body=_asked(search=middle["subject_name"]), kind=SEARCH),
    ]


def _asked(**variables: Any) -> dict[str, Any]:
    return {"query": GRAPH, "variables": variables}


async def _desk(ground: Ground) -> list[Door]:
    editor = ground.country.provinces[0].those("editor")[0].subject
    return [
        Door("editor's desk", "publicity", "/v1/desk/items", editor, kind=BOARD),
        Door("editor: who am I", "publicity", "/v1/me", editor),
    ]


async def _nominations(ground: Ground) -> list[Door]:
    country = ground.country
    unit = next(body for body in country.bodies if body.kind == COMMUNE)
    async with ground.grown("nominations") as year:
        deep = await year.line.fetchrow(
            """SELECT nomination_created_at AS at, nomination_id AS id FROM stations WHERE organisation_id = $1
            ORDER BY nomination_created_at, nomination_id OFFSET 60 LIMIT 1""",
            country.provinces[0].uuid,
        )
        one = await year.value("SELECT id FROM nominations WHERE organisation_id = $1 LIMIT 1", unit.uuid)
        of_province = "FROM stations WHERE organisation_id = $1"
        reached = await year.value(f"SELECT count(*) {of_province}", country.provinces[0].uuid)
    reviewer, after = country.provinces[0].those("reviewer")[0].subject, encode([deep["at"], deep["id"]])
    above, mine = country.centre.those("reviewer")[0].subject, unit.those("nominator")[0].subject
    path = "/v1/nominations?view="
    return [
        Door("my nominations", "nominations", f"{path}mine", mine),
        Door("my unit's", "nominations", f"{path}organisation", mine),
        Door("a nomination", "nominations", f"/v1/nominations/{one}", mine),
        Door("what reached us", "nominations", f"{path}organisation", reviewer, kind=BOARD),
        Door("what reached us, deep", "nominations", f"{path}organisation&after={after}", reviewer, kind=BOARD),
        Door("what reached the centre", "nominations", f"{path}organisation", above, kind=BOARD),
        Door("what waits for us", "nominations", f"{path}waiting", reviewer, kind=BOARD),
        Door("how much waits for me", "nominations", "/v1/me", reviewer, rows=max(6_000, reached)),  # it is counted
        Door("audit of the country", "nominations", "/v1/audit", country.centre.those("auditor")[0].subject),
        Door("audit of a unit", "nominations", "/v1/audit", unit.those("auditor")[0].subject),
    ]


def _plans(ground: Ground) -> list[Door]:
    country, plans = ground.country, ground.plans
    officer, above = (body.those("plan_officer")[0].subject for body in (country.provinces[0], country.centre))
    nominator = country.communes[0].those("nominator")[0].subject
    owed = sum(share.plan is plans.of_all for share in plans.shares.values())
    own, all_ = plans.of[country.provinces[0].id].id, plans.of_all.id
    return [
        Door("a plan's board", "plans", f"/v1/duties/board?plan_id={own}", officer, kind=BOARD),
        Door("the country's board", "plans", f"/v1/duties/board?plan_id={all_}", above, kind=BOARD, rows=owed),
        Door("duties of my plans", "plans", "/v1/duties", officer, kind=BOARD),
        Door("open duties of the country", "plans", "/v1/duties?state=open&state=overdue", above, kind=BOARD),
        Door("what my unit owes", "plans", "/v1/me", nominator),
        Door("plans by their words", "plans", "/v1/plans?text=dien hinh", officer),
    ]


async def _own(ground: Ground) -> list[Door]:
    own = "FROM messages WHERE person_id = $1 AND in_app"
    async with ground.grown("notifications") as year:
        for commune in ground.country.communes:  # in a small year not everybody was told something
            who = commune.those("nominator")[0]
            deep = await year.value(f"SELECT id {own} ORDER BY id OFFSET (SELECT count(*) / 2 {own}) LIMIT 1", who.id)
            if deep is not None:
                break
    return [
        Door("my messages", "notifications", "/v1/messages", who.subject),
        Door("my unread messages", "notifications", "/v1/messages?unread=true", who.subject),
        Door("my messages, deep", "notifications", f"/v1/messages?after={encode([deep])}", who.subject),
    ]

"""The limit of presenting a nomination: the rows of the product's submission, with its fact in the outbox, unjudged."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

KEPT = ("title", "summary", "body", "results", "pictures", "credit")
SUBJECT = ("subject_type", "subject_name", "kind", "field", "movement_id")
NOT_SHOWN = {"author_ids", "exemplar_id"}
JSON = ("results", "pictures", "evidence", "household_adults")
PRESENT = """
UPDATE nominations SET state = 'submitted', version = version + 1, submitted_at = $2, story_version = 1
WHERE id = $1 AND version = 1 RETURNING *"""
STORY = "INSERT INTO story_versions (nomination_id, number, content, at) VALUES ($1, 1, $2, $3)"
STATION = """
INSERT INTO stations (id, nomination_id, nomination_created_at, number, organisation_id, state, opened_at)
VALUES ($1, $2, $3, 1, $4, 'waiting', $5)"""
SEQUENCE = """
INSERT INTO sequences (aggregate_id, last) VALUES ($1, 1)
ON CONFLICT (aggregate_id) DO UPDATE SET last = sequences.last + 1 RETURNING last"""
FACT = """
INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, sequence, time, correlation_id)
VALUES ($1, 'nominations', $2, 'lantoa.nomination.submitted.v1', $3, $4, $5, $6)"""


async def submitted(connection: Any, id: UUID, above: UUID, *, note: str, answer: str, person: UUID, key: str) -> bytes:
    """One transaction with a statement for each table; the answer as the product gives it."""
    at, station = datetime.now(UTC), uuid4()
    async with connection.transaction():
        row = dict(await connection.fetchrow(PRESENT, id, at))
        row |= {name: orjson.loads(row[name]) for name in JSON}
        await connection.execute(STORY, id, orjson.dumps(_content(row)).decode(), at)
        await connection.execute(STATION, station, id, row["created_at"], above, at)
        unit, trace = row["organisation_id"], str(uuid4())
        await connection.execute(note, at, person, "person", "submit", "nomination", id, unit, "[]", trace)
        number = await connection.fetchval(SEQUENCE, id)
        await connection.execute(FACT, uuid4(), id, orjson.dumps(_fact(row, above), default=str), number, at, trace)
        body = _shown(row, _station(station, above, at))
        path, headers = f"/v1/nominations/{id}/submission", orjson.dumps({"etag": '"2"'}).decode()
        await connection.execute(answer, person, "POST", path, key, bytes(32), 200, headers, body, at)
    return body


def _content(row: dict[str, Any]) -> dict[str, Any]:
    return {"story": {name: row[name] for name in KEPT}, **{name: row[name] for name in SUBJECT}}


def _fact(row: dict[str, Any], above: UUID) -> dict[str, Any]:
    names = ("organisation_id", "nominator_id", "title", "plan_id", "obligation_id", "period_key", "exemplar_id")
    told = {name: row[name] for name in (*names, "subject_type", "submitted_at")}
    return {"nomination_id": row["id"], **told, "station_organisation_id": above, "station_via_id": None}


def _station(id: UUID, above: UUID, at: datetime) -> dict[str, Any]:
    unsaid = ("via_id", "taken_up_at", "decided_at", "decided_by", "reason", "story_version")
    state = {"state": "waiting", "label": "đã chuyển", "opened_at": at}
    return {"id": id, "number": 1, "organisation_id": above, **state, **dict.fromkeys(unsaid)}


def _shown(row: dict[str, Any], station: dict[str, Any]) -> bytes:
    said = {name: value for name, value in row.items() if name not in NOT_SHOWN}
    empty: dict[str, Any] = {name: [] for name in ("remarks", "consents", "consented_kinds", "holds", "recused_ids")}
    missing = [{"role": "self", "person_name": None}]
    told = {**said, **empty, "stations": [station], "label": station["label"], "missing_consents": missing}
    return orjson.dumps(told, default=str)

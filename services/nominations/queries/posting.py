"""All that a simple post needs to know, in one round trip and without a session."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from services.nominations.queries.terms import Asked
from shared.idempotency import Claim
from shared.lines import WRITE_S

# The key is claimed; the unit stands that day, as `shared.directory.queries.is_valid` says; what he is there.
JUDGED = """
SELECT c.mine AND c.fingerprint IS NULL AS fresh,
  EXISTS (SELECT FROM organisations WHERE id = $6 AND slug IS NOT NULL
    AND (valid_from IS NULL OR valid_from <= $7) AND (valid_to IS NULL OR valid_to >= $7)) AS stands,
  ARRAY(SELECT role FROM offices WHERE person_id = $2 AND organisation_id = $6
    AND from_on <= $7 AND (to_on IS NULL OR to_on >= $7)) AS roles
FROM lantoa_claim($1, $2, $3, $4, $5) AS c"""
# The same, of a post that names a movement, or what it answers.
NAMING = JUDGED.replace(
    " AS roles",
    """ AS roles,
  $8::uuid IS NULL OR EXISTS (SELECT FROM movements WHERE id = $8) AS movement, asked.*""",
).replace(
    " AS c",
    """ AS c LEFT JOIN (
    SELECT p.withdrawn, p.start_on, p.end_on, o.position, o.kind, o.cadence, o.subject_types::text
    FROM plans p JOIN obligations o ON o.plan_id = p.id WHERE p.id = $9 AND o.id = $10) AS asked ON true""",
)


class PostJudged(NamedTuple):
    """Whether the key is new and now ours, whether the unit stands, and the roles of the person's posts there.

    `named` is whether all that is named is known, `asked` what the obligation asks.
    """

    fresh: bool
    stands: bool
    roles: list[str]
    named: bool = True
    asked: Asked | None = None


class Named(NamedTuple):
    """What a post names of others."""

    movement_id: UUID | None
    plan_id: UUID | None
    obligation_id: UUID | None


async def judge_post(line: asyncpg.Connection, claim: Claim, *, unit: UUID, on: date, names: Named) -> PostJudged:
    """Inside the transaction of `line`, whose end lets the key go. Raises what asyncpg raises."""
    if not any(names):
        return PostJudged(*await line.fetchrow(JUDGED, *claim.asked, unit, on, timeout=WRITE_S))
    row = await line.fetchrow(NAMING, *claim.asked, unit, on, *names, timeout=WRITE_S)
    asked = Asked.of({**row, "subject_types": orjson.loads(row["subject_types"])}) if row["kind"] is not None else None
    named = row["movement"] and (asked is not None or names.plan_id is None)
    return PostJudged(row["fresh"], row["stands"], row["roles"], named, asked)

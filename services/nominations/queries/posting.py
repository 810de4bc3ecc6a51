"""All that a simple post needs to know, in one round trip and without a session."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

import asyncpg

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


class PostJudged(NamedTuple):
    """Whether the key is new and now ours, whether the unit stands, and the roles of the person's posts there."""

    fresh: bool
    stands: bool
    roles: list[str]


async def judge_post(line: asyncpg.Connection, claim: Claim, unit: UUID, *, on: date) -> PostJudged:
    """Inside the transaction of `line`, whose end lets the key go. Raises what asyncpg raises."""
    return PostJudged(*await line.fetchrow(JUDGED, *claim.asked, unit, on, timeout=WRITE_S))

"""What the databases say of a nomination, read with plain SQL, and whether all of it agrees."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass

from tests.races.product import Product

NOMINATION = "SELECT state, version FROM nominations WHERE id = $1"
STATIONS = "SELECT state FROM stations WHERE nomination_id = $1 ORDER BY number"
FACTS = "SELECT type, sequence FROM outbox WHERE aggregateid = $1 ORDER BY position"
SHOWN = "SELECT kinds::text FROM releases WHERE nomination_id = $1"
STOPPED = """
SELECT (SELECT count(*) FROM holds WHERE nomination_id = $1 AND lifted_at IS NULL),
       (SELECT count(*) FROM consents WHERE nomination_id = $1 AND withdrawn_at IS NULL)"""
DEEDS = "SELECT action FROM audit WHERE subject_id = $1 ORDER BY position"
STANDING = "SELECT i.state FROM items i WHERE i.nomination_id = $1 AND i.state = 'published'"
# What a nomination is, by the last decision that was announced of it.
ENDS = {
    "submitted": ("submitted", ["waiting"]),
    "taken_up": ("submitted", ["in_review"]),
    "returned": ("submitted", ["returned"]),
    "approved": ("concluded", ["approved"]),
    "recommended": ("submitted", ["approved", "waiting"]),
    "declined": ("declined", ["declined"]),
    "withdrawn": ("withdrawn", ["cancelled"]),
}
# Deeds that say it in a fact of their own, by the word of the audit.
TOLD = {
    "submit": "submitted",
    "take_up": "taken_up",
    "return": "returned",
    "approve": "approved",
    "decline": "declined",
    "withdraw": "withdrawn",
}
PATIENCE_S = 50


@dataclass(frozen=True)
class State:
    """A nomination at rest: what was announced of it in order, and where it is shown."""

    facts: list[str]
    shown: list[str]


async def agreed(product: Product, id_: str) -> State:
    """The state, once it is found that rows, facts, audit and the portal tell the same story."""
    [(state, version)] = await product.rows("nominations", NOMINATION, id_)
    stations = [station for (station,) in await product.rows("nominations", STATIONS, id_)]
    rows = await product.rows("nominations", FACTS, id_)
    facts = [type_.split(".")[2] for type_, _ in rows]
    shown = [kind for (kinds,) in await product.rows("nominations", SHOWN, id_) for kind in json.loads(kinds)]
    [(holds, consents)] = await product.rows("nominations", STOPPED, id_)
    deeds = [deed for (deed,) in await product.rows("nominations", DEEDS, id_)]

    decided = [fact for fact in facts if fact in ENDS]
    assert (state, stations) == ENDS[decided[-1]], facts
    assert [sequence for _, sequence in rows] == list(range(1, len(rows) + 1)), rows
    assert [TOLD[deed] for deed in deeds if deed in TOLD] == [fact for fact in facts if fact in TOLD.values()]
    assert version == len(deeds), (version, deeds)
    may_be_shown = "approved" in stations and not holds and consents
    assert bool(shown) == bool(may_be_shown), (shown, stations, holds, consents)
    released = Counter(fact for fact in facts if fact in {"story_released", "story_recalled"})
    assert released["story_released"] - released["story_recalled"] == bool(shown)
    await _until_the_portal_shows(product, id_, bool(shown))
    return State(facts, shown)


async def _until_the_portal_shows(product: Product, id_: str, shown: bool) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while bool(await product.rows("publicity", STANDING, id_)) != shown or await _on_the_road(product, id_):
            await asyncio.sleep(0.02)


async def _on_the_road(product: Product, id_: str) -> bool:
    [(unsent,)] = await product.rows(
        "nominations", "SELECT count(*) FROM outbox WHERE aggregateid = $1 AND sent_at IS NULL", id_
    )
    return bool(unsent)

"""Two who decide on the same nomination at the same moment: one does, the other is told, and everything agrees.

Each pair is run in both orders: the test holds the nomination's row until both stand before it, and PostgreSQL lets
them go in the order in which they came. Without `nomination_to_change`'s lock both would have read the version before
it, both would be answered 200, and one's work would be written over the other's.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.races.gate import holding
from tests.races.product import Product, problem
from tests.races.state import agreed

pytestmark = pytest.mark.xdist_group("races")

TOO_LATE = (412, "precondition-failed")
ROW = "SELECT id FROM nominations WHERE id = $1 FOR UPDATE"
REASON = {"reason": "Có đơn thư đang được xem xét."}


@dataclass(frozen=True)
class Deed:
    """What somebody does to a nomination in review; `facts` is what is announced when he is the first."""

    who: str
    path: str
    body: Any = None
    facts: tuple[str, ...] = ()
    seen: bool = True  # he must have read the version he acts on

    async def __call__(self, product: Product, id_: str, version: str) -> httpx.Response:
        path = self.path.replace("CONSENT", await consent_of(product, id_) if "CONSENT" in self.path else "")
        whole = f"/nominations/v1/nominations/{id_}/{path}"
        return await product.ask(self.who, "POST", whole, self.body, version=version if self.seen else None)


async def consent_of(product: Product, id_: str) -> str:
    [(found,)] = await product.rows("nominations", "SELECT id FROM consents WHERE nomination_id = $1", id_)
    return str(found)


APPROVAL = Deed("an", "approval", {"recommend": False}, ("approved", "story_released", "notice_prepared"))
OTHER_APPROVAL = Deed(
    "em", "approval", {"recommend": True}, ("approved", "story_released", "notice_prepared", "recommended")
)
DECLINE = Deed("em", "decline", REASON, ("declined",))
RETURN = Deed("binh", "return", {"fields": [{"field": "summary", "remark": "Nêu rõ số hộ."}]}, ("returned",))
WITHDRAWAL = Deed("mai", "withdrawal", None, ("withdrawn",))
HOLD = Deed("em", "holds", REASON, (), seen=False)
CONSENT = Deed("lan", "consents/CONSENT/withdrawal", None, (), seen=False)
TAKE_UP = Deed("bay", "take-up", None, ("taken_up",))
OTHER_TAKE_UP = Deed("binh", "take-up", None, ("taken_up",))

RIVALS = [(APPROVAL, other) for other in (OTHER_APPROVAL, DECLINE, RETURN, WITHDRAWAL)]
RIVALS += [(RETURN, WITHDRAWAL), (DECLINE, WITHDRAWAL)]
STOPS = [HOLD, CONSENT]


def named(deeds: object) -> str:
    return " and ".join(deed.path for deed in deeds) if isinstance(deeds, tuple) else str(deeds)


async def one_after_the_other(
    product: Product, id_: str, version: str, deeds: tuple[Deed, Deed]
) -> list[tuple[int, str] | int]:
    """What both are told who stood before the row together, the first of them in front; each in his own process."""
    async with holding(product.database("nominations"), ROW, id_) as gate:
        asked = []
        for count, deed in enumerate(deeds, start=1):
            asked.append(asyncio.create_task(deed(product, id_, version)))
            await gate.stand_before(count)
    answers = await asyncio.gather(*asked)
    return [answer.status_code if answer.is_success else problem(answer) for answer in answers]


@pytest.mark.parametrize("pair", [pair[::way] for pair in RIVALS for way in (1, -1)], ids=named)
async def test_of_two_who_decide_the_first_does_and_the_other_is_told(
    product: Product, pair: tuple[Deed, Deed]
) -> None:
    id_, version = await product.in_review()

    told = await one_after_the_other(product, id_, version, pair)

    state = await agreed(product, id_)
    assert told == [200, TOO_LATE]
    assert state.facts == ["submitted", "taken_up", *pair[0].facts]


@pytest.mark.parametrize("pair", [(TAKE_UP, OTHER_TAKE_UP), (TAKE_UP, WITHDRAWAL), (WITHDRAWAL, TAKE_UP)], ids=named)
async def test_of_two_who_take_up_the_same_story_one_does(product: Product, pair: tuple[Deed, Deed]) -> None:
    id_, version = await product.submitted()

    told = await one_after_the_other(product, id_, version, pair)

    state = await agreed(product, id_)
    assert told == [200, TOO_LATE]
    assert state.facts == ["submitted", *pair[0].facts]


@pytest.mark.parametrize("stop", STOPS, ids=lambda deed: deed.path)
async def test_an_approval_behind_a_stop_is_told_and_one_before_it_is_shown_to_nobody(
    product: Product, stop: Deed
) -> None:
    late, early = await product.in_review(), await product.in_review()

    stopped_first = await one_after_the_other(product, *late, (stop, APPROVAL))
    approved_first = await one_after_the_other(product, *early, (APPROVAL, stop))

    done = 201 if stop is HOLD else 200
    assert (stopped_first, approved_first) == ([done, TOO_LATE], [200, done])
    assert (await agreed(product, late[0])).facts == ["submitted", "taken_up"]
    after = await agreed(product, early[0])
    assert after.facts == ["submitted", "taken_up", *APPROVAL.facts, "story_recalled"]
    assert after.shown == []


async def test_ten_approvals_at_once_are_one(product: Product) -> None:
    id_, version = await product.in_review()

    answers = await asyncio.gather(*((APPROVAL, OTHER_APPROVAL)[n % 2](product, id_, version) for n in range(10)))

    told = Counter(a.status_code if a.is_success else problem(a) for a in answers)
    assert told == {200: 1, TOO_LATE: 9}
    assert Counter((await agreed(product, id_)).facts)["approved"] == 1


async def test_in_a_storm_of_everybody_at_once_all_still_agrees(product: Product) -> None:
    """No order is set here: whoever wins, databases and facts tell the same, and it is the same everywhere.

    Who waits too long for a free connection is told to come again (503), and nothing was done for him.
    """
    deeds = [APPROVAL, OTHER_APPROVAL, DECLINE, RETURN, WITHDRAWAL, HOLD, CONSENT]
    rounds = await asyncio.gather(*(product.in_review() for _ in range(8)))
    answers = await asyncio.gather(
        *(deeds[(n + turn) % len(deeds)](product, *each) for turn, each in enumerate(rounds) for n in range(len(deeds)))
    )

    told = {a.status_code if a.is_success else problem(a) for a in answers}
    assert told <= {200, 201, TOO_LATE, (409, "step-not-possible"), (503, "unavailable")}
    for id_, _ in rounds:
        await agreed(product, id_)

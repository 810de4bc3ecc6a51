"""What may be shown now: whatever happens in whatever order, what was announced adds up to what may be shown."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.nominations.actions.release import Grant, Recall, Shown, due

STATIONS = [UUID(int=number) for number in range(1, 4)]
KINDS = ["portal", "newspaper", "radio_tv"]

approvals = st.dictionaries(st.sampled_from(STATIONS), st.integers(1, 3), max_size=3)
kinds = st.frozensets(st.sampled_from(KINDS))
situations = st.tuples(approvals, kinds, st.booleans())

Situation = tuple[dict[UUID, int], frozenset[str], bool]


def _heard(told: dict[UUID, Shown], announcements: list[Grant | Recall]) -> dict[UUID, Shown]:
    """What a hearer knows who takes each fact at its word."""
    known = dict(told)
    for announcement in announcements:
        if isinstance(announcement, Grant):
            known[announcement.station_id] = Shown(announcement.story_version, announcement.kinds)
        else:
            before = known[announcement.station_id]
            assert announcement.lost <= before.kinds
            assert announcement.remaining == before.kinds - announcement.lost
            known[announcement.station_id] = Shown(before.story_version, announcement.remaining)
    return known


@given(st.lists(situations, max_size=8))
def test_a_hearer_always_knows_what_may_be_shown(life: list[Situation]) -> None:
    told: dict[UUID, Shown] = {}

    for approved, agreed, held in life:
        told = _heard(told, due(approved, agreed, held=held, shown=told))

        showing = {station: (s.story_version, s.kinds) for station, s in told.items() if s.kinds}
        allowed = {} if held or not agreed else {station: (v, agreed) for station, v in approved.items()}
        assert showing == allowed


@given(st.lists(situations, min_size=1, max_size=8))
def test_saying_it_again_says_nothing(life: list[Situation]) -> None:
    told: dict[UUID, Shown] = {}
    for approved, agreed, held in life:
        told = _heard(told, due(approved, agreed, held=held, shown=told))

    approved, agreed, held = life[-1]

    assert due(approved, agreed, held=held, shown=told) == []


@given(situations, situations)
def test_a_grant_is_announced_only_when_something_is_gained(before: Situation, after: Situation) -> None:
    told = _heard({}, due(before[0], before[1], held=before[2], shown={}))

    announcements = due(after[0], after[1], held=after[2], shown=told)

    for announcement in announcements:
        was = told.get(announcement.station_id, Shown(0, frozenset()))
        if isinstance(announcement, Grant):
            assert announcement.kinds - was.kinds or announcement.story_version != was.story_version
        else:
            assert announcement.lost


def test_a_grown_set_is_released_whole() -> None:
    station = STATIONS[0]
    shown = {station: Shown(1, frozenset({"portal"}))}

    grown = due({station: 1}, frozenset({"portal", "newspaper"}), held=False, shown=shown)

    assert grown == [Grant(station, 1, frozenset({"portal", "newspaper"}))]


def test_a_hold_recalls_everything_and_lifting_it_releases_again() -> None:
    station, both = STATIONS[0], frozenset({"portal", "newspaper"})

    held = due({station: 1}, both, held=True, shown={station: Shown(1, both)})
    lifted = due({station: 1}, both, held=False, shown={station: Shown(1, frozenset())})

    assert held == [Recall(station, both, frozenset())]
    assert lifted == [Grant(station, 1, both)]

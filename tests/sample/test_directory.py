"""The sample directory holds together on every day: names, edges, heirs and their sources."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from deploy import sample
from deploy.sample.entries import organisations
from services.plans.lineage import check_no_cycle, check_organisation, overlap
from services.plans.schemas import DirectoryDocument
from shared.events.plans import OrganisationChanged
from shared.settings import DEVELOPMENT_ISSUER

DIRECTORY = DirectoryDocument.model_validate(sample.directory(DEVELOPMENT_ISSUER)).directory()
BODIES = {body.organisation_id: body for body in DIRECTORY.organisations}
CON_DAO = sample.organisation_id("ubnd-con-dao")


def stands(body: OrganisationChanged, day: date) -> bool:
    """Whether it exists that day."""
    return (body.valid_from or date.min) <= day <= (body.valid_to or date.max)


def called(body: OrganisationChanged, day: date) -> list[str]:
    """Its names that day."""
    return [n.name for n in body.names if (n.from_on or date.min) <= day <= (n.to_on or date.max)]


@pytest.mark.parametrize("body", DIRECTORY.organisations, ids=lambda body: body.slug)
def test_every_organisation_is_one_the_product_takes(body: OrganisationChanged) -> None:
    check_organisation(body)


def test_nobody_answers_to_himself() -> None:
    check_no_cycle(DIRECTORY.organisations, {key: list(body.edges) for key, body in BODIES.items()})


def test_every_edge_and_every_heir_is_a_body_of_the_sample() -> None:
    named = {edge.to_id for body in BODIES.values() for edge in body.edges}
    named |= {heir.organisation_id for body in BODIES.values() for heir in body.heirs}

    assert named - BODIES.keys() == set()


@pytest.mark.parametrize(
    "day", [date(2017, 6, 1), date(2020, 9, 28), date(2025, 6, 30), date(2025, 7, 1), date(2026, 11, 21)]
)
def test_every_body_that_stands_has_exactly_one_name(day: date) -> None:
    names = {body.slug: len(called(body, day)) for body in BODIES.values() if stands(body, day)}

    assert {slug: count for slug, count in names.items() if count != 1} == {}


def test_no_two_names_of_a_body_overlap() -> None:
    for body in BODIES.values():
        for place, name in enumerate(body.names):
            assert not any(overlap(name, other) for other in body.names[place + 1 :]), body.slug


def test_no_two_bodies_bear_one_name_on_one_day() -> None:
    for day in (date(2020, 9, 28), date(2026, 11, 21)):
        names = Counter(name for body in BODIES.values() if stands(body, day) for name in called(body, day))

        assert [name for name, count in names.items() if count > 1] == []


def test_every_edge_of_an_ended_body_has_ended_with_it() -> None:
    for body in BODIES.values():
        for edge in body.edges:
            other = BODIES[edge.to_id]
            ends = edge.to_on or date.max
            assert ends <= min(body.valid_to or date.max, other.valid_to or date.max), (body.slug, other.slug)


def test_every_heir_has_a_source_and_stands_when_the_other_ends() -> None:
    for body in BODIES.values():
        for heir in body.heirs:
            assert heir.source, body.slug
            assert body.valid_to is not None, body.slug
            assert stands(BODIES[heir.organisation_id], date(2025, 7, 1)), body.slug


def test_every_entry_states_where_it_comes_from() -> None:
    assert [entry["slug"] for entry in organisations() if not entry["sources"]] == []


def test_con_dao_is_called_as_it_was_then_and_as_it_is_now() -> None:
    body = BODIES[CON_DAO]

    assert called(body, date(2020, 9, 28)) == ["Ủy ban nhân dân huyện Côn Đảo"]
    assert called(body, date(2026, 11, 21)) == ["Ủy ban nhân dân đặc khu Côn Đảo"]


def test_one_movement_has_all_spellings_of_the_plans() -> None:
    movement = next(
        m for m in DIRECTORY.movements if m.movement_id == sample.key("movement", "hoc-tap-va-lam-theo-bac")
    )

    assert len({movement.name, *movement.aliases}) == 4


def test_each_releases_its_channels_in_its_way() -> None:
    ways = Counter(channel.release for channel in DIRECTORY.channels)

    assert ways["automatic"] >= 3
    assert ways["editor"] >= 1


def test_every_office_is_at_a_body_that_stands_since_it_began() -> None:
    for office in DIRECTORY.offices:
        assert stands(BODIES[office.organisation_id], office.from_on), office.person_name

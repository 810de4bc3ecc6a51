"""Whom a plan's words may mean: the words offices use, names of their day, and no guess where two could be meant."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from services.plans.confirming import Neighbour, Neighbourhood
from services.plans.terms import Bearers, Kind
from shared.db import new_id

ON = date(2020, 6, 1)
BODIES = {
    "council": "Hội đồng Thi đua - Khen thưởng tỉnh Cao Bằng",
    "board": "Thường trực Hội đồng Thi đua - Khen thưởng huyện Côn Đảo",
    "people": "Ủy ban nhân dân tỉnh Cao Bằng",
    "union": "Liên đoàn Lao động tỉnh Cao Bằng",
    "home": "Phòng Nội vụ huyện Côn Đảo",
    "school": "Phòng Giáo dục và Đào tạo huyện Côn Đảo",
    "police": "Công an huyện Côn Đảo",
}
IDS: dict[str, UUID] = {name: new_id() for name in BODIES}


def around(*more: Neighbour) -> Neighbourhood:
    """These bodies, the union being the issuer."""
    known = [Neighbour(IDS[key], name, None, None, None, 1) for key, name in BODIES.items()]
    return Neighbourhood(IDS["union"], [*known, *more], on=ON)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Hội đồng Thi đua - Khen thưởng tỉnh", "council"),
        ("HĐ TĐKT tỉnh", "council"),
        ("Thường trực Hội đồng Thi đua – Khen thưởng huyện", "board"),
        ("UBND tỉnh", "people"),
        ("ỦY BAN NHÂN DÂN TỈNH CAO BẰNG", "people"),
        ("LĐLĐ tỉnh", "union"),
        ("Phòng Giáo dục và Đào tạo (Khối trường học)", "school"),
        ("Phòng GDĐT", "school"),
        ("Công an huyện", "police"),
    ],
)
def test_the_words_of_offices_find_their_bodies(words: str, meant: str) -> None:
    assert around().proposed(words) == IDS[meant]


@pytest.mark.parametrize("words", ["Sở Nông nghiệp", "Kho bạc Nhà nước", "Ban Chỉ huy quân sự"])
def test_who_is_not_there_is_not_guessed(words: str) -> None:
    assert around().proposed(words) is None


def test_of_two_that_could_be_meant_neither_is_proposed_and_both_are_shown() -> None:
    other = Neighbour(new_id(), "Ủy ban nhân dân tỉnh Lạng Sơn", None, None, None, 1)

    here = around(other)

    assert here.proposed("UBND tỉnh") is None
    assert {found.organisation_id for found in here.candidates("UBND tỉnh")[:2]} == {
        IDS["people"],
        other.organisation_id,
    }


def test_a_name_of_the_plans_day_comes_before_one_of_another_time() -> None:
    then, later = new_id(), new_id()
    old = Neighbour(then, "Ban Tuyên giáo Tỉnh ủy", None, None, date(2024, 12, 31), 1)
    new = Neighbour(later, "Ban Tuyên giáo Tỉnh ủy", None, date(2025, 1, 1), None, 1)

    assert around(old, new).proposed("Ban Tuyên giáo Tỉnh ủy") == then


@pytest.mark.parametrize("actor", ["mỗi đơn vị", "Các cơ quan, đơn vị", "từng đơn vị", "đơn vị", None])
def test_who_is_named_as_everybody_or_not_at_all_is_a_rule(actor: str | None) -> None:
    assert around().bearers(actor) == Bearers(edge_type="line_of_command", of_id=IDS["union"])


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ROTATION])
def test_somebody_is_proposed_for_whatever_names_nobody(kind: Kind) -> None:
    assert around().bearers(None, kind=kind) == Bearers(edge_type="line_of_command", of_id=IDS["union"])


def test_turns_are_dealt_out_by_the_issuer_where_nobody_is_named() -> None:
    assert around().bearers(None, kind=Kind.ROTATION) == Bearers(organisation_ids=[IDS["union"]])


def test_who_is_named_alone_bears_it_alone() -> None:
    assert around().bearers("Phòng Nội vụ") == Bearers(organisation_ids=[IDS["home"]])

"""What a document says of the refusals of a door."""

from __future__ import annotations

from shared.errors import NotKnownYet, StepNotPossible
from shared.problems import responses


def test_errors_of_one_status_share_its_entry() -> None:
    entry = responses(StepNotPossible, NotKnownYet)[409]

    assert [line.split("`")[1] for line in entry["description"].split("\n\n")] == [
        "step-not-possible",
        "not-known-yet",
    ]

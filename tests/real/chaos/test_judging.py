"""The judge is judged: sound evidence passes, and each kind of damage is found and told."""

from __future__ import annotations

import ast
import copy
import hashlib
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.real.chaos.checker import changes, keeping, order
from tests.real.chaos.checker.evidence import SERVICES, Evidence, Fact
from tests.real.chaos.checker.story import shortest
from tests.real.chaos.operating import ROOT
from tests.real.chaos.schedule import kills, schedule

ONE, KEY = UUID(int=1), "0198c0de-0000-4000-8000-000000000001"
NOW = datetime(2026, 1, 5, tzinfo=UTC)
TABLES = ("outbox", "sequences", "inbox", "parked", "audit", "seals", "files")
LOGS = ("asked", "answered", "wrong", "fault", "record", "webhook", "sse", "caught_up", "portal")
BROKEN = Path(__file__).parent / "broken"
HEARERS = ("plans", "publicity", "notifications")


def fact(sequence: int, *, content: str = "x", offset: int | None = None) -> Fact:
    return Fact(
        service="nominations",
        id=str(UUID(int=100 + sequence)),
        type="nomination.submitted",
        aggregate=ONE,
        sequence=sequence,
        time=NOW,
        correlation=KEY,
        data={},
        content=content,
        partition=0,
        offset=sequence if offset is None else offset,
    )


def recorded(sequence: int) -> dict[str, Any]:
    return {
        "id": UUID(int=100 + sequence),
        "aggregateid": ONE,
        "type": "lantoa.nomination.submitted.v1",
        "sequence": sequence,
        "time": NOW,
        "sent_at": NOW,
        "sent_position": sequence,
        "correlation_id": KEY if sequence == 1 else None,
    }


def sound(count: int = 3) -> Evidence:
    """One nomination with so many facts, one acknowledged change, one sealed line of audit."""
    evidence = Evidence(
        tables={service: {table: [] for table in TABLES} for service in SERVICES},
        topics={service: [] for service in SERVICES},
        journal={log: [] for log in LOGS},
    )
    numbers = range(1, count + 1)
    evidence.topics["nominations"] = [fact(number) for number in numbers]
    own = evidence.tables["nominations"]
    own["outbox"] = [recorded(number) for number in numbers]
    own["sequences"] = [{"aggregate_id": ONE, "last": count}]
    own["nominations"] = [{"id": ONE, "version": 2, "state": "submitted"}]
    own["audit"] = [{"position": 1, "actor_kind": "person", "subject_id": ONE, "correlation_id": KEY, "sealed_in": 1}]
    line = keeping.line_of(own["audit"][0])
    digest = hashlib.sha256(bytes(32) + (1).to_bytes(8, "big") + line).digest()
    own["seals"] = [{"number": 1, "count": 1, "previous": bytes(32), "hash": digest}]
    evidence.tables["publicity"]["items"] = []
    for hearer in HEARERS:
        evidence.tables[hearer]["inbox"] = [{"producer": "nominations", "aggregate_id": ONE, "last": count}]
    noted = {"key": KEY, "verb": "submission", "about": str(ONE), "at": NOW.timestamp()}
    asked = {**noted, "service": "nominations", "path": "/v1/x", "facts": ["nomination.submitted"]}
    evidence.journal["asked"] = [asked]
    evidence.journal["answered"] = [{**noted, "status": 200, "version": 2, "state": "submitted"}]
    evidence.journal["fault"] = [{"at": NOW.timestamp() - 1, "kind": "kill", "target": "kafka", "for_s": 1.0}]
    return evidence


def told(evidence: Evidence) -> list[str]:
    judges = (changes.judge, order.judge, keeping.judge)
    return [violation.said for judge in judges for violation in judge(evidence)]


def test_sound_evidence_breaks_no_promise() -> None:
    assert told(sound()) == []


def test_a_repetition_on_the_topic_is_no_violation_also_when_it_was_blanked() -> None:
    evidence = sound()
    blanked = copy.copy(fact(2, offset=5))
    object.__setattr__(blanked, "content", None)
    evidence.topics["nominations"] += [fact(2, offset=4), blanked]

    assert told(evidence) == []


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([1, 3, 2], "nominations: number 3 follows number 1 on the topic"),
        ([1, 2], "nominations: lantoa.nomination.submitted.v1 number 3 is marked sent and is not on the topic"),
    ],
)
def test_order_and_losses_on_the_topic_are_found(numbers: list[int], said: str) -> None:
    evidence = sound()
    evidence.topics["nominations"] = [fact(number, offset=place) for place, number in enumerate(numbers)]

    assert said in told(evidence)


def test_one_number_for_two_contents_is_found() -> None:
    evidence = sound()
    evidence.topics["nominations"].append(fact(3, content="another", offset=4))

    assert told(evidence) == ["nominations: number 3 is two different facts on the topic"]


def test_a_hearer_that_is_behind_is_found() -> None:
    evidence = sound()
    evidence.tables["publicity"]["inbox"][0]["last"] = 2  # type: ignore[index]

    assert told(evidence) == ["publicity has heard nominations up to 2, told were 3"]


def test_an_acknowledged_change_that_is_lost_is_found() -> None:
    evidence = sound()
    evidence.tables["nominations"]["nominations"] = []
    evidence.tables["nominations"]["audit"] = []
    evidence.tables["nominations"]["seals"] = []

    assert told(evidence) == [
        f"submission {KEY} was acknowledged and is not there",
        "an acknowledged nomination is not there",
    ]


def test_a_change_done_twice_is_found() -> None:
    evidence = sound()
    line = {**evidence.tables["nominations"]["audit"][0], "position": 2, "sealed_in": None}
    evidence.tables["nominations"]["audit"].append(line)

    assert f"submission {KEY} was done 2 times" in told(evidence)


def test_one_changed_byte_of_the_audit_is_found() -> None:
    evidence = sound()
    evidence.tables["nominations"]["audit"][0]["actor_kind"] = "Person"  # type: ignore[index]

    assert "nominations: seal 1 of 1 lines does not hold" in told(evidence)


def test_a_file_without_its_object_and_an_object_without_its_row_are_found() -> None:
    evidence = sound()
    evidence.tables["nominations"]["files"] = [
        {"key": "nominations/1", "attached_to": ONE, "size_bytes": 1, "sha256": "x", "id": ONE}
    ]
    evidence.objects = {"nominations/2": (1, "y")}

    assert told(evidence) == [
        "file nominations/1 is attached, storage has None",
        "object nominations/2 has no row",
    ]


def test_the_story_tells_the_changes_the_facts_and_the_faults_around_them() -> None:
    evidence = sound()
    evidence.tables["publicity"]["inbox"][0]["last"] = 2  # type: ignore[index]

    lines = shortest(evidence, list(order.judge(evidence))).splitlines()

    assert lines[0] == "BROKEN P3: publicity has heard nominations up to 2, told were 3"
    assert [line.partition(" s)  ")[2].split()[0] for line in lines[1:4]] == ["FAULT", "change", "change"]
    assert lines[-1] == "violations by promise: P3: 1"


def test_the_same_seed_breaks_the_same_things_and_every_minute_kills_ten() -> None:
    assert schedule(7, 1200) == schedule(7, 1200)
    assert all(kills(schedule(seed, 60)) >= 10 for seed in range(200))


@pytest.mark.parametrize("patch", sorted(BROKEN.glob("*.patch")), ids=lambda patch: patch.stem)
def test_what_breaks_the_product_on_purpose_still_fits_it(patch: Path) -> None:
    command = ["git", "-C", str(ROOT), "apply", "--check", "-C1", str(patch)]

    assert subprocess.run(command, check=False, timeout=20).returncode == 0


def test_the_judge_knows_nothing_of_the_product() -> None:
    folder = Path(changes.__file__).parent
    trees = [ast.parse(path.read_text()) for path in sorted(folder.glob("*.py"))]
    imported = {node.module or "" for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {
        alias.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }

    assert len(trees) >= 8
    assert [name for name in imported if name.split(".")[0] in {"services", "shared", "deploy"}] == []

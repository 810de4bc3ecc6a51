"""Runs schemathesis over one document or graph and gathers what it holds against the product."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis import AuthContext, AuthProvider, BaseSchema, Case, Config, HookContext, Response, hooks
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from shared.messages import SENTENCES
from tests.fuzz.knowing import Knowing

REFUSALS = ["400", "401", "403", "404", "405", "409", "410", "412", "413", "415", "422", "428", "429"]
CONTROL = "".join(map(chr, [*range(32), 127]))
CHECKS: dict[str, Any] = {
    "negative_data_rejection": {"expected-statuses": REFUSALS},
    "missing_required_header": {"expected-statuses": REFUSALS},
    # that a body of the right shape is accepted depends on who, when, and what stands: the other tests' matter
    "positive_data_acceptance": {"enabled": False},
    # each request is somebody else's: who may not read what another made is told that there is nothing
    **{name: {"enabled": False} for name in ("use_after_free", "ensure_resource_availability")},
    "object_level_authorization": {"enabled": False},
}


@dataclass(frozen=True)
class Effort:
    """How much is tried. `coverage` is every case the document names, thousands, always the same ones."""

    seed: int
    examples: int  # for each operation, and as many chains of requests
    coverage: bool = False

    def config(self, address: str) -> Config:
        """As schemathesis takes it."""
        phases = {name: {"enabled": True} for name in ("examples", "fuzzing", "stateful")}
        return Config.from_dict(
            {
                "seed": self.seed,
                "base-url": address,
                "continue-on-failure": True,
                "request-timeout": 20,
                "max-redirects": 0,
                "suppress-health-check": ["all"],
                "generation": {
                    **{"max-examples": self.examples, "no-shrink": True, "database": "none"},
                    # with these the HTTP parser answers in its own words, before any of ours is asked
                    "exclude-header-characters": CONTROL,
                },
                "phases": {**phases, "coverage": {"enabled": self.coverage}},
                "checks": CHECKS,
            }
        )


@dataclass
class Found:
    """What came of it."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, str] = field(default_factory=dict)  # the first of each kind, with what repeats it

    def told(self, of: str) -> str:
        """A line for people, and the faults."""
        counted = ", ".join(f"{status}: {number}" for status, number in sorted(self.statuses.items()))
        return "\n".join(
            [f"{of}: {self.cases} cases ({counted})", *(f"{what}\n{how}" for what, how in self.faults.items())]
        )


def drive(schema: BaseSchema, knowing: Knowing) -> Found:
    """Sends everything; takes as long as that takes."""
    found = Found()
    _introduce(schema, knowing)
    try:
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                _count(event.recorder, found)
                found.faults.update(
                    {f"{told}": how for told, how in _faults(event.recorder) if told not in found.faults}
                )
            elif isinstance(event, events.NonFatalError):
                found.faults[f"{event.label}: {event.value!r}"] = ""
            elif isinstance(event, events.FatalError):
                raise event.exception
    finally:
        hooks.unregister_all()
    return found


def _introduce(schema: BaseSchema, knowing: Knowing) -> None:
    """schemathesis takes functions and a class of its own, never an object."""

    @schemathesis.hook
    def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
        knowing.before_call(case)

    @schemathesis.hook
    def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
        knowing.after_call(case, response)

    @schemathesis.hook
    def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
        in_words = failure.title == "GraphQL server error" and _is_refusal(response.json())
        return not in_words and not _is_a_pause(response)

    @schema.auth(refresh_interval=None)
    class Token(AuthProvider[str]):
        def get(self, case: Case[Any], ctx: AuthContext, /) -> str:
            return knowing.token(case)

        def set(self, case: Case[Any], data: str, ctx: AuthContext, /) -> None:
            case.headers["Authorization"] = f"Bearer {data}"


def _is_a_pause(response: Response) -> bool:
    """Busy or away for a moment, and says when to come again: how often that may be is for the test to say."""
    return response.status_code == 503 and "retry-after" in response.headers


def _is_refusal(answer: dict[str, Any]) -> bool:
    """Errors of a graph that say, in words of ours, what the asker did wrong."""
    codes = {error.get("extensions", {}).get("code") for error in answer["errors"]}
    return codes <= SENTENCES.keys() - {"internal", "unavailable"}


def _count(recorder: ScenarioRecorder, found: Found) -> None:
    for sent in recorder.interactions.values():
        found.cases += 1
        found.statuses[sent.response.status_code if sent.response else 0] += 1


def _faults(recorder: ScenarioRecorder) -> Iterator[tuple[str, str]]:
    for checks in recorder.checks.values():
        for check in checks:
            if check.failure_info:
                failure = check.failure_info.failure
                yield f"{failure.operation}: {failure.title}", f"{failure.message}\n{check.failure_info.code_sample}"

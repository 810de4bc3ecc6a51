"""The states of a nomination and of a station on its ladder, and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from shared.errors import StepNotPossible


class State(StrEnum):
    """Where a nomination stands as a whole."""

    DRAFT = "draft"
    SUBMITTED = "submitted"  # a station is open
    CONCLUDED = "concluded"  # nothing is open and an approval stands
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What may happen to a nomination as a whole."""

    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    WITHDRAW = "withdraw"
    CONCLUDE = "conclude"
    DECLINE = "decline"
    HOLD = "hold"


class StationState(StrEnum):
    """Where a nomination stands at one station."""

    WAITING = "waiting"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REVOKED = "revoked"


class StationStep(StrEnum):
    """What may happen at a station."""

    EDIT = "edit"
    TAKE_UP = "take_up"
    RETURN = "return"
    RESUBMIT = "resubmit"
    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"
    REVOKE = "revoke"


# EDIT and RESUBMIT of what was submitted also ask the open station: only a returned one allows them.
TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.EDIT): State.DRAFT,
    (State.DRAFT, Step.DELETE): State.DRAFT,
    (State.DRAFT, Step.SUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Step.EDIT): State.SUBMITTED,
    (State.SUBMITTED, Step.RESUBMIT): State.SUBMITTED,
    (State.SUBMITTED, Step.HOLD): State.SUBMITTED,
    (State.SUBMITTED, Step.WITHDRAW): State.WITHDRAWN,
    (State.SUBMITTED, Step.CONCLUDE): State.CONCLUDED,
    (State.SUBMITTED, Step.DECLINE): State.DECLINED,
    (State.CONCLUDED, Step.HOLD): State.CONCLUDED,
    (State.CONCLUDED, Step.CONCLUDE): State.CONCLUDED,  # one of several approvals was revoked
    (State.CONCLUDED, Step.DECLINE): State.DECLINED,  # the last standing approval was revoked
}

STATION_TRANSITIONS: dict[tuple[StationState, StationStep], StationState] = {
    (StationState.WAITING, StationStep.TAKE_UP): StationState.IN_REVIEW,
    (StationState.WAITING, StationStep.CANCEL): StationState.CANCELLED,
    (StationState.IN_REVIEW, StationStep.APPROVE): StationState.APPROVED,
    (StationState.IN_REVIEW, StationStep.DECLINE): StationState.DECLINED,
    (StationState.IN_REVIEW, StationStep.RETURN): StationState.RETURNED,
    (StationState.IN_REVIEW, StationStep.CANCEL): StationState.CANCELLED,
    (StationState.RETURNED, StationStep.EDIT): StationState.RETURNED,
    (StationState.RETURNED, StationStep.RESUBMIT): StationState.WAITING,
    (StationState.RETURNED, StationStep.CANCEL): StationState.CANCELLED,
    (StationState.APPROVED, StationStep.REVOKE): StationState.REVOKED,
}
OPEN = frozenset({StationState.WAITING, StationState.IN_REVIEW, StationState.RETURNED})

LABELS: dict[State, str] = {
    State.DRAFT: "dự thảo",
    State.SUBMITTED: "đã chuyển",
    State.CONCLUDED: "kết thúc",
    State.DECLINED: "không được phê duyệt",
    State.WITHDRAWN: "đã rút",
}
STATION_LABELS: dict[StationState, str] = {
    StationState.WAITING: "đã chuyển",
    StationState.IN_REVIEW: "đang thẩm định",
    StationState.RETURNED: "trả lại",
    StationState.APPROVED: "đã phê duyệt",
    StationState.DECLINED: "không phê duyệt",
    StationState.CANCELLED: "đã hủy",
    StationState.REVOKED: "đã thu hồi quyết định",
}
S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


def _next(table: Mapping[tuple[S, T], S], state: S, step: T) -> S:
    after = table.get((state, step))
    if after is None:
        raise StepNotPossible(state=state.value, step=step.value)
    return after


def next_state(state: State, step: Step) -> State:
    """Raises StepNotPossible."""
    return _next(TRANSITIONS, state, step)


def next_station_state(state: StationState, step: StationStep) -> StationState:
    """Raises StepNotPossible."""
    return _next(STATION_TRANSITIONS, state, step)

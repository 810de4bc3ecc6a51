"""What may become of a plan and of a duty; pure tables."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from shared.errors import StepNotPossible


class State(StrEnum):
    """Of a plan."""

    DRAFT = "draft"
    ISSUED = "issued"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """Of a plan."""

    ISSUE = "issue"
    AMEND = "amend"
    CLOSE = "close"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.ISSUE): State.ISSUED,
    (State.ISSUED, Step.AMEND): State.ISSUED,
    (State.ISSUED, Step.CLOSE): State.CLOSED,
    (State.ISSUED, Step.WITHDRAW): State.WITHDRAWN,
}


class DutyState(StrEnum):
    """Of a duty."""

    OPEN = "open"
    FULFILLED = "fulfilled"
    OVERDUE = "overdue"
    FULFILLED_LATE = "fulfilled_late"
    WAIVED = "waived"


class DutyStep(StrEnum):
    """Of a duty."""

    FULFIL = "fulfil"
    MISS = "miss"
    WAIVE = "waive"
    EXTEND = "extend"
    FULFIL_LATE = "fulfil_late"
    LEARN_OF_TIMELY = "learn_of_timely"  # presented in time, but the fact came after the due instant
    FALL_AWAY = "fall_away"
    FALL_AWAY_PAST_DUE = "fall_away_past_due"


DUTY_TRANSITIONS: dict[tuple[DutyState, DutyStep], DutyState] = {
    (DutyState.OPEN, DutyStep.FULFIL): DutyState.FULFILLED,
    (DutyState.OPEN, DutyStep.MISS): DutyState.OVERDUE,
    (DutyState.OPEN, DutyStep.WAIVE): DutyState.WAIVED,
    (DutyState.OPEN, DutyStep.EXTEND): DutyState.OPEN,
    (DutyState.OVERDUE, DutyStep.FULFIL_LATE): DutyState.FULFILLED_LATE,
    (DutyState.OVERDUE, DutyStep.LEARN_OF_TIMELY): DutyState.FULFILLED,
    (DutyState.FULFILLED, DutyStep.FALL_AWAY): DutyState.OPEN,
    (DutyState.FULFILLED, DutyStep.FALL_AWAY_PAST_DUE): DutyState.OVERDUE,
    (DutyState.FULFILLED_LATE, DutyStep.FALL_AWAY_PAST_DUE): DutyState.OVERDUE,
}

LABELS: dict[State | DutyState, str] = {
    State.DRAFT: "dự thảo",
    State.ISSUED: "đã ban hành",
    State.CLOSED: "kết thúc",
    State.WITHDRAWN: "đã thu hồi",
    DutyState.OPEN: "chưa đến hạn",
    DutyState.FULFILLED: "đã hoàn thành",
    DutyState.OVERDUE: "quá hạn",
    DutyState.FULFILLED_LATE: "hoàn thành muộn",
    DutyState.WAIVED: "được miễn",
}
STEP_LABELS: dict[Step | DutyStep, str] = {
    Step.ISSUE: "ban hành",
    Step.AMEND: "sửa đổi",
    Step.CLOSE: "kết thúc",
    Step.WITHDRAW: "thu hồi",
    DutyStep.WAIVE: "miễn",
    DutyStep.EXTEND: "gia hạn",
}


def next_state(state: State, step: Step) -> State:
    """Raises StepNotPossible."""
    after = TRANSITIONS.get((state, step))
    if after is None:
        raise StepNotPossible(state=LABELS[state], step=STEP_LABELS[step])
    return after


def next_duty_state(state: DutyState, step: DutyStep) -> DutyState:
    """Raises StepNotPossible."""
    after = DUTY_TRANSITIONS.get((state, step))
    if after is None:
        raise StepNotPossible(state=LABELS[state], step=STEP_LABELS.get(step, step.value))
    return after


def standing(reached_at: datetime | None, due_before: datetime, now: datetime) -> DutyState:
    """What the count says: `reached_at` is when the minimum was presented, null while it is not."""
    if reached_at is not None:
        return DutyState.FULFILLED if reached_at < due_before else DutyState.FULFILLED_LATE
    return DutyState.OPEN if now < due_before else DutyState.OVERDUE


def duty_steps(state: DutyState, target: DutyState) -> list[DutyStep]:
    """The steps from a state to what the count says, by way of overdue where no single step leads there."""
    direct = _step(state, target)
    if state is target or state is DutyState.WAIVED:
        return []
    if direct is not None:
        return [direct]
    first, second = _step(state, DutyState.OVERDUE), _step(DutyState.OVERDUE, target)
    return [first, second] if first and second else []


def _step(state: DutyState, target: DutyState) -> DutyStep | None:
    counted = (pair for pair, after in DUTY_TRANSITIONS.items() if pair[0] is state and after is target)
    return next((step for _, step in counted if step not in (DutyStep.WAIVE, DutyStep.EXTEND)), None)

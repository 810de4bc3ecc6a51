"""The states of a delivery and of a webhook endpoint, and the steps between them."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from shared.errors import StepNotPossible


class State(StrEnum):
    """Of a delivery. `sent` and `retrying` are under way, outcome unknown; `failed` waits for a next try."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    RETRYING = "retrying"
    CONFIRMED = "confirmed"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What happens to a delivery."""

    SEND = "send"
    CONFIRM = "confirm"
    FAIL = "fail"
    GIVE_UP = "give_up"
    CANCEL = "cancel"
    RETRY = "retry"


# SEND from a state under way: the sender died before it could mark, so it goes out again under the same id.
TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.PENDING, Step.SEND): State.SENT,
    (State.SENT, Step.SEND): State.SENT,
    (State.SENT, Step.CONFIRM): State.CONFIRMED,
    (State.SENT, Step.FAIL): State.FAILED,
    (State.SENT, Step.GIVE_UP): State.DEAD,
    (State.FAILED, Step.SEND): State.RETRYING,
    (State.RETRYING, Step.SEND): State.RETRYING,
    (State.RETRYING, Step.CONFIRM): State.CONFIRMED,
    (State.RETRYING, Step.FAIL): State.FAILED,
    (State.RETRYING, Step.GIVE_UP): State.DEAD,
    (State.FAILED, Step.RETRY): State.PENDING,
    (State.DEAD, Step.RETRY): State.PENDING,
    (State.CONFIRMED, Step.RETRY): State.PENDING,
    (State.PENDING, Step.CANCEL): State.CANCELLED,
    (State.SENT, Step.CANCEL): State.CANCELLED,
    (State.FAILED, Step.CANCEL): State.CANCELLED,
    (State.RETRYING, Step.CANCEL): State.CANCELLED,
}
UNDER_WAY = (State.SENT, State.RETRYING)
UNFINISHED = (State.PENDING, State.FAILED, *UNDER_WAY)


class EndpointState(StrEnum):
    """Of a webhook endpoint: while paused its deliveries wait; disabled ones are cancelled."""

    ACTIVE = "active"
    PAUSED = "paused"
    DISABLED = "disabled"


class EndpointStep(StrEnum):
    """What happens to an endpoint."""

    PAUSE = "pause"
    RESUME = "resume"
    DISABLE = "disable"


ENDPOINT_TRANSITIONS: dict[tuple[EndpointState, EndpointStep], EndpointState] = {
    (EndpointState.ACTIVE, EndpointStep.PAUSE): EndpointState.PAUSED,
    (EndpointState.ACTIVE, EndpointStep.DISABLE): EndpointState.DISABLED,
    (EndpointState.PAUSED, EndpointStep.RESUME): EndpointState.ACTIVE,
    (EndpointState.PAUSED, EndpointStep.DISABLE): EndpointState.DISABLED,
    (EndpointState.DISABLED, EndpointStep.RESUME): EndpointState.ACTIVE,
}
LABELS: dict[StrEnum, str] = {
    State.PENDING: "chờ gửi",
    State.SENT: "đang gửi",
    State.FAILED: "chưa tới, chờ gửi lại",
    State.RETRYING: "đang gửi lại",
    State.CONFIRMED: "đã tới nơi nhận",
    State.DEAD: "không gửi được",
    State.CANCELLED: "đã hủy",
    EndpointState.ACTIVE: "đang nhận",
    EndpointState.PAUSED: "tạm dừng",
    EndpointState.DISABLED: "đã tắt",
    Step.SEND: "gửi",
    Step.CONFIRM: "xác nhận đã tới",
    Step.FAIL: "ghi nhận chưa tới",
    Step.GIVE_UP: "thôi gửi",
    Step.CANCEL: "hủy",
    Step.RETRY: "gửi lại",
    EndpointStep.PAUSE: "tạm dừng",
    EndpointStep.RESUME: "mở lại",
    EndpointStep.DISABLE: "tắt",
}
S = TypeVar("S", bound=StrEnum)
T = TypeVar("T", bound=StrEnum)


def _next(transitions: dict[tuple[S, T], S], state: S, step: T) -> S:
    try:
        return transitions[state, step]
    except KeyError:
        raise StepNotPossible(state=LABELS[state], step=LABELS[step]) from None


def next_state(state: State, step: Step) -> State:
    """Raises StepNotPossible."""
    return _next(TRANSITIONS, state, step)


def next_endpoint_state(state: EndpointState, step: EndpointStep) -> EndpointState:
    """Raises StepNotPossible."""
    return _next(ENDPOINT_TRANSITIONS, state, step)

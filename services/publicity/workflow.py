"""The life of an item and of its placements: which step leads from which state to which."""

from __future__ import annotations

from enum import StrEnum

from shared.errors import StepNotPossible


class State(StrEnum):
    """An item: waiting for its first placement, to be read by everyone, or taken down."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Step(StrEnum):
    """What can happen to an item."""

    REVISE = "revise"  # an editor works on the next text
    PLACE = "place"  # it is put on one more channel
    PUBLISH = "publish"  # its first placement where everyone can read
    CORRECT = "correct"  # a further edition replaces the text
    WITHDRAW = "withdraw"  # an editor's act: readable, under a banner
    TAKE_OFF = "take_off"  # nothing is left where everyone can read, but other channels still may show it
    TAKE_DOWN = "take_down"  # gone: nothing of the story is left
    REOPEN = "reopen"  # a later release brings back what was gone


class Withdrawal(StrEnum):
    """How an item was taken down."""

    GONE = "gone"
    WITHDRAWN = "withdrawn"


class PlacementState(StrEnum):
    """An item on one channel."""

    PENDING = "pending"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"


class PlacementStep(StrEnum):
    """What can happen to a placement."""

    CONFIRM = "confirm"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


class EditionState(StrEnum):
    """A text of an item: being written, shown, or replaced."""

    DRAFT = "draft"
    LIVE = "live"
    PAST = "past"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.DRAFT, Step.REVISE): State.DRAFT,
    (State.DRAFT, Step.PLACE): State.DRAFT,
    (State.DRAFT, Step.PUBLISH): State.PUBLISHED,
    (State.DRAFT, Step.TAKE_DOWN): State.WITHDRAWN,
    (State.PUBLISHED, Step.REVISE): State.PUBLISHED,
    (State.PUBLISHED, Step.PLACE): State.PUBLISHED,
    (State.PUBLISHED, Step.CORRECT): State.PUBLISHED,
    (State.PUBLISHED, Step.WITHDRAW): State.WITHDRAWN,
    (State.PUBLISHED, Step.TAKE_OFF): State.DRAFT,
    (State.PUBLISHED, Step.TAKE_DOWN): State.WITHDRAWN,
    (State.WITHDRAWN, Step.TAKE_DOWN): State.WITHDRAWN,
    (State.WITHDRAWN, Step.REOPEN): State.DRAFT,
}
PLACEMENT_TRANSITIONS: dict[tuple[PlacementState, PlacementStep], PlacementState] = {
    (PlacementState.PENDING, PlacementStep.CONFIRM): PlacementState.PLACED,
    (PlacementState.PENDING, PlacementStep.WITHDRAW): PlacementState.WITHDRAWN,
    (PlacementState.PLACED, PlacementStep.WITHDRAW): PlacementState.WITHDRAWN,
    (PlacementState.WITHDRAWN, PlacementStep.REOPEN): PlacementState.PENDING,
}
LABELS: dict[StrEnum, str] = {
    State.DRAFT: "dự thảo",
    State.PUBLISHED: "đã đăng",
    State.WITHDRAWN: "đã gỡ",
    PlacementState.PENDING: "chờ đăng",
    PlacementState.PLACED: "đã đăng",
    PlacementState.WITHDRAWN: "đã gỡ",
    Step.REVISE: "soạn",
    Step.PLACE: "đăng lên kênh",
    Step.PUBLISH: "đăng",
    Step.CORRECT: "đính chính",
    Step.WITHDRAW: "gỡ",
    Step.TAKE_OFF: "rút khỏi nơi công khai",
    Step.TAKE_DOWN: "gỡ hẳn",
    Step.REOPEN: "mở lại",
    PlacementStep.CONFIRM: "xác nhận đã đăng",
    PlacementStep.WITHDRAW: "gỡ",
    PlacementStep.REOPEN: "mở lại",
}


def next_state(state: State, step: Step) -> State:
    """Raises StepNotPossible."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise StepNotPossible(state=LABELS[state], step=LABELS[step]) from None


def next_placement_state(state: PlacementState, step: PlacementStep) -> PlacementState:
    """Raises StepNotPossible."""
    try:
        return PLACEMENT_TRANSITIONS[state, step]
    except KeyError:
        raise StepNotPossible(state=LABELS[state], step=LABELS[step]) from None

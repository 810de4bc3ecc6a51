"""What REST takes and gives."""

from __future__ import annotations

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.notifications.models import RESTING, Attempt, Channel, Delivery, Message, Recipient, WebhookEndpoint
from services.notifications.templates_text import KINDS
from services.notifications.workflow import LABELS, EndpointState, State
from shared.directory.posts import OfficeView
from shared.events import CATALOGUE
from shared.exact import Flag
from shared.text import Line

# What endpoints are told of; our own facts are for operators, who read them from the topic.
PUBLIC = sorted(name for name, fact in CATALOGUE.items() if fact.public and fact.service != "notifications")
REACHES = (Channel.IN_APP, Channel.EMAIL)


def _address(text: str) -> str:
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as error:  # the parser of the standard library throws all of them
        raise PydanticCustomError("not_an_email_address", "is no e-mail address") from error
    if not text.isascii() or not text.isprintable() or " " in text or "." not in address.domain:
        raise PydanticCustomError("not_an_email_address", "is no e-mail address")
    return text


def _public(name: str) -> str:
    if name not in PUBLIC:
        raise PydanticCustomError("not_a_public_event", "is no public event")
    return name


def _kind(name: str) -> str:
    if name not in KINDS:
        raise PydanticCustomError("not_a_kind_of_message", "is no kind of message")
    return name


def _reach(channel: Channel) -> Channel:
    if channel not in REACHES:
        raise PydanticCustomError("not_a_way_to_a_person", "is no way to a person")
    return channel


EmailAddress = Annotated[str, StringConstraints(min_length=3, max_length=254), AfterValidator(_address)]
PublicType = Annotated[str, StringConstraints(max_length=100), AfterValidator(_public)]
Kind = Annotated[str, StringConstraints(max_length=100), AfterValidator(_kind)]


class Given(BaseModel):
    """What comes in: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class MeView(BaseModel):
    """Who is signed in, and what waits for him here. `person_id` is what an administrator needs to give an office."""

    person_id: UUID
    name: str
    offices: list[OfficeView]
    unread_messages: int


class MessageView(BaseModel):
    """What one person is told about one fact."""

    id: UUID
    kind: str = Field(description="Loại sự kiện", examples=["lantoa.nomination.recommended.v1"])
    title: str = Field(examples=["Có hồ sơ được giới thiệu lên, chờ xem: Tổ tự quản không rác"])
    body: str
    link: str | None = Field(description="Đường dẫn đầy đủ, hoặc bắt đầu bằng / tại địa chỉ này")
    nomination_id: UUID | None
    item_id: UUID | None
    duty_id: UUID | None
    organisation_id: UUID | None
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, row: Message) -> MessageView:
        """From a row."""
        return cls.model_validate(row, from_attributes=True)


class ReadUpTo(Given):
    """The newest message that he has seen."""

    up_to: UUID


class MarkedView(BaseModel):
    """How many were unread until now."""

    marked: int


class EmailIn(Given):
    """The address to which notices go once it is confirmed."""

    address: EmailAddress = Field(examples=["mai@coquan.example.vn"])


class CodeIn(Given):
    """The code from the mail."""

    code: Annotated[Line, Field(max_length=20, examples=["ABCDE-23456"])]


class ContactPointView(BaseModel):
    """Where a person is reached; mails go out only to a confirmed address."""

    channel: Channel = Channel.EMAIL
    address: str | None
    confirmed_at: datetime | None

    @classmethod
    def of(cls, row: Recipient | None) -> ContactPointView:
        """From a row, or for somebody who never set an address."""
        return cls(address=row.email if row else None, confirmed_at=row.email_confirmed_at if row else None)


class Preference(Given):
    """Whether he wants this kind of notice on this channel."""

    kind: Kind = Field(examples=["lantoa.nomination.taken_up.v1"])
    channel: Annotated[Channel, AfterValidator(_reach)]
    enabled: Flag


class Preferences(Given):
    """All his preferences; what is not listed is on."""

    items: Annotated[list[Preference], Field(max_length=2 * len(KINDS))]

    @classmethod
    def of(cls, row: Recipient | None) -> Preferences:
        """The whole table, kind by channel."""
        muted = set(row.muted) if row else set()
        return cls(
            items=[
                Preference(kind=kind, channel=channel, enabled=f"{kind}/{channel}" not in muted)
                for kind in sorted(KINDS)
                for channel in REACHES
            ]
        )

    def muted(self) -> list[str]:
        """As they are kept."""
        return [f"{one.kind}/{one.channel}" for one in self.items if not one.enabled]


class WebhookIn(Given):
    """Where public facts should go. Without `organisation_id` it is the calling system's own endpoint."""

    url: Annotated[str, StringConstraints(min_length=8, max_length=2000)] = Field(
        examples=["https://toasoan.example.vn/lantoa"]
    )
    events: Annotated[list[PublicType], Field(max_length=len(PUBLIC))] = Field(
        default=[], description="Loại sự kiện muốn nhận; để trống là mọi sự kiện công khai", examples=[PUBLIC[:1]]
    )
    organisation_id: UUID | None = None


class WebhookView(BaseModel):
    """An endpoint. `secret` is there only in the answer that made it: keep it, it is not shown again."""

    id: UUID
    organisation_id: UUID | None
    url: str
    events: list[str]
    state: EndpointState
    state_label: str = Field(examples=["đang nhận"])
    consecutive_failures: int
    created_at: datetime
    secret: str | None = None

    @classmethod
    def of(cls, row: WebhookEndpoint, secret: str | None = None) -> WebhookView:
        """From a row."""
        fields: dict[str, Any] = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**fields, state_label=LABELS[row.state], secret=secret)


class AttemptView(BaseModel):
    """One time a delivery was tried."""

    number: int
    at: datetime
    outcome: str = Field(examples=["accepted", "refused", "failed", "blocked", "gone"])
    status_code: int | None
    duration_ms: int
    detail: str | None


class DeliveryView(BaseModel):
    """A public fact on its way to an endpoint. `fact_id` is its `webhook-id`."""

    id: UUID
    fact_id: UUID
    kind: str
    state: State
    state_label: str
    next_try_at: datetime | None
    created_at: datetime
    attempts: list[AttemptView]

    @classmethod
    def of(cls, row: Delivery, attempts: list[Attempt]) -> DeliveryView:
        """From a row and its log."""
        return cls(
            id=row.id,
            fact_id=row.fact_id,
            kind=row.kind,
            state=row.state,
            state_label=LABELS[row.state],
            next_try_at=None if row.next_try_at == RESTING else row.next_try_at,
            created_at=row.created_at,
            attempts=[AttemptView.model_validate(one, from_attributes=True) for one in attempts],
        )

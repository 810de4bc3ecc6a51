"""Dull directory rows, facts as they arrive, and rows in whatever state a test needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.channels import seal
from services.notifications.consumers import consumer
from services.notifications.models import Channel, Delivery, Message, Recipient, WebhookEndpoint
from services.notifications.workflow import EndpointState, State
from shared.clock import now
from shared.db import Database, new_id
from shared.directory.tables import Office, Organisation, OrganisationEdge, OrganisationName
from shared.events import Envelope, Event
from shared.events.nominations import NominationRecommended
from shared.events.publicity import ItemPublished, ItemWithdrawn, PublishedStory
from shared.road.inbox import Receiver
from shared.road.tables import Parked

E = TypeVar("E", bound=Event)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


async def organisation(session: AsyncSession, name: str | None = None, *, above: UUID | None = None) -> UUID:
    """A body known here, with a name since ever; under `above` by line of command."""
    organisation_id = new_id()
    session.add(Organisation(id=organisation_id, slug=str(organisation_id), hierarchy="state"))
    if name is not None:
        session.add(OrganisationName(id=new_id(), organisation_id=organisation_id, name=name, search=name.lower()))
    if above is not None:
        session.add(OrganisationEdge(id=new_id(), organisation_id=organisation_id, type="line_of_command", to_id=above))
    await session.flush()
    return organisation_id


async def office(
    session: AsyncSession,
    organisation_id: UUID,
    role: str,
    *,
    person_id: UUID | None = None,
    from_on: date = date(2020, 1, 1),
    to_on: date | None = None,
) -> UUID:
    """A post; whose it is."""
    person_id = person_id or new_id()
    session.add(
        Office(
            id=new_id(),
            person_id=person_id,
            person_name="Mai",
            organisation_id=organisation_id,
            role=role,
            from_on=from_on,
            to_on=to_on,
        )
    )
    await session.flush()
    return person_id


async def recipient(
    session: AsyncSession,
    person_id: UUID,
    *,
    email: str = "mai@coquan.example.vn",
    confirmed: bool = True,
    muted: Sequence[str] = (),
) -> Recipient:
    """Somebody who set an address."""
    row = Recipient(
        person_id=person_id,
        email=email,
        email_confirmed_at=now() if confirmed else None,
        muted=list(muted),
        version=1,
    )
    session.add(row)
    await session.flush()
    return row


async def endpoint(
    session: AsyncSession,
    *,
    url: str = "https://toasoan.example.vn/lantoa",
    events: Sequence[str] = (),
    keys: Sequence[str] = ("key",),
    state: EndpointState = EndpointState.ACTIVE,
    owner_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> WebhookEndpoint:
    """An endpoint with the secret SECRET."""
    row = WebhookEndpoint(
        id=new_id(),
        organisation_id=organisation_id,
        owner_id=owner_id or new_id(),
        url=url,
        events=list(events),
        secrets=[{"sealed": seal(SECRET, keys), "until": None}],
        state=state,
        consecutive_failures=0,
        created_at=now(),
        version=1,
    )
    session.add(row)
    await session.flush()
    return row


async def delivery(
    session: AsyncSession,
    to: WebhookEndpoint,
    *,
    aggregate_id: UUID | None = None,
    sequence: int = 1,
    state: State = State.PENDING,
    tries: int = 0,
    fact_id: UUID | None = None,
) -> Delivery:
    """A webhook that is due, or finished where its state is a last one."""
    unfinished = state in (State.PENDING, State.SENT, State.FAILED, State.RETRYING)
    row = Delivery(
        id=new_id(),
        channel=Channel.WEBHOOK,
        endpoint_id=to.id,
        fact_id=fact_id or new_id(),
        kind="lantoa.item.published.v1",
        aggregate_id=aggregate_id or new_id(),
        sequence=sequence,
        payload=orjson.dumps({"type": "lantoa.item.published.v1", "sequence": f"{sequence:010d}"}),
        state=state,
        attempts=tries,
        tries=tries,
        next_try_at=now() - timedelta(seconds=1) if unfinished else None,
        created_at=now(),
    )
    session.add(row)
    await session.flush()
    return row


async def message(session: AsyncSession, person_id: UUID, *, title: str = "Có hồ sơ mới") -> Message:
    """An unread message."""
    row = Message(
        id=new_id(),
        fact_id=new_id(),
        kind="lantoa.nomination.submitted.v1",
        person_id=person_id,
        title=title,
        body="Hãy mở hồ sơ.",
        in_app=True,
        created_at=now(),
    )
    session.add(row)
    await session.flush()
    return row


def enveloped(fact: Event, *, sequence: int = 1, represented: bool = False, at: datetime | None = None) -> Envelope:
    """The fact as it travels."""
    body = orjson.dumps(fact.model_dump(mode="json"))
    return Envelope(
        new_id(),
        fact.type(),
        fact.service,
        fact.aggregate_id,
        sequence,
        at or now(),
        body,
        represented=represented,
    )


async def arrive(database: Database, *envelopes: Envelope) -> None:
    """Lets facts arrive as from the bus. Fails when one of them was parked."""
    await Receiver(database, consumer).receive(envelopes)
    async with database.transaction() as session:
        parked = (await session.scalars(select(Parked.error).where(Parked.error.is_not(None)))).all()
        assert list(parked) == []


async def count(session: AsyncSession, table: type[Any]) -> int:
    """How many rows there are."""
    return await session.scalar(select(func.count()).select_from(table)) or 0


async def recipients(session: AsyncSession) -> dict[UUID, Recipient]:
    """Everybody who set an address."""
    return {row.person_id: row for row in await session.scalars(select(Recipient))}


def recommended(station: UUID, *, via: UUID | None = None, nominator: UUID | None = None) -> NominationRecommended:
    """A nomination climbed to `station`."""
    return NominationRecommended(
        nomination_id=new_id(),
        organisation_id=new_id(),
        nominator_id=nominator or new_id(),
        title="Tổ tự quản không rác",
        from_organisation_id=new_id(),
        station_id=new_id(),
        station_number=2,
        station_organisation_id=station,
        station_via_id=via,
    )


def published(
    *,
    item_id: UUID | None = None,
    nominator: UUID | None = None,
    approver: UUID | None = None,
    above: UUID | None = None,
    title: str = "Tổ tự quản không rác",
) -> ItemPublished:
    """A story that can be read by everyone."""
    item_id = item_id or new_id()
    return ItemPublished(
        item_id=item_id,
        nomination_id=new_id(),
        owner_id=new_id(),
        organisation_id=new_id(),
        edition=1,
        url=f"https://cong.example.vn/tin/{item_id}",
        story=PublishedStory(title=title, summary="Cả tổ cùng giữ đường sạch."),
        subject_type="collective",
        subject_name="Tổ 3",
        kind="exemplar",
        published_at=now(),
        nominator_id=nominator or new_id(),
        approver_id=approver or new_id(),
        next_organisation_id=above,
    )


def gone(item: ItemPublished) -> ItemWithdrawn:
    """The item was taken down and leaves nothing."""
    return ItemWithdrawn(
        item_id=item.item_id,
        nomination_id=item.nomination_id,
        owner_id=item.owner_id,
        organisation_id=item.organisation_id,
        edition=item.edition,
        url=item.url,
        withdrawal="gone",
        withdrawn_at=now(),
        nominator_id=item.nominator_id,
        approver_id=item.approver_id,
    )


def sample(fact: type[E], *, full: bool) -> E:
    """Any fact with dull values: every optional part there, or none."""
    return fact(**{name: _value(field.annotation, full=full) for name, field in fact.model_fields.items()})


def _value(kind: Any, *, full: bool) -> Any:
    if get_origin(kind) in (Union, UnionType):
        return _value(next(k for k in get_args(kind) if k is not NoneType), full=full) if full else None
    if get_origin(kind) is list:
        return [_value(get_args(kind)[0], full=full)] if full else []
    if get_origin(kind) is dict:
        return {}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind(**{name: _value(field.annotation, full=full) for name, field in kind.model_fields.items()})
    dull = {UUID: new_id(), str: "title", int: 3, bool: full, datetime: now(), date: date(2026, 11, 5)}
    return dull[kind]

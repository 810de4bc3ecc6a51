"""Telling: a fact becomes a message for each person concerned, a delivery to each endpoint that asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications import queries
from services.notifications.models import RESTING, Channel, Delivery, Message
from services.notifications.templates_text import Text, one_line, say
from services.notifications.workflow import UNDER_WAY, UNFINISHED, EndpointState, State
from shared import context
from shared.bus import arriving
from shared.clock import day
from shared.db import new_id
from shared.directory.queries import holders, names_on
from shared.events import Envelope, Event, outside
from shared.many import insert_many

MESSAGES = (
    insert(Message)
    .on_conflict_do_nothing(index_elements=[Message.fact_id, Message.person_id])
    .returning(Message.id, Message.person_id)
)
LETTERS = insert(Delivery)
DELIVERIES = LETTERS.on_conflict_do_nothing(
    index_elements=[Delivery.fact_id, Delivery.endpoint_id], index_where=Delivery.endpoint_id.is_not(None)
)
TAKEN_DOWN = Text("Nội dung đã được gỡ", "Bài này đã được gỡ hẳn; nội dung thông báo không còn được lưu.")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told, in which words: people by id, and whoever holds one of these offices at these bodies."""

    template: str
    people: tuple[UUID | None, ...] = ()
    offices: tuple[tuple[UUID | None, frozenset[str]], ...] = ()
    link: str | None = None
    by_mail: bool = True
    story_title: str | None = None
    about: Mapping[str, UUID] = field(default_factory=dict)


async def tell(session: AsyncSession, fact: Event, *audiences: Audience) -> None:
    """Messages and deliveries for the fact that is arriving; a handful of statements, however many people.

    One message a person: who is in two audiences gets the words of the first. A represented fact
    tells nobody.
    """
    envelope = arriving()
    if envelope.represented:
        return
    on = day(envelope.time)
    people = await _people(session, audiences, on)
    if people:
        known = await names_on(session, _organisations(fact), on)
        texts = {audience.template: say(audience.template, known, fact=fact) for audience in people.values()}
        await _write(session, envelope, people, texts)
    if type(fact).public:
        await _to_endpoints(session, fact, envelope)


async def _people(session: AsyncSession, audiences: Sequence[Audience], on: date) -> dict[UUID, Audience]:
    """Each person with the first audience he is in. One statement at most."""
    wanted = [(a, at, roles) for a in audiences for at, roles in a.offices if at is not None]
    held = (
        await holders(session, {at for _, at, _ in wanted}, {r for _, _, roles in wanted for r in roles}, on)
        if wanted
        else []
    )
    found: dict[UUID, Audience] = {}
    for audience in audiences:
        for person_id in audience.people:
            if person_id is not None:
                found.setdefault(person_id, audience)
        places = [(at, roles) for a, at, roles in wanted if a is audience]
        for office in held:
            if any(office.organisation_id == at and office.role in roles for at, roles in places):
                found.setdefault(office.person_id, audience)
    return found


def _organisations(fact: Event) -> set[UUID]:
    """Every id a text may want the name of; ids of other things find no name and do no harm."""
    return {value for name, value in fact if name.endswith("_id") and isinstance(value, UUID)}


async def _write(
    session: AsyncSession, envelope: Envelope, people: Mapping[UUID, Audience], texts: Mapping[str, Text]
) -> None:
    wishes = await queries.wishes(session, people)
    rows, mailed = [], set()
    for person_id, audience in people.items():
        wish = wishes.get(person_id, queries.NO_WISH)
        muted = set(wish.muted)
        by_mail = audience.by_mail and wish.has_address and f"{envelope.type}/{Channel.EMAIL}" not in muted
        in_app = f"{envelope.type}/{Channel.IN_APP}" not in muted
        if in_app or by_mail:
            rows.append(_message(envelope, person_id, audience, text=texts[audience.template], in_app=in_app))
        if by_mail:
            mailed.add(person_id)
    if not rows:
        return
    written = await insert_many(session, MESSAGES, rows)
    letters = [
        _by_mail(envelope, message_id, people[person_id].about.get("item_id"))
        for message_id, person_id in written
        if person_id in mailed
    ]
    await insert_many(session, LETTERS, letters)


def _message(envelope: Envelope, person_id: UUID, audience: Audience, *, text: Text, in_app: bool) -> dict[str, Any]:
    about = {name: audience.about.get(name) for name in ("nomination_id", "item_id", "duty_id", "organisation_id")}
    return {
        "id": new_id(),
        "fact_id": envelope.id,
        "kind": envelope.type,
        "person_id": person_id,
        "title": text.title,
        "body": text.body,
        "story_title": audience.story_title and one_line(audience.story_title),
        "link": audience.link,
        "in_app": in_app,
        "created_at": envelope.time,
        "read_at": None,
        **about,
    }


def _by_mail(envelope: Envelope, message_id: UUID, item_id: UUID | None) -> dict[str, Any]:
    return {
        **_delivery(envelope, Channel.EMAIL, envelope.time),
        "message_id": message_id,
        "endpoint_id": None,
        "item_id": item_id,
        "payload": None,
    }


def _delivery(envelope: Envelope, channel: Channel, due_at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "channel": channel,
        "fact_id": envelope.id,
        "kind": envelope.type,
        "aggregate_id": envelope.aggregate_id,
        "sequence": envelope.sequence,
        "state": State.PENDING,
        "attempts": 0,
        "tries": 0,
        "next_try_at": due_at,
        "created_at": envelope.time,
        "traceparent": context.current().traceparent,
    }


async def _to_endpoints(session: AsyncSession, fact: Event, envelope: Envelope) -> None:
    """A delivery of the fact, as it leaves the house, for every endpoint that asked. Two statements."""
    endpoints = await queries.listening(session, envelope.type)
    if not endpoints:
        return
    body = orjson.dumps(outside(envelope))
    rows = [
        {
            **_delivery(envelope, Channel.WEBHOOK, RESTING if state is EndpointState.PAUSED else envelope.time),
            "message_id": None,
            "endpoint_id": endpoint_id,
            "item_id": getattr(fact, "item_id", None),
            "payload": body,
        }
        for endpoint_id, state in endpoints.items()
    ]
    await insert_many(session, DELIVERIES, rows)


async def forget_item(session: AsyncSession, item_id: UUID, nomination_id: UUID) -> None:
    """What we keep of an item that is gone: waiting deliveries are cancelled, bodies are blanked.

    A webhook under way may still arrive, so the word that the item is gone must wait behind it: it keeps its
    place until its outcome is known or its lease has run out, and without a body it is never sent again.
    Messages about its nomination still say what happened and lead there, but no longer name the story.
    """
    # locked in the order in which a sender marks them, so that the two never wait for each other
    about = await session.scalars(
        select(Delivery.id).where(Delivery.item_id == item_id).order_by(Delivery.id).with_for_update()
    )
    ids = about.all()
    on_the_line = and_(Delivery.endpoint_id.is_not(None), Delivery.state.in_(UNDER_WAY))
    await session.execute(
        update(Delivery)
        .where(Delivery.id.in_(ids), Delivery.state.in_(UNFINISHED), ~on_the_line)
        .values(state=State.CANCELLED, next_try_at=None)
    )
    await session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(payload=None))
    await session.execute(
        update(Message)
        .where(Message.item_id == item_id)
        .values(title=TAKEN_DOWN.title, body=TAKEN_DOWN.body, link=None)
    )
    await session.execute(
        update(Message)
        .where(Message.nomination_id == nomination_id, Message.story_title.is_not(None))
        .values(
            title=func.replace(Message.title, func.concat(": ", Message.story_title), ""),
            body=func.replace(Message.body, func.concat("«", Message.story_title, "»"), "này"),
            story_title=None,
        )
    )

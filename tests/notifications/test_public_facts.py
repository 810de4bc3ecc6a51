"""What leaves the house: public facts for the endpoints that asked, and what is taken along when an item is gone."""

from __future__ import annotations

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.models import Channel, Delivery, Message
from services.notifications.workflow import EndpointState, State
from shared.db import Database, new_id
from shared.events import nominations, outside
from shared.events.nominations import NominationSubmitted
from shared.events.publicity import ItemPublished
from tests.notifications import factories as make


async def test_public_facts_go_to_the_endpoints_that_asked_in_the_form_that_leaves_the_house(
    session: AsyncSession, database: Database
) -> None:
    asked = await make.endpoint(session, events=["lantoa.item.published.v1"])
    everything = await make.endpoint(session)
    await make.endpoint(session, events=["lantoa.item.withdrawn.v1"])
    await make.endpoint(session, state=EndpointState.DISABLED)
    paused = await make.endpoint(session, state=EndpointState.PAUSED)
    await session.commit()
    envelope = make.enveloped(make.published(), sequence=1)

    await make.arrive(database, envelope)

    rows = (await session.scalars(select(Delivery).where(Delivery.channel == Channel.WEBHOOK))).all()
    assert {row.endpoint_id for row in rows} == {asked.id, everything.id, paused.id}
    assert {row.fact_id for row in rows} == {envelope.id}
    assert [orjson.loads(row.payload or b"") for row in rows] == [outside(envelope)] * 3
    assert outside(envelope)["data"].keys() == ItemPublished.model_fields.keys() - ItemPublished.inside


async def test_facts_that_are_not_public_go_to_no_endpoint(session: AsyncSession, database: Database) -> None:
    await make.endpoint(session)
    await session.commit()

    await make.arrive(database, make.enveloped(make.sample(NominationSubmitted, full=True)))

    assert await make.count(session, Delivery) == 0


async def test_an_item_that_is_gone_takes_what_was_kept_of_it_along(session: AsyncSession, database: Database) -> None:
    await make.endpoint(session, events=["lantoa.item.published.v1"])
    nominator = new_id()
    await make.recipient(session, nominator)
    await session.commit()
    item = make.published(nominator=nominator, title="Chuyện của bà Tư")
    await make.arrive(database, make.enveloped(item, sequence=1))

    await make.arrive(database, make.enveloped(make.gone(item), sequence=2))

    kept = (await session.scalars(select(Message.title + Message.body).order_by(Message.created_at))).all()
    waiting = await session.execute(
        select(Delivery.kind, Delivery.state, Delivery.payload).where(Delivery.kind == "lantoa.item.published.v1")
    )
    assert [text for text in kept if "bà Tư" in text] == []
    assert [tuple(row) for row in waiting] == [
        ("lantoa.item.published.v1", State.CANCELLED, None),
        ("lantoa.item.published.v1", State.CANCELLED, None),
    ]


NOMINATION_FACTS = [fact for fact in nominations.FACTS if issubclass(fact, nominations.NominationFact)]


@pytest.mark.parametrize("kind", NOMINATION_FACTS, ids=lambda kind: kind.past)
async def test_messages_about_the_nomination_of_a_gone_item_stay_without_its_title(
    kind: type[nominations.NominationFact], session: AsyncSession, database: Database
) -> None:
    item = make.published()
    fact = make.sample(kind, full=True).model_copy(
        update={"nomination_id": item.nomination_id, "title": "Chuyện  «của» bà Tư"}
    )
    for name in ("organisation_id", "station_organisation_id"):
        if (body := getattr(fact, name, None)) is not None:
            await make.office(session, body, "approver")
    other = fact.model_copy(update={"nomination_id": new_id(), "title": "Chuyện khác"})
    await session.commit()
    await make.arrive(database, make.enveloped(fact), make.enveloped(other))

    await make.arrive(database, make.enveloped(make.gone(item)))

    texts = await session.execute(select(Message.nomination_id, Message.title + "\n" + Message.body))
    told = [(nomination_id, text) for nomination_id, text in texts]
    mine = [text for nomination_id, text in told if nomination_id == fact.nomination_id]
    others = [text for nomination_id, text in told if nomination_id == other.nomination_id]
    assert [text for text in mine if "bà Tư" in text or "«" in text or ":\n" in text] == []
    assert sum("hồ sơ này" in text for text in mine) == sum("«Chuyện khác»" in text for text in others) == len(others)
    assert len(others) > 0


async def test_endpoints_still_hear_that_an_item_is_gone(session: AsyncSession, database: Database) -> None:
    await make.endpoint(session)
    await session.commit()
    item = make.published()
    await make.arrive(database, make.enveloped(item, sequence=1))

    await make.arrive(database, make.enveloped(make.gone(item), sequence=2))

    rows = await session.execute(select(Delivery.kind, Delivery.state).order_by(Delivery.sequence))
    assert [tuple(row) for row in rows] == [
        ("lantoa.item.published.v1", State.CANCELLED),
        ("lantoa.item.withdrawn.v1", State.PENDING),
    ]

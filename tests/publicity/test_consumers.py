"""Each fact that publicity hears, once and once more."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from uuid import UUID

import httpx
from sqlalchemy import func, select

from services.publicity import channels
from services.publicity.consumers import hear
from services.publicity.models import Channel, Item, Movement
from services.publicity.workflow import State
from shared.clock import now
from shared.db import Database, new_id
from shared.directory.tables import Office, OrganisationName
from shared.events import Envelope, Event
from shared.events.plans import ChannelChanged, DatedName, MovementChanged, OfficeChanged, OrganisationChanged
from shared.road.inbox import Receiver
from shared.road.tables import Outbox
from tests.publicity.factories import SITE, recalled, released


def envelopes(*facts: Event) -> list[Envelope]:
    """The facts as they arrive, numbered for each aggregate."""
    numbers: dict[UUID, count[int]] = {}
    return [
        Envelope(
            id=new_id(),
            type=fact.type(),
            service=fact.service,
            aggregate_id=fact.aggregate_id,
            sequence=next(numbers.setdefault(fact.aggregate_id, count(1))),
            time=now(),
            data=fact.model_dump_json().encode(),
        )
        for fact in facts
    ]


async def arrive(database: Database, batch: Sequence[Envelope]) -> None:
    """As from the bus."""
    await Receiver(database, hear(SITE)).receive(batch)


async def test_a_story_arrives_and_is_published_once_however_often_it_comes(committed: Database) -> None:
    batch = envelopes(released(new_id()))

    await arrive(committed, batch)
    await arrive(committed, batch)

    async with committed.transaction() as session:
        assert (await session.scalars(select(Item.state))).all() == [State.PUBLISHED]
        assert await session.scalar(select(func.count()).select_from(Outbox)) == 1


async def test_a_recall_in_the_same_batch_as_its_release_leaves_it_gone(committed: Database) -> None:
    fact = released(new_id())

    await arrive(committed, envelopes(fact, recalled(fact)))

    async with committed.transaction() as session:
        assert (await session.scalars(select(Item.state))).all() == [State.WITHDRAWN]
        payloads = (await session.scalars(select(Outbox.payload).order_by(Outbox.position))).all()
    assert [payload is None for payload in payloads] == [True, False]


async def test_channels_and_movements_are_kept_as_last_told(committed: Database) -> None:
    owner_id, channel_id, movement_id = new_id(), new_id(), new_id()
    channel = ChannelChanged(channel_id=channel_id, organisation_id=owner_id, kind="portal", name="Cũ")
    movement = MovementChanged(movement_id=movement_id, name="Cũ")
    newer = [channel.model_copy(update={"name": "Mới"}), movement.model_copy(update={"name": "Mới"})]

    await arrive(committed, envelopes(channel, movement, *newer))

    async with committed.transaction() as session:
        assert (await session.scalars(select(Channel.name))).all() == ["Mới"]
        assert (await session.execute(select(Movement.name, Movement.search))).all() == [("Mới", "moi")]


async def test_the_directory_is_kept(committed: Database) -> None:
    owner_id = new_id()
    organisation = OrganisationChanged(
        organisation_id=owner_id, slug="a", hierarchy="state", names=[DatedName(name="Văn phòng A")]
    )
    office = OfficeChanged(
        office_id=new_id(),
        person_id=new_id(),
        person_name="Mai",
        organisation_id=owner_id,
        role="editor",
        from_on=now().date(),
    )

    await arrive(committed, envelopes(organisation, office))

    async with committed.transaction() as session:
        assert (await session.scalars(select(OrganisationName.name))).all() == ["Văn phòng A"]
        assert (await session.scalars(select(Office.person_name))).all() == ["Mai"]


async def test_a_story_that_arrives_can_be_read_by_graph_rest_and_page(
    reader: httpx.AsyncClient, committed: Database
) -> None:
    fact = released(new_id())
    await arrive(committed, envelopes(fact))
    item_id = channels.item_id(fact.nomination_id, fact.station_organisation_id)

    graph = await reader.post("/graphql", json={"query": "{ items { edges { node { id } } } }"})
    rest = await reader.get(f"/v1/items/{item_id}")
    page = await reader.get(f"/p/items/{item_id}")

    assert graph.json() == {"data": {"items": {"edges": [{"node": {"id": str(item_id)}}]}}}
    assert (rest.status_code, rest.json()["title"]) == (200, fact.story.title)
    assert (page.status_code, f"<h1>{fact.story.title}</h1>" in page.text) == (200, True)


async def test_a_recall_that_arrives_leaves_nothing_to_read(reader: httpx.AsyncClient, committed: Database) -> None:
    fact = released(new_id())
    await arrive(committed, envelopes(fact, recalled(fact)))
    item_id = channels.item_id(fact.nomination_id, fact.station_organisation_id)

    graph = await reader.post("/graphql", json={"query": "{ items { edges { node { id } } } }"})

    assert graph.json() == {"data": {"items": {"edges": []}}}
    assert (await reader.get(f"/v1/items/{item_id}")).status_code == 410
    assert (await reader.get(f"/p/items/{item_id}")).status_code == 410

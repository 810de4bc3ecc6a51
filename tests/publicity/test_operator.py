"""A story that the operator tries again is published under the service's public address, as by the service itself."""

from __future__ import annotations

from services.commands.operator import as_it_runs
from shared.clock import now
from shared.db import Database, new_id
from shared.events import Envelope
from shared.events.publicity import ItemPublished
from shared.road.hearing import Hearer
from shared.road.outbox import recorded
from shared.settings import Settings
from tests.publicity.factories import channel, organisation, released


async def test_a_retried_story_names_the_public_address(database: Database, settings: Settings) -> None:
    hearer: Hearer = as_it_runs("publicity", settings, database).state.receiver
    async with database.transaction() as session:
        owner_id = await organisation(session)
        await channel(session, owner_id)
        fact = released(owner_id)
        body = fact.model_dump_json().encode()
        arrived = Envelope(new_id(), fact.type(), "nominations", fact.nomination_id, 1, now(), body)

        await hearer.handle(session, arrived)

        (published,) = [told for told in recorded(session) if isinstance(told, ItemPublished)]

    assert published.url.startswith(f"{settings.base_url}/publicity/p/items/")

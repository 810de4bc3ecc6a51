"""Where an organisation can publish."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.plans import permissions
from services.plans.lineage import check_dates
from services.plans.models import Channel
from services.plans.queries import directory as queries
from services.plans.queries.lineages import known
from shared import audit, road
from shared.auth import Actor
from shared.conditional import check_version
from shared.errors import NotKnownYet
from shared.events.plans import ChannelChanged


async def put_channel(
    session: AsyncSession, actor: Actor, fact: ChannelChanged, *, version: int | None
) -> tuple[Channel, bool]:
    """The channel as given, and whether it is new. The same content again changes nothing.

    Raises NotAllowed, PreconditionRequired, PreconditionFailed, EndsBeforeStart, NotKnownYet.
    """
    await queries.lock_directory(session)
    channel = await session.get(Channel, fact.channel_id, with_for_update=True, populate_existing=True)
    concerned = {fact.organisation_id, channel.organisation_id if channel else fact.organisation_id}
    await permissions.check_may_administer(session, actor, *concerned)
    if channel is not None and fact_of(channel) == fact:
        return channel, False
    if channel is not None:
        check_version(channel, version)
    if not await known(session, [fact.organisation_id]):
        raise NotKnownYet(id=str(fact.organisation_id), pointer="#/organisation_id")
    check_dates(fact)
    return await keep(session, actor, fact, channel), channel is None


def fact_of(channel: Channel) -> ChannelChanged:
    """The channel as its fact tells it."""
    values = {name: getattr(channel, name) for name in ChannelChanged.model_fields if name != "channel_id"}
    return ChannelChanged(channel_id=channel.id, **values)


async def keep(session: AsyncSession, actor: Actor, fact: ChannelChanged, channel: Channel | None) -> Channel:
    """Writes, notes and announces a channel that was checked."""
    values = fact.model_dump(exclude={"channel_id"})
    if channel is None:
        channel = Channel(id=fact.channel_id, version=0, **values)
        session.add(channel)
    for name, value in values.items():
        setattr(channel, name, value)
    channel.version += 1
    subject = ("channel", fact.channel_id)
    audit.note(session, actor, "put_channel", subject, organisation_id=fact.organisation_id, fields=values)
    road.record(session, fact)
    return channel

"""Our own copies of what plans and publicity announced.

Upserts by natural key, so that repeating one is harmless.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import Insert, Table, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations.models import Extension, Item, Movement, Obligation, Plan
from shared.bus import Rows
from shared.events.plans import DeadlineExtended, MovementChanged, PlanFact, PlanWithdrawn
from shared.events.publicity import ItemPublished, ItemWithdrawn, PlacementConfirmed

PUBLISHED = "published"


async def keep_plan(session: AsyncSession, fact: PlanFact) -> None:
    """The plan whole; what an amendment leaves out keeps its row without a position: nominations name it.

    One that was withdrawn stays so when it is told anew.
    """
    plan = {
        "issuer_id": fact.issuer_id,
        "code": fact.code,
        "title": fact.title,
        "start_on": fact.start_on,
        "end_on": fact.end_on,
    }
    added = insert(Plan).values(id=fact.plan_id, withdrawn=False, **plan)
    await session.execute(added.on_conflict_do_update(index_elements=[Plan.id], set_=plan))
    await session.execute(update(Obligation).where(Obligation.plan_id == fact.plan_id).values(position=None))
    names = {"label", "kind", "cadence", "subject_types", "maximum", "to_ids", "via_id", "then_to_id"}
    rows = [
        {
            "id": part.obligation_id,
            "plan_id": fact.plan_id,
            "position": position,
            **part.model_dump(include=names),
            "to_ids": [str(to_id) for to_id in part.to_ids],
        }
        for position, part in enumerate(fact.obligations)
    ]
    if rows:
        obligations = insert(Obligation).values(rows)
        changed = {name: obligations.excluded[name] for name in [*names, "plan_id", "position"]}
        await session.execute(obligations.on_conflict_do_update(index_elements=[Obligation.id], set_=changed))


async def withdraw_plan(session: AsyncSession, fact: PlanWithdrawn) -> None:
    """It binds nobody from now on; what was submitted goes its way."""
    await session.execute(update(Plan).where(Plan.id == fact.plan_id).values(withdrawn=True))


async def keep_movement(session: AsyncSession, fact: MovementChanged) -> None:
    """Its name."""
    added = insert(Movement).values(id=fact.movement_id, name=fact.name)
    await session.execute(added.on_conflict_do_update(index_elements=[Movement.id], set_={"name": fact.name}))


async def keep_extension(session: AsyncSession, fact: DeadlineExtended) -> None:
    """The new due instant."""
    values = {
        "organisation_id": fact.organisation_id,
        "obligation_id": fact.obligation_id,
        "period_key": fact.period.key,
        "due_before": fact.due_before,
    }
    added = insert(Extension).values(duty_id=fact.duty_id, **values)
    await session.execute(added.on_conflict_do_update(index_elements=[Extension.duty_id], set_=values))


def item_rows(fact: ItemPublished) -> Rows:
    """Where it is shown."""
    shown = {
        "id": fact.item_id,
        "nomination_id": fact.nomination_id,
        "owner_id": fact.owner_id,
        "state": PUBLISHED,
        "url": fact.url,
        "placements": [place.model_dump(mode="json") for place in fact.placements],
        "published_at": fact.published_at,
        "withdrawn_at": None,
    }
    return Rows(KEEP_ITEM, [shown])


def _keep_item() -> Insert:
    item = insert(cast(Table, Item.__table__))
    told = {column.name: item.excluded[column.name] for column in Item.__table__.columns if not column.primary_key}
    return item.on_conflict_do_update(index_elements=["id"], set_=told)


KEEP_ITEM = _keep_item()


async def keep_placement(session: AsyncSession, fact: PlacementConfirmed) -> None:
    """One more channel of an item that is shown; the same one again replaces it."""
    item = await session.get(Item, fact.item_id, with_for_update=True)
    if item is not None:
        place = fact.placement.model_dump(mode="json")
        others = [p for p in item.placements if p["placement_id"] != place["placement_id"]]
        item.placements = [*others, place]


async def withdraw_item(session: AsyncSession, fact: ItemWithdrawn) -> None:
    """It was taken down; where it stood stays known, so that the person can be told."""
    values = {"state": fact.withdrawal, "withdrawn_at": fact.withdrawn_at}
    unseen = {"nomination_id": fact.nomination_id, "owner_id": fact.owner_id, "url": fact.url, "placements": []}
    added = insert(Item).values(id=fact.item_id, **unseen, **values)
    await session.execute(added.on_conflict_do_update(index_elements=[Item.id], set_=values))

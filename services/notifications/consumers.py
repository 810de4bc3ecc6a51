"""The event door: who is told of which fact. Each handler names one fact and calls one action."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.notifications.actions import Audience, forget_item, tell
from shared.auth import Role
from shared.bus import Consumer, arriving
from shared.directory.copies import keep_organisation, office_rows
from shared.events import nominations, plans, publicity

REVIEWERS = frozenset({Role.REVIEWER.value})
JUDGES = frozenset({Role.REVIEWER.value, Role.APPROVER.value})
NOMINATORS = frozenset({Role.NOMINATOR.value})
PLAN_OFFICERS = frozenset({Role.PLAN_OFFICER.value})

consumer = Consumer("notifications")
consumer.keep(plans.OfficeChanged)(office_rows)


@consumer.on(plans.OrganisationChanged)
async def organisation_changed(session: AsyncSession, fact: plans.OrganisationChanged) -> None:
    """Kept as our copy, and passed on to endpoints; told anew it is only kept."""
    await keep_organisation(session, fact)
    if not arriving().represented:
        await tell(session, fact)


@consumer.on(plans.MovementChanged, effects=True)
async def movement_changed(session: AsyncSession, fact: plans.MovementChanged) -> None:
    """For endpoints only."""
    await tell(session, fact)


@consumer.on(plans.ChannelChanged, effects=True)
async def channel_changed(session: AsyncSession, fact: plans.ChannelChanged) -> None:
    """For endpoints only."""
    await tell(session, fact)


def _at_nomination(nomination_id: UUID) -> str:
    return f"/nominations/v1/nominations/{nomination_id}"


def _nomination(
    fact: nominations.NominationFact,
    template: str,
    *people: UUID | None,
    at: tuple[tuple[UUID | None, frozenset[str]], ...] = (),
    by_mail: bool = True,
) -> Audience:
    return Audience(
        f"nomination.{template}",
        people,
        at,
        link=_at_nomination(fact.nomination_id),
        by_mail=by_mail,
        story_title=fact.title,
        about={"nomination_id": fact.nomination_id, "organisation_id": fact.organisation_id},
    )


@consumer.on(nominations.NominationSubmitted, effects=True)
async def submitted(session: AsyncSession, fact: nominations.NominationSubmitted) -> None:
    """The first station must look at it."""
    at = ((fact.station_organisation_id, JUDGES), (fact.station_via_id, REVIEWERS))
    await tell(session, fact, _nomination(fact, "submitted", at=at))


@consumer.on(nominations.NominationResubmitted, effects=True)
async def resubmitted(session: AsyncSession, fact: nominations.NominationResubmitted) -> None:
    """Its station must look again."""
    at = ((fact.station_organisation_id, JUDGES), (fact.station_via_id, REVIEWERS))
    await tell(session, fact, _nomination(fact, "resubmitted", at=at))


@consumer.on(nominations.NominationRecommended, effects=True)
async def recommended(session: AsyncSession, fact: nominations.NominationRecommended) -> None:
    """The next station must look at it."""
    at = ((fact.station_organisation_id, JUDGES), (fact.station_via_id, REVIEWERS))
    await tell(session, fact, _nomination(fact, "recommended", at=at))


@consumer.on(nominations.NominationTakenUp, effects=True)
async def taken_up(session: AsyncSession, fact: nominations.NominationTakenUp) -> None:
    """Good to know, no more."""
    await tell(session, fact, _nomination(fact, "taken_up", fact.nominator_id, by_mail=False))


@consumer.on(nominations.NominationReturned, effects=True)
async def returned(session: AsyncSession, fact: nominations.NominationReturned) -> None:
    """The nominator must mend it."""
    await tell(session, fact, _nomination(fact, "returned", fact.nominator_id))


@consumer.on(nominations.NominationApproved, effects=True)
async def approved(session: AsyncSession, fact: nominations.NominationApproved) -> None:
    """The nominator learns it."""
    await tell(session, fact, _nomination(fact, "approved", fact.nominator_id))


@consumer.on(nominations.NominationDeclined, effects=True)
async def declined(session: AsyncSession, fact: nominations.NominationDeclined) -> None:
    """The nominator learns it."""
    await tell(session, fact, _nomination(fact, "declined", fact.nominator_id))


@consumer.on(nominations.NominationWithdrawn, effects=True)
async def withdrawn(session: AsyncSession, fact: nominations.NominationWithdrawn) -> None:
    """The station it waited at need not look any more."""
    at = ((fact.station_organisation_id, JUDGES),)
    await tell(session, fact, _nomination(fact, "withdrawn", at=at, by_mail=False))


@consumer.on(nominations.ApprovalRevoked, effects=True)
async def approval_revoked(session: AsyncSession, fact: nominations.ApprovalRevoked) -> None:
    """The nominator, and those who judge at that station."""
    at = ((fact.station_organisation_id, JUDGES),)
    await tell(session, fact, _nomination(fact, "approval_revoked", fact.nominator_id, at=at))


@consumer.on(nominations.NoticePrepared, effects=True)
async def notice_prepared(session: AsyncSession, fact: nominations.NoticePrepared) -> None:
    """The nominator hands it to the person concerned."""
    await tell(session, fact, _nomination(fact, "notice_prepared", fact.nominator_id))


def _item(fact: publicity.ItemFact, template: str, *people: UUID, by_mail: bool = True) -> Audience:
    return Audience(f"item.{template}", people, link=fact.url, by_mail=by_mail, about=_about_item(fact))


def _about_item(fact: publicity.ItemFact) -> dict[str, UUID]:
    return {"item_id": fact.item_id, "nomination_id": fact.nomination_id, "organisation_id": fact.owner_id}


@consumer.on(publicity.ItemPublished, effects=True)
async def item_published(session: AsyncSession, fact: publicity.ItemPublished) -> None:
    """Nominator and approver; the next level up for information, without e-mail."""
    above = Audience(
        "item.published.next_level",
        offices=((fact.next_organisation_id, JUDGES), (fact.next_via_id, REVIEWERS)),
        link=fact.url,
        by_mail=False,
        about=_about_item(fact),
    )
    await tell(session, fact, _item(fact, "published", fact.nominator_id, fact.approver_id), above)


@consumer.on(publicity.ItemCorrected, effects=True)
async def item_corrected(session: AsyncSession, fact: publicity.ItemCorrected) -> None:
    """Nominator and approver, without e-mail."""
    people = (fact.nominator_id, fact.approver_id)
    await tell(session, fact, _item(fact, "corrected", *people, by_mail=False))


@consumer.on(publicity.ItemWithdrawn)
async def item_withdrawn(session: AsyncSession, fact: publicity.ItemWithdrawn) -> None:
    """As `gone`, what we keep of it goes first; its page says nothing any more, so the link leads to the nomination."""
    told = _item(fact, "withdrawn", fact.nominator_id, fact.approver_id)
    if fact.withdrawal == "gone":
        await forget_item(session, fact.item_id, fact.nomination_id)
        told = replace(told, link=_at_nomination(fact.nomination_id))
    if not arriving().represented:
        await tell(session, fact, told)


@consumer.on(publicity.PlacementConfirmed, effects=True)
async def placement_confirmed(session: AsyncSession, fact: publicity.PlacementConfirmed) -> None:
    """For endpoints only."""
    await tell(session, fact)


def _duty(fact: plans.DutyFact, template: str, *, by_mail: bool = True) -> Audience:
    return Audience(
        f"duty.{template}",
        offices=((fact.organisation_id, NOMINATORS),),
        link=f"/plans/v1/duties/{fact.duty_id}",
        by_mail=by_mail,
        about={"duty_id": fact.duty_id, "organisation_id": fact.organisation_id},
    )


@consumer.on(plans.DutyOpened, effects=True)
async def duty_opened(session: AsyncSession, fact: plans.DutyOpened) -> None:
    """The unit's nominators."""
    await tell(session, fact, _duty(fact, "opened"))


@consumer.on(plans.DutyDueSoon, effects=True)
async def duty_due_soon(session: AsyncSession, fact: plans.DutyDueSoon) -> None:
    """The unit's nominators."""
    await tell(session, fact, _duty(fact, "due_soon"))


@consumer.on(plans.DutyOverdue, effects=True)
async def duty_overdue(session: AsyncSession, fact: plans.DutyOverdue) -> None:
    """The unit's nominators."""
    await tell(session, fact, _duty(fact, "overdue"))


@consumer.on(plans.DutyFulfilled, effects=True)
async def duty_fulfilled(session: AsyncSession, fact: plans.DutyFulfilled) -> None:
    """The unit's nominators, without e-mail."""
    await tell(session, fact, _duty(fact, "fulfilled", by_mail=False))


@consumer.on(plans.DutyWaived, effects=True)
async def duty_waived(session: AsyncSession, fact: plans.DutyWaived) -> None:
    """The unit's nominators, without e-mail."""
    await tell(session, fact, _duty(fact, "waived", by_mail=False))


@consumer.on(plans.DeadlineExtended, effects=True)
async def deadline_extended(session: AsyncSession, fact: plans.DeadlineExtended) -> None:
    """The unit's nominators."""
    await tell(session, fact, _duty(fact, "deadline_extended"))


def _plan(fact: plans.PlanFact, template: str) -> Audience:
    bearers = {who for part in fact.obligations for who in part.bearers.organisation_ids}
    return Audience(
        f"plan.{template}",
        offices=tuple((bearer, NOMINATORS) for bearer in sorted(bearers)),
        link=f"/plans/v1/plans/{fact.plan_id}",
        by_mail=False,
        about={"organisation_id": fact.issuer_id},
    )


@consumer.on(plans.PlanIssued, effects=True)
async def plan_issued(session: AsyncSession, fact: plans.PlanIssued) -> None:
    """The nominators of bearers it lists, without e-mail: their duties will tell them more."""
    await tell(session, fact, _plan(fact, "issued"))


@consumer.on(plans.PlanAmended, effects=True)
async def plan_amended(session: AsyncSession, fact: plans.PlanAmended) -> None:
    """The nominators of bearers it lists, without e-mail."""
    await tell(session, fact, _plan(fact, "amended"))


@consumer.on(plans.PlanWithdrawn, effects=True)
async def plan_withdrawn(session: AsyncSession, fact: plans.PlanWithdrawn) -> None:
    """The plan officers of its issuer; the fact names no bearers."""
    audience = Audience(
        "plan.withdrawn",
        offices=((fact.issuer_id, PLAN_OFFICERS),),
        link=f"/plans/v1/plans/{fact.plan_id}",
        by_mail=False,
        about={"organisation_id": fact.issuer_id},
    )
    await tell(session, fact, audience)

"""plans: who exists, who holds which office, what plans oblige whom to present, and who still owes what.

Announces the directory (OrganisationChanged, OfficeChanged, ChannelChanged, MovementChanged), plans (PlanIssued,
PlanAmended, PlanWithdrawn) and duties (DutyOpened, DutyDueSoon, DutyOverdue, DutyFulfilled, DutyWaived,
DeadlineExtended). Hears what becomes of nominations, to count them towards duties.
"""

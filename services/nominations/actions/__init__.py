"""Every change of this service: load and lock, may they, next state, change, record facts, return."""

from services.nominations.actions.consent import (
    ConsentGiven,
    record_consent,
    withdraw_as_person,
    withdraw_consent,
)
from services.nominations.actions.copies import (
    item_rows,
    keep_extension,
    keep_movement,
    keep_placement,
    keep_plan,
    withdraw_item,
    withdraw_plan,
)
from services.nominations.actions.draft import amend, begin_draft, delete_draft, put_draft
from services.nominations.actions.hold import lift_hold, place_hold
from services.nominations.actions.lineage import hand_over, hand_over_ended
from services.nominations.actions.notice import renew_notices
from services.nominations.actions.present import resubmit, submit, withdraw
from services.nominations.actions.representing import representations
from services.nominations.actions.review import approve, decline, recuse, return_to_unit, revoke, take_up

__all__ = [
    "ConsentGiven",
    "amend",
    "approve",
    "begin_draft",
    "decline",
    "delete_draft",
    "hand_over",
    "hand_over_ended",
    "item_rows",
    "keep_extension",
    "keep_movement",
    "keep_placement",
    "keep_plan",
    "lift_hold",
    "place_hold",
    "put_draft",
    "record_consent",
    "recuse",
    "renew_notices",
    "representations",
    "resubmit",
    "return_to_unit",
    "revoke",
    "submit",
    "take_up",
    "withdraw",
    "withdraw_as_person",
    "withdraw_consent",
    "withdraw_item",
    "withdraw_plan",
]

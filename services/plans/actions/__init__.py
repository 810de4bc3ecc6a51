"""Every change of this service: what it can do, by family."""

from services.plans.actions.channels import put_channel
from services.plans.actions.counting import count_submission, note_outcome
from services.plans.actions.directory import Directory, Imported, import_directory, init_directory
from services.plans.actions.duties import NotLater, extend, waive
from services.plans.actions.movements import put_movement
from services.plans.actions.offices import BodyNotStanding, put_office, revoke_office
from services.plans.actions.opening import open_duties, open_earlier
from services.plans.actions.organisations import SlugTaken, put_organisation
from services.plans.actions.plans import amend_plan, close_plan, issue_plan, put_plan, withdraw_plan
from services.plans.actions.readings import decide, discard_reading, issue_reading, read_document
from services.plans.actions.reminding import remind
from services.plans.actions.representing import representations

__all__ = [
    "BodyNotStanding",
    "Directory",
    "Imported",
    "NotLater",
    "SlugTaken",
    "amend_plan",
    "close_plan",
    "count_submission",
    "decide",
    "discard_reading",
    "extend",
    "import_directory",
    "init_directory",
    "issue_plan",
    "issue_reading",
    "note_outcome",
    "open_duties",
    "open_earlier",
    "put_channel",
    "put_movement",
    "put_office",
    "put_organisation",
    "put_plan",
    "read_document",
    "remind",
    "representations",
    "revoke_office",
    "waive",
    "withdraw_plan",
]

"""Everything this service changes, by family of verbs."""

from services.notifications.actions.endpoints import (
    Registered,
    Registration,
    Rules,
    delete_endpoint,
    disable_endpoint,
    pause_endpoint,
    register,
    resume_endpoint,
    retry,
    rotate_secret,
    test_endpoint,
)
from services.notifications.actions.reach import TooManyCodes, WrongCode, confirm_email, set_email, set_preferences
from services.notifications.actions.reading import mark_all_read, mark_read
from services.notifications.actions.sending import Parcel, claim, mark
from services.notifications.actions.telling import Audience, forget_item, tell
from services.notifications.actions.tidying import disable_long_paused, forget_delivered, wake_forgotten

__all__ = [
    "Audience",
    "Parcel",
    "Registered",
    "Registration",
    "Rules",
    "TooManyCodes",
    "WrongCode",
    "claim",
    "confirm_email",
    "delete_endpoint",
    "disable_endpoint",
    "disable_long_paused",
    "forget_delivered",
    "forget_item",
    "mark",
    "mark_all_read",
    "mark_read",
    "pause_endpoint",
    "register",
    "resume_endpoint",
    "retry",
    "rotate_secret",
    "set_email",
    "set_preferences",
    "tell",
    "test_endpoint",
    "wake_forgotten",
]

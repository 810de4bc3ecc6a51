"""The ways out of the house: e-mail and signed webhooks. Nothing here touches the database."""

from services.notifications.channels.addresses import Blocked, UnsafeAddress, check_url, outside_address
from services.notifications.channels.mail import Letter, Mailer
from services.notifications.channels.outcome import Outcome, Result
from services.notifications.channels.seals import confirmation_code, new_secret, seal, unseal
from services.notifications.channels.webhook import Post, Poster

__all__ = [
    "Blocked",
    "Letter",
    "Mailer",
    "Outcome",
    "Post",
    "Poster",
    "Result",
    "UnsafeAddress",
    "check_url",
    "confirmation_code",
    "new_secret",
    "outside_address",
    "seal",
    "unseal",
]

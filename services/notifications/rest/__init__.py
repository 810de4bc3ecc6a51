"""The REST door, by what it is about: oneself, messages, webhooks."""

from services.notifications.rest.me import router as me
from services.notifications.rest.messages import router as messages
from services.notifications.rest.webhooks import router as webhooks
from services.notifications.rest.webhooks import secrets as webhook_secrets

__all__ = ["me", "messages", "webhook_secrets", "webhooks"]

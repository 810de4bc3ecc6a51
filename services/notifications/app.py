"""The composition of notifications: the only file that knows every room."""

from __future__ import annotations

from fastapi import FastAPI

from services.notifications import graphql, rest
from services.notifications.clock import tidy_up
from services.notifications.consumers import consumer
from services.notifications.sender import send_mails, send_webhooks
from shared.graphql import create_router
from shared.web import Parts, Service, create_app


def create(parts: Parts) -> FastAPI:
    """The service's application."""
    shown = parts.settings.introspection
    graph = create_router(graphql.create(introspection=shown), described=shown)
    routers = [rest.me, rest.messages, rest.webhook_secrets, rest.webhooks, graph]
    loops = [send_mails, send_webhooks, tidy_up]
    return create_app(Service("notifications", "Lan Tỏa: thông báo", routers, consumer, loops), parts)

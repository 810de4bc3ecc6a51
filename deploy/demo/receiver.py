"""A newsroom's receiver: a real HTTP server on this machine that keeps what webhooks bring, each as it came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from deploy.demo.failed import StepFailed

LIMIT_BYTES = 1_000_000


@dataclass(slots=True)
class Delivery:
    """One post, as received."""

    headers: dict[str, str]
    body: bytes

    def verified(self, secret: str) -> Any:
        """The fact, if the signature is right. Raises StepFailed."""
        try:
            return Webhook(secret).verify(self.body, self.headers)
        except WebhookVerificationError as error:
            raise StepFailed(f"Webhook {self.headers.get('webhook-id')} có chữ ký không đúng: {error}") from error


@dataclass(slots=True)
class Receiver:
    """Where it listens, and what has come."""

    url: str
    received: list[Delivery] = field(default_factory=list)


@contextmanager
def receiver(host: str = "127.0.0.1") -> Iterator[Receiver]:
    """Listens on a free port, at that address of this machine, for as long as the block lasts."""
    received: list[Delivery] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Keeps the post and says thank you."""
            length = min(int(self.headers.get("content-length", "0")), LIMIT_BYTES)
            headers = {name.lower(): value for name, value in self.headers.items()}
            received.append(Delivery(headers, self.rfile.read(length)))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the narration tells what came."""

    server = ThreadingHTTPServer((host, 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Receiver(f"http://{host}:{server.server_address[1]}/lantoa", received)
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def come(found: Receiver, secret: str, *, kind: str, item_id: str) -> Delivery | None:
    """The delivery of this fact about this item, if it has come; every signature is checked on the way."""
    for delivery in list(found.received):
        fact = delivery.verified(secret)
        if fact["type"] == kind and fact["data"] and fact["data"]["item_id"] == item_id:
            return delivery
    return None

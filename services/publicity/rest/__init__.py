"""The REST door: reading for everyone, the editors' desk, catching up, following, pictures."""

from services.publicity.rest.desk import router as desk
from services.publicity.rest.feed import router as feed
from services.publicity.rest.me import router as me
from services.publicity.rest.reading import router as reading
from services.publicity.rest.stream import Tail
from services.publicity.rest.stream import router as stream

routers = [reading, feed, stream, me, desk]

__all__ = ["Tail", "routers"]

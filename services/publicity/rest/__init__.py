"""The REST door: reading for everyone, the editors' desk, catching up, pictures, the audit."""

from services.publicity.rest.desk import router as desk
from services.publicity.rest.feed import router as feed
from services.publicity.rest.reading import router as reading

routers = [reading, feed, desk]

__all__ = ["routers"]

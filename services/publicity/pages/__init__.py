"""The HTML door: plain Vietnamese pages for an organisation without a portal of its own, made of packaged parts."""

from services.publicity.pages.routes import router

__all__ = ["router"]

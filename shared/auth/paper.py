"""The few pages of signing in: no script, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

LOADER = PackageLoader("shared.auth")
TEMPLATES = Environment(loader=LOADER, autoescape=True, undefined=StrictUndefined)
CSS = LOADER.get_source(TEMPLATES, "style.css")[0]
STYLE = base64.b64encode(hashlib.sha256(CSS.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{STYLE}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",  # addresses of this exchange carry codes
    "content-language": "vi",
}


def page(template: str, status: int = 200, **content: object) -> HTMLResponse:
    """One page, in Vietnamese."""
    return HTMLResponse(TEMPLATES.get_template(template).render(css=CSS, **content), status, HEADERS)

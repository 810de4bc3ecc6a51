"""How pages are made: templates, style and scripts from the package, and headers under which nothing else loads."""

from __future__ import annotations

import hashlib
from datetime import datetime
from importlib import resources
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.plans.pages import wording
from services.plans.pages.marking import dom_id
from shared.clock import VIETNAM
from shared.errors import NotFound

FOLDER = resources.files("services.plans.pages") / "assets"
TYPES = {"desk.css": "text/css", "desk.js": "text/javascript", "htmx.min.js": "text/javascript"}
CONTENT = {name: (FOLDER / name).read_bytes() for name in TYPES}
NAMES = {name: f"{hashlib.sha256(content).hexdigest()[:16]}.{name}" for name, content in CONTENT.items()}
BY_ADDRESS = {address: name for name, address in NAMES.items()}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "content-language": "vi",
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "vary": "hx-request",
}


def moment(at: datetime) -> str:
    """«10:21 ngày 05/12/2026», in Vietnam."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def second(at: datetime) -> str:
    """«23:59:59 ngày 04/12/2026», in Vietnam."""
    return f"{at.astimezone(VIETNAM):%H:%M:%S ngày %d/%m/%Y}"


def machine(at: datetime) -> str:
    """For the `datetime` attribute."""
    return at.astimezone(VIETNAM).isoformat(timespec="seconds")


ENVIRONMENT = Environment(
    loader=PackageLoader("services.plans.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= {"moment": moment, "second": second, "machine": machine, "dom_id": dom_id}
ENVIRONMENT.globals["w"] = wording


def root_of(request: Request) -> str:
    """What stands before every path of this service."""
    root: str = request.scope.get("root_path", "")
    return root


def by_htmx(request: Request) -> bool:
    """Whether a script of the page asks, and wants only what changes."""
    return request.headers.get("hx-request") == "true"


def page(request: Request, template: str, *, status: int = 200, **content: Any) -> Response:
    """A page, or a part of one."""
    root = root_of(request)
    assets = {name.partition(".")[0]: f"{root}/readings/assets/{NAMES[name]}" for name in ("desk.js", "htmx.min.js")}
    links = {"root": root, "scripts": assets, "style": f"{root}/readings/assets/{NAMES['desk.css']}"}
    html = ENVIRONMENT.get_template(template).render(**links, **content)
    return Response(html, status, HEADERS, "text/html")


def asset(address: str) -> Response:
    """A file of the package under the name of its content. Raises NotFound."""
    name = BY_ADDRESS.get(address)
    if name is None:
        raise NotFound
    kept = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(CONTENT[name], headers=kept, media_type=TYPES[name])

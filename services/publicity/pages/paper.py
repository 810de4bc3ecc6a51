"""How pages are made: templates and style sheet from the package, and headers under which nothing foreign loads."""

from __future__ import annotations

import hashlib
from datetime import datetime
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import orjson
from fastapi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from shared.clock import VIETNAM
from shared.conditional import not_modified
from shared.settings import Settings

KINDS = {
    "exemplar": "Điển hình tiên tiến",
    "new_model": "Mô hình mới",
    "new_factor": "Nhân tố mới",
    "good_deed": "Người tốt, việc tốt",
}
SUBJECTS = {"collective": "Tập thể", "individual": "Cá nhân", "household": "Hộ gia đình"}
STYLE = resources.files("services.publicity.pages").joinpath("assets/style.css").read_bytes()
STYLE_NAME = f"style.{hashlib.sha256(STYLE).hexdigest()[:16]}.css"


def spoken_day(moment: datetime) -> str:
    """«21 tháng 11 năm 2026», as of the Vietnamese day."""
    there = moment.astimezone(VIETNAM)
    return f"{there.day} tháng {there.month} năm {there.year}"


def machine_day(moment: datetime) -> str:
    """The instant for the `datetime` attribute."""
    return moment.astimezone(VIETNAM).isoformat(timespec="seconds")


def paragraphs(text: str | None) -> list[str]:
    """The lines of a text, empty ones left out."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def linked_data(value: dict[str, Any]) -> Markup:
    """JSON that cannot end its own element."""
    told = {key: part for key, part in value.items() if part is not None}
    return Markup(orjson.dumps(told).decode().replace("<", "\\u003c").replace("&", "\\u0026"))  # noqa: S704


ENVIRONMENT = Environment(
    loader=PackageLoader("services.publicity.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
ENVIRONMENT.filters |= {
    "spoken_day": spoken_day,
    "machine_day": machine_day,
    "paragraphs": paragraphs,
    "linked_data": linked_data,
    "kind": lambda kind: KINDS.get(kind, kind),
    "subject": lambda subject: SUBJECTS.get(subject, subject),
}


def image_origins(settings: Settings) -> list[str]:
    """Where pictures come from after the redirect: ourselves under our public name, or the object storage."""
    found = [settings.base_url, settings.files_public_url, settings.files_url]
    parts = [urlsplit(url.removeprefix("s3+")) for url in found if url]
    places = [(part.scheme, part.hostname, part.port) for part in parts if part.scheme in {"http", "https"}]
    return [f"{scheme}://{host}{f':{port}' if port else ''}" for scheme, host, port in dict.fromkeys(places)]


def policy(settings: Settings) -> str:
    """The Content-Security-Policy: our own style sheet, our pictures, forms to ourselves, nothing else."""
    images = " ".join(["'self'", *image_origins(settings)])
    return f"default-src 'none'; style-src 'self'; img-src {images}; form-action 'self'; base-uri 'none'"


def page(request: Request, template: str, *, status: int = 200, **content: Any) -> Response:
    """The page, or 304 for a reader who has it already."""
    root = request.scope.get("root_path", "")
    text = ENVIRONMENT.get_template(template).render(root=root, style=f"{root}/p/{STYLE_NAME}", **content)
    body = text.encode()
    headers = {
        "content-security-policy": policy(request.app.state.settings),
        "content-language": "vi",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cache-control": "no-cache",
    }
    if status != 200:
        return Response(body, status, headers, "text/html")
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    return not_modified(request, tag) or Response(body, 200, headers | {"etag": tag}, "text/html")

"""`/docs`: the OpenAPI document of a service, complete, and as a page; its scripts and styles come from here."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from shared.errors import BadRequest, TooLarge
from shared.problems import MEDIA_TYPE, REFERENCE, Problem, responses

ASSETS = ("fastapi_swagger", "resources")  # Swagger UI, packaged
# Swagger UI styles its own elements; it needs no script but its own.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<main id="page"><p>Tài liệu máy đọc: <a href="openapi.json">openapi.json</a></p></main>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
# Names are for programs: generated clients make modules and classes of them. What people read stands beside.
TAGS = {
    "audit": "Sổ theo dõi, dành cho người kiểm tra",
    "catch-up": "Sự kiện công khai: nghe ngay, hoặc đọc bù",
    "desk": "Bàn biên tập",
    "directory": "Danh bạ cơ quan, chức trách, kênh, phong trào",
    "duties": "Nhiệm vụ đến kỳ",
    "files": "Tệp đính kèm",
    "GraphQL": "Lược đồ GraphQL",
    "items": "Tin đã đăng",
    "me": "Tôi: chức trách, nơi liên lạc, tùy chọn",
    "messages": "Thông báo",
    "operations": "Dành cho hệ thống trực",
    "plans": "Kế hoạch tuyên truyền",
    "reading": "Tra cứu hồ sơ",
    "readings": "Văn bản kế hoạch: đọc, xác nhận, ban hành",
    "reviewing": "Việc của cấp xét",
    "unit": "Việc của đơn vị giới thiệu",
    "webhooks": "Điểm nhận webhook",
}
START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: true
});
"""


def operation_id(route: APIRoute) -> str:
    """The name of the function behind a path: what a method of a generated client is called."""
    return route.name


def install_docs(app: FastAPI) -> None:
    """`/docs` and what it needs; addresses are relative, so that any prefix will do."""
    _describe_problems(app)
    page = PAGE.format(title=escape(app.title))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(page, headers={"content-security-policy": POLICY})

    @app.get("/docs/start.js", include_in_schema=False)
    async def start() -> Response:
        return Response(START, media_type="text/javascript")

    app.mount("/docs/assets", StaticFiles(packages=[ASSETS]), name="docs-assets")


def _describe_problems(app: FastAPI) -> None:
    """FastAPI describes its own 422, which we never send: every error is a problem."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(plain())
        return plain()

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _complete(document: dict[str, Any]) -> None:
    for path in document.get("paths", {}).values():
        _leave_out_keys(path.get("get", {}))
    operations = [operation for path in document.get("paths", {}).values() for operation in path.values()]
    named = sorted({tag for operation in operations for tag in operation.get("tags", [])})
    document["tags"] = [{"name": tag, "description": TAGS[tag]} for tag in named]
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs"))
    schemas["Problem"] = schema
    content = {MEDIA_TYPE: {"schema": REFERENCE}}
    for operation in operations:
        answers = operation["responses"]
        if "requestBody" in operation:
            for status, answer in responses(BadRequest, TooLarge).items():
                answers.setdefault(str(status), answer)
        if "HTTPValidationError" in str(answers.get("422")):
            answers["422"] = {
                "description": "`invalid`: dữ liệu chưa hợp lệ, xem `errors`",
                "content": content,
            }
        answers.setdefault("default", {"description": "Lỗi khác, cùng một dạng", "content": content})


def _leave_out_keys(reading: dict[str, Any]) -> None:
    """Reading is repeatable without a key; the dependency that takes it stands before whole routers."""
    if "parameters" in reading:
        reading["parameters"] = [one for one in reading["parameters"] if one["name"] != "idempotency-key"]

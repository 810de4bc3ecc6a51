"""The documentation of a service: problems at every path, and nothing from elsewhere."""

from __future__ import annotations

import httpx
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel

from shared.docs import install_docs
from shared.errors import NotFound, NotKnownYet, StepNotPossible
from shared.problems import responses

router = APIRouter()


class Form(BaseModel):
    summary: str


@router.post("/forms", responses=responses(NotFound, StepNotPossible, NotKnownYet))
async def take_form(form: Form) -> None:
    pass


async def test_the_openapi_document_describes_problems_everywhere(app: FastAPI) -> None:
    install_docs(app)

    document = app.openapi()

    answers = document["paths"]["/forms"]["post"]["responses"]
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    assert sorted(answers) == ["200", "400", "404", "409", "413", "422", "default"]
    assert [answers[code]["content"] for code in ("404", "409", "422", "default")] == [content] * 4
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert sorted(document["components"]["schemas"]["Problem"]["properties"]) == [
        "correlation_id",
        "detail",
        "errors",
        "instance",
        "status",
        "title",
        "type",
    ]


async def test_documentation_comes_from_here_alone(app: FastAPI, client: httpx.AsyncClient) -> None:
    install_docs(app)

    page = await client.get("/docs")

    assert page.status_code == 200
    assert "http" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    for asset in ("docs/assets/swagger-ui-bundle.js", "docs/assets/swagger-ui.css", "docs/start.js", "openapi.json"):
        assert (await client.get(f"/{asset}")).status_code == 200

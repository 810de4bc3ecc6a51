"""One client per person; every step waits for what it needs with a time limit that only ends a failing test."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.auth.issuer import DevelopmentIssuer
from tests.walks import world

Json = dict[str, Any]
ITEMS = """query($owner: UUID!) { items(filter: {ownerId: $owner}, first: 50) {
  edges { node { id title subjectName } } } }"""


class Walker:
    """Acts as the people of `world`, each with his own token."""

    def __init__(self, addresses: Mapping[str, str], issuer: DevelopmentIssuer, *, patience_s: float = 20) -> None:
        self.addresses, self.issuer, self.patience_s = addresses, issuer, patience_s
        self.http = httpx.AsyncClient(timeout=15)

    async def __aenter__(self) -> Walker:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def ask(
        self,
        who: str | None,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        version: str | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        """One request, as it is answered."""
        headers = {"authorization": f"Bearer {self.issuer.mint(who, name=who.title())}"} if who else {}
        if version:
            headers["if-match"] = version
        if key:
            headers["idempotency-key"] = key
        url = f"{self.addresses[service]}{path}"
        return await self.http.request(method, url, headers=headers, json=body)

    async def done(self, who: str | None, method: str, service: str, path: str, body: Any = None, **more: Any) -> Any:
        """A request that must succeed; what is not known yet there is asked again."""

        async def answered() -> httpx.Response | None:
            answer = await self.ask(who, method, service, path, body, **more)
            return None if answer.status_code == 409 and _code(answer) == "not-known-yet" else answer

        answer = await self.until(answered)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def until(self, look: Callable[[], Awaitable[Any]]) -> Any:
        """What `look` finds once it finds something."""
        deadline = time.monotonic() + self.patience_s
        while True:
            try:
                found = await look()
            except httpx.TransportError:
                found = None
            if found is not None and found is not False:
                return found
            assert time.monotonic() < deadline, f"{look.__qualname__} did not come within {self.patience_s} s"
            await asyncio.sleep(0.05)

    async def mai_has_her_office(self) -> bool:
        """The directory has arrived where nominations are written."""
        return bool((await self.done("mai", "GET", "nominations", "/v1/me"))["offices"])

    async def issue_plan(self) -> None:
        """The plan of the world, issued; harmless when it is already."""
        path = f"/v1/plans/{world.PLAN}"
        if (await self.ask("ha", "GET", "plans", path)).status_code == 200:
            return
        await self.done("ha", "PUT", "plans", path, world.plan())
        await self.act("ha", "plans", path, "issue")

    async def duty(self, *, states: tuple[str, ...] = ("open", "fulfilled")) -> Json:
        """The unit's duty in one of these states that ends first."""

        async def found() -> Json | None:
            page = await self.done("mai", "GET", "plans", f"/v1/duties?organisation_id={world.body_id(world.UNIT)}")
            return next((duty for duty in page["items"] if duty["state"] in states), None)

        duty: Json = await self.until(found)
        return duty

    async def act(self, who: str, service: str, path: str, verb: str, body: Any = None) -> Json:
        """A decision on the version just read."""
        read = await self.ask(who, "GET", service, path)
        assert read.is_success, f"GET {path}: {read.status_code} {read.text}"
        done: Json = await self.done(who, "POST", service, f"{path}/{verb}", body, version=read.headers["etag"])
        return done

    async def upload(self, who: str, content: bytes, media_type: str = "application/pdf") -> UUID:
        """A file announced, posted by its form and completed."""
        announced = await self.done(
            who,
            "POST",
            "nominations",
            "/v1/files",
            {
                "name": "thanh-tich.pdf",
                "media_type": media_type,
                "size_bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            },
        )
        form = announced["upload"]
        posted = await self.http.post(form["url"], data=form["fields"], files={"file": ("f", content, media_type)})
        assert posted.is_success, posted.text
        await self.done(who, "PUT", "nominations", f"/v1/files/{announced['id']}/completion")
        return UUID(announced["id"])

    async def present(self) -> str:
        """A nomination under the plan, with an attachment and recorded consent, submitted; gives its path."""
        path = await self.prepare()
        await self.act("mai", "nominations", path, "submission")
        return path

    async def prepare(self, *, states: tuple[str, ...] = ("open", "fulfilled")) -> str:
        """The same for a duty in one of these states, ready to be submitted."""
        await self.until(self.mai_has_her_office)
        await self.issue_plan()
        duty = await self.duty(states=states)
        named = {
            "plan_id": str(world.PLAN),
            "obligation_id": str(world.OBLIGATION),
            "period_key": duty["period_key"],
        }
        evidence = await self.upload("mai", b"%PDF-1.4\n% minh hoa\n%%EOF\n")
        path = f"/v1/nominations/{uuid4()}"
        draft = {**world.draft(), "evidence": [str(evidence)], **named}
        await self.done("mai", "PUT", "nominations", path, draft)
        await self.consent(path, ["portal", "newspaper"], draft["subject_name"])
        return path

    async def consent(self, path: str, kinds: list[str], name: str) -> str:
        """The person's own yes, recorded by the unit; gives the consent's id."""
        consent_id = str(uuid4())
        await self.done(
            "mai",
            "POST",
            "nominations",
            f"{path}/consents",
            {
                "id": consent_id,
                "person_name": name,
                "role": "self",
                "channel_kinds": kinds,
                "statement": "Tôi đồng ý cho đăng bài này.",
            },
        )
        return consent_id

    async def shown(self, owner: str, nomination: Json) -> Json:
        """The item of a nomination on a body's portal, through the graph."""

        async def found() -> Json | None:
            answer = await self.done(
                None,
                "POST",
                "publicity",
                "/graphql",
                {"query": ITEMS, "variables": {"owner": str(world.body_id(owner))}},
            )
            nodes = [edge["node"] for edge in answer["data"]["items"]["edges"]]
            return next((node for node in nodes if node["subjectName"] == nomination["subject_name"]), None)

        node: Json = await self.until(found)
        return node

    async def told(self, who: str, kind: str, about: str) -> Json:
        """The message of that kind about a nomination in a person's inbox."""

        async def found() -> Json | None:
            page = await self.done(who, "GET", "notifications", "/v1/messages?limit=100")
            return next((m for m in page["items"] if m["kind"] == kind and about in str(m)), None)

        message: Json = await self.until(found)
        return message

    async def read(self, who: str, path: str) -> Json:
        """A nomination as a person of it sees it."""
        found: Json = await self.done(who, "GET", "nominations", path)
        return found


def _code(answer: httpx.Response) -> str:
    return str(answer.json().get("type", "")).rpartition(":")[2]

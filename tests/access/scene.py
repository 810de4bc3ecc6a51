"""The one world all cells look at: a plan, nominations in every state, items, endpoints; made through the doors."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import httpx

from services.publicity.channels import item_id
from shared.auth.actor import person_id
from shared.auth.issuer import DevelopmentIssuer
from tests.access.people import SCOPES, body
from tests.plans.confirming.texts import AMENDMENT
from tests.plans.confirming.texts import PLAN as READ
from tests.walks.walker import Walker

PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
PDF = b"%PDF-1.4\n% minh hoa\n%%EOF\n"
NOMINATOR, REVIEWER, APPROVER = "nominator@below", "reviewer@own", "approver@own"
OBLIGATION = uuid5(NAMESPACE_URL, "lantoa:access:obligation")
UNSENT = "http://127.0.0.1:9/hook"  # the discard port: nobody listens there

Ids = dict[str, str]


class Patient(Walker):
    """Asks again where a busy machine said that nothing was changed and that it may be tried again."""

    async def ask(
        self,
        who: str | None,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        **more: Any,
    ) -> httpx.Response:
        """One request, as it is answered by a service that has the time."""

        async def answered() -> httpx.Response | None:
            answer = await super(Patient, self).ask(who, method, service, path, body, **more)
            return None if answer.status_code == 503 else answer

        answer: httpx.Response = await self.until(answered)
        return answer


def _decided(key: str) -> dict[str, str]:
    """Only what a plan cannot do without."""
    return {"key": key, "standing": "confirmed" if key in {"title", "period"} else "dismissed"}


class Scene:
    """Makes what the cells need; `ids` holds it by name."""

    def __init__(self, walker: Walker, issuer: DevelopmentIssuer) -> None:
        self.walker, self.issuer = walker, issuer
        self.ids: Ids = {}

    async def make(self) -> Ids:
        """Everything, in the order in which it could have happened."""
        await self._settled()
        await self._plans()
        await self._nominations()
        await self._items()
        await self._endpoints()
        await self._elsewhere()
        return self.ids

    async def _until(self, look: Callable[..., Awaitable[Any]], *about: Any) -> Any:
        async def found() -> Any:
            return await look(*about)

        return await self.walker.until(found)

    async def _settled(self) -> None:
        """The directory has arrived in every service."""

        async def here() -> bool:
            answers = [await self.walker.done(APPROVER, "GET", name, "/v1/me") for name in ("nominations", "publicity")]
            hooks = await self.walker.done("administrator@own", "GET", "notifications", "/v1/me")
            return all(answer["offices"] for answer in [*answers, hooks])

        await self.walker.until(here)

    async def _file(self, who: str, service: str, content: bytes, media_type: str) -> str:
        told = {"name": "tep", "media_type": media_type, "size_bytes": len(content)}
        announced = await self.walker.done(
            who, "POST", service, "/v1/files", {**told, "sha256": hashlib.sha256(content).hexdigest()}
        )
        form, sent = announced["upload"], {"file": ("f", content, media_type)}
        (await self.walker.http.post(form["url"], data=form["fields"], files=sent)).raise_for_status()
        await self.walker.done(who, "PUT", service, f"/v1/files/{announced['id']}/completion")
        return str(announced["id"])

    async def _plans(self) -> None:
        who, ids = "plan_officer@own", self.ids
        for name in ("plan", "draft"):
            ids[f"{name}_file"] = await self._file(who, "plans", PDF, "application/pdf")
            ids[name] = str(uuid4())
            terms = plan(number="1" if name == "plan" else "2", file_id=ids[f"{name}_file"])
            await self.walker.done(who, "PUT", "plans", f"/v1/plans/{ids[name]}", terms)
        await self.walker.act(who, "plans", f"/v1/plans/{ids['plan']}", "issue")
        ids["loose_plan_file"] = await self._file(who, "plans", PDF, "application/pdf")
        await self._readings()
        ids["movement"] = str(uuid4())
        await self.walker.done(who, "PUT", "plans", f"/v1/movements/{ids['movement']}", movement())
        channels = await self.walker.done(who, "GET", "plans", f"/v1/channels?organisation_id={body('own')}")
        ids |= {f"{channel['kind']}_channel": channel["id"] for channel in channels["items"]}
        offices = await self.walker.done(
            "administrator@own", "GET", "plans", f"/v1/offices?organisation_id={body('own')}&limit=100"
        )
        ids["office"] = next(row["id"] for row in offices["items"] if row["person_name"] == "editor@own")
        duty = await self.walker.until(self._duty)
        ids["duty"], ids["period"] = duty["id"], duty["period_key"]

    async def _readings(self) -> None:
        """One with its file that nobody has decided on, one that was decided on, one that was issued."""
        who, ids = "plan_officer@own", self.ids
        ids["reading_file"] = await self._file(who, "plans", READ.encode(), "text/plain")
        told: dict[str, dict[str, str]] = {
            "reading": {"file_id": ids["reading_file"]},
            "confirmed_reading": {"text": READ},
            "issued_reading": {"text": AMENDMENT},
        }
        for name, document in told.items():
            read = await self.walker.done(who, "POST", "plans", "/v1/readings", {"issuer_id": body("own"), **document})
            ids[name] = read["id"]
            if name != "reading":
                decisions = [_decided(leaf["key"]) for leaf in read["leaves"]]
                path = f"/v1/readings/{read['id']}"
                await self.walker.act(who, "plans", path, "decisions", {"decisions": decisions})
        await self.walker.act(who, "plans", f"/v1/readings/{ids['issued_reading']}", "issue")

    async def _duty(self) -> Any:
        page = await self.walker.done("plan_officer@own", "GET", "plans", "/v1/duties")
        return next((duty for duty in page["items"] if duty["label"] == "O3" and duty["state"] == "open"), None)

    async def _nominations(self) -> None:
        ids = self.ids
        ids["evidence"] = await self._file(NOMINATOR, "nominations", PDF, "application/pdf")
        ids["picture"] = await self._file(NOMINATOR, "nominations", PNG, "image/png")
        ids["loose_file"] = await self._file(NOMINATOR, "nominations", PDF, "application/pdf")
        await self._nominated("drafted")
        await self._nominated("submitted", "submission", evidence=[ids["evidence"]])
        await self._nominated("reviewed", "submission", "take-up", "recusal")
        await self._nominated("returned", "submission", "take-up", "return")
        done = ("submission", "take-up", "recusal", "approval")
        shown = [{"file_id": ids["picture"], "alternative": "Bờ biển sạch"}]
        await self._nominated("released", *done, kinds=["portal", "newspaper"], pictures=shown)
        await self._nominated("held", *done, "holds", kinds=["portal"])
        await self._nominated("printed", *done, kinds=["newspaper"])
        ids["station"] = (await self._read("released"))["stations"][0]["id"]
        ids["consent"] = (await self._read("released"))["consents"][0]["id"]
        notices = await self.walker.done(NOMINATOR, "GET", "nominations", f"/v1/nominations/{ids['released']}/notice")
        ids["notice"] = notices["items"][0]["link"].rpartition("/")[2]
        page = await self.walker.http.get(f"{self.walker.addresses['nominations']}/n/{ids['notice']}/withdrawal")
        ids["notice_form"] = page.text.partition('name="form" value="')[2].partition('"')[0]
        ids["hold"] = (await self._read("held"))["holds"][0]["id"]

    async def _read(self, name: str) -> Any:
        return await self.walker.done(NOMINATOR, "GET", "nominations", f"/v1/nominations/{self.ids[name]}")

    async def _nominated(self, name: str, *steps: str, kinds: list[str] | None = None, **more: Any) -> None:
        self.ids[name] = str(uuid4())
        path = f"/v1/nominations/{self.ids[name]}"
        named = {"plan_id": self.ids["plan"], "obligation_id": str(OBLIGATION), "period_key": self.ids["period"]}
        concerned = str(person_id(self.issuer.issuer, "concerned"))
        draft = nomination(name) | named | {"subject_person_id": concerned} | more
        await self.walker.done(NOMINATOR, "PUT", "nominations", path, draft)
        if kinds:
            given = consent(draft["subject_name"], kinds)
            await self.walker.done(NOMINATOR, "POST", "nominations", f"{path}/consents", given)
        for step in steps:
            who, given = STEPS[step]
            await self.walker.act(who, "nominations", path, step, given)

    async def _items(self) -> None:
        """One on the portal, one that waits for the editor of the newspaper, one that is gone."""
        for name, states in {"released": {"published"}, "printed": {"draft"}, "held": {"withdrawn"}}.items():
            found = await self._until(self._item, name, states)
            self.ids[f"{name}_item"] = found
        path = f"/v1/items/{self.ids['released_item']}"
        item = await self.walker.done(None, "GET", "publicity", path)
        read = await self.walker.ask("editor@own", "GET", "publicity", path.replace("/items", "/desk/items"))
        drafted = await self.walker.ask(
            "editor@own", "PUT", "publicity", f"{path}/draft", {"title": "Khác"}, version=read.headers["etag"]
        )
        await self.walker.done("editor@own", "DELETE", "publicity", f"{path}/draft", version=drafted.headers["etag"])
        self.ids["shown_picture"] = item["pictures"][0]["url"].rpartition("/")[2]

    async def _item(self, name: str, states: set[str]) -> str | None:
        item = str(item_id(UUID(self.ids[name]), UUID(body("own"))))
        answer = await self.walker.ask("editor@own", "GET", "publicity", f"/v1/desk/items/{item}")
        if answer.status_code == 410:
            return item if "withdrawn" in states else None
        return item if answer.is_success and answer.json()["state"] in states else None

    async def _endpoints(self) -> None:
        """An endpoint of the body and one of a system, each with a delivery that failed."""
        for name, who in (("hook", "administrator@own"), ("machine_hook", "machine")):
            self.ids[name] = str(uuid4())
            wish = {"url": UNSENT, "organisation_id": body("own") if name == "hook" else None}
            await self._as(who, "PUT", f"/v1/webhooks/{self.ids[name]}", wish)
            sent = await self._as(who, "POST", f"/v1/webhooks/{self.ids[name]}/test")
            self.ids[f"{name}_delivery"] = sent["id"]
            await self._until(self._failed, who, name)
        message = await self.walker.told(NOMINATOR, "lantoa.nomination.approved.v1", self.ids["released"])
        self.ids["message"] = message["id"]

    async def _elsewhere(self) -> None:
        """What the body that has nothing to do with it has of its own."""
        ids, who, admin = self.ids, "plan_officer@other", "administrator@other"
        for name in ("their_plan", "their_nomination", "their_hook", "their_channel"):
            ids[name] = str(uuid4())
        terms = {**plan(number="9"), "issuer_id": body("other")}
        await self.walker.done(who, "PUT", "plans", f"/v1/plans/{ids['their_plan']}", terms)
        draft = {**nomination("other"), "organisation_id": body("other")}
        path = f"/v1/nominations/{ids['their_nomination']}"
        await self.walker.done("nominator@other", "PUT", "nominations", path, draft)
        channel = {"organisation_id": body("other"), "kind": "portal", "name": "Cổng"}
        await self.walker.done(admin, "PUT", "plans", f"/v1/channels/{ids['their_channel']}", channel)
        wish = {"url": UNSENT, "organisation_id": body("other")}
        await self._as(admin, "PUT", f"/v1/webhooks/{ids['their_hook']}", wish)

    async def _failed(self, who: str, name: str) -> bool:
        """The delivery was tried once, and will be again."""
        page = await self._as(who, "GET", f"/v1/webhooks/{self.ids[name]}/deliveries")
        return bool(page["items"][0]["state"] == "failed")

    async def _as(self, who: str, method: str, path: str, given: Any = None) -> Any:
        token = self.issuer.mint(who, scope=SCOPES.get(who))
        url = f"{self.walker.addresses['notifications']}{path}"
        answer = await self.walker.http.request(method, url, json=given, headers={"authorization": f"Bearer {token}"})
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()


REASON = {"reason": "Còn phải xác minh thêm."}
STEPS: Mapping[str, tuple[str, Any]] = {
    "submission": (NOMINATOR, None),
    "take-up": (REVIEWER, None),
    "return": (REVIEWER, {"fields": [{"field": "title", "remark": "Nêu rõ hơn."}]}),
    "recusal": ("recused", REASON),
    "approval": (APPROVER, {"recommend": False}),
    "holds": (APPROVER, REASON),
}


def plan(*, number: str, **more: Any) -> dict[str, Any]:
    """A plan of `own` by which `below` presents one exemplar a quarter, through `via`."""
    presented = {
        "label": "O2",
        "kind": "nominate",
        "what": "Giới thiệu từ 01 điển hình tiên tiến trở lên",
        "bearers": {"organisation_ids": [body("below")]},
        "minimum": 1,
        "cadence": "quarterly",
        "to_ids": [body("own")],
        "via_id": body("via"),
        "then_to_id": body("above"),
    }
    first = OBLIGATION if number == "1" else uuid5(OBLIGATION, number)
    return {
        "issuer_id": body("own"),
        "document_type": "KH",
        "number": number,
        "symbol": "KH-UBND",
        "date": "2025-09-28",
        "title": "Tuyên truyền và nhân rộng gương điển hình tiên tiến",
        "period": {"kind": "open_ended"},
        "subjects": {"collective": True, "individual": True, "household": True},
        "obligations": [
            {**presented, "id": str(first)},
            {**presented, "id": str(uuid5(first, "nobody answers it")), "label": "O3"},
        ],
        **more,
    }


def movement(name: str = "Dân vận khéo") -> dict[str, Any]:
    """A movement that `own` keeps."""
    return {"organisation_id": body("own"), "name": name}


def consent(name: str, kinds: list[str]) -> dict[str, Any]:
    """The person's own yes."""
    return {"person_name": name, "role": "self", "channel_kinds": kinds, "statement": "Tôi đồng ý cho đăng."}


def nomination(name: str) -> dict[str, Any]:
    """A draft of the unit."""
    return {
        "organisation_id": body("below"),
        "subject_type": "individual",
        "subject_name": f"Bà Trần Thị {name.title()}",
        "title": f"Người giữ lửa {name}",
        "summary": "Mười năm vận động bà con giữ đường làng sạch.",
    }

"""What makes a generated request go deep: ids that exist, the person who may, the version as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random
from typing import Any

import requests
from schemathesis import Case, Response

from shared.auth.issuer import DevelopmentIssuer
from tests.fuzz.peopled import Known

UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
PEOPLE = ("mai", "vinh", "an", "ha", "tam", "bich", "kiem", "tren", "khach")
# who may, by the first of these that the operation's path holds; else who nominates
MAY = {
    "/parked": ("ops",),
    "/audit": ("kiem",),
    "/take-up": ("vinh", "an"),
    "/return": ("vinh", "an"),
    "/recusal": ("vinh", "tren"),
    "/approval": ("an", "tren"),
    "/decline": ("an", "tren"),
    "/revocation": ("an", "tren"),
    "/holds": ("an", "tren"),
    "/webhooks": ("tam", "pub"),
    "/plans": ("ha",),
    "/duties": ("ha", "mai"),
    "/movements": ("ha",),
    "/organisations": ("tam",),
    "/offices": ("tam",),
    "/channels": ("tam",),
    "/desk": ("bich",),
    "/items": ("bich",),
}
# what would end the world for all other cases is done to something that nobody needs
SPARED = ("/v1/organisations/{id}", "/v1/offices/{id}", "/v1/channels/{id}", "/closing", "/v1/plans/{id}/withdrawal")
OFTEN = 0.75


class Knowing:
    """Changes each case before it is sent; repeatable by its seed as far as the answers are the same."""

    def __init__(self, known: Known, issuer: DevelopmentIssuer, *, address: str, seed: int) -> None:
        self.known, self.address, self.dice = known, address, Random(seed)
        self.every = [one for ids in known.values() for one in ids]
        self.tokens = {who: issuer.mint(who, name=who.title()) for who in PEOPLE}
        self.tokens |= {"ops": issuer.mint("ops", scope="operations"), "pub": issuer.mint("pub", scope="publications")}
        self.asking = requests.Session()

    def before_call(self, case: Case[Any]) -> None:
        """Most ids become ones that exist, and most versions the present one."""
        if case.path_parameters:
            case.path_parameters = {
                name: self._real(value, self._ids(case.path, name)) for name, value in case.path_parameters.items()
            }
        if case.query:
            case.query = self._real(dict(case.query), self.every)
        case.body = self._real(case.body, self.every)
        if "if-match" in {parameter.name for parameter in case.operation.headers} and self._often():
            tag = self._version(case)
            case.headers["if-match"] = tag or '"1"'

    def after_call(self, case: Case[Any], response: Response) -> None:
        """What was made can be asked for from now on."""
        if response.status_code == 201 and case.method == "POST":
            made = response.json().get("id")
            if isinstance(made, str) and "/webhooks" not in case.path:
                self.known["id"].append(made)

    def token(self, case: Case[Any]) -> str:
        """Of who may, or of anyone."""
        may = next((who for part, who in MAY.items() if part in case.path), ("mai",))
        return self.tokens[self.dice.choice(may if self._often() else tuple(self.tokens))]

    def _often(self) -> bool:
        return self.dice.random() < OFTEN

    def _ids(self, path: str, name: str) -> list[str]:
        if any(part in path for part in SPARED):
            return self.known["spare_id"]
        first = path.split("/")[2].rstrip("s")
        return self.known.get(f"{first}_id" if name == "id" and first != "nomination" else name, self.every)

    def _real(self, value: Any, ids: list[str]) -> Any:
        if isinstance(value, str):
            return UUID_TEXT.sub(lambda one: self.dice.choice(ids) if self._often() else one[0], value)
        if isinstance(value, dict):
            return {name: self._real(inner, self._named(name, ids)) for name, inner in value.items()}
        return [self._real(inner, ids) for inner in value] if isinstance(value, list) else value

    def _named(self, field: str, otherwise: list[str]) -> list[str]:
        return self.known.get(field, self.known.get(field.removesuffix("s"), otherwise))

    def _version(self, case: Case[Any]) -> str | None:
        """The ETag of the thing itself: the path up to its first id, or its second for «me»."""
        steps = case.formatted_path.split("/")
        place = "/".join(steps[:5] if "/me/" in case.path else steps[:4]).replace("/items/", "/desk/items/")
        for who in self._readers(case.path):
            answer = self.asking.get(
                self.address + place, headers={"authorization": f"Bearer {self.tokens[who]}"}, timeout=20
            )
            if answer.ok:
                return answer.headers.get("etag")
        return None

    def _readers(self, path: str) -> Iterable[str]:
        return ("bich",) if "/items" in path else ("tam",) if "/webhooks" in path else ("mai", "ha")

"""What every service keeps beside its own tables: numbers of facts, the facts of the last week, a sealed audit."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from shared.audit.seal import BATCH, BEGINNING
from tests.bench.growth.copying import NULL, Tables, line
from tests.bench.growth.ids import Ids, moment

WEEK_S = 7 * 86_400
AUDIT = "position at actor_id actor_kind action subject_type subject_id organisation_id fields correlation_id sealed_in"
OUTBOX = "id position aggregatetype aggregateid type payload sequence time represented sent_at sent_position"


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what to what, under whose auditors; without an actor the system did it."""

    action: str
    subject_type: str
    subject_id: str
    organisation_id: str | None
    actor_id: str | None = None
    fields: str = ""  # names with ", " between


class Ledger:
    """Of one service; `last` is the year's last second."""

    def __init__(self, tables: Tables, service: str, *, last: int, ids: Ids) -> None:
        self.service, self.ids = service, ids
        self.kept_from = last - WEEK_S
        self.positions = self.facts = self.seals = 0
        self._waiting: list[str] = []
        self._previous = BEGINNING
        self._audit = tables.of(service, "audit", AUDIT)
        self._sealed = tables.of(service, "audit_seals", "number count previous hash sealed_at")
        self._numbers = tables.of(service, "sequences", "aggregate_id last")
        self._heard = tables.of(service, "inbox", "producer aggregate_id last")
        self._outbox = tables.of(service, "outbox", OUTBOX)

    def numbered(self, aggregate_id: str, last: int) -> None:
        """So many facts of it were told."""
        self._numbers(line(aggregate_id, str(last)))

    def heard(self, producer: str, aggregate_id: str, last: int) -> None:
        """So many were handled here."""
        self._heard(line(producer, aggregate_id, str(last)))

    def told(self, second: int, aggregate: tuple[str, str], past: str, *, sequence: int, payload: str) -> None:
        """A fact: kept if it was sent in the last week."""
        if second < self.kept_from:
            return
        self.facts += 1
        number, at, body = str(self.facts), moment(second), "\\\\x" + payload.encode().hex()
        kind = f"lantoa.{aggregate[0]}.{past}.v1"
        self._outbox(line(self.ids.at(second), number, *aggregate, kind, body, str(sequence), at, "f", at, number))

    def note(self, second: int, deed: Deed) -> None:
        """One row of the audit."""
        self.positions += 1
        at, kind = moment(second), "person" if deed.actor_id else "system"
        fields = "[" + ", ".join(f"'{name}'" for name in deed.fields.split()) + "]"
        self._waiting.append(
            f'{{"action":"{deed.action}","actor_id":{_quoted(deed.actor_id)},"actor_kind":"{kind}","at":"{at}",'
            f'"correlation_id":null,"fields":"{fields}","organisation_id":{_quoted(deed.organisation_id)},'
            f'"position":"{self.positions}","subject_id":"{deed.subject_id}","subject_type":"{deed.subject_type}"}}\n'
        )
        self._audit(
            line(
                *(str(self.positions), at, deed.actor_id or NULL, kind, deed.action, deed.subject_type),
                *(deed.subject_id, deed.organisation_id or NULL, fields.replace("'", '"'), NULL, str(self.seals + 1)),
            )
        )
        if len(self._waiting) == BATCH:
            self.seal(at)

    def seal(self, at: str) -> None:
        """What was noted since the last seal, as `shared.audit.seal.hash_of` would."""
        if not self._waiting:
            return
        self.seals += 1
        start = self._previous + self.seals.to_bytes(8, "big")
        hash_ = hashlib.sha256(start + "".join(self._waiting).encode()).digest()
        numbers = str(self.seals), str(len(self._waiting))
        self._sealed(line(*numbers, "\\\\x" + self._previous.hex(), "\\\\x" + hash_.hex(), at))
        self._previous = hash_
        self._waiting.clear()


def _quoted(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'

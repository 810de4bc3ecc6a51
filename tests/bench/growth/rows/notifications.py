"""Rows of notifications: a message for a person about a step, mails and webhooks of the last week."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.growth.copying import NULL, Tables, line
from tests.bench.growth.country import Country, Person
from tests.bench.growth.ids import moment
from tests.bench.growth.ledger import WEEK_S, Ledger
from tests.bench.growth.rows.common import directory
from tests.bench.growth.rows.nominations import facts_of
from tests.bench.growth.size import Size
from tests.bench.growth.year import Life

MESSAGE = """id fact_id kind person_id title body story_title link in_app nomination_id item_id organisation_id
created_at read_at"""
DELIVERY = """id channel message_id endpoint_id fact_id kind aggregate_id sequence item_id payload state attempts tries
next_try_at created_at"""
ENDPOINT = """id owner_id organisation_id url events secrets state consecutive_failures created_at version"""
NEWSROOMS = 8
MONTH_S = 30 * 86_400
PUBLISHED = "lantoa.item.published.v1"


class Notifications:
    """Takes each life once; as many messages as the size asks, the latest steps of each life first."""

    def __init__(self, tables: Tables, ledger: Ledger, country: Country, *, size: Size) -> None:
        self.ledger, self.size = ledger, size
        self.ids, self.last = ledger.ids, int(size.last.timestamp())
        self.lives = self.messages = 0
        directory(tables, "notifications", country)
        self._message = tables.of("notifications", "messages", MESSAGE)
        self._delivery = tables.of("notifications", "deliveries", DELIVERY)
        attempts = "delivery_id number at outcome status_code duration_ms"
        self._attempt = tables.of("notifications", "attempts", attempts)
        recipients = tables.of("notifications", "recipients", "person_id email email_confirmed_at muted version")
        for body in country.bodies:
            for person in body.people:
                mail = f"{person.id}@example.vn"
                recipients(line(person.id, mail, moment(country.began), "[]", "2"))
        endpoints = tables.of("notifications", "webhook_endpoints", ENDPOINT)
        self.newsrooms = [self.ids.at(country.began) for _ in range(NEWSROOMS)]
        for number, newsroom in enumerate(self.newsrooms):
            owner, url = country.centre.those("editor")[0].id, f"https://toa-soan-{number}.example.vn/tin"
            since = moment(country.began)
            endpoints(line(newsroom, owner, country.centre.id, url, "[]", "[]", "active", "0", since, "1"))

    def life(self, life: Life) -> None:
        """Messages about its steps, deliveries of its publication."""
        if life.submitted is not None:
            self.ledger.heard("nominations", life.id, facts_of(life))
        self.lives += 1
        due = self.lives * self.size.messages // self.size.nominations - self.messages
        for kind, second, person in list(_steps(life))[:due]:
            self._tell(life, kind, second, person)
        for item in life.items:
            self.ledger.heard("publicity", item.id, 2 if item.withdrawn else 1)
            if item.published > self.last - WEEK_S:
                for newsroom in self.newsrooms:
                    self._deliver(item.published, life, webhook=newsroom, item_id=item.id)

    def _tell(self, life: Life, kind: str, second: int, person: Person) -> None:
        self.messages += 1
        id_, at = self.ids.at(second), moment(second)
        known = second < self.last - MONTH_S and self.messages % 10
        read = moment(second + 7_200) if known else NULL
        title = life.story.title.text
        item = life.items[0].id if life.items and kind == PUBLISHED else NULL
        self._message(
            line(
                *(id_, self.ids.at(second), kind, person.id, "Hồ sơ giới thiệu có việc mới"),
                *(f"«{title}» của {life.unit.name.text}: mời xem và xử lý.", title),
                *(f"/nominations/v1/nominations/{life.id}", "t", life.id, item, life.unit.id, at, read),
            )
        )
        if second > self.last - WEEK_S:
            self._deliver(second, life, message=id_)

    def _deliver(
        self, second: int, life: Life, *, message: str = NULL, webhook: str = NULL, item_id: str = NULL
    ) -> None:
        """Taken at the first try."""
        id_, at, channel = self.ids.at(second), moment(second), "email" if webhook == NULL else "webhook"
        body = NULL if webhook == NULL else "\\\\x" + b"{}".hex()
        aggregate = life.id if item_id == NULL else item_id
        self._delivery(
            line(
                *(id_, channel, message, webhook, self.ids.at(second), PUBLISHED, aggregate, "1", item_id, body),
                *("confirmed", "1", "1", NULL, at),
            )
        )
        self._attempt(line(id_, "1", at, "accepted", NULL if webhook == NULL else "204", "12"))


def _steps(life: Life) -> Iterator[tuple[str, int, Person]]:
    """Who is told of what: first what most want to know."""
    if life.submitted is None:
        return
    first = life.turns[0]
    yield "lantoa.nomination.submitted.v1", life.submitted, first.judge
    for turn in life.turns:
        if turn.decided is not None:
            past = "approved" if turn.state == "approved" else "declined"
            yield f"lantoa.nomination.{past}.v1", turn.decided, life.nominator
        if turn.item is not None:
            yield PUBLISHED, turn.item.published, life.nominator
        if turn.taken is not None:
            yield "lantoa.nomination.taken_up.v1", turn.taken, life.nominator
    for person in first.body.people:
        if person is not first.judge and person.role in ("reviewer", "approver"):
            yield "lantoa.nomination.submitted.v1", life.submitted, person

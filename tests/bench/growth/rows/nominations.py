"""Rows of nominations: dossiers with stations, story versions, consents, releases and notices; its copies."""

from __future__ import annotations

import orjson

from tests.bench.growth.copying import NULL, Tables, line
from tests.bench.growth.country import Country
from tests.bench.growth.ids import moment
from tests.bench.growth.ledger import Deed, Ledger
from tests.bench.growth.plans import Plans
from tests.bench.growth.rows.common import directory
from tests.bench.growth.year import Life, Turn

NOMINATION = """id version state organisation_id nominator_id author_ids created_at submitted_at exemplar_id
story_version subject_type subject_name subject_is_child household_adults kind field movement_id plan_id obligation_id
period_key
title summary body results credit pictures evidence"""
STATION = """id nomination_id nomination_created_at number organisation_id via_id state opened_at taken_up_at
taken_up_by decided_at decided_by story_version next_organisation_id next_via_id"""
CONSENT = """id nomination_id exemplar_id person_name role channel_kinds statement given_on collector_id recorded_at"""
NOTICE = "id nomination_id role person_key person_name text prepared_at expires_at"
ITEM = "id nomination_id owner_id state url placements published_at withdrawn_at"
YEAR_S = 365 * 86_400


class Nominations:
    """Takes each life once."""

    def __init__(self, tables: Tables, ledger: Ledger, country: Country) -> None:
        self.ledger, self.country = ledger, country
        directory(tables, "nominations", country)
        self._nomination, self._station, self._version, self._consent, self._release, self._notice, self._item = (
            tables.of("nominations", name, columns)
            for name, columns in {
                "nominations": NOMINATION,
                "stations": STATION,
                "story_versions": "nomination_id number content at",
                "consents": CONSENT,
                "releases": "station_id nomination_id story_version kinds at",
                "notices": NOTICE,
                "items": ITEM,
            }.items()
        )
        self._plans = tables.of("nominations", "plans", "id issuer_id code title start_on withdrawn")
        obligation = "id plan_id position label kind cadence subject_types to_ids"
        self._obligations = tables.of("nominations", "obligations", obligation)
        movements = tables.of("nominations", "movements", "id name")
        for movement in country.movements:
            movements(line(movement.id, movement.name.text))

    def plans(self, plans: Plans) -> None:
        """Copies of what was issued."""
        for plan in plans.all:
            terms = plan.terms
            self._plans(line(plan.id, plan.issuer.id, terms.code or NULL, terms.title, str(terms.period.start_on), "f"))
            for place, one in enumerate(terms.obligations):
                assert one.cadence is not None
                named = one.label, one.kind.value, one.cadence.value
                self._obligations(line(str(one.id), plan.id, str(place), *named, "[]", "[]"))

    def life(self, life: Life) -> None:
        """The dossier and everything below it."""
        self._nomination(_nomination(life))
        for number, turn in enumerate(life.turns, 1):
            self._station(self._turn(life, number, turn))
            if turn.item:
                self._shown(life, turn)
        if life.submitted is not None:
            self._version(line(life.id, "1", _content(life), moment(life.submitted)))
        if life.consent_id is not None and life.submitted is not None:
            at = moment(life.submitted)
            given = line(
                *(life.consent_id, life.id, life.exemplar_id, life.subject.text, _role(life), _kinds(life)),
                *("Tôi đồng ý để bài này được đăng.", at[:10], life.nominator.id, at),
            )
            self._consent(given)
        self._remember(life)

    def _turn(self, life: Life, number: int, turn: Turn) -> str:
        office = turn.body.office.id if turn.body.office else NULL
        centre = self.country.centre
        above = centre.id if turn.body is not centre and turn.decided else NULL
        return line(
            *(turn.id, life.id, moment(life.created), str(number), turn.body.id, office, turn.state),
            *(moment(turn.opened), _at(turn.taken), turn.judge.id if turn.taken else NULL),
            *(_at(turn.decided), turn.judge.id if turn.decided else NULL),
            *("1" if turn.state == "approved" else NULL, above, NULL),
        )

    def _shown(self, life: Life, turn: Turn) -> None:
        item = turn.item
        assert item is not None
        assert turn.decided is not None
        at, state = moment(turn.decided), "withdrawn" if item.withdrawn else "published"
        self._release(line(turn.id, life.id, "1", _kinds(life), at))
        if life.notice_id is not None and turn is life.turns[0]:
            person = _role(life), life.subject.folded, life.subject.text
            self._notice(line(life.notice_id, life.id, *person, _text(life), at, moment(turn.decided + YEAR_S)))
        channel = item.owner.channels[0]
        place = f'[{{"placement_id":"{item.edition_id}","kind":"{channel.kind}","name":"{channel.name}","url":null}}]'
        url = f"/publicity/p/items/{item.id}"
        published, withdrawn = moment(item.published), _at(item.withdrawn)
        self._item(line(item.id, life.id, item.owner.id, state, url, place, published, withdrawn))

    def _remember(self, life: Life) -> None:
        """The audit of its deeds, and how many facts there were of it."""
        who, numbered = life.nominator.id, 0
        self._note(life.created, life, "draft", who, "organisation_id subject_name subject_type summary title")
        if life.submitted is not None:
            numbered = self._fact(life.submitted, life, "submitted", 0)
            self._note(life.submitted, life, "submit", who)
            if life.consent_id:
                self._note(life.submitted, life, "record_consent", who, "consents")
        for turn in life.turns:
            numbered = self._judged(life, turn, numbered)
        if numbered:
            self.ledger.numbered(life.id, numbered)
        for item in life.items:
            self.ledger.heard("publicity", item.id, 2 if item.withdrawn else 1)

    def _judged(self, life: Life, turn: Turn, numbered: int) -> int:
        judge = turn.judge.id
        if turn is not life.turns[0]:
            numbered = self._fact(turn.opened, life, "recommended", numbered)
        if turn.state == "cancelled":
            self._note(turn.opened, life, "withdraw", life.nominator.id)
            return self._fact(turn.opened, life, "withdrawn", numbered)
        if turn.taken is not None:
            self._note(turn.taken, life, "take_up", judge)
            numbered = self._fact(turn.taken, life, "taken_up", numbered)
            if turn.state == "returned":
                self._note(turn.taken, life, "return", judge, "summary")
                numbered = self._fact(turn.taken, life, "returned", numbered)
        if turn.decided is not None:
            self._note(turn.decided, life, "approve" if turn.state == "approved" else "decline", judge)
            numbered = self._fact(turn.decided, life, turn.state, numbered)
            if turn.item:
                numbered = self._fact(turn.decided, life, "story_released", numbered)
                numbered = self._fact(turn.decided, life, "notice_prepared", numbered)
        return numbered

    def _note(self, second: int, life: Life, action: str, who: str, fields: str = "") -> None:
        self.ledger.note(second, Deed(action, "nomination", life.id, life.unit.id, who, fields))

    def _fact(self, second: int, life: Life, past: str, numbered: int) -> int:
        body = (
            f'{{"nomination_id":"{life.id}","organisation_id":"{life.unit.id}","nominator_id":"{life.nominator.id}"}}'
        )
        self.ledger.told(second, ("nomination", life.id), past, sequence=numbered + 1, payload=body)
        return numbered + 1


def facts_of(life: Life) -> int:
    """How many nominations told of it."""
    told = int(life.submitted is not None) + max(0, len(life.turns) - 1)
    for turn in life.turns:
        told += (turn.taken is not None) + (turn.decided is not None) + (turn.state in ("cancelled", "returned"))
        told += 2 * (turn.item is not None)
    return told


def _nomination(life: Life) -> str:
    story, asked, who = life.story, life.asked, life.nominator.id
    named = (asked.plan.id, str(asked.obligation.id), asked.period_key) if asked else (NULL, NULL, NULL)
    adults = f'["{life.subject.text}"]' if life.subject_type == "household" else "[]"
    version = 1 + facts_of(life) + (life.consent_id is not None)
    return line(
        *(
            life.id,
            str(version),
            life.state,
            life.unit.id,
            who,
            f'["{who}"]',
            moment(life.created),
            _at(life.submitted),
        ),
        *(life.exemplar_id, "1" if life.submitted is not None else "0", life.subject_type, life.subject.text, "none"),
        *(adults, "exemplar", story.field.text if story.field else NULL, story.movement.id if story.movement else NULL),
        *(*named, story.title.text, story.summary.text, story.body.text, _results(life), story.credit.text, "[]", "[]"),
    )


def _results(life: Life) -> str:
    return f'[{{"label":"Hộ tham gia","value":"{life.story.result.text}"}}]'


def _content(life: Life) -> str:
    story = life.story
    told = {
        "story": {
            "title": story.title.text,
            "summary": story.summary.text,
            "body": story.body.text,
            "results": [{"label": "Hộ tham gia", "value": story.result.text}],
            "pictures": [],
            "credit": story.credit.text,
        },
        "subject_type": life.subject_type,
        "subject_name": life.subject.text,
        "kind": "exemplar",
        "field": story.field.text if story.field else None,
        "movement_id": story.movement.id if story.movement else None,
    }
    return orjson.dumps(told).decode()


def _text(life: Life) -> str:
    return (
        f"Kính gửi ông/bà {life.subject.text}, bài «{life.story.title.text}» được công bố theo sự đồng ý đã ghi nhận."
    )


def _kinds(life: Life) -> str:
    return '["newspaper", "portal"]' if life.newspaper else '["portal"]'


def _role(life: Life) -> str:
    return "adult" if life.subject_type == "household" else "self"


def _at(second: int | None) -> str:
    return NULL if second is None else moment(second)

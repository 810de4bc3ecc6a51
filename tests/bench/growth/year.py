"""The year as a stream of nominations, each with its whole life: presented, judged, shown, by whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from uuid import UUID, uuid5

from services.publicity.channels import item_id
from tests.bench.growth import words
from tests.bench.growth.country import Body, Country, Movement, Person
from tests.bench.growth.ids import Ids
from tests.bench.growth.plans import Asked, Plans
from tests.bench.growth.size import SEED, Size
from tests.bench.growth.words import Phrase

DAY_S = 86_400
UNDER_WAY_DAYS = 6  # stories begun in the year's last days are not shown within it


@dataclass(slots=True)
class Shown:
    """An item: the story on the channels of one body. `withdrawn`: by an editor, later."""

    id: str
    owner: Body
    edition_id: str
    published: int
    newspaper: int | None  # when an editor put it there; None: it waits for him
    withdrawn: int | None = None


@dataclass(slots=True)
class Turn:
    """A station: one body's turn to decide."""

    id: str
    body: Body
    state: str
    opened: int
    judge: Person
    taken: int | None = None
    decided: int | None = None
    item: Shown | None = None


@dataclass(slots=True)
class Story:
    """What is told, and its words as search knows them."""

    title: Phrase
    summary: Phrase
    body: Phrase
    credit: Phrase
    result: Phrase  # how many households took part
    field: Phrase | None
    movement: Movement | None


@dataclass(slots=True)
class Life:
    """A nomination from its draft to where it stands at the end of the year."""

    id: str
    unit: Body
    nominator: Person
    created: int
    subject: Phrase
    subject_type: str
    exemplar_id: str
    story: Story
    asked: Asked | None
    newspaper: bool  # agreed to as well
    state: str = "draft"
    submitted: int | None = None
    turns: list[Turn] = field(default_factory=list)
    consent_id: str | None = None
    notice_id: str | None = None

    @property
    def items(self) -> list[Shown]:
        """Where it is shown."""
        return [turn.item for turn in self.turns if turn.item]


class Year:
    """Seeded: the same size gives the same lives, oldest first. Holds nothing of a life once it is given."""

    def __init__(self, size: Size, country: Country, plans: Plans) -> None:
        self.size, self.country, self.plans = size, country, plans
        self.dice, self.ids = Random(SEED + 1), Ids(SEED + 1)
        self.first, self.last = int(size.first.timestamp()), int(size.last.timestamp())
        self.shown = self.shows = 0  # items, stories

    def lives(self) -> Iterator[Life]:
        """Every nomination."""
        count, span = self.size.nominations, self.last - self.first
        showing = max(1, count - count * UNDER_WAY_DAYS // self.size.days)
        for number in range(count):
            due = min(self.size.items, (number + 1) * self.size.items // showing)
            yield self._life(number, self.first + number * span // count, show=self.shown < due)

    def _life(self, number: int, created: int, *, show: bool) -> Life:
        dice = self.dice
        unit = self.country.communes[dice.randrange(len(self.country.communes))]
        subject = words.person(number)
        subject_type = "household" if number % 11 == 0 else "individual"
        life = Life(
            id=self.ids.at(created),
            unit=unit,
            nominator=unit.people[number % 2],
            created=created,
            subject=subject,
            subject_type=subject_type,
            exemplar_id=str(uuid5(unit.uuid, f"{subject_type}/{subject.folded}")),
            story=self._story(number, unit, subject),
            asked=self.plans.asked_of(unit, created, dice.random()),
            newspaper=number % 5 < 2,
        )
        if dice.random() > 0.04 or show:
            self._present(life, show=show)
        return life

    def _story(self, number: int, unit: Body, subject: Phrase) -> Story:
        dice, place = self.dice, unit.name
        deed = dice.choice(words.TITLE_PHRASES)
        told = [dice.choice(words.SENTENCE_PHRASES).with_number(dice.randrange(2, 400)) for _ in range(6)]
        first, rest = told[0], told[1:]
        field_ = words.RARE_FIELD_PHRASE if number % 5_000 == 77 else dice.choice([*words.FIELD_PHRASES, None])
        households = f"{dice.randrange(5, 90)} hộ"
        return Story(
            title=Phrase(f"{deed.text} ở {place.text}", f"{deed.folded} o {place.folded}"),
            summary=Phrase(f"{subject.text} và bà con: {first.text}", f"{subject.folded} va ba con {first.folded}"),
            body=Phrase(" ".join(part.text for part in rest), " ".join(part.folded for part in rest)),
            credit=Phrase(f"Ảnh: {place.text}", f"anh {place.folded}"),
            result=Phrase(households, households.replace("ộ", "o")),
            field=field_,
            movement=self.country.movements[int(len(self.country.movements) * dice.random() ** 2)],
        )

    def _present(self, life: Life, *, show: bool) -> None:
        """Submitted within three days, if the year lasts as long."""
        submitted = life.created + self.dice.randrange(3_600, 3 * DAY_S)
        if submitted > self.last:
            return
        life.submitted, life.state = submitted, "submitted"
        outcome = self.dice.random()
        agreed = show or outcome < 0.5
        life.consent_id = self.ids.at(submitted) if agreed else None
        above = life.unit.above
        assert above is not None
        turn = self._turn(above, submitted, outcome=0.5 if show else outcome)
        life.turns.append(turn)
        if turn.state == "cancelled":
            life.state = "withdrawn"
        elif turn.state == "declined":
            life.state = "declined"
        elif turn.state == "approved":
            life.state = "concluded"
            self._approved(life, turn, show=show)

    def _turn(self, body: Body, opened: int, *, outcome: float) -> Turn:
        """Taken up within five days, decided within three more; a few are forgotten, or sent back and never mended."""
        dice = self.dice
        judge = dice.choice([person for person in body.people if person.role in ("reviewer", "approver")])
        turn = Turn(self.ids.at(opened), body, "waiting", opened, judge)
        if outcome < 0.02:
            turn.state = "cancelled"
            return turn
        taken = opened + dice.randrange(3_600, 5 * DAY_S)
        if taken > self.last or outcome < 0.024:
            return turn
        turn.state, turn.taken = "in_review", taken
        decided = taken + dice.randrange(3_600, 3 * DAY_S)
        if decided > self.last:
            return turn
        if outcome < 0.034:
            turn.state = "returned"
            return turn
        turn.state, turn.decided = ("declined" if outcome > 0.92 else "approved"), decided
        turn.judge = dice.choice(body.those("approver"))
        return turn

    def _approved(self, life: Life, turn: Turn, *, show: bool) -> None:
        """What was agreed to is shown; every eleventh story climbs and is shown by the centre too."""
        assert turn.decided is not None
        centre = self.country.centre
        self.shows += show
        if show:
            turn.item = self._item(life, turn)
            life.notice_id = self.ids.at(turn.decided)
        if (self.shows % 11 == 0 and show) or (self.dice.random() < 0.1 and not show):
            further = self._turn(centre, turn.decided, outcome=0.5 if show else self.dice.random())
            if further.state == "cancelled":
                further.state = "waiting"
            life.turns.append(further)
            if show and further.state == "approved" and self.shown < self.size.items:
                further.item = self._item(life, further)
            if further.state in ("waiting", "in_review", "returned"):
                life.state = "submitted"

    def _item(self, life: Life, turn: Turn) -> Shown:
        """On the portal at once; in the newspaper within ten days; one in fifty is taken down later."""
        assert turn.decided is not None
        self.shown += 1
        published = turn.decided + 1
        newspaper, withdrawn = (published + self.dice.randrange(3_600, 10 * DAY_S) for _ in range(2))
        return Shown(
            id=str(item_id(UUID(life.id), turn.body.uuid)),
            owner=turn.body,
            edition_id=self.ids.at(published),
            published=published,
            newspaper=newspaper if newspaper <= self.last else None,
            withdrawn=withdrawn if self.shown % 50 == 0 and withdrawn <= self.last else None,
        )

"""What does not grow with the year: bodies with their people, channels and movements."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.auth.actor import person_id
from shared.settings import DEVELOPMENT_ISSUER
from shared.text import slug
from tests.bench.growth import words
from tests.bench.growth.ids import Ids
from tests.bench.growth.size import SEED, Size
from tests.bench.growth.words import Phrase

CENTRE, PROVINCE, STANDING, COMMUNE = "centre", "province", "standing", "commune"
# How many people hold which office at a body of each kind.
POSTS = {
    CENTRE: {"reviewer": 8, "approver": 3, "editor": 2, "plan_officer": 1, "auditor": 1},
    PROVINCE: {"reviewer": 3, "approver": 2, "editor": 2, "plan_officer": 1, "auditor": 1, "administrator": 1},
    STANDING: {"reviewer": 2},
    COMMUNE: {"nominator": 2, "auditor": 1},
}
# What a body publishes on: kind, name, release.
CHANNELS = {
    CENTRE: [("portal", "Cổng thông tin điện tử", "automatic")],
    PROVINCE: [("portal", "Cổng thông tin điện tử", "automatic"), ("newspaper", "Báo điện tử", "editor")],
}
FOUNDED, RENAMED, BEFORE = "2020-01-01", "2025-07-01", "2025-06-30"
MOVEMENTS = 40


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with one office; his id is that of the development issuer's `subject`."""

    id: str
    subject: str
    name: str
    role: str
    office_id: str


@dataclass(frozen=True, slots=True)
class Channel:
    """Where a body publishes."""

    id: str
    kind: str
    name: str
    release: str


@dataclass(slots=True)
class Body:
    """An organisation; `above` is its line of command, `office` the standing office it is reached through («qua»)."""

    id: str
    kind: str
    name: Phrase
    slug: str
    above: Body | None = None
    office: Body | None = None
    earlier: Phrase | None = None  # its name until mid-2025
    people: list[Person] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    beside: str = ""  # folded: what search finds of its names
    uuid: UUID = field(init=False)

    def __post_init__(self) -> None:
        self.uuid = UUID(self.id)

    def those(self, role: str) -> list[Person]:
        """Its people in one office."""
        return [person for person in self.people if person.role == role]


@dataclass(frozen=True, slots=True)
class Movement:
    """An emulation movement."""

    id: str
    name: Phrase


class Country:
    """34 provinces below one centre, each with its standing office and its communes; the same for the same size."""

    def __init__(self, size: Size) -> None:
        self.dice, self.ids = Random(SEED), Ids(SEED)
        self.began = int(size.first.timestamp()) - 86_400
        self.centre = self._body(CENTRE, "Hội đồng Thi đua – Khen thưởng Trung ương", "trung-uong")
        self.provinces = [self._province(number) for number in range(size.provinces)]
        self.communes = self._communes(size.communes)
        self.movements = [self._movement(number) for number in range(MOVEMENTS)]

    @property
    def bodies(self) -> list[Body]:
        """All of them, higher ones first."""
        offices = [body.office for body in self.provinces if body.office]
        return [self.centre, *self.provinces, *offices, *self.communes]

    def _province(self, number: int) -> Body:
        place = words.PROVINCE_NAMES[number % len(words.PROVINCE_NAMES)]
        body = self._body(PROVINCE, f"UBND {place}", f"ubnd-{slug(place)}", above=self.centre)
        body.office = self._body(STANDING, f"Ban Thi đua – Khen thưởng {place}", f"ban-{slug(place)}", above=body)
        return body

    def _communes(self, count: int) -> list[Body]:
        found = []
        for number, place in enumerate(words.places(self.dice, count)):
            above = self.provinces[number % len(self.provinces)]
            kind = self.dice.choice(["xã", "xã", "phường"])
            body = self._body(COMMUNE, f"UBND {kind} {place}", f"ubnd-{slug(kind)}-{slug(place)}-{number}", above=above)
            if number % 3 == 0:
                body.earlier = Phrase.of(f"UBND thị trấn {place}")
                body.beside = f"{body.earlier.folded} {body.beside}"
            found.append(body)
        return found

    def _body(self, kind: str, name: str, slug: str, *, above: Body | None = None) -> Body:
        phrase = Phrase.of(name)
        body = Body(self.ids.at(self.began), kind, phrase, slug, above, beside=phrase.folded)
        for role, count in POSTS[kind].items():
            body.people += [self._person(slug, role, number) for number in range(count)]
        for channel, called, release in CHANNELS.get(kind, []):
            body.channels.append(Channel(self.ids.at(self.began), channel, f"{called} {name}", release))
        return body

    def _person(self, slug: str, role: str, number: int) -> Person:
        subject = f"{slug}.{role}.{number}"
        id_ = str(person_id(DEVELOPMENT_ISSUER, subject))
        name = words.person(self.dice.randrange(words.NAMES)).text
        return Person(id_, subject, name, role, str(uuid5(NAMESPACE_URL, f"office:{subject}")))

    def _movement(self, number: int) -> Movement:
        place = words.PROVINCE_NAMES[number % len(words.PROVINCE_NAMES)]
        return Movement(self.ids.at(self.began), Phrase.of(f"Phong trào thi đua {place} chung sức lần thứ {number}"))

"""What a duty leaves open: who, how many, to whom, by when, how often; and numbers that cannot both hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from services.plans.linting.finding import Draft, Known, Param, data
from services.plans.linting.unread import below_bodies, given, names_body, names_day, names_measure, sentence
from services.plans.linting.when import dated
from services.plans.reading.reading import ObligationLeaf, Reading, Words
from services.plans.terms import COUNTED, DUTY_CADENCES, PERIODIC, Cadence, Kind

SURE = 0.85  # below this the reading may be what is wrong
_OWED = frozenset({Kind.NOMINATE, Kind.REPORT})
_VAGUE = {Cadence.UNSPECIFIED: "cadence-vague", Cadence.ON_REQUEST: "cadence-on-request"}
_NO_INTERVAL = frozenset({*_VAGUE, Cadence.CONTINUOUS, Cadence.AFTER_EACH_WAVE})
# what a report must contain is no report of its own
_INSIDE = re.compile(r"(?:thể\shiện|nêu|lồng\sghép|phản\sánh)\s(?:rõ\s)?trong\s(?:các\s)?báo\scáo", re.IGNORECASE)
_BACKWARDS = re.compile(
    r"(?<!\w)từ\s(?P<least>\d{1,2})\s(?:đến|tới)\s(?P<most>\d{1,2})\s"
    r"(?=gương|điển\shình|mô\shình|nhân\stố|tập\sthể|cá\snhân|hộ\s|gia\sđình)",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"(?:riêng|ngoài\sra)(?!\w)", re.IGNORECASE)  # of what was said before
# who stands before a duty that is laid on several at once
_EVERY = re.compile(r"^(?:các|mỗi|từng|tất\scả(?:\scác)?|toàn\sbộ)\s", re.IGNORECASE)


def owed(reading: Reading) -> Iterator[tuple[int, ObligationLeaf]]:
    """The nominations and reports that were read for sure, with their places."""
    yield from (
        (place, leaf)
        for place, leaf in enumerate(reading.obligations)
        if leaf.value.kind in _OWED and leaf.confidence >= SURE and not _INSIDE.search(sentence(leaf))
    )


def measurable(reading: Reading) -> bool:
    """Whether somebody can say, some day, that something of it was done in time or in number."""
    return bool(reading.rotation) or any(
        leaf.value.deadline
        or leaf.value.minimum
        or leaf.value.maximum
        or leaf.value.cadence in DUTY_CADENCES
        or names_measure(sentence(leaf))
        for leaf in reading.obligations
    )


def not_measurable(reading: Reading, known: Known) -> Iterator[Draft]:
    """One finding for the whole plan instead of one a sentence."""
    if not measurable(reading):
        yield Draft("plan-not-measurable", None, None, {"wording": _wording(Cadence.QUARTERLY)})


def incomplete(reading: Reading, known: Known) -> Iterator[Draft]:
    """A nomination or report that leaves open who, how many or to whom; one finding for all it leaves open."""
    if not measurable(reading):
        return
    below, receiver = below_bodies(reading), _usual_receiver(reading)
    for place, leaf in owed(reading):
        missing = [name for name, stated in _asked(leaf, named_above=place in below).items() if not stated]
        if missing and leaf.value.cadence is not Cadence.ON_REQUEST:
            wording = [_asked_for(name, receiver) for name in missing]
            params = {"missing": missing, "wording": wording, "kind": [leaf.value.kind.value]}
            yield Draft("duty-incomplete", f"obligations/{place}", leaf, params)


def _asked(leaf: ObligationLeaf, *, named_above: bool) -> dict[str, bool]:
    """What a nomination or report is asked for, and whether it is stated or may be."""
    value = leaf.value
    asked = {
        "who": bool(value.actor or named_above or names_body(sentence(leaf))),
        "to-whom": bool(value.to or _EXCEPTION.match(sentence(leaf))),
    }
    if value.kind is Kind.NOMINATE:
        asked["how-many"] = bool(value.minimum or value.maximum)
    return asked


def _asked_for(name: str, receiver: str | None) -> str:
    """A wording to add."""
    return f"«gửi về {receiver}»" if name == "to-whom" and receiver else f"{name}-wording"


def _usual_receiver(reading: Reading) -> str | None:
    """The one that most sentences of the plan name."""
    receivers = Counter(to for _, leaf in owed(reading) for to in leaf.value.to)
    return receivers.most_common(1)[0][0] if receivers else None


def without_day(reading: Reading, known: Known) -> Iterator[Draft]:
    """A nomination or report by no day: with an interval it is due at its end, without one never."""
    if not measurable(reading):
        return
    once = _wording(_usual(reading), year=_last_year(reading, known))
    for place, leaf in owed(reading):
        value = leaf.value
        if value.deadline or value.cadence in _NO_INTERVAL or names_day(sentence(leaf)):
            continue
        if value.cadence in PERIODIC:
            params = {"cadence": [value.cadence.value], "wording": _wording(value.cadence)}
            yield Draft("deadline-at-end-of-period", f"obligations/{place}", leaf, params)
        else:
            yield Draft("deadline-missing", f"obligations/{place}", leaf, {"kind": [value.kind.value], "wording": once})


def vague(reading: Reading, known: Known) -> Iterator[Draft]:
    """«định kỳ» with no interval; «khi có yêu cầu» of who owes nothing of the kind regularly."""
    regular = {_bearer(leaf) for leaf in reading.obligations if leaf.value.kind is Kind.REPORT and _recurs(leaf)}
    for place, leaf in enumerate(reading.obligations):
        cadence = leaf.value.cadence
        kind = _VAGUE.get(cadence) if cadence else None
        if cadence is None or kind is None or (kind == "cadence-on-request" and _bearer(leaf) in regular):
            continue
        words = leaf.fields.get("cadence", leaf)
        said = [cadence.value] if given(leaf, "cadence") else " ".join(words.quote.split())
        params: dict[str, Param] = {"wording": _wording(Cadence.QUARTERLY), "said": said}
        yield Draft(kind, f"obligations/{place}", words, params)


def numbers(reading: Reading, known: Known) -> Iterator[Draft]:
    """At most fewer than at least: as read, or «từ 05 đến 02», which no rule reads."""
    for place, leaf in enumerate(reading.obligations):
        least, most = leaf.value.minimum, leaf.value.maximum
        words: Words = leaf.fields.get("minimum", leaf)
        said = _BACKWARDS.search(sentence(leaf))
        if said and least is None:
            least, most = int(said["least"]), int(said["most"])
            words = within(leaf, said)
        if least is not None and most is not None and most < least:
            params = {"least": f"{least:02d}", "most": f"{most:02d}"}
            yield Draft("maximum-below-minimum", f"obligations/{place}", words, params)


def within(leaf: ObligationLeaf, match: re.Match[str]) -> Words:
    """Where something found in an obligation's sentence stands in the text."""
    return Words(quote=match[0], start=leaf.start + match.start(), end=leaf.start + match.end())


def same_bearer(one: ObligationLeaf, other: ObligationLeaf) -> bool:
    """Whether both are laid on the same: «mỗi đơn vị» are «các đơn vị»; an implied bearer may be anybody."""
    first, second = _bearer(one), _bearer(other)
    return not first or not second or first == second


def _bearer(leaf: ObligationLeaf) -> str:
    return _EVERY.sub("", " ".join((leaf.value.actor or "").split())).casefold()


def _recurs(leaf: ObligationLeaf) -> bool:
    return leaf.value.deadline is not None or leaf.value.cadence in PERIODIC


def _usual(reading: Reading) -> Cadence:
    """The interval other nominations of this plan have; once where none has."""
    stated = (leaf.value.cadence for leaf in reading.obligations if leaf.value.kind in COUNTED)
    return next((cadence for cadence in stated if cadence in PERIODIC), Cadence.ONCE)


def _last_year(reading: Reading, known: Known) -> int:
    years = reading.period and reading.period.value
    return (years and years.end_year) or dated(reading, known).last.year


def _wording(cadence: Cadence | None, *, year: int = 0) -> str:
    wordings: dict[str, str] = data("findings")["wording"]
    return wordings[cadence or Cadence.QUARTERLY].format(year=year)

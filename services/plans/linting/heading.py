"""What the head and foot of a plan lack, or say against themselves: number, date, symbol, who signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.plans.linting.finding import Draft, Known, data
from services.plans.reading.lexicon import words
from services.plans.reading.reading import Reading

SURE = 0.8  # below this the issuer may be what was misread
_KINDS: dict[str, str] = {short: long for long, short in words("documents")["kinds"].items()}


def number(reading: Reading, known: Known) -> Iterator[Draft]:
    """Missing, or another plan's."""
    if reading.number is None:
        yield Draft("number-missing", "number")
    elif known.number_taken_by:
        symbol = f"/{reading.symbol.value}" if reading.symbol else ""
        params = {"number": reading.number.value + symbol, "other": known.number_taken_by}
        yield Draft("number-taken", "number", reading.number, params)


def date_stated(reading: Reading, known: Known) -> Iterator[Draft]:
    """Missing, or without its day."""
    if reading.date is None:
        yield Draft("date-missing", "date")
    elif len(reading.date.value) < len("2026-11-21"):
        yield Draft("date-without-day", "date", reading.date)


def symbol(reading: Reading, known: Known) -> Iterator[Draft]:
    """A symbol of another kind of document, or of a body that the issuer's name does not show."""
    if reading.symbol is None or reading.document_type is None:
        return
    pieces = re.split(r"[-/.]", reading.symbol.value)
    own = reading.document_type.value
    if pieces[0] != own and pieces[0] in _KINDS:
        params = {"symbol": reading.symbol.value, "type": _KINDS.get(own, own).lower(), "right": own}
        yield Draft("symbol-of-another-type", "symbol", reading.symbol, params)
    issuer = reading.issuer.value if reading.issuer and reading.issuer.confidence >= SURE else ""
    for short, names in data("findings")["symbol_of"].items():
        if issuer and short in pieces[1:] and not any(name in issuer.casefold() for name in names):
            params = {"symbol": reading.symbol.value, "body": names[0], "issuer": issuer}
            yield Draft("symbol-of-another-body", "symbol", reading.symbol, params)


def signer(reading: Reading, known: Known) -> Iterator[Draft]:
    """Nobody signs, or a deputy signs without saying for whom."""
    if reading.signer is None:
        yield Draft("signer-missing", "signer")
        return
    who = reading.signer.value
    if who.authority is None and who.position.casefold().startswith("phó "):
        head = who.position[len("phó ") :].strip()
        yield Draft("authority-missing", "signer", reading.signer, {"position": who.position, "head": head})
    elif who.name is None:
        yield Draft("signer-without-name", "signer", reading.signer, {"position": who.position})

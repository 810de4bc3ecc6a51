"""The leaves of a reading by their keys: `number`, `cited/2`, `criteria/general/0`, `obligations/3`."""

from __future__ import annotations

import re
from typing import Any

from services.plans.reading.reading import Leaf, Reading

SCALARS = (
    "document_type",
    "number",
    "symbol",
    "date",
    "place",
    "title",
    "issuer",
    "period",
    "subjects",
    "funding",
    "scoring",
    "signer",
)
CRITERIA = tuple(f"criteria/{name}" for name in ("general", "collective", "individual", "household", "head_of_unit"))
LISTS = ("cited", "movements", "channels", "obligations", "rotation", "waves", *CRITERIA, "recipients")
KEPT = "kept"  # an obligation of the plan being amended that the new text does not state: `kept/<its id>`
MOST = 500  # entries of one list

_KEY = re.compile(rf"({'|'.join(LISTS)})/(0|[1-9]\d{{0,3}})|({'|'.join(SCALARS)})|{KEPT}/[0-9a-f-]{{36}}")
KEY_PATTERN = f"^({_KEY.pattern})$"


def is_key(key: str) -> bool:
    """Whether a reading may have a leaf there, read or added by a person."""
    return _KEY.fullmatch(key) is not None


def family_of(key: str) -> str:
    """`cited` of `cited/2`, `criteria/general` of `criteria/general/0`, `number` of itself."""
    return key if key in SCALARS else key.rpartition("/")[0]


def place_of(key: str) -> int:
    """The entry's place in its list; 0 of what stands alone."""
    last = key.rpartition("/")[2]
    return int(last) if last.isdecimal() else 0


def leaves_of(reading: Reading) -> dict[str, Leaf[Any]]:
    """What was read, in the order of the format."""
    found = {name: leaf for name in SCALARS if (leaf := getattr(reading, name)) is not None}
    for family in LISTS:
        found |= {f"{family}/{place}": leaf for place, leaf in enumerate(_listed(reading, family))}
    return found


def _listed(reading: Reading, family: str) -> list[Leaf[Any]]:
    outer, _, inner = family.partition("/")
    found: list[Leaf[Any]] = getattr(getattr(reading, outer), inner) if inner else getattr(reading, outer)
    return found

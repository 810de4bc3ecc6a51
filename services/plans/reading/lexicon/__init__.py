"""The words the rules look for, as data: one TOML file a family. A word is added there, not in a rule."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def words(family: str) -> dict[str, Any]:
    """The tables of one file."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{family}.toml").read_text("utf-8"))


def any_of(listed: list[str]) -> str:
    """A pattern for any of these words, the longest first; a space stands for any space."""
    longest_first = sorted(listed, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s").replace("'", "['’]") for word in longest_first) + ")"


def family(name: str, table: str) -> str:
    """A pattern for any word of one list of one file."""
    return any_of(words(name)[table])

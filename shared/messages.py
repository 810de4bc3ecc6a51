"""The sentences people read, in Vietnamese and English, by stable code (RFC 9457 `title` and `detail`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Literal, NamedTuple

from shared.errors import AppError

Language = Literal["vi", "en"]
WORD_PARAMS = frozenset({"part", "state", "step", "role"})  # words of the code, said in [word.*]


class Sentence(NamedTuple):
    """What a problem is called, and what to do about it."""

    title: str
    detail: str


def _load() -> dict[str, Any]:
    return tomllib.loads(resources.files("shared").joinpath("messages.toml").read_text("utf-8"))


_raw = _load()
FIELDS: dict[str, dict[str, str]] = _raw.pop("field")  # by pydantic's error type
WORDS: dict[str, dict[str, str]] = _raw.pop("word")
SENTENCES: dict[str, dict[str, Sentence]] = {
    code: {lang: Sentence(*pair) for lang, pair in entry.items()} for code, entry in _raw.items()
}


def language(accept: str | None) -> Language:
    """The better wanted of the two (RFC 9110 section 12.5.4), of equals the first; Vietnamese for anybody else."""
    parts = [part.partition(";") for part in (accept or "").lower().split(",")]
    wanted = [(tag.strip()[:2], _quality(params)) for tag, _, params in parts]
    ours = [(tag, quality) for tag, quality in wanted if tag in {"vi", "en"} and quality > 0]
    best, _ = max(ours, key=lambda entry: entry[1], default=("vi", 1.0))
    return "en" if best == "en" else "vi"


def _quality(params: str) -> float:
    name, _, value = params.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0


def say(error: AppError, lang: Language = "vi") -> Sentence:
    """The sentence of an error with its params filled in; a missing param stays visible as `{name}`."""
    title, detail = SENTENCES[error.code][lang]
    params = {name: _word(str(value), lang) if name in WORD_PARAMS else value for name, value in error.params.items()}
    return Sentence(title, detail.format_map(_Blank(params)))


def say_field(kind: str, params: Mapping[str, Any], lang: Language, *, otherwise: str) -> str:
    """What is wrong with a field, and the limit it broke; `otherwise` is for kinds without a sentence."""
    found = FIELDS.get(kind)
    return found[lang].format_map(_Blank(params)) if found else otherwise


def _word(word: str, lang: Language) -> str:
    return WORDS.get(word, {}).get(lang, word)


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"

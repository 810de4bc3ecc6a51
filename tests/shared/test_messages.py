"""The sentences: both languages for every error of the product, and none that nobody says."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from string import Formatter

import pytest

import services
import shared
from shared.errors import AppError, StepNotPossible, Unavailable
from shared.messages import FIELDS, SENTENCES, WORDS, language, say, say_field

LANGUAGES = ["en", "vi"]


@pytest.fixture(scope="session")
def errors() -> list[type[AppError]]:
    """Every AppError class of every module of `shared` and `services`."""
    for package in (shared, services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith(("migrations.env", "__main__")) and ".versions." not in module.name:
                importlib.import_module(module.name)
    return sorted({AppError, *_below(AppError)}, key=lambda error: (error.code, error.__name__))


def _below(kind: type[AppError]) -> Iterator[type[AppError]]:
    for child in kind.__subclasses__():
        if child.__module__.split(".")[0] in {"services", "shared"}:
            yield child
            yield from _below(child)


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_error_has_a_sentence_in_both_languages(errors: list[type[AppError]]) -> None:
    assert [error for error in errors if sorted(SENTENCES.get(error.code, {})) != LANGUAGES] == []


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_both_languages_say_the_same_things(code: str) -> None:
    vi, en = SENTENCES[code]["vi"], SENTENCES[code]["en"]

    assert names_in(vi.detail) == names_in(en.detail)
    assert names_in(vi.title) == names_in(en.title) == set()
    assert vi.detail.endswith(".")
    assert en.detail.endswith(".")


def test_every_error_names_its_params_in_its_docstring(errors: list[type[AppError]]) -> None:
    unsaid = {
        (error.__name__, name)
        for error in errors
        for name in names_in(SENTENCES[error.code]["vi"].detail)
        if f"`{name}`" not in (error.__doc__ or "")
    }

    assert unsaid == set()


def test_no_sentence_is_left_over(errors: list[type[AppError]]) -> None:
    assert sorted(set(SENTENCES) - {error.code for error in errors}) == []


def test_errors_of_one_code_have_one_status(errors: list[type[AppError]]) -> None:
    statuses: dict[str, set[int]] = {}
    for error in errors:
        statuses.setdefault(error.code, set()).add(error.status)

    assert {code: found for code, found in statuses.items() if len(found) > 1} == {}


@pytest.mark.parametrize("kind", sorted(FIELDS))
def test_what_is_wrong_with_a_field_is_said_in_both_languages(kind: str) -> None:
    said = FIELDS[kind]

    assert sorted(said) == LANGUAGES
    assert names_in(said["vi"]) == names_in(said["en"])


@pytest.mark.parametrize("word", sorted(WORDS))
def test_words_are_said_in_both_languages(word: str) -> None:
    assert sorted(WORDS[word]) == LANGUAGES


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en-GB,en;q=0.9", "en"),
        ("vi-VN,en;q=0.5", "vi"),
        ("en;q=0.3,vi;q=0.9", "vi"),
        ("fr,en;q=0.8,vi;q=0.7", "en"),
        ("en;q=0", "vi"),
        ("*", "vi"),
        ("en;q=x", "vi"),
    ],
)
def test_the_reader_chooses_the_language(accept: str | None, expected: str) -> None:
    assert language(accept) == expected


def test_words_of_the_code_are_said_in_the_readers_language() -> None:
    assert say(Unavailable(part="database"), "en").detail.startswith("the database is not answering")
    assert say(Unavailable(part="database"), "vi").detail.startswith("Hiện cơ sở dữ liệu không trả lời")


def test_a_forgotten_param_stays_visible() -> None:
    assert "“{state}”" in say(StepNotPossible(step="approve"), "en").detail


def test_a_field_fault_without_a_sentence_keeps_the_words_it_came_with() -> None:
    assert say_field("of-no-known-type", {}, "vi", otherwise="như đã viết") == "như đã viết"

"""No level of government in code: levels are dated data, because the law changes them."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import Source, sources

LEVELS = {"tinh", "huyen", "xa", "province", "district", "commune", "ward"}
LEVELS_IN_VIETNAMESE = {"tỉnh", "huyện", "xã", "phường", "quận"}
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# what reads the words of official documents has to know them
READS_DOCUMENTS = ("services", "plans", "reading")


def test_no_name_in_code_is_a_level_of_government() -> None:
    found = [
        f"{source.place(node)} {name}" for source in checked() for node, name in names(source.tree) if is_level(name)
    ]

    assert found == []


def test_no_file_is_named_after_a_level_of_government() -> None:
    found = [str(source.path) for source in checked() if any(is_level(part) for part in source.path.parts)]

    assert found == []


@pytest.mark.parametrize("name", ["province_id", "ProvinceOffice", "cap_tinh", "XA", "wards", "tỉnh", "atDistrict"])
def test_a_level_is_found_in_a_name(name: str) -> None:
    assert is_level(name)


@pytest.mark.parametrize("name", ["forward", "award", "relaxation", "hexa", "continh", "reward_id", "organisation"])
def test_a_level_is_not_seen_inside_another_word(name: str) -> None:
    assert not is_level(name)


def checked() -> list[Source]:
    return [source for source in sources("services", "shared") if source.path.parts[:3] != READS_DOCUMENTS]


def names(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every identifier, and every string that is one: a column, a key, a value that code compares with."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node, name
            case ast.keyword(arg=str(name)) | ast.alias(asname=str(name)) | ast.alias(name=name):
                yield node, name
            case ast.Constant(value=str(text)) if IDENTIFIER.fullmatch(text) or text in LEVELS_IN_VIETNAMESE:
                yield node, text


def is_level(name: str) -> bool:
    """One of the words of the name, in either way of writing names, is a level."""
    words = {word.lower().removesuffix("s") for word in WORD.findall(name)}
    return name.lower() in LEVELS_IN_VIETNAMESE or not words.isdisjoint(LEVELS)

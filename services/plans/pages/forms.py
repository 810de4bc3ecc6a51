"""The fields by which a leaf of each family is corrected, filled in and read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from services.plans.pages import wording
from services.plans.pages.deadline_form import given_deadline, typed_deadline
from services.plans.pages.deadline_words import day
from services.plans.pages.typed import Typed, iso_day, lines, number, said

Control = Literal["line", "long", "lines", "number", "choice", "check", "day"]
NOTHING: Mapping[str, str] = {}
DAY_HINT = "ví dụ 28/9/2020, 9/2020 hoặc 2020"
LINES_HINT = "mỗi dòng một tên"


class Field(NamedTuple):
    """One field of a form."""

    name: str
    label: str
    control: Control = "line"
    choices: Mapping[str, str] = NOTHING
    hint: str = ""


def _one(control: Control = "line", hint: str = "") -> tuple[Field, ...]:
    return (Field("value", "Nội dung", control, hint=hint),)


NOT_STATED = {"": "không nêu"}
FORMS: dict[str, tuple[Field, ...]] = {
    **{name: _one() for name in ("document_type", "number", "symbol", "place", "issuer")},
    **{name: _one("long") for name in ("title", "funding", "scoring")},
    **{f"criteria/{of}": _one("long") for of in ("general", "collective", "individual", "household", "head_of_unit")},
    "date": _one("day", DAY_HINT),
    "period": (
        Field("kind", "Kế hoạch cho", "choice", wording.PERIODS),
        Field("start_year", "Từ năm", "number"),
        Field("end_year", "Đến năm", "number"),
    ),
    "subjects": tuple(Field(name, words.capitalize(), "check") for name, words in wording.SUBJECTS.items()),
    "signer": (
        Field("authority", "Thẩm quyền ký", hint="TM., KT., TL., TUQ., Q."),
        Field("on_behalf_of", "Ký thay cho"),
        Field("position", "Chức vụ"),
        Field("name", "Họ và tên"),
    ),
    "cited": (
        Field("type", "Loại văn bản"),
        Field("code", "Số, ký hiệu", hint="ví dụ 221/KH-UBND hoặc 34-CT/TW"),
        Field("date", "Ngày", "day", hint=DAY_HINT),
        Field("issuer", "Nơi ban hành"),
        Field("relation", "Dùng để", "choice", wording.RELATIONS),
    ),
    "movements": (Field("name", "Tên phong trào"), Field("aliases", "Còn gọi là", "lines", hint=LINES_HINT)),
    "channels": (Field("kind", "Hình thức", "choice", wording.CHANNELS), Field("name", "Tên kênh")),
    "rotation": (
        Field("quarter", "Quý", "choice", {"1": "I", "2": "II", "3": "III", "4": "IV"}),
        Field("unit", "Đơn vị, như văn bản ghi"),
    ),
    "waves": (
        Field("number", "Đợt số", "number"),
        Field("start", "Từ ngày", "day", hint=DAY_HINT),
        Field("end", "Đến ngày", "day", hint=DAY_HINT),
    ),
    "recipients": (Field("name", "Nơi nhận"), Field("purpose", "Để")),
    "obligations": (
        Field("kind", "Việc phải làm", "choice", wording.KINDS),
        Field("minimum", "Ít nhất", "number"),
        Field("maximum", "Nhiều nhất", "number"),
        Field("actor", "Ai làm, như văn bản ghi", hint="để trống nếu văn bản không nêu"),
        Field("cadence", "Bao lâu", "choice", NOT_STATED | wording.CADENCES),
        Field("to", "Gửi tới, như văn bản ghi", "lines", hint=LINES_HINT),
        Field("via", "Qua, như văn bản ghi"),
        Field("then_action", "Sau đó nơi nhận làm gì"),
        Field("then_to", "Gửi tiếp tới"),
        Field("then_publish_on", "Đăng trên", "lines", hint=LINES_HINT),
    ),
}


def filled(family: str, value: Any) -> Typed:
    """What the fields show for a value, or for none."""
    if value is not None and not isinstance(value, Mapping):
        value = {"value": value}
    value = dict(value or {})
    if family == "obligations":
        then = value.pop("then", None) or {}
        value |= {f"then_{name}": then.get(name) for name in ("action", "to", "publish_on")}
        return {**_filled(family, value), **typed_deadline(value.get("deadline"))}
    return _filled(family, value)


def _filled(family: str, value: Mapping[str, Any]) -> dict[str, list[str]]:
    return {field.name: _shown(field, value.get(field.name)) for field in FORMS[family]}


def _shown(field: Field, value: Any) -> list[str]:
    if field.control == "check":
        return ["yes"] if value else []
    if field.control == "lines":
        return ["\n".join(value or [])]
    if field.control == "day":
        return [day(value)]
    return ["" if value is None else str(value)]


def given(family: str, form: Typed) -> Any:
    """A value in the shape of a Reading; whether it can bind is judged by the leaf's own rules."""
    value = {field.name: _meant(field, form) for field in FORMS[family]}
    if "value" in value:
        return value["value"] or ""
    if family == "cited":
        return value | _halves(value["code"] or "")
    if family == "period":
        return value | _years(value)
    if family == "rotation":
        return value | {"quarter": number(value["quarter"] or "")}
    if family == "obligations":
        then = {name: value.pop(f"then_{name}") for name in ("action", "to", "publish_on")}
        return value | {"deadline": given_deadline(form), "then": then if any(then.values()) else None}
    return value


def _halves(code: str) -> dict[str, str]:
    """«221/KH-UBND» and «34-CT/TW»: a number, and what follows it."""
    found = re.fullmatch(r"(\w+)[/-](.+)", code)
    return {"number": found[1], "symbol": found[2]} if found else {"number": code, "symbol": code}


def _years(value: Mapping[str, Any]) -> dict[str, Any]:
    """One year is stated once; a plan without end has none."""
    ends = {"year": value["start_year"], "open_ended": None}
    return {"end_year": ends.get(value["kind"], value["end_year"])}


def _meant(field: Field, form: Typed) -> Any:
    if field.control == "check":
        return said(form, field.name) == "yes"
    if field.control == "lines":
        return lines(form, field.name)
    text = said(form, field.name)
    if field.control == "number":
        return number(text)
    return (iso_day(text) if field.control == "day" else text) or None


def label_of(family: str, name: str) -> str:
    """What the field is called on the page; empty where the whole value is meant."""
    names = {field.name: field.label for field in FORMS[family]} | wording.FIELDS
    return "" if name == "value" else names.get(name) or names.get(f"then_{name}", "")

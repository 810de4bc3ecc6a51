"""The Vietnamese words of every message: packaged Jinja2 texts, the first line of each being its title."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from jinja2 import Environment, PackageLoader, StrictUndefined

from shared.clock import VIETNAM
from shared.events import CATALOGUE, Event

UNKNOWN = "một cơ quan chưa rõ tên"
FIELDS = {
    "title": "tiêu đề",
    "summary": "tóm tắt",
    "body": "nội dung bài",
    "story": "bài giới thiệu",
    "results": "kết quả đạt được",
    "pictures": "ảnh",
    "files": "tệp kèm theo",
    "evidence": "tài liệu minh chứng",
    "consents": "sự đồng ý của người được nêu gương",
    "subject_name": "tên tập thể, cá nhân hay hộ gia đình",
    "subject_type": "loại đối tượng",
    "movement_id": "phong trào",
    "field": "lĩnh vực",
    "kind": "loại điển hình",
    "subject_is_child": "người được nêu gương là trẻ em",
    "household_adults": "những người lớn trong hộ",
    "plan_id": "kế hoạch",
    "obligation_id": "nhiệm vụ trong kế hoạch",
    "period_key": "kỳ",
    "credit": "tác giả bài, ảnh",
}
PERIODS = [
    (re.compile(r"(\d{4})-Q(\d)"), "quý {1}/{0}"),
    (re.compile(r"(\d{4})-W(\d\d)"), "tuần {1}/{0}"),
    (re.compile(r"(\d{4})-H1"), "6 tháng đầu năm {0}"),
    (re.compile(r"(\d{4})-H2"), "6 tháng cuối năm {0}"),
    (re.compile(r"(\d{4})-(\d\d)"), "tháng {1}/{0}"),
    (re.compile(r"(\d{4})"), "năm {0}"),
    (re.compile(r"wave-(\d+)"), "đợt {0}"),
    (re.compile(r"once"), "một lần theo kế hoạch"),
]


class Text(NamedTuple):
    """What a person reads."""

    title: str
    body: str


def one_line(text: str) -> str:
    """Space runs as one space."""
    return " ".join(text.split())


def period(key: str) -> str:
    """`2026-Q4` as people say it."""
    for pattern, words in PERIODS:
        if found := pattern.fullmatch(key):
            return words.format(*found.groups())
    return f"kỳ {key}"


def last_moment(due_before: datetime) -> str:
    """The last good minute before an exclusive instant, in Vietnam."""
    last = (due_before - timedelta(seconds=1)).astimezone(VIETNAM)
    return f"{last:%H:%M} ngày {last:%d/%m/%Y}"


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


def _field_name(field: str) -> str:
    return FIELDS.get(field, field)


# Plain text for mails and JSON: what shows it as HTML escapes it there.
TEXTS = Environment(  # noqa: S701  plain text, never HTML
    loader=PackageLoader("services.notifications", "templates/vi"),
    undefined=StrictUndefined,
    trim_blocks=False,
)
TEXTS.filters |= {"period": period, "last_moment": last_moment, "day": _day, "field_name": _field_name}


def say(template: str, known: Mapping[UUID, str], **values: object) -> Text:
    """The text with organisations called by `known`; one not known yet gets a plain placeholder."""

    def name(organisation_id: UUID | None) -> str:
        return known.get(organisation_id, UNKNOWN) if organisation_id else UNKNOWN

    said = TEXTS.get_template(f"{template}.txt").render(name=name, **values)
    title, _, body = said.partition("\n")
    return Text(one_line(title), "\n".join(map(one_line, body.strip().splitlines())))


def _has_text(fact: type[Event]) -> bool:
    return f"{fact.aggregate}.{fact.past}.txt" in TEXTS.list_templates()


ENDPOINT_PAUSED = "lantoa.endpoint.paused.v1"
# What a person can be told of; each can be muted by channel.
KINDS = frozenset({fact.type() for fact in CATALOGUE.values() if _has_text(fact)} | {ENDPOINT_PAUSED})

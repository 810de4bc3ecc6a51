"""What a leaf holds, in plain Vietnamese words: pairs of a label and a text, never JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from services.plans.pages.deadline_words import Fact, Value, day, deadline

KINDS = {
    "nominate": "giới thiệu điển hình",
    "report": "báo cáo",
    "publish": "đăng, tuyên truyền",
    "issue_child_plan": "ban hành kế hoạch của đơn vị mình",
    "execute": "tổ chức thực hiện",
    "award": "khen thưởng",
    "wave_review": "sơ kết, tổng kết đợt",
    "score": "chấm điểm, xếp loại",
    "rotation": "phân công luân phiên",
    "other": "việc khác",
}
CADENCES = {
    "weekly": "hằng tuần",
    "monthly": "hằng tháng",
    "quarterly": "hằng quý",
    "half_yearly": "6 tháng một lần",
    "yearly": "hằng năm",
    "once": "một lần",
    "after_each_wave": "sau mỗi đợt",
    "continuous": "thường xuyên",
    "on_request": "khi được yêu cầu",
    "unspecified": "định kỳ, chưa rõ bao lâu",
}
CHANNELS = {
    "portal": "cổng, trang thông tin điện tử",
    "newspaper": "báo in",
    "radio_tv": "phát thanh, truyền hình",
    "loudspeaker": "truyền thanh cơ sở",
    "magazine": "tạp chí, bản tin",
    "event": "hội nghị, sinh hoạt",
    "visual": "pa nô, áp phích, trực quan",
    "word_of_mouth": "tuyên truyền miệng",
    "other": "hình thức khác",
}
RELATIONS = {"basis": "căn cứ ban hành", "cited": "được nhắc tới"}
PERIODS = {"year": "một năm", "range": "nhiều năm", "open_ended": "không nêu năm kết thúc"}
SUBJECTS = {"collective": "tập thể", "individual": "cá nhân", "household": "hộ gia đình"}
EDGES = {
    "line_of_command": "đơn vị trực thuộc",
    "professional_guidance": "đơn vị được hướng dẫn chuyên môn",
    "member_of_bloc": "thành viên của khối",
    "standing_office_of": "cơ quan thường trực",
    "part_of": "bộ phận",
}


def sure(confidence: float) -> str:
    """How much a person may lean on what the machine read."""
    return "chắc" if confidence >= 0.9 else "khá chắc" if confidence >= 0.7 else "chưa chắc"


def quantity(value: Value) -> str:
    """How many; empty where none is stated."""
    least, most = value.get("minimum"), value.get("maximum")
    if least and most:
        return f"{least}" if least == most else f"từ {least} đến {most}"
    return f"ít nhất {least}" if least else f"không quá {most}" if most else ""


def facts(family: str, value: Any) -> list[Fact]:
    """What a leaf of this family says, line by line, without its bodies."""
    if value is None:
        return []
    if not isinstance(value, Mapping):
        return [Fact("", day(value) if family == "date" else str(value))]
    return [fact for fact in WORDED[family](value) if fact and fact.text]


def one_line(family: str, value: Any) -> str:
    """The same on one line, for a list or a change."""
    return "; ".join(f"{fact.label}: {fact.text}" if fact.label else fact.text for fact in facts(family, value))


def _period(value: Value) -> Iterable[Fact]:
    start, end = value.get("start_year"), value.get("end_year")
    if value["kind"] == "open_ended":
        yield Fact("", f"từ năm {start}, không nêu năm kết thúc" if start else "không nêu năm kết thúc")
    else:
        yield Fact("", f"năm {start}" if start == end else f"năm {start} đến năm {end}")


def _subjects(value: Value) -> Iterable[Fact]:
    yield Fact("", ", ".join(words for name, words in SUBJECTS.items() if value.get(name)) or "không nêu")


def _obligation(value: Value) -> Iterable[Fact | None]:
    many = quantity(value)
    yield Fact("Việc", KINDS[value["kind"]] + (f": {many}" if many else ""))
    yield Fact("Bao lâu", CADENCES.get(value.get("cadence") or "", ""))
    yield deadline(value.get("deadline"))


def then(value: Value | None) -> str:
    """What the receiver does next."""
    if not value:
        return ""
    return str(value["action"]) + (f", đăng trên {', '.join(value['publish_on'])}" if value.get("publish_on") else "")


def _signer(value: Value) -> Iterable[Fact]:
    yield Fact("", " ".join(filter(None, [value.get("authority"), value.get("on_behalf_of")])))
    yield Fact("", ", ".join(filter(None, [value.get("position"), value.get("name")])))


def _cited(value: Value) -> Iterable[Fact]:
    by = f", của {value['issuer']}" if value.get("issuer") else ""
    on = f", ngày {day(value['date'])}" if value.get("date") else ""
    yield Fact("", f"{value['type']} số {value['code']}{on}{by}")
    yield Fact("", RELATIONS[value["relation"]])


def _movement(value: Value) -> Iterable[Fact]:
    yield Fact("", value["name"])
    yield Fact("Còn gọi", "; ".join(value.get("aliases") or []))


WORDED: dict[str, Callable[[Value], Iterable[Fact | None]]] = {
    "period": _period,
    "subjects": _subjects,
    "signer": _signer,
    "cited": _cited,
    "movements": _movement,
    "channels": lambda value: [Fact("", value["name"]), Fact("Hình thức", CHANNELS[value["kind"]])],
    "obligations": _obligation,
    "rotation": lambda value: [Fact("", f"Quý {value['quarter']}: {value['unit']}")],
    "waves": lambda value: [Fact("", f"Đợt {value['number']}: từ {day(value['start'])} đến {day(value['end'])}")],
    "recipients": lambda value: [Fact("", value["name"]), Fact("Để", value.get("purpose") or "")],
    "kept": lambda value: [Fact("", f"Nhiệm vụ {value['label']} của kế hoạch đang sửa đổi vẫn giữ nguyên")],
}


def field(name: str, value: Any, names: Mapping[str, str]) -> str:
    """One field of an obligation, as a difference tells it; `names` of bodies by id."""
    if value in (None, [], ""):
        return "không nêu"
    if name == "deadline":
        said = deadline(value)
        return said.text if said else "không nêu"
    if name == "bearers":
        rule = value.get("edge_type")
        listed = [names.get(body, body) for body in value.get("organisation_ids", [])]
        return ", ".join([*listed, *([f"các {EDGES[rule]}"] if rule else [])]) or "không nêu"
    if isinstance(value, list):
        return ", ".join(names.get(each, each) for each in value)
    words = {"kind": KINDS, "cadence": CADENCES}.get(name, names)
    return str(words.get(value, value)) if isinstance(value, str) else str(value)


FIELDS = {
    "kind": "Việc",
    "actor": "Ai làm",
    "minimum": "Ít nhất",
    "maximum": "Nhiều nhất",
    "cadence": "Bao lâu",
    "deadline": "Hạn",
    "to": "Gửi tới",
    "via": "Qua",
    "then": "Nơi tiếp theo",
    "action": "Việc tiếp theo",
    "bearers": "Ai làm",
}

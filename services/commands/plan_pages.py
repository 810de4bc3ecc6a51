"""What `lantoa plan` prints for a person: a reading leaf by leaf, and the findings of a review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.markup import escape

from services.plans.linting import Finding, Level
from services.plans.reading import Reading
from services.plans.reading.reading import DeadlineValue, Leaf, ObligationLeaf
from services.plans.terms import Cadence, Kind

KINDS = {
    Kind.NOMINATE: "giới thiệu điển hình",
    Kind.REPORT: "báo cáo",
    Kind.PUBLISH: "tuyên truyền, đăng tải",
    Kind.ISSUE_CHILD_PLAN: "xây dựng kế hoạch",
    Kind.EXECUTE: "tổ chức thực hiện",
    Kind.AWARD: "khen thưởng",
    Kind.WAVE_REVIEW: "sơ kết từng đợt",
    Kind.SCORE: "chấm điểm thi đua",
    Kind.ROTATION: "phân công luân phiên",
    Kind.OTHER: "việc khác",
}
CADENCES = {
    Cadence.WEEKLY: "hằng tuần",
    Cadence.MONTHLY: "hằng tháng",
    Cadence.QUARTERLY: "hằng quý",
    Cadence.HALF_YEARLY: "6 tháng một lần",
    Cadence.YEARLY: "hằng năm",
    Cadence.ONCE: "một lần",
    Cadence.AFTER_EACH_WAVE: "sau mỗi đợt",
    Cadence.CONTINUOUS: "thường xuyên",
    Cadence.ON_REQUEST: "khi có yêu cầu",
    Cadence.UNSPECIFIED: "định kỳ (không nói rõ)",
}
LEVELS = {
    Level.NOTE: "[cyan]Lưu ý[/cyan]",
    Level.ADVICE: "[yellow]Góp ý[/yellow]",
    Level.WARNING: "[red]Cần xem lại[/red]",
}


def review(found: list[Finding]) -> Iterator[str]:
    """The findings for a person: number, level, sentence, the words it is about, what one could write instead."""
    for finding in found:
        yield f"\n[bold]{finding.number}. {LEVELS[finding.level]}:[/bold] {escape(finding.sentence)}"
        if finding.quote:
            yield f"  [dim]«{escape(' '.join(finding.quote.split()))}»[/dim]"
        yield f"  → {escape(finding.suggestion)}"
    yield (
        f"\n{len(found)} điểm nên xem lại; không điểm nào ngăn việc ban hành."
        if found
        else "Không thấy điểm nào cần xem lại."
    )


def page(reading: Reading) -> Iterator[str]:
    """The reading for a person: a line a leaf, what is sure marked, obligations with their sentence."""
    yield from _named("Kế hoạch", reading.title)
    joined = "-" if reading.symbol and "/" in reading.symbol.value else "/"
    number = joined.join(leaf.value for leaf in (reading.number, reading.symbol) if leaf)
    yield from _line("Số, ký hiệu", number)
    yield from _named("Ngày", reading.date)
    yield from _named("Nơi ban hành", reading.place)
    yield from _named("Cơ quan", reading.issuer)
    if reading.period:
        years = [year for year in (reading.period.value.start_year, reading.period.value.end_year) if year]
        yield from _line("Thời gian", " - ".join(map(str, sorted(set(years)))))
    yield from _line("Đối tượng", _subjects(reading))
    yield from _list("Văn bản được nêu", [_cited(leaf.value) for leaf in reading.cited])
    for whom, heading in CRITERIA.items():
        yield from _list(heading, [leaf.value for leaf in getattr(reading.criteria, whom)])
    yield from _list("Phong trào", [leaf.value.name for leaf in reading.movements])
    yield from _list("Kênh", [leaf.value.name for leaf in reading.channels])
    yield from _list(
        "Phân công theo quý", [f"Quý {leaf.value.quarter}: {leaf.value.unit}" for leaf in reading.rotation]
    )
    yield from _list(
        "Đợt",
        [f"{leaf.value.number}: {leaf.value.start or 'khi phát động'} đến {leaf.value.end}" for leaf in reading.waves],
    )
    yield from _named("Kinh phí", reading.funding)
    yield from _named("Tính thi đua", reading.scoring)
    yield from _list("Nơi nhận", [leaf.value.name for leaf in reading.recipients])
    if reading.signer:
        signer = reading.signer.value
        yield from _line(
            "Người ký", " ".join(filter(None, [signer.authority, signer.on_behalf_of, signer.position, signer.name]))
        )
    yield f"\n[bold]Nhiệm vụ ({len(reading.obligations)})[/bold]"
    for place, obligation in enumerate(reading.obligations, 1):
        yield from _obligation(place, obligation)


CRITERIA = {
    "general": "Tiêu chí chung",
    "collective": "Tiêu chí tập thể",
    "individual": "Tiêu chí cá nhân",
    "household": "Tiêu chí hộ gia đình",
    "head_of_unit": "Riêng người đứng đầu",
}


def _subjects(reading: Reading) -> str:
    if reading.subjects is None:
        return ""
    said = {"tập thể": "collective", "cá nhân": "individual", "hộ gia đình": "household"}
    return ", ".join(word for word, name in said.items() if getattr(reading.subjects.value, name))


def _cited(value: Any) -> str:
    return " ".join(
        filter(
            None, [value.type, value.code, value.date and f"ngày {value.date}", value.issuer and f"của {value.issuer}"]
        )
    )


def _obligation(place: int, leaf: ObligationLeaf) -> Iterator[str]:
    value = leaf.value
    sure = "" if leaf.confidence >= 0.9 else "  [yellow](cần xem lại)[/yellow]"
    yield f"\n[bold]{place}. {KINDS[value.kind]}[/bold]{sure}"
    yield from _line("  Ai", value.actor or "(không nêu tên)")
    least = f"ít nhất {value.minimum}" if value.minimum else ""
    most = f"nhiều nhất {value.maximum}" if value.maximum else ""
    yield from _line("  Số lượng", ", ".join(filter(None, [least, most])))
    yield from _line("  Bao lâu một lần", CADENCES[value.cadence] if value.cadence else "")
    yield from _line("  Thời hạn", _deadline(value.deadline))
    yield from _line("  Gửi", "; ".join(value.to) + (f" (qua {value.via})" if value.via else ""))
    if value.then:
        yield from _line("  Rồi", " ".join(filter(None, [value.then.action, value.then.to])))
    yield f"  [dim]«{escape(' '.join(leaf.quote.split()))}»[/dim]"


def _deadline(rule: DeadlineValue | None) -> str:
    if rule is None:
        return ""
    when = (
        rule.date
        or (rule.rrule or "").replace("\n", "; ")
        or f"{rule.days} ngày{' làm việc' if rule.working_days else ''} {rule.after}"
    )
    return ("trước " if rule.strictly_before else "chậm nhất ") + when


def _named(name: str, leaf: Leaf[str] | None) -> Iterator[str]:
    yield from _line(name, leaf.value if leaf else "")


def _line(name: str, value: str) -> Iterator[str]:
    if value:
        yield f"[bold]{name}:[/bold] {escape(value)}"


def _list(name: str, values: list[str]) -> Iterator[str]:
    if values:
        yield f"[bold]{name}:[/bold]"
        yield from (f"  - {escape(value)}" for value in values)

"""`lantoa plan read`: JSON in the format for programs, Vietnamese for people, a refusal in one sentence."""

from __future__ import annotations

from pathlib import Path

import orjson
from typer.testing import CliRunner

from services.__main__ import app
from tests.plans.reading import documents

runner = CliRunner()


def test_json_is_the_format_of_a_reading(tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(documents.TEXT, encoding="utf-8")

    done = runner.invoke(app, ["plan", "read", str(file), "--json"])
    reading = orjson.loads(done.stdout)

    assert done.exit_code == 0
    assert reading["text"] == documents.TEXT
    assert reading["number"] == {
        **{"value": "45", "quote": "45", "start": documents.TEXT.index("45"), "end": documents.TEXT.index("45") + 2},
        **{"confidence": 0.98, "rule": "number-line"},
    }
    assert reading["obligations"][0]["value"]["deadline"] == {
        **{"date": None, "rrule": "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=10", "after": None, "days": None},
        **{"working_days": False, "strictly_before": True, "for": "same"},
    }
    assert set(reading["obligations"][0]["fields"]) == {
        *("actor", "minimum", "cadence", "deadline", "to", "via", "then"),
    }


def test_a_page_for_people_says_each_duty_with_its_sentence(tmp_path: Path) -> None:
    file = tmp_path / "plan.docx"
    file.write_bytes(documents.word())

    done = runner.invoke(app, ["plan", "read", str(file)])

    assert done.exit_code == 0
    assert "Nhiệm vụ (2)" in done.stdout
    assert "trước 2024-12-05" in done.stdout
    assert "«Văn phòng Sở báo cáo kết quả về UBND tỉnh trước ngày 05/12/2024./.»" in done.stdout


def test_a_refusal_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "scan.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 100)

    done = runner.invoke(app, ["plan", "read", str(file)])

    assert done.exit_code == 1
    assert "nhận dạng chữ (OCR)" in done.output
    assert done.stdout == ""

"""`lantoa plan lint`: sentences for people, JSON for programs, and never a refusal of a plan that can be read."""

from __future__ import annotations

from pathlib import Path

import orjson
from typer.testing import CliRunner

from services.__main__ import app
from services.plans.linting import Finding
from tests.plans.linting.texts import TEXT, WHOLE

runner = CliRunner()
VAGUE = TEXT.format(**{**WHOLE, "duties": WHOLE["duties"] + "\nCác phòng định kỳ báo cáo về Sở Nội vụ."})


def saved(folder: Path, text: str) -> str:
    file = folder / "plan.txt"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_page_for_people_has_the_words_and_what_to_write_instead(tmp_path: Path) -> None:
    done = runner.invoke(app, ["plan", "lint", saved(tmp_path, VAGUE)])

    assert done.exit_code == 0
    assert "2. Góp ý: «định kỳ» chưa nói bao lâu một lần." in done.stdout
    assert "→ Có thể viết: «định kỳ hằng quý, trước ngày 05 của tháng cuối quý,»." in done.stdout
    assert "2 điểm nên xem lại; không điểm nào ngăn việc ban hành." in done.stdout


def test_json_is_a_list_of_findings(tmp_path: Path) -> None:
    done = runner.invoke(app, ["plan", "lint", saved(tmp_path, VAGUE), "--json"])

    listed = [Finding.model_validate(entry) for entry in orjson.loads(done.stdout)]
    assert done.exit_code == 0
    assert [finding.kind for finding in listed] == ["deadlines-on-days-off", "cadence-vague"]
    assert VAGUE[listed[1].start : listed[1].end] == "định kỳ"


def test_nothing_to_find_says_so(tmp_path: Path) -> None:
    dated = "Mỗi phòng giới thiệu ít nhất 01 điển hình gửi về Sở Nội vụ trước ngày 15/5/2024."

    done = runner.invoke(app, ["plan", "lint", saved(tmp_path, TEXT.format(**{**WHOLE, "duties": dated}))])

    assert (done.exit_code, done.stdout.strip()) == (0, "Không thấy điểm nào cần xem lại.")


def test_what_is_no_plan_is_refused_as_when_read(tmp_path: Path) -> None:
    letter = saved(tmp_path, "Kính gửi: Ông Trần Văn Lâm\n\nMời ông dự họp lúc 8 giờ ngày mai tại phòng họp số 2.")

    linted, read = (runner.invoke(app, ["plan", word, letter]) for word in ("lint", "read"))

    assert linted.exit_code == read.exit_code == 1
    assert linted.output == read.output

"""Real documents made in the test from one small plan: Word, PDF, a web page; and the plan itself."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import as_file, files
from io import BytesIO

from docx import Document
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table

ISSUER = ["UBND TỈNH QUẢNG TRỊ", "SỞ NỘI VỤ", "Số: 45/KH-SNV"]
NATION = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Quảng Trị, ngày 08 tháng 3 năm 2024"]
TITLE = ["KẾ HOẠCH", "Tuyên truyền gương điển hình tiên tiến ngành Nội vụ năm 2024"]
BODY = [
    "Thực hiện Kế hoạch số 30/KH-UBND ngày 15/02/2024 của UBND tỉnh về tuyên truyền gương điển hình tiên tiến, "
    "Sở Nội vụ ban hành Kế hoạch tuyên truyền gương điển hình tiên tiến năm 2024 như sau:",
    "I. ĐỐI TƯỢNG",
    "Tập thể, cá nhân tiêu biểu trong các phong trào thi đua của ngành.",
    "II. TỔ CHỨC THỰC HIỆN",
    "1. Hằng quý, các phòng, đơn vị trực thuộc giới thiệu ít nhất 01 gương điển hình tiên tiến về Văn phòng Sở "
    "(qua Bộ phận Thi đua) trước ngày 10 của tháng cuối quý để tổng hợp, trình Hội đồng Thi đua - Khen thưởng Sở.",
    "2. Văn phòng Sở báo cáo kết quả về UBND tỉnh trước ngày 05/12/2024./.",
]
RECIPIENTS = ["Nơi nhận:", "- UBND tỉnh (b/c);", "- Các phòng, đơn vị trực thuộc (t/h);", "- Lưu: VT, VP."]
SIGNATURE = ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "", "Hồ Xuân Hòe"]
TEXT = "\n".join([*ISSUER, *NATION, "", *TITLE, "", *BODY, "", *RECIPIENTS, "", *SIGNATURE])


def word(*, numbered: bool = False) -> bytes:
    """As officers write it: the head and the foot are tables of two columns."""
    document = Document()
    _columns(document, ISSUER, NATION)
    for line in [*TITLE, *BODY]:
        if numbered and line[:3] in {"1. ", "2. "}:
            document.add_paragraph(line[3:], style="List Number")
        else:
            document.add_paragraph(line)
    _columns(document, RECIPIENTS, SIGNATURE)
    return _saved(document.save)


def _columns(document: object, left: list[str], right: list[str]) -> None:
    table = document.add_table(rows=1, cols=2)  # type: ignore[attr-defined]
    for cell, lines in zip(table.rows[0].cells, (left, right), strict=True):
        cell.text = lines[0]
        for line in lines[1:]:
            cell.add_paragraph(line)


def pdf() -> bytes:
    """With a text layer, two columns at head and foot, and lines broken at the width of the page."""
    style = ParagraphStyle("plain", fontName=_font(), fontSize=11, leading=15)
    beside = [
        Table([[_cell(left, style), _cell(right, style)]])
        for left, right in ((ISSUER, NATION), (RECIPIENTS, SIGNATURE))
    ]
    middle = [Paragraph(line, style) for line in [*TITLE, *BODY]]
    stream = BytesIO()
    SimpleDocTemplate(stream, pagesize=A4).build([beside[0], Spacer(1, 12), *middle, Spacer(1, 12), beside[1]])
    return stream.getvalue()


def _cell(lines: list[str], style: ParagraphStyle) -> list[Paragraph]:
    return [Paragraph(line or "&nbsp;", style) for line in lines]


def _font() -> str:
    with as_file(files("font_roboto") / "files" / "Roboto-Regular.ttf") as path:
        pdfmetrics.registerFont(TTFont("plan", str(path)))
    return "plan"


def web() -> bytes:
    """A page of a portal: menus, related news and a footer around the plan."""
    menu = "".join(f'<li><a href="/{i}">Chuyên mục {i}</a></li>' for i in range(12))
    body = "".join(f"<p>{line}</p>" for line in [*TITLE, *BODY])
    columns = "".join(f"<td>{''.join(f'<p>{line}</p>' for line in lines)}</td>" for lines in (RECIPIENTS, SIGNATURE))
    head = "".join(f"<td>{''.join(f'<p>{line}</p>' for line in lines)}</td>" for lines in (ISSUER, NATION))
    return (
        "<!DOCTYPE html><html lang='vi'><head><meta charset='utf-8'><title>Kế hoạch 45</title>"
        "<script>var a = 1;</script></head>"
        f"<body><header><nav><ul>{menu}</ul></nav></header><main><article><table><tr>{head}</tr></table>{body}"
        f"<table><tr>{columns}</tr></table></article>"
        "<aside><h3>Tin liên quan</h3><ul><li><a href='/a'>Hội nghị tổng kết năm</a></li></ul></aside></main>"
        "<footer><p>Bản quyền thuộc Sở Nội vụ. Điện thoại: 0233.123.456</p></footer></body></html>"
    ).encode()


def _saved(save: Callable[[BytesIO], None]) -> bytes:
    stream = BytesIO()
    save(stream)
    return stream.getvalue()

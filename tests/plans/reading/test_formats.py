"""One plan as Word, PDF, web page and text says the same; what is no readable plan is refused in words."""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from docx import Document
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from services.plans.reading import LIMIT_BYTES, problems, read_file
from services.plans.reading.intake.legacy import from_tcvn3, from_vni
from services.plans.reading.reading import Reading
from shared.errors import AppError, TooLarge
from shared.text import fold
from tests.plans.reading import documents
from tests.plans.reading.old_fonts import in_tcvn3, in_vni

WAYS: dict[str, Callable[[], bytes]] = {
    "plan.txt": lambda: documents.TEXT.encode(),
    "with-a-mark.txt": lambda: documents.TEXT.encode("utf-8-sig"),
    "utf-16.txt": lambda: documents.TEXT.encode("utf-16"),
    "decomposed.txt": lambda: unicodedata.normalize("NFD", documents.TEXT).encode(),
    "windows.txt": lambda: documents.TEXT.replace("\n", "\r\n").encode(),
    "plan.md": lambda: documents.TEXT.replace("KẾ HOẠCH\n", "## **KẾ HOẠCH**\n").encode(),
    "plan.html": documents.web,
    "plan.docx": documents.word,
    "numbered.docx": lambda: documents.word(numbered=True),
    "plan.pdf": documents.pdf,
    "wrong-extension.txt": documents.word,
    "tcvn3.txt": lambda: in_tcvn3(documents.TEXT),
    "vni.txt": lambda: in_vni(documents.TEXT),
}


@pytest.mark.parametrize("name", WAYS)
def test_the_same_plan_however_it_comes(name: str) -> None:
    reading = read_file(WAYS[name](), name)

    assert heading(reading) == (
        "KH",
        "45",
        "KH-SNV",
        "2024-03-08",
        "Quảng Trị",
        "Tuyên truyền gương điển hình tiên tiến ngành Nội vụ năm 2024",
        2024,
    )
    assert [(leaf.value.code, leaf.value.date) for leaf in reading.cited] == [("30/KH-UBND", "2024-02-15")]
    presents, reports = (leaf.value for leaf in reading.obligations)
    assert (presents.kind, presents.actor, presents.minimum) == ("nominate", "các phòng, đơn vị trực thuộc", 1)
    assert (presents.to, presents.via) == (["Văn phòng Sở"], "Bộ phận Thi đua")
    assert reports.deadline is not None
    assert (reports.kind, reports.deadline.date) == ("report", "2024-12-05")
    assert [(leaf.value.name, leaf.value.purpose) for leaf in reading.recipients] == [
        ("UBND tỉnh", "b/c"),
        ("Các phòng, đơn vị trực thuộc", "t/h"),
        ("Lưu: VT, VP", None),
    ]
    assert reading.signer is not None
    assert (reading.signer.value.authority, reading.signer.value.position, reading.signer.value.name) == (
        "KT.",
        "PHÓ GIÁM ĐỐC",
        "Hồ Xuân Hòe",
    )


def heading(reading: Reading) -> tuple[object, ...]:
    leaves = (reading.document_type, reading.number, reading.symbol, reading.date, reading.place, reading.title)
    return (*(leaf and leaf.value for leaf in leaves), reading.period and reading.period.value.start_year)


def test_a_web_pages_menu_and_footer_are_no_part_of_the_plan() -> None:
    text = read_file(documents.web(), "plan.html").text

    assert "Chuyên mục 3" not in text
    assert "Bản quyền" not in text


def zipped(name: str, content: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


WORD_XML = (
    b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b"<w:body>%s</w:body></w:document>"
)


def bomb() -> bytes:
    return zipped("word/document.xml", WORD_XML % (b"<w:p><w:r><w:t>" + b"a" * 80_000_000 + b"</w:t></w:r></w:p>"))


def nested() -> bytes:
    return zipped("word/document.xml", WORD_XML % (b"<w:tbl><w:tr><w:tc>" * 5_000 + b"</w:tc></w:tr></w:tbl>" * 5_000))


def entities() -> bytes:
    declared = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    return zipped("word/document.xml", declared + WORD_XML % b"<w:p><w:r><w:t>&b;</w:t></w:r></w:p>")


def locked_pdf() -> bytes:
    stream = BytesIO()
    canvas = Canvas(stream, encrypt=StandardEncryption("secret"))
    canvas.drawString(72, 720, "plan")
    canvas.save()
    return stream.getvalue()


def scan() -> bytes:
    stream = BytesIO()
    canvas = Canvas(stream)
    canvas.rect(50, 50, 400, 600, fill=1)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()


def spreadsheet() -> bytes:
    return zipped("xl/workbook.xml", b"<workbook/>")


def endless_paragraphs() -> bytes:
    document = Document()
    document.add_paragraph("Kế hoạch tuyên truyền. " * 20_000)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of Word before 2007, and of anything encrypted since
LETTER = (
    "UBND TỈNH LAI CHÂU\nSố: 12/SNV-VP\nLai Châu, ngày 02 tháng 5 năm 2024\nKính gửi: Các sở, ban, ngành tỉnh\n"
    "Để chuẩn bị hội nghị tổng kết, Sở Nội vụ đề nghị các cơ quan cử đại biểu tham dự vào ngày 10/5/2024./."
)
DECISION = (
    "QUYẾT ĐỊNH\nVề việc khen thưởng tập thể, cá nhân tiêu biểu\n\nCăn cứ Luật Thi đua, khen thưởng;\n\n"
    "Điều 1. Tặng Giấy khen cho các tập thể có thành tích.\nĐiều 2. Quyết định có hiệu lực từ ngày ký./."
)
ENGLISH = (
    "PLAN\nOn publicising exemplary workers in 2024\nI. PURPOSE\n1. Every unit shall nominate one person each month.\n"
    * 9
)

REFUSED: dict[str, tuple[Callable[[], bytes], type[AppError]]] = {
    "bomb.docx": (bomb, problems.TooLong),
    "nested.docx": (nested, problems.FileBroken),
    "entities.docx": (entities, problems.FileBroken),
    "long.docx": (endless_paragraphs, problems.TooLong),
    "locked.pdf": (locked_pdf, problems.FileLocked),
    "locked.docx": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        problems.FileLocked,
    ),
    "old.doc": (lambda: OLE + b"\x00" * 600, problems.FormatUnknown),
    "scan.pdf": (scan, problems.NoText),
    "photo.jpg": (lambda: b"\xff\xd8\xff\xe0" + b"\x00" * 900, problems.NoText),
    "empty.txt": (lambda: b"", problems.NoText),
    "blank.docx": (lambda: zipped("word/document.xml", WORD_XML % b"<w:p/>"), problems.NoText),
    "broken.pdf": (lambda: documents.pdf()[:900], problems.FileBroken),
    "broken.docx": (lambda: documents.word()[:2000], problems.FileBroken),
    "cut-xml.docx": (lambda: zipped("word/document.xml", WORD_XML[:60]), problems.FileBroken),
    "named.pdf": (lambda: documents.TEXT.encode(), problems.FileBroken),
    "book.xlsx": (spreadsheet, problems.FormatUnknown),
    "rich.rtf": (lambda: b"{\\rtf1\\ansi plan}", problems.FormatUnknown),
    "zeros.txt": (lambda: b"\x00" * 5000, problems.FileBroken),
    "heaped.txt": (lambda: ("KẾ HOẠCH a" + "\u0301" * 50_000).encode(), problems.FileBroken),
    "english.txt": (ENGLISH.encode, problems.InAnotherLanguage),
    "unmarked.txt": (lambda: fold(documents.TEXT).encode(), problems.NotVietnamese),
    "letter.txt": (LETTER.encode, problems.NotAPlan),
    "decision.txt": (DECISION.encode, problems.NotAPlan),
    "ten-thousand-lines.txt": (
        lambda: (documents.TEXT + "\n- Các đơn vị thực hiện." * 15_000).encode(),
        problems.TooLong,
    ),
    "huge.txt": (lambda: b"a" * (LIMIT_BYTES - 1), problems.TooLong),
    "huge.html": (lambda: b"<html>" + b"<div>" * 9_000_000, problems.TooLong),
    "deep.html": (lambda: b"<html><body>" + b"<div>" * 60_000 + documents.TEXT.encode(), problems.TooLong),
    "over.pdf": (lambda: b"%PDF-1.4" + b" " * LIMIT_BYTES, TooLarge),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_by_its_own_problem(name: str) -> None:
    made, problem = REFUSED[name]

    with pytest.raises(AppError) as refused:
        read_file(made(), name)

    assert type(refused.value) is problem


@pytest.mark.parametrize(
    "word", ["Kế hoạch", "tuyên truyền", "Ủy ban nhân dân", "Đường", "nghĩa", "quỹ", "ỷ lại", "thưởng", "VIỆT"]
)
def test_words_of_old_fonts(word: str) -> None:
    assert from_tcvn3(in_tcvn3(word).decode("latin-1")).casefold() == word.casefold()
    assert from_vni(in_vni(word).decode("latin-1")) == word

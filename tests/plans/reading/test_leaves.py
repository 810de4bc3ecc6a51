"""The leaves beside the obligations, each on several wordings and layouts."""

from __future__ import annotations

import unicodedata

import pytest

from services.plans.reading import read_text
from services.plans.reading.page import bare
from services.plans.reading.reading import Reading
from tests.plans.reading.sentences import BEFORE


def reading(*lines: str) -> Reading:
    """A plan whose body goes on with these lines."""
    return read_text(BEFORE.format(period="năm 2024").removesuffix("1. ") + "\n".join(lines) + "\n")


def titled(title: str, *, head: str = "Số: 12/KH-UBND") -> Reading:
    """A plan with this title."""
    body = "Căn cứ Kế hoạch số 9/KH-UBND ngày 05/01/2024 của UBND tỉnh, UBND xã xây dựng kế hoạch như sau:"
    return read_text(
        f"UBND XÃ TÂN HỘI\n{head}\n\nKẾ HOẠCH\n{title}\n\n{body}\n\nI. MỤC ĐÍCH\nBiểu dương các tập thể.\n"
    )


@pytest.mark.parametrize(
    "title",
    [
        "Triển khai phong trào thi đua và tôn vinh nhà giáo năm 2024",
        "Thực hiện phong trào thi đua trên địa bàn xã năm 2024",
        "Hưởng ứng phong trào thi đua “Dân vận khéo” năm 2024",
        "Tuyên truyền gương điển hình tiên tiến năm 2024",
    ],
)
def test_a_title_may_begin_like_a_basis(title: str) -> None:
    read = titled(title)

    assert read.title is not None
    assert (read.title.value, read.period and read.period.value.start_year) == (title, 2024)


@pytest.mark.parametrize("number", ["Số: l2/KH-UBND", "Số: 1O/KH-UBND", "Số: 0l/KH-UBND"])
def test_digits_misread_from_a_picture(number: str) -> None:
    read = titled("Tuyên truyền gương điển hình năm 2024", head=number)

    assert read.number is not None
    assert (read.number.value, read.number.quote) in {("12", "l2"), ("10", "1O"), ("01", "0l")}


@pytest.mark.parametrize(
    "place", ["Phường 7, ngày 09 tháng 5 năm 2024", "Quận 3, ngày 9 tháng 5 năm 2024", "Sa Đéc, ngày 09/5/2024"]
)
def test_place_and_date(place: str) -> None:
    read = titled("Tuyên truyền gương điển hình năm 2024", head=f"Số: 12/KH-UBND\n{place}")

    assert (read.place and read.place.value, read.date and read.date.value) == (place.split(",")[0], "2024-05-09")


@pytest.mark.parametrize(
    ("head", "issuer"),
    [
        ("TỈNH ĐOÀN QUẢNG BÌNH\nBAN THƯỜNG VỤ\nĐOÀN TNCS HỒ CHÍ MINH", "Ban Thường vụ Tỉnh đoàn"),
        ("SỞ NÔNG NGHIỆP\nTỈNH AN GIANG\nSố:      /KH-SNN                 An Giang", "SỞ NÔNG NGHIỆP TỈNH AN GIANG"),
        ("UBND TỈNH AN GIANG\nSỞ NỘI VỤ\nSố: 12/KH-SNV", "SỞ NỘI VỤ"),
        ("ĐẢNG BỘ TỈNH GIA LAI\nHUYỆN ỦY CHƯ SÊ\nSố 88-KH/HU", "HUYỆN ỦY CHƯ SÊ"),
    ],
)
def test_who_issues(head: str, issuer: str) -> None:
    body = "Thực hiện chương trình công tác, Ban Thường vụ Tỉnh đoàn ban hành Kế hoạch như sau:"

    read = read_text(
        f"{head}\n\nKẾ HOẠCH\nTuyên truyền gương điển hình năm 2024\n\n{body}\n\nI. MỤC ĐÍCH\nBiểu dương.\n"
    )

    assert read.issuer is not None
    assert read.issuer.value == issuer


@pytest.mark.parametrize("target", ["100% phòng, ban có kế hoạch nhân rộng.", "Trên 90% đơn vị đăng ký thi đua."])
def test_a_share_to_reach_is_no_duty(target: str) -> None:
    assert reading("1. Chỉ tiêu", f"- {target}").obligations == []


@pytest.mark.parametrize(
    ("line", "leaf", "says"),
    [
        ("1. Kinh phí: trích từ Quỹ thi đua.", "funding", "trích từ Quỹ thi đua."),
        ("Kinh phí thực hiện do các đơn vị cân đối.", "funding", "Kinh phí thực hiện do các đơn vị cân đối."),
        ("Phòng Tài chính lập dự toán kinh phí tổ chức từ ngân sách.", "funding", None),
        ("Đơn vị không giới thiệu bị trừ 03 điểm.", "scoring", "Đơn vị không giới thiệu bị trừ 03 điểm."),
        ("Kết quả này chiếm 10/100 điểm thi đua.", "scoring", "Kết quả này chiếm 10/100 điểm thi đua."),
    ],
)
def test_money_and_points(line: str, leaf: str, says: str | None) -> None:
    read = getattr(reading(line), leaf)

    assert (read.value if read else None) == says


@pytest.mark.parametrize("end", ["(Theo Kế hoạch số 18/KH-UBND ngày 12/01/2026)", "Nguồn: Kế hoạch số 18/KH-UBND"])
def test_a_web_copy_has_its_number_below(end: str) -> None:
    opening = (
        "Thực hiện Kế hoạch số 2150/KH-UBND ngày 25/12/2025 của UBND tỉnh, UBND đặc khu ban hành Kế hoạch như sau:"
    )

    read = read_text(
        f"Tin trong ngày\nGiới thiệu gương điển hình tiên tiến năm 2026\nCỡ chữ: A- A+\n{opening}\n{end}\n"
    )

    assert (read.number and read.number.value, [leaf.value.code for leaf in read.cited]) == ("18", ["2150/KH-UBND"])
    assert read.title is not None
    assert read.title.value == "Giới thiệu gương điển hình tiên tiến năm 2026"


@pytest.mark.parametrize(
    ("cites", "codes"),
    [
        ("các Kế hoạch số 110/KH-LĐLĐ ngày 14/12/2023 và số 06/KH-LĐLĐ", ["110/KH-LĐLĐ", "06/KH-LĐLĐ"]),
        ("Kế hoạch số 1/KH-UBND, số 2/KH-UBND và số 3/KH-UBND", ["1/KH-UBND", "2/KH-UBND", "3/KH-UBND"]),
        ("Chỉ thị số 34-CT/TW; Kế hoạch số 1/KH-UBND", ["34-CT/TW", "1/KH-UBND"]),
    ],
)
def test_numbers_behind_one_type_word(cites: str, codes: list[str]) -> None:
    read = reading(f"Thực hiện {cites} của cấp trên, các đơn vị tổ chức thực hiện.")

    assert [leaf.value.code for leaf in read.cited][1:] == codes


@pytest.mark.parametrize(
    ("lines", "whose"),
    [
        (
            ["Quý I: Phòng Nội vụ; Phòng Tư pháp.", "Quý II: Công an xã."],
            [(1, "Phòng Nội vụ"), (1, "Phòng Tư pháp"), (2, "Công an xã")],
        ),
        (
            ["+ Cụm các xã vùng Đông: Quý I (các tháng 1, 2, 3);", "+ Khối trường học: Quý II."],
            [(1, "Cụm các xã vùng Đông"), (2, "Khối trường học")],
        ),
        (["| Quý | Cơ quan |", "| I | Sở Nội vụ |", "| II | Sở Tư pháp |"], [(1, "Sở Nội vụ"), (2, "Sở Tư pháp")]),
        (
            ["Ban Thường trực phân công giới thiệu: Quý I: Hội Nông dân; Quý II: Hội Phụ nữ."],
            [(1, "Hội Nông dân"), (2, "Hội Phụ nữ")],
        ),
        (["Quý I: Phòng Nội vụ."], []),
    ],
)
def test_whose_turn_it_is(lines: list[str], whose: list[tuple[int, str]]) -> None:
    read = reading("1. Phân công giới thiệu", *lines)

    assert [(leaf.value.quarter, leaf.value.unit) for leaf in read.rotation] == whose
    assert [leaf.value.kind for leaf in read.obligations if leaf.value.kind != "rotation"] == []


@pytest.mark.parametrize(
    ("line", "start"),
    [
        ("Đợt 1: Từ ngày 01/3/2024 đến 30/6/2024.", "2024-03-01"),
        ("Đợt 1: Từ tháng 3/2024 đến hết tháng 6/2024.", "2024-03"),
        ("Đợt 1: Từ khi phát động đến ngày 30/6/2024.", None),
    ],
)
def test_when_a_wave_begins(line: str, start: str | None) -> None:
    assert [leaf.value.start for leaf in reading("1. Thời gian", line).waves] == [start]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (
            ["1. Các phong trào thi đua", "a) “Sinh viên 5 tốt”.", "b) “Máy tính cho em”."],
            ["Sinh viên 5 tốt", "Máy tính cho em"],
        ),
        (
            ["Phong trào “Trạm y tế thân thiện” (sau đây viết gọn là phong trào “Trạm thân thiện”)."],
            ["Trạm y tế thân thiện"],
        ),
        (["Bình chọn “Nông dân Việt Nam xuất sắc” trong phong trào thi đua."], []),
    ],
)
def test_movements(lines: list[str], named: list[str]) -> None:
    assert [leaf.value.name for leaf in reading(*lines).movements] == named


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (
            ["1. Hình thức tuyên truyền", "- Báo Quảng Trị", "- Góc truyền thông trên tàu", "- Gala “Người đi biển”"],
            ["Báo Quảng Trị", "Góc truyền thông trên tàu", "Gala “Người đi biển”"],
        ),
        (
            ["1. Kênh truyền thông", "a) Cổng thông tin Sở Y tế;", "b) Lễ kỷ niệm Ngày Thầy thuốc;"],
            ["Cổng thông tin Sở Y tế", "Lễ kỷ niệm Ngày Thầy thuốc"],
        ),
        (
            ["1. Hình thức: Báo Hà Giang, hệ thống truyền thanh nội bộ, bảng ảnh danh dự."],
            ["Báo Hà Giang", "hệ thống truyền thanh nội bộ", "bảng ảnh danh dự"],
        ),
        (
            ["1. Các kênh: đài truyền thanh các xã, thị trấn; pa nô, khẩu hiệu; Bản tin Tư pháp."],
            ["đài truyền thanh các xã, thị trấn", "pa nô, khẩu hiệu", "Bản tin Tư pháp"],
        ),
        (
            ["1. Phương thức", "- Đăng Báo Kon Tum;", "- In Tập san Thi đua;", "- Nêu gương trong sinh hoạt chi hội."],
            ["Báo Kon Tum", "Tập san Thi đua", "sinh hoạt chi hội"],
        ),
        (["1. Các phòng phối hợp với Báo Kon Tum mở chuyên mục, tổ chức hội nghị biểu dương."], []),
        (["1. Giải pháp", "- Nâng cao nhận thức của cán bộ.", "- Đẩy mạnh công tác thi đua."], []),
    ],
)
def test_channels(lines: list[str], named: list[str]) -> None:
    assert [leaf.value.name for leaf in reading(*lines).channels] == named


@pytest.mark.parametrize(
    ("lines", "subjects"),
    [
        (["1. Đối tượng: tập thể chi hội; cá nhân hội viên; gia đình hội viên."], (True, True, True)),
        (["1. Đối tượng", "Mọi công dân; tập thể trong và ngoài nhà nước."], (True, True, False)),
        (["1. Ai được giới thiệu", "• Tập thể: phòng, ban.", "• Cá nhân: công nhân."], (True, True, False)),
        (["1. Đối tượng, tiêu chí", "- Tập thể: khoa, phòng. Cá nhân: thầy thuốc."], (True, True, False)),
        (["1. Đối tượng: cá nhân là học sinh."], (False, True, False)),
        (["1. Đối tượng: đoàn viên, thanh niên; các tập thể chi đoàn."], (True, True, False)),
        (
            ["1. Tiêu chuẩn", "a) Tập thể", "- Đoàn kết.", "b) Cá nhân", "- Gương mẫu.", "c) Hộ gia đình: hòa thuận."],
            (True, True, True),
        ),
    ],
)
@pytest.mark.parametrize("written", [str, lambda text: unicodedata.normalize("NFD", text)])
def test_who_may_be_presented(lines: list[str], subjects: tuple[bool, ...], written: type[str]) -> None:
    read = reading(*map(written, lines)).subjects

    assert read is not None
    assert (read.value.collective, read.value.individual, read.value.household) == subjects


@pytest.mark.parametrize(
    "lines",
    [
        ["1. Tiêu chí", "a) Chung", "- Chấp hành tốt.", "b) Tập thể", "- Đoàn kết.", "c) Hộ gia đình", "- Hòa thuận."],
        [
            "1/ Tiêu chuẩn",
            "1.1/ Tiêu chuẩn chung: Chấp hành tốt.",
            "1.2/ Tập thể: Đoàn kết.",
            "1.3/ Hộ gia đình: Hòa thuận.",
        ],
        [
            "1. Tiêu chuẩn",
            "Tiêu chí chung: Chấp hành tốt.",
            "Đối với chi hội: Đoàn kết.",
            "Đối với gia đình: Hòa thuận.",
        ],
        [
            "1. Về tiêu chí chung:",
            "- Chấp hành tốt.",
            "2. Về tiêu chí tập thể:",
            "- Đoàn kết.",
            "3. Về tiêu chí hộ gia đình:",
            "- Hòa thuận.",
        ],
    ],
)
def test_by_what_measure(lines: list[str]) -> None:
    read = reading(*lines, "Tiêu chí khác theo quy định của cấp trên.").criteria

    found = [[leaf.value for leaf in measures] for measures in (read.general[:1], read.collective, read.household[:1])]
    assert found == [["Chấp hành tốt."], ["Đoàn kết."], ["Hòa thuận."]]


@pytest.mark.parametrize("heading", ["TỔ CHỨC THỰC HIỆN", "Tiêu chuẩn", "Đối tượng", "Kinh phí", "Hình thức"])
def test_a_heading_whose_accents_were_lost(heading: str) -> None:
    lines = ["- Phòng Nội vụ báo cáo UBND xã hằng quý.", "- Tập thể, cá nhân, hộ gia đình."]

    with_accents, without = (
        reading(f"1. {written}", *lines).model_dump(exclude={"text"}) for written in (heading, bare(heading))
    )

    assert _values(without) == _values(with_accents)


@pytest.mark.parametrize(
    ("signature", "signer"),
    [
        ("Q. CỤC TRƯỞNG\n\nTrịnh Xuân Bách", ("Q.", None, "CỤC TRƯỞNG", "Trịnh Xuân Bách")),
        (
            "TM. BAN THƯỜNG TRỰC\nPHÓ CHỦ TỊCH\n\nRơ Châm H'Yéo",
            ("TM.", "BAN THƯỜNG TRỰC", "PHÓ CHỦ TỊCH", "Rơ Châm H'Yéo"),
        ),
        ("KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nHà Văn Tuấn", ("KT.", "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Hà Văn Tuấn")),
    ],
)
@pytest.mark.parametrize("opens", ["Nơi nhận:", "Noi nhận:", "NOI NHAN:"])
def test_who_signed(signature: str, signer: tuple[str | None, ...], opens: str) -> None:
    read = reading("Các đơn vị thực hiện./.", "", opens, "- UBND xã;", "- Lưu: VT.", "", signature)

    assert read.signer is not None
    assert tuple(read.signer.value.model_dump().values()) == signer
    assert [leaf.value.name for leaf in read.recipients] == ["UBND xã", "Lưu: VT"]


def _values(node: object) -> object:
    """What was read, without where it stands."""
    if isinstance(node, dict):
        return {name: _values(each) for name, each in node.items() if name not in {"quote", "start", "end"}}
    return [_values(each) for each in node] if isinstance(node, list) else node

"""Who bears a duty, to whom its result goes, through whom, and what happens next: several wordings each."""

from __future__ import annotations

import pytest

from services.plans.reading import read_text
from services.plans.reading.reading import ObligationLeaf
from tests.plans.reading.sentences import BEFORE, duty


@pytest.mark.parametrize(
    ("bearer", "sentence"),
    [
        ("Phòng Nội vụ", "Phòng Nội vụ theo dõi, đôn đốc việc thực hiện."),
        ("Phòng Nội vụ", "Hằng quý Phòng Nội vụ báo cáo Chủ tịch UBND huyện."),
        ("mỗi chi hội", "Hàng tháng mỗi chi hội chọn ít nhất 01 gương gửi Ban Chấp hành."),
        ("các khoa", "Nhân dịp 20/11, các khoa giới thiệu tối đa 03 nhà giáo lên Hội đồng Trường."),
        ("mỗi tổ chức", "Sáu tháng một lần, mỗi tổ chức giới thiệu ít nhất ba gương với Ban Thường trực."),
        ("các tàu hoạt động tuyến xa", "Riêng các tàu hoạt động tuyến xa, mỗi quý gửi ít nhất 01 gương."),
        ("Cơ quan được phân công", "Cơ quan được phân công gửi từ một đến hai điển hình về Sở Nội vụ."),
        ("mỗi đơn vị", "Sau mỗi đợt thi đua, mỗi đơn vị được đề nghị tối đa một gương điển hình."),
        ("các đơn vị", "UBND huyện yêu cầu các đơn vị nghiêm túc thực hiện Kế hoạch này."),
        ("Ủy ban nhân dân xã", "Ủy ban nhân dân xã chỉ đạo các trường học gắn phong trào với Kế hoạch này."),
        ("Ban Chấp hành", "Ban Chấp hành đề nghị Ủy ban nhân dân xã khen không quá sáu chị."),
        ("Khối trưởng", "Khối trưởng phân công các thành viên luân phiên giới thiệu điển hình theo quý."),
        ("Báo tỉnh", "Đề nghị Báo tỉnh thường xuyên đăng tin, bài về gương điển hình tiên tiến."),
        ("đơn vị", "Căn cứ tình hình thực tế của đơn vị xây dựng kế hoạch tổ chức tuyên truyền."),
        ("Sở", "Mỗi năm, Sở lựa chọn từ 03 đến 05 điển hình đề nghị Ủy ban nhân dân tỉnh biểu dương."),
        ("Đồng chí Nguyễn Thị Lan", "Đồng chí Nguyễn Thị Lan chịu trách nhiệm tổng hợp, báo cáo Sở Nội vụ."),
        ("các đơn vị", "Nếu có vướng mắc, các đơn vị phản ánh về Sở Nội vụ."),
        ("Trung tâm Văn hóa, Thông tin và Thể thao", "Trung tâm Văn hóa, Thông tin và Thể thao xây dựng phóng sự."),
        ("Hội đồng Thi đua - Khen thưởng xã", "Hội đồng Thi đua - Khen thưởng xã họp, xét các gương."),
        ("Trưởng các phòng", "Trưởng các phòng theo nhiệm vụ được giao tổ chức thực hiện."),
        (None, "Tham mưu cấp ủy, phối hợp với chuyên môn xây dựng kế hoạch cụ thể."),
        (None, "Lập danh sách 02 điển hình gửi Sở Nội vụ để xét, đề nghị UBND tỉnh khen thưởng."),
    ],
)
def test_who(bearer: str | None, sentence: str) -> None:
    assert duty(sentence).value.actor == bearer


@pytest.mark.parametrize(
    ("heading", "bearer"),
    [
        ("Phòng Nội vụ", "Phòng Nội vụ"),
        ("Phòng Nội vụ (cơ quan thường trực Hội đồng)", "Phòng Nội vụ"),
        ("Trách nhiệm của Phòng Công tác sinh viên", "Phòng Công tác sinh viên"),
        ("Đối với các công đoàn cơ sở", "các công đoàn cơ sở"),
        ("Công đoàn cấp trên trực tiếp cơ sở", "Công đoàn cấp trên trực tiếp cơ sở"),
        ("Phòng Hậu cần, Phòng Kỹ thuật", "Phòng Hậu cần, Phòng Kỹ thuật"),
    ],
)
@pytest.mark.parametrize("asks", ["Phân công cán bộ kèm cặp từng điển hình.", "Theo dõi, đôn đốc các đơn vị."])
def test_the_body_that_heads_the_section(heading: str, bearer: str, asks: str) -> None:
    (read,) = below(heading, asks)

    assert read.value.actor == bearer


@pytest.mark.parametrize(
    ("to", "via", "next_to", "sentence"),
    [
        (["Sở Nội vụ"], "Ban Thi đua", None, "Các đơn vị báo cáo kết quả về Sở Nội vụ (qua Ban Thi đua)."),
        (["Sở"], "Văn phòng Sở", None, "Các trường báo cáo kết quả về Sở (qua Văn phòng Sở) trước ngày 25/6/2023."),
        (["UBND xã"], "công chức văn hóa", None, "Các thôn gửi 01 gương về UBND xã (qua công chức văn hóa)."),
        (["Ban Thường vụ"], None, None, "Ban Tuyên huấn báo cáo Ban Thường vụ sáu tháng một lần."),
        (["Giám đốc"], None, None, "Trưởng các phòng báo cáo tiến độ với Giám đốc tại cuộc họp giao ban hằng tuần."),
        (["Khối trưởng"], None, None, "Cơ quan được phân công gửi 02 điển hình về Khối trưởng."),
        (["Thành ủy", "UBND thành phố"], None, None, "Văn phòng báo cáo Thành ủy và UBND thành phố hằng quý."),
        (["bộ phận thường trực"], None, None, "Các phòng gửi báo cáo kết quả về bộ phận thường trực hằng quý."),
        (
            ["Hội tỉnh"],
            None,
            "Trung ương Hội",
            "Mỗi huyện gửi 02 gương về Hội tỉnh để chọn, giới thiệu Trung ương Hội.",
        ),
        (
            ["Sở Nội vụ"],
            None,
            "UBND tỉnh",
            "Các đơn vị gửi 02 gương về Sở Nội vụ để xét, đề nghị UBND tỉnh khen thưởng.",
        ),
        (
            ["Ban Thường trực"],
            None,
            None,
            "Mỗi thôn gửi 01 gương về Ban Thường trực để chọn, phát trên đài truyền thanh.",
        ),
    ],
)
def test_to_whom(to: list[str], via: str | None, next_to: str | None, sentence: str) -> None:
    read = duty(sentence).value

    assert (read.to, read.via, read.then.to if read.then else None) == (to, via, next_to)


def test_a_deadline_told_once_is_each_dutys() -> None:
    first, second, third = below(
        "Các phòng",
        "Gửi 01 điển hình về Sở Nội vụ hằng quý.",
        "Báo cáo kết quả về Sở Nội vụ theo quý.",
        "Tuyên truyền các gương điển hình.",
        "Thời hạn đối với các nội dung tại điểm a, điểm b: trước ngày 10 của tháng cuối quý.",
    )

    assert first.value.deadline == second.value.deadline is not None
    assert third.value.deadline is None


def test_how_many_may_stand_beside_the_criteria() -> None:
    before = BEFORE.format(period="năm 2023").removesuffix("1. ")

    read = read_text(before + "1. Tiêu chuẩn, số lượng\na) Tập thể: đoàn kết.\nb) Số lượng: mỗi xã chọn 02 tập thể.\n")

    assert [(leaf.value.actor, leaf.value.minimum) for leaf in read.obligations] == [("mỗi xã", 2)]
    assert [leaf.value for leaf in read.criteria.collective] == ["đoàn kết."]
    assert read.criteria.general == []


def test_points_lost_are_no_duty() -> None:
    assert below("Các phòng", "Đơn vị không gửi điển hình trong hai quý thì trừ 05 điểm.") == []


def below(heading: str, *items: str) -> list[ObligationLeaf]:
    """The duties of a section with this heading."""
    before = BEFORE.format(period="năm 2023") + heading + "\n"
    return read_text(
        before + "\n".join(f"{letter}) {item}" for letter, item in zip("abcdđ", items, strict=False))
    ).obligations

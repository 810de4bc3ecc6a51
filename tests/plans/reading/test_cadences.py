"""How often, and how many."""

from __future__ import annotations

import pytest

from tests.plans.reading.sentences import duty


@pytest.mark.parametrize(
    ("sentence", "cadence"),
    [
        ("Hằng tháng, các đơn vị báo cáo kết quả về Sở Nội vụ.", "monthly"),
        ("Định kỳ hàng tháng, các đơn vị gửi báo cáo về Sở Nội vụ.", "monthly"),
        ("Mỗi tháng một lần các đơn vị gửi báo cáo về Sở Nội vụ.", "monthly"),
        ("Các đơn vị đăng ít nhất 02 tin, bài/tháng trên trang thông tin điện tử.", "monthly"),
        ("Hàng quý, các đơn vị báo cáo kết quả về Sở Nội vụ.", "quarterly"),
        ("Định kỳ quý, các đơn vị báo cáo kết quả về Sở Nội vụ.", "quarterly"),
        ("Các đơn vị giới thiệu 01 gương/quý về Sở Nội vụ.", "quarterly"),
        ("Định kỳ 6 tháng, hằng năm, các đơn vị báo cáo kết quả về Sở Nội vụ.", "half_yearly"),
        ("Sáu tháng một lần, các đơn vị báo cáo kết quả về Sở Nội vụ.", "half_yearly"),
        ("Các đơn vị báo cáo 06 tháng và năm về Sở Nội vụ.", "half_yearly"),
        ("Hằng năm, các đơn vị báo cáo kết quả về Sở Nội vụ.", "yearly"),
        ("Hàng tuần, các đơn vị gửi tin, bài về Văn phòng Sở.", "weekly"),
        ("Mỗi tuần, các đơn vị gửi 01 tin về Văn phòng Sở.", "weekly"),
        ("Các đơn vị định kỳ báo cáo kết quả về Sở Nội vụ.", "unspecified"),
        ("Các đơn vị báo cáo kết quả về Sở Nội vụ khi có yêu cầu.", "on_request"),
        ("Sau mỗi đợt thi đua, các đơn vị tổ chức sơ kết và báo cáo kết quả về Sở Nội vụ.", "after_each_wave"),
        ("Các đơn vị thường xuyên đăng tải tin, bài trên trang thông tin điện tử.", "continuous"),
        ("Phòng Nghiệp vụ in Tập san, sáu tháng ít nhất 01 số.", "half_yearly"),
        ("LĐLĐ huyện sơ kết từng đợt thi đua.", "after_each_wave"),
        ("Duy trì thường xuyên việc đăng gương điển hình trên trang thông tin.", "continuous"),
        ("Ban Tài chính cân đối nguồn tài chính hằng năm, hướng dẫn các cấp sử dụng.", None),
        ("Các đơn vị tổ chức thực hiện nghiêm túc Kế hoạch này.", None),
        (
            "Trên cơ sở phong trào thi đua thường xuyên hằng năm do UBND tỉnh phát động, các đơn vị chọn điển hình.",
            None,
        ),
    ],
)
def test_how_often(sentence: str, cadence: str | None) -> None:
    assert duty(sentence).value.cadence == cadence


@pytest.mark.parametrize(
    ("how_many", "minimum", "maximum"),
    [
        ("từ 01 điển hình tiên tiến trở lên", 1, None),
        ("ít nhất 01 gương điển hình", 1, None),
        ("ít nhất một gương điển hình", 1, None),
        ("tối thiểu 02 (hai) tập thể", 2, None),
        ("tối thiểu hai cá nhân", 2, None),
        ("không dưới 03 mô hình", 3, None),
        ("từ 02 đến 03 gương", 2, 3),
        ("02 - 03 gương", 2, 3),
        ("từ hai đến ba cá nhân", 2, 3),
        ("không quá 02 tập thể", None, 2),
        ("tối đa 05 cá nhân", None, 5),
        ("01 tập thể và 02 cá nhân", 3, None),
        ("ít nhất năm điển hình", 5, None),
        ("không quá 03 giáo viên và 05 học sinh", None, 8),
        ("ít nhất 02 gương (không quá hai trang)", 2, None),
        ("tối đa 03 nhà giáo", None, 3),
        ("ít nhất một việc làm tốt", 1, None),
        ("các điển hình tiên tiến", None, None),
    ],
)
def test_how_many(how_many: str, minimum: int | None, maximum: int | None) -> None:
    read = duty(f"Mỗi đơn vị lựa chọn, giới thiệu {how_many} gửi về Sở Nội vụ.").value

    assert (read.kind, read.minimum, read.maximum) == ("nominate", minimum, maximum)

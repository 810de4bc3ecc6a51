"""A small plan of our own, and an amendment of it."""

from __future__ import annotations

HEAD = """ỦY BAN NHÂN DÂN ĐẶC KHU BIỂN XANH
Số: {number}/KH-UBND
Biển Xanh, ngày {day} tháng 01 năm 2026

KẾ HOẠCH
{title}

Căn cứ Chỉ thị số 34-CT/TW ngày 07/4/2014 của Bộ Chính trị về tiếp tục đổi mới công tác thi đua, khen thưởng;
Ủy ban nhân dân đặc khu Biển Xanh ban hành Kế hoạch {about} như sau:

I. ĐỐI TƯỢNG
Tập thể, cá nhân, hộ gia đình trên địa bàn.

II. TỔ CHỨC THỰC HIỆN
"""
FOOT = """
TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH
Nguyễn Thị Hoa
"""
OFFICE = "Phòng Văn hóa - Xã hội"
QUARTERLY = (
    "1. Hàng quý, mỗi đơn vị lựa chọn và giới thiệu từ 01 điển hình tiên tiến trở lên gửi về "
    "Ủy ban nhân dân đặc khu Biển Xanh (qua Phòng Văn hóa - Xã hội) trước ngày 05 của tháng cuối quý.\n"
)
TWICE = QUARTERLY.replace("01 điển hình", "02 điển hình")
REPORT = (
    "2. Phòng Văn hóa - Xã hội tổng hợp, báo cáo kết quả về Ủy ban nhân dân đặc khu Biển Xanh trước ngày 10/12/2026.\n"
)
AWARD = "3. Phòng Văn hóa - Xã hội đề nghị khen thưởng các điển hình tiêu biểu hằng năm.\n"
TITLE = "Tuyên truyền, nhân rộng điển hình tiên tiến năm 2026"
OWN = HEAD.format(number=15, day="05", title=TITLE, about="tuyên truyền điển hình tiên tiến")
PLAN = OWN + QUARTERLY + REPORT + FOOT
AMENDMENT = (
    HEAD.format(
        number=21,
        day="20",
        title="Sửa đổi, bổ sung Kế hoạch tuyên truyền, nhân rộng điển hình tiên tiến năm 2026",
        about="sửa đổi, bổ sung Kế hoạch số 15/KH-UBND ngày 05/01/2026",
    )
    + TWICE
    + AWARD
    + FOOT
)

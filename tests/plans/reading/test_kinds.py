"""What a sentence asks for: every rule of `lexicon/kinds.toml` on several wordings, and none without one."""

from __future__ import annotations

import pytest

from services.plans.reading.obligations.kinds import RULES
from tests.plans.reading.sentences import duty

WORDINGS = [
    ("other", "asks-in-difficulty", "Nếu có khó khăn, vướng mắc, các đơn vị phản ánh về Sở Nội vụ."),
    ("other", "asks-in-difficulty", "Khi có vấn đề phát sinh, các đơn vị trao đổi với Văn phòng Sở để giải quyết."),
    ("rotation", "assigns-turns", "Khối trưởng phân công các thành viên luân phiên giới thiệu điển hình theo quý."),
    ("rotation", "assigns-turns", "UBND huyện phân công các đơn vị giới thiệu gương điển hình tiên tiến như sau."),
    ("wave_review", "reviews-after-wave", "Kết thúc mỗi đợt, các phòng sơ kết và gửi kết quả về Cục Thuế."),
    ("wave_review", "reviews-after-wave", "LĐLĐ huyện sơ kết từng đợt thi đua."),
    ("wave_review", "reviews-after-wave", "Sau mỗi đợt thi đua, các đơn vị tiến hành tổng kết, rút kinh nghiệm."),
    ("report", "reports-first", "Sở Nội vụ báo cáo UBND tỉnh kết quả giới thiệu điển hình hằng quý."),
    ("report", "reports-first", "Kết thúc mỗi quý, báo cáo Chủ tịch UBND huyện kết quả giới thiệu điển hình."),
    ("report", "reports-first", "Văn phòng tổng hợp, báo cáo Ban Thường trực trước ngày 25 tháng cuối quý."),
    ("score", "scores", "Phòng Tổ chức - Hành chính chấm điểm thi đua hằng quý đối với các phòng, ban."),
    ("score", "scores", "Ban Thi đua học sinh chấm điểm các lớp theo tuần."),
    ("execute", "moves-others", "Công đoàn ngành vận động nhà giáo viết bài về những tấm gương quanh mình."),
    ("execute", "moves-others", "Các đơn vị tạo điều kiện để gương điển hình chia sẻ kinh nghiệm."),
    ("publish", "writes", "Đài Truyền thanh huyện phát sóng các gương người tốt, việc tốt."),
    ("publish", "writes", "Trung tâm Văn hóa sản xuất ít nhất một phim ngắn mỗi quý."),
    ("publish", "writes", "Phòng Nghiệp vụ biên tập, in Tập san Thi đua, sáu tháng ít nhất 01 số."),
    ("publish", "makes-items", "Ban Tuyên giáo xây dựng ít nhất một phóng sự mỗi tháng."),
    ("publish", "makes-items", "Hằng tháng, các đơn vị gửi ít nhất 02 tin, bài về Văn phòng Sở."),
    ("publish", "makes-media", "Báo Lao động dành ít nhất một trang mỗi tuần cho điển hình tiên tiến."),
    ("publish", "makes-media", "Đội Thông tin lưu động mỗi tuần tổ chức ít nhất hai buổi xe loa tại các phường."),
    ("publish", "shows-on-channel", "Hằng tuần, Phòng Văn hóa cập nhật gương tốt lên Trang thông tin điện tử xã."),
    ("publish", "shows-on-channel", "Mỗi tháng giới thiệu tối thiểu 02 mô hình trên Trang thông tin điện tử tỉnh."),
    ("nominate", "presents-delegates", "Các đơn vị lựa chọn đại biểu dự Đại hội Thi đua yêu nước tỉnh."),
    ("nominate", "presents-delegates", "Mỗi huyện giới thiệu không quá 06 đại biểu điển hình dự Đại hội."),
    ("nominate", "presents-exemplars", "Mỗi đơn vị lựa chọn, giới thiệu ít nhất 01 điển hình gửi về Sở Nội vụ."),
    ("nominate", "presents-exemplars", "Hằng tháng, các xã tổng hợp danh sách gương người tốt gửi Phòng Nội vụ."),
    ("nominate", "presents-exemplars", "Mỗi quý đề nghị tối đa hai điển hình về Phòng Chính trị."),
    ("nominate", "presents-number", "Mỗi đơn vị hằng năm phát hiện, bồi dưỡng từ 01 đến 02 điển hình tiên tiến."),
    ("nominate", "presents-number", "Các chi hội xây dựng ít nhất một mô hình mới trong năm."),
    ("nominate", "presents-people", "Các khoa giới thiệu tối đa 03 nhà giáo tiêu biểu lên Hội đồng Trường."),
    ("nominate", "presents-people", "Hằng tháng mỗi chi hội chọn ít nhất 1 chị gửi Ban Chấp hành."),
    ("report", "reports-by", "Các đơn vị tổ chức thực hiện, báo cáo kết quả về Sở trước ngày 15/11 hằng năm."),
    ("report", "reports-by", "Thư ký Hội đồng chuẩn bị và gửi Sở báo cáo tổng kết chậm nhất ngày 05/6/2024."),
    ("report", "reports-results", "Các khối tổng hợp kết quả bình xét, gửi về Ban Thi đua - Khen thưởng tỉnh."),
    ("report", "reports-results", "Các phòng đánh giá kết quả phong trào, gửi về Hội đồng Thi đua - Khen thưởng."),
    ("issue_child_plan", "issues-plan", "Các đơn vị xây dựng kế hoạch, gửi về Sở Nội vụ trước ngày 20/02/2023."),
    ("issue_child_plan", "issues-plan", "UBND các xã ban hành kế hoạch của địa phương."),
    ("award", "awards-first", "Hằng năm, Bộ Chỉ huy quân sự tỉnh tôn vinh, khen thưởng điển hình tiên tiến."),
    ("award", "awards-first", "Sở Y tế khen thưởng các gương tiêu biểu mỗi năm một lần."),
    ("award", "awards-first", "Phòng Nội vụ tham mưu khen thưởng đột xuất các gương có hành động dũng cảm."),
    ("report", "reports-to", "Văn phòng thẩm định hồ sơ, gửi Giám đốc Sở báo cáo."),
    ("report", "reports-to", "Các công đoàn cơ sở thẩm định, báo cáo LĐLĐ huyện theo quý."),
    ("nominate", "presents-to", "Khi có gương đột xuất, các đơn vị giới thiệu ngay về Sở Nội vụ."),
    ("nominate", "presents-to", "Khi phát hiện nhân tố mới, các đơn vị đề xuất kịp thời với Ban Thường trực."),
    ("award", "awards", "Phòng Nội vụ phối hợp phát hiện và đề nghị khen thưởng các cá nhân điển hình."),
    ("award", "awards", "Ban Thường vụ Huyện hội tổ chức bình xét, tôn vinh các điển hình."),
    ("other", "follows-up", "Phòng Nội vụ theo dõi, đôn đốc các đơn vị thực hiện đúng thời gian."),
    ("other", "follows-up", "Sở Tài chính tham mưu bố trí kinh phí, hướng dẫn sử dụng, quyết toán."),
    ("other", "follows-up", "Sở Nội vụ là cơ quan thường trực, giúp UBND tỉnh kiểm tra việc thực hiện."),
    ("publish", "makes-known", "LĐLĐ huyện phối hợp với Đài Truyền thanh huyện mở chuyên mục về đoàn viên."),
    ("publish", "makes-known", "Các cơ quan báo chí dành thời lượng để tuyên truyền gương điển hình tiên tiến."),
]


@pytest.mark.parametrize(("kind", "rule", "sentence"), WORDINGS)
def test_what_is_asked_for(kind: str, rule: str, sentence: str) -> None:
    read = duty(sentence)

    assert (read.value.kind, read.rule) == (kind, f"obligation-{rule}")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("execute", "Các phòng tổ chức cho công chức ký giao ước thi đua."),
        ("execute", "Các công đoàn cơ sở tổ chức phát động, đăng ký thi đua."),
        ("execute", "Phòng Nghệ thuật dàn dựng chương trình đêm nghệ thuật."),
        ("execute", "Đoàn Thanh niên tổ chức bình chọn “Sinh viên 5 tốt” các cấp."),
        ("execute", "Thường trực Hội đồng tổ chức hội nghị biểu dương điển hình tiên tiến."),
    ],
)
def test_what_is_only_to_be_carried_out(kind: str, sentence: str) -> None:
    assert duty(sentence).value.kind == kind


def test_every_rule_has_two_wordings() -> None:
    tried = [rule for _, rule, _ in WORDINGS]

    assert [rule.name for rule in RULES if tried.count(rule.name) < 2] == []

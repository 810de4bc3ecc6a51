"""What people write: names, places, deeds and sentences with what search makes of them, worked out once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from shared.text import fold

PROVINCES = """
Hà Nội|Huế|Lai Châu|Điện Biên|Sơn La|Lạng Sơn|Quảng Ninh|Thanh Hóa|Nghệ An|Hà Tĩnh|Cao Bằng|Tuyên Quang|Lào Cai
|Thái Nguyên|Phú Thọ|Bắc Ninh|Hưng Yên|Hải Phòng|Ninh Bình|Quảng Trị|Đà Nẵng|Quảng Ngãi|Gia Lai|Khánh Hòa|Lâm Đồng
|Đắk Lắk|Thành phố Hồ Chí Minh|Đồng Nai|Tây Ninh|Cần Thơ|Vĩnh Long|Đồng Tháp|Cà Mau|An Giang"""
FAMILIES = "Nguyễn Trần Lê Phạm Hoàng Phan Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Nông Lò Vàng Giàng Sùng Hà Ksor Rơ Điểu"
MIDDLES = "Thị Văn Hữu Đức Minh Ngọc Thanh Xuân Thu Kim Bích Quang Công Đình Mỹ"
GIVEN = """An Bình Châu Dũng Giang Hà Hải Hạnh Hiền Hoa Hòa Hồng Huệ Hùng Hương Khánh Lan Liên Linh Loan Long Mai Nam
Nga Ngân Nhung Oanh Phong Phúc Phương Quân Quyên Sơn Tâm Thảo Thắng Thủy Tiến Trang Trung Tuấn Tuyết Vân Vinh Yến"""
FIRST = "Tân Phú Bình An Long Hòa Đông Xuân Sơn Thủy Lâm Mỹ Thanh Vĩnh Hưng Khánh Ninh Yên Phước Lộc Nậm Mường Ea Đăk"
SECOND = (
    "Lập Hiệp Thành Thạnh Tiến Trung Giang Khê Cường Thịnh Hải Đức Minh Nghĩa Lợi Châu Quang Phong Hà Lĩnh Pồ Típ Kar"
)
TITLES = """
Người giữ lửa tổ liên gia tự quản|Con đường không rác|Mười năm đưa trẻ đến lớp|Tổ hợp tác trồng rừng gỗ lớn
|Cây cầu của lòng dân|Lớp học xóa mù chữ buổi tối|Vườn thuốc nam của khu dân cư|Hiến đất mở đường vào thôn
|Đội cứu hộ bến sông|Bữa cơm trưa cho học sinh nghèo|Tổ phụ nữ tiết kiệm giúp nhau thoát nghèo|Ánh sáng an ninh
|Câu lạc bộ hát then giữ hồn bản|Máy cày chung của mười hộ|Thư viện dưới tán bàng|Người trưởng bản nói đi đôi với làm
|Tuyến kênh xanh|Nhà đại đoàn kết cho hộ neo đơn|Cựu chiến binh làm kinh tế vườn đồi|Tổ xung kích phòng chống bão
|Ngân hàng bò giống|Chợ phiên không túi ni lông
|Dòng họ tự quản về an ninh trật tự|Sáng kiến tiết kiệm điện ở xưởng dệt"""
SENTENCES = """
Mỗi sáng thứ Bảy, bà con cùng nhau dọn vệ sinh tuyến đường và trồng thêm %d gốc hoa hai bên.
|Sau %d năm, số hộ nghèo giảm còn một nửa, mọi trẻ em trong độ tuổi đều đến trường.
|Kinh phí %d triệu đồng do các hộ tự nguyện đóng góp, thu chi được niêm yết công khai ở nhà văn hóa.
|Cách làm này đã được %d khu dân cư lân cận học theo và điều chỉnh cho hợp với nơi mình.
|Khi có bão, tổ xung kích đến từng nhà trong %d hộ giúp người già chằng chống nhà cửa và di dời an toàn.
|Gia đình đã hiến %d mét vuông đất thổ cư để mở rộng đường vào trường mầm non.
|Tổ trưởng ghi chép từng khoản, ai hỏi cũng trả lời, nên %d hộ đều tin và làm theo.
|Lớp học mở vào %d buổi tối mỗi tháng, người lớn tuổi cũng đến học viết tên mình.
|Từ %d con bò giống ban đầu, đàn bò luân chuyển đã đến với những hộ khó khăn nhất.
|Nước giếng được xét nghiệm %d lần một năm, kết quả dán ngay tại cổng chợ.
|Hơn %d ngày công đã góp vào đoạn kênh, không một đồng ngân sách nào phải chi thêm.
|Câu lạc bộ có %d hội viên, tập hát vào rằm và mồng một, dạy lại cho lớp trẻ.
|Xưởng tiết kiệm được %d phần trăm tiền điện nhờ đổi giờ chạy máy và tắt đèn khi nghỉ.
|Đội đã cứu được %d người qua các mùa lũ, phao và thuyền do bà con cùng sắm.
|Chị em gửi tiết kiệm %d nghìn đồng mỗi tuần, xoay vòng cho nhau vay vốn không lấy lãi.
|Đến nay %d cháu được ăn trưa tại trường, rau và gạo do phụ huynh thay phiên mang tới.
|Ban công tác Mặt trận họp dân %d lần trước khi làm, việc gì dân chưa thuận thì chưa làm.
|Vườn có %d loài cây thuốc, ai đau bụng, cảm mạo cứ đến hái, không phải hỏi.
|Đoàn viên nhận đỡ đầu %d học sinh, tối nào cũng có người kèm cặp.
|Người dân gọi đây là con đường của %d tấm lòng."""
FIELDS = "Giáo dục|Y tế|Môi trường|An ninh trật tự|Giảm nghèo|Văn hóa|Nông nghiệp|Khuyến học|Chuyển đổi số|Nhân đạo"
RARE_FIELD = "Nghề muối"  # one nomination in five thousand
WORD = re.compile(r"[^\W_]+")


def _parts(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.strip().split("|")]


def folded(text: str) -> str:
    """The words of a text as search knows them."""
    return " ".join(WORD.findall(fold(text)))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of text, perhaps with a place for one number, beside its folded words."""

    text: str
    folded: str

    @classmethod
    def of(cls, text: str) -> Phrase:
        """`%d` stays a place for a number in both."""
        return cls(text, folded(text.replace("%d", "xsox")).replace("xsox", "%d"))

    def with_number(self, number: int) -> Phrase:
        """The place filled."""
        return Phrase(self.text % number, self.folded % number)


PROVINCE_NAMES = _parts(PROVINCES)
TITLE_PHRASES = [Phrase.of(text) for text in _parts(TITLES)]
SENTENCE_PHRASES = [Phrase.of(text) for text in _parts(SENTENCES)]
FIELD_PHRASES = [Phrase.of(text) for text in _parts(FIELDS)]
RARE_FIELD_PHRASE = Phrase.of(RARE_FIELD)
FAMILY, MIDDLE, GIVEN_NAME = ([Phrase.of(word) for word in words.split()] for words in (FAMILIES, MIDDLES, GIVEN))
NAMES = len(FAMILY) * len(MIDDLE) * len(MIDDLE) * len(GIVEN_NAME)
STEP = 104_729  # a prime that divides none of the lists: the names of one unit come round only after all of them


def person(number: int) -> Phrase:
    """A name, another one for each number below NAMES."""
    number = number * STEP % NAMES
    number, given = divmod(number, len(GIVEN_NAME))
    number, second = divmod(number, len(MIDDLE))
    family, first = divmod(number, len(MIDDLE))
    parts = (FAMILY[family], MIDDLE[first], MIDDLE[second], GIVEN_NAME[given])
    return Phrase(" ".join(part.text for part in parts), " ".join(part.folded for part in parts))


def places(dice: Random, count: int) -> list[str]:
    """Names of communes as they are: some of them in many provinces."""
    first, second = FIRST.split(), SECOND.split()
    return [f"{dice.choice(first)} {dice.choice(second)}" for _ in range(count)]

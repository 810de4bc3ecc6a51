"""One sentence read as a duty of a small plan: what the tests of wordings share."""

from services.plans.reading import read_text
from services.plans.reading.reading import ObligationLeaf, Reading

BEFORE = """KẾ HOẠCH
Tuyên truyền gương điển hình tiên tiến {period}

Căn cứ Kế hoạch số 12/KH-UBND ngày 05/01/2023 của UBND tỉnh, Sở Nội vụ xây dựng Kế hoạch như sau:

I. MỤC ĐÍCH

Biểu dương các tập thể, cá nhân.

II. TỔ CHỨC THỰC HIỆN

1. """


def plan_with(sentence: str, *, period: str = "giai đoạn 2023 - 2025") -> Reading:
    """A plan whose only duty is this sentence."""
    return read_text(BEFORE.format(period=period) + sentence + "\n")


def duty(sentence: str, *, period: str = "giai đoạn 2023 - 2025") -> ObligationLeaf:
    """What the sentence obliges to; exactly one obligation."""
    (only,) = plan_with(sentence, period=period).obligations
    return only

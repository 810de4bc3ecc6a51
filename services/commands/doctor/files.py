"""Object storage: whether a few bytes can be put there and taken away again."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import unquote, urlsplit

from services.commands.doctor.finding import Finding, broken, fine, look
from shared.files.shapes import Fault
from shared.files.store import open_store
from shared.settings import Settings

PART, WHAT = "files", "Kho tệp"
SAID = {
    Fault.AWAY: ("không có ai nghe ở địa chỉ ấy", "Khởi động kho tệp (MinIO), hoặc sửa LANTOA_FILES_URL."),
    Fault.SILENT: (
        "nhận kết nối nhưng không trả lời: bị treo hoặc bị dừng (SIGSTOP)",
        "Xem tiến trình của kho tệp; khởi động lại nếu không tự hết.",
    ),
    Fault.KEY: ("sai khóa hoặc mật khẩu", "Sửa khóa và mật khẩu trong LANTOA_FILES_URL."),
    Fault.NO_PLACE: ("chưa có kho này", "Chạy «lantoa migrate»."),
    Fault.FULL: ("hết chỗ ghi", "Giải phóng hoặc thêm đĩa cho kho tệp ngay."),
    Fault.READ_ONLY: ("không ghi được", "Cho tài khoản đang dùng quyền ghi vào kho này."),
    Fault.OTHER: ("trả lời lạ", "Xem nhật ký của kho tệp."),
}


async def examine(settings: Settings) -> list[Finding]:
    """What goes wrong with a trial, in words; the key is never shown."""
    place = _place(settings)
    fault, detail = await open_store(settings).trial()
    if fault is None:
        return [fine((PART, WHAT), f"{place}: ghi và xóa được")]
    if fault is Fault.NO_PLACE and settings.files_url is None:
        return [look((PART, WHAT), f"{place}: chưa có", "«lantoa serve» tạo ra trong lần chạy đầu tiên.")]
    said, advice = SAID[fault]
    return [broken((PART, WHAT), f"{place}: {said}" + (f" ({detail})" if detail else ""), advice)]


def _place(settings: Settings) -> str:
    url = settings.files_url
    return url.rpartition("@")[2].removeprefix("file://") if url else str(settings.home / "files")


def free_on_disk(settings: Settings) -> tuple[Path, int, int] | None:
    """The nearest folder of ours that is there, with bytes free and in all; None for storage elsewhere."""
    url = urlsplit(settings.files_url or "")
    wanted = Path(unquote(url.path)) if url.scheme == "file" else settings.home
    there = next((folder for folder in (wanted, *wanted.absolute().parents) if folder.exists()), None)
    if there is None:
        return None
    usage = shutil.disk_usage(there)
    return there, usage.free, usage.total

"""This machine and its settings: room on the disk, what is unsafe though it starts."""

from __future__ import annotations

from services.commands.doctor.files import free_on_disk
from services.commands.doctor.finding import Finding, broken, fine, look
from shared.settings import DEVELOPMENT_ISSUER, Settings

NEEDED_BYTES, COMFORT_BYTES = 1e9, 5e9


def examine(settings: Settings) -> list[Finding]:
    """Asks nobody outside."""
    return [*_disk(settings), _settings(settings)]


def _disk(settings: Settings) -> list[Finding]:
    found = free_on_disk(settings)
    if found is None:
        return []
    folder, free, total = found
    said = f"{folder}: còn {free / 1e9:.1f} GB trong {total / 1e9:.0f} GB"
    if free < NEEDED_BYTES:
        return [broken(("disk", "Đĩa"), said, "Giải phóng chỗ trống ngay; dưới 1 GB là nguy hiểm.")]
    if free < COMFORT_BYTES:
        return [look(("disk", "Đĩa"), said, "Đĩa sắp đầy: giải phóng hoặc thêm đĩa.")]
    return [fine(("disk", "Đĩa"), said)]


def _settings(settings: Settings) -> Finding:
    part, what = "settings", "Thiết lập"
    if settings.env == "production":
        return fine((part, what), "production")
    if settings.base_url.startswith("https://"):
        said = "địa chỉ công khai https mà LANTOA_ENV là development"
        if settings.auth_issuer == DEVELOPMENT_ISSUER:
            said += ": ai cũng tự cấp được mã đăng nhập"
        return broken((part, what), said, "Đặt LANTOA_ENV=production và các thiết lập mà nó đòi.")
    return fine((part, what), "development")

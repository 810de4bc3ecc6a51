"""The audit chain at one service: sealed in time, and its newest part still as it was sealed."""

from __future__ import annotations

from services.commands.doctor.finding import ANSWER_S, Finding, broken, fine, look
from services.serving import Servers
from shared.audit.seal import newest
from shared.db import connect

LATE_S = 60


async def examine(running: Servers, service: str) -> list[Finding]:
    """A quick look; the whole chain is `lantoa audit verify`."""
    part, what = f"audit.{service}", f"Sổ theo dõi {service}"
    database = connect(running.database_url(service), application="doctor", statement_s=ANSWER_S)
    try:
        state = await newest(database)
    finally:
        await database.close()
    if state.broken:
        advice = (
            f"Sổ đã bị sửa: giữ nguyên hiện trạng, chạy «lantoa audit verify {service}», báo người phụ trách an toàn."
        )
        return [broken((part, what), state.broken, advice)]
    if state.unsealed and state.oldest_unsealed_s > LATE_S:
        said = f"{state.unsealed} dòng chưa niêm phong, cũ nhất {state.oldest_unsealed_s:.0f} giây"
        return [look((part, what), said, f"Không tiến trình {service} nào đang niêm phong: khởi động lại nó.")]
    return [fine((part, what), f"nguyên vẹn ({state.seals} niêm phong mới nhất); kiểm cả sổ: «lantoa audit verify»")]

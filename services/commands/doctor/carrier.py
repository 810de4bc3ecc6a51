"""Kafka: whether it answers, its topics and their limits, and whether each service reads what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib import import_module

from services.commands.doctor.finding import Finding, broken, fine, look, reach
from services.serving import SERVICES
from shared.bus.inspecting import Broker, Group, inspect
from shared.bus.kafka import KEPT_MS, MAX_BYTES, TOPIC_MAX_BYTES
from shared.errors import Unavailable
from shared.events import topic_of
from shared.settings import Settings

PART, WHAT = "kafka", "Kafka"
BETWEEN_S = 1.5  # two looks tell a group that is behind from one that stands still
TOPICS = [topic_of(service) for service in SERVICES]


async def examine(settings: Settings) -> list[Finding]:
    """Two looks where anything is behind: a group that moves is well."""
    scheme, _, servers = settings.bus_url.partition("://")
    if scheme == "memory":
        return [fine((PART, "Đường truyền sự việc"), "trong bộ nhớ, cả bốn dịch vụ một tiến trình")]
    addresses = [one.rpartition(":") for one in servers.rstrip("/").split(",")]
    reached = await asyncio.gather(*(reach(host, int(port)) for host, _, port in addresses))
    away = [f"{host}:{port} {why}" for (host, _, port), why in zip(addresses, reached, strict=True) if why]
    if len(away) == len(addresses):
        return [broken((PART, WHAT), "; ".join(away), "Khởi động Kafka, hoặc sửa LANTOA_BUS_URL.")]
    groups = {f"lantoa-{service}": [topic_of(one) for one in _hears(service)] for service in SERVICES}
    try:
        first = await inspect(servers.rstrip("/"), TOPICS, groups)
        second = first
        if any(group.behind for group in first.groups.values()):
            await asyncio.sleep(BETWEEN_S)
            second = await inspect(servers.rstrip("/"), TOPICS, groups)
    except Unavailable:
        said = "nhận kết nối nhưng không trả lời: bị treo, bị dừng (SIGSTOP) hay đang khởi động"
        return [broken((PART, WHAT), said, "Xem tiến trình Kafka và nhật ký của nó; khởi động lại nếu không tự hết.")]
    limping = [look((PART, WHAT), "; ".join(away), "Một máy Kafka không tới được: khởi động lại nó.")] if away else []
    return [*limping, *_topics(first), *_readers(first.groups, second.groups)]


def _hears(service: str) -> list[str]:
    producers: list[str] = import_module(f"services.{service}.consumers").consumer.producers
    return producers


def _topics(broker: Broker) -> list[Finding]:
    missing = [name for name in TOPICS if name not in broker.topics]
    findings = []
    if missing:
        findings = [broken(("kafka.topics", "Chủ đề Kafka"), f"thiếu {', '.join(missing)}", "Chạy «lantoa migrate».")]
    for name, found in broker.topics.items():
        findings += _limits(name, found)
    return findings or [fine((PART, WHAT), f"trả lời; {len(broker.topics)} chủ đề đúng giới hạn")]


def _limits(name: str, found: Mapping[str, str]) -> list[Finding]:
    def mend(setting: str, value: int) -> str:
        return (
            f"Chạy: kafka-configs.sh --bootstrap-server … --alter --entity-type topics --entity-name {name} "
            f"--add-config {setting}={value}"
        )

    part, what, findings = f"kafka.{name}", f"Chủ đề {name}", []
    largest = int(found.get("max.message.bytes", TOPIC_MAX_BYTES))
    if largest < MAX_BYTES:
        said = f"max.message.bytes={largest}: một sự việc lớn sẽ làm cả chủ đề đứng lại"
        findings.append(broken((part, what), said, mend("max.message.bytes", TOPIC_MAX_BYTES)))
    kept_ms = int(found.get("retention.ms", KEPT_MS))
    if 0 <= kept_ms < KEPT_MS:
        said = f"chỉ giữ {kept_ms / 86_400_000:.1f} ngày: nơi nhận dừng lâu hơn sẽ mất sự việc"
        findings.append(look((part, what), said, mend("retention.ms", KEPT_MS)))
    if kept_ms < 0 or kept_ms > KEPT_MS:
        said = "giữ quá 7 ngày: điều đã xóa ở nguồn còn nằm lại trên đường quá hạn"
        findings.append(look((part, what), said, mend("retention.ms", KEPT_MS)))
    if "delete" not in found.get("cleanup.policy", "delete"):
        said = "cleanup.policy không phải delete: sự việc cũ bị gộp mất"
        findings.append(broken((part, what), said, "Đặt cleanup.policy=delete cho chủ đề này."))
    return findings


def _readers(first: Mapping[str, Group], second: Mapping[str, Group]) -> list[Finding]:
    findings = []
    for name, after in second.items():
        part, what = f"readers.{name.removeprefix('lantoa-')}", f"Nhóm đọc {name}"
        if not after.behind:
            findings.append(fine((part, what), "đã đọc hết"))
        elif after.reached > first[name].reached:
            findings.append(fine((part, what), f"đang đọc, còn {after.behind} sự việc"))
        else:
            advice = f"Xem tiến trình {name.removeprefix('lantoa-')} có chạy không và nhật ký «batch waits» của nó."
            findings.append(broken((part, what), f"đứng yên, còn {after.behind} sự việc chưa đọc", advice))
    return findings

"""The audit chain: what was noted is sealed behind the changes, in batches, each with the hash of the one before.

A head row locked by every write would cost two thirds of the commits; sealing behind costs one transaction a second.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import LargeBinary, Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.audit import AuditRow
from shared.clock import now
from shared.db import Base, Database
from shared.parts import Parts

log = structlog.get_logger()

EVERY_S = 1.0
BATCH = 5_000
BEGINNING = bytes(32)  # what the first seal has before it
LOCK = func.hashtextextended("lantoa.seal", 0)


class AuditSeal(Base):
    """One batch of audit rows, those with its number in `sealed_in`, in the order of their positions."""

    __tablename__ = "audit_seals"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime]


SEALED = [column.key for column in AuditRow.__table__.columns if column.key != "sealed_in"]
UNSEALED = (
    select(*(getattr(AuditRow, name) for name in SEALED))
    .where(AuditRow.sealed_in.is_(None))
    .order_by(AuditRow.position)
    .limit(BATCH)
)
MARK = text("UPDATE audit SET sealed_in = :number WHERE position = ANY(CAST(:positions AS bigint[]))")


def hash_of(previous: bytes, number: int, rows: Iterable[AuditRow | Row[Any]]) -> bytes:
    """SHA-256 over the hash before, the number, and every column of every row as canonical JSON lines."""
    digest = hashlib.sha256(previous + number.to_bytes(8, "big"))
    for row in rows:
        digest.update(orjson.dumps(_columns(row), default=str, option=orjson.OPT_SORT_KEYS) + b"\n")
    return digest.digest()


def _columns(row: AuditRow | Row[Any]) -> dict[str, object]:
    return {name: str(value) if (value := getattr(row, name)) is not None else None for name in SEALED}


async def seal_batch(session: AsyncSession) -> AuditSeal | None:
    """Seals what is committed and not sealed yet; None when there is nothing, or somebody else is sealing."""
    if not await session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        return None
    rows = (await session.execute(UNSEALED)).all()  # plain rows, and marked by one array: there may be many
    if not rows:
        return None
    head = await session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))
    number, previous = (head.number + 1, head.hash) if head else (1, BEGINNING)
    seal = AuditSeal(
        number=number, count=len(rows), previous=previous, hash=hash_of(previous, number, rows), sealed_at=now()
    )
    session.add(seal)
    await session.execute(MARK, {"number": number, "positions": [row.position for row in rows]})
    return seal


async def seal_audit(parts: Parts) -> None:
    """The loop, in every process: one seals at a time. The head goes to the log, outside the database's reach."""
    while True:
        async with parts.database.transaction() as session:
            seal = await seal_batch(session)
        if seal is not None:
            log.info("audit sealed", database=parts.database.url.database, number=seal.number, head=seal.hash.hex())
        if seal is None or seal.count < BATCH:
            await asyncio.sleep(EVERY_S)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `broken` names the first seal that does not hold, and why; `head` is the last hash."""

    seals: int
    rows: int
    unsealed: int
    head: str | None
    broken: str | None


async def verify(database: Database, *, head: str | None = None) -> Verdict:
    """Recomputes the whole chain, a seal at a time; `head`, from the log, shows that no seals were cut off the end."""
    previous, seals, rows, broken = BEGINNING, 0, 0, None
    async for seal, sealed in _chain(database):
        seals, rows = seals + 1, rows + len(sealed)
        broken = broken or _judge(seal, sealed, previous, number=seals)
        previous = seal.hash
    async with database.transaction() as session:
        unsealed = await session.scalar(select(func.count()).where(AuditRow.sealed_in.is_(None)))
        stray = await session.scalar(select(func.count()).where(AuditRow.sealed_in > seals))
    if not broken and stray:
        broken = f"{stray} dòng thuộc niêm phong không còn"
    if not broken and head is not None and head not in await _hashes(database):
        broken = "chuỗi không chứa mã đầu chuỗi đã ghi trong nhật ký"
    return Verdict(seals, rows, unsealed or 0, previous.hex() if seals else None, broken)


@dataclass(frozen=True, slots=True)
class Newest:
    """A quick look at the end of the chain: how many seals were recomputed, and what waits for the next."""

    seals: int
    unsealed: int
    oldest_unsealed_s: float
    broken: str | None


async def newest(database: Database, *, count: int = 3) -> Newest:
    """Recomputes the last seals only."""
    async with database.transaction() as session:
        heads = (await session.scalars(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(count + 1))).all()
        broken = None
        for place, seal in enumerate(heads[:count]):
            before = heads[place + 1].hash if place + 1 < len(heads) else BEGINNING
            rows = await session.scalars(
                select(AuditRow).where(AuditRow.sealed_in == seal.number).order_by(AuditRow.position)
            )
            number = heads[place + 1].number + 1 if place + 1 < len(heads) else 1
            broken = _judge(seal, rows.all(), before, number=number) or broken
        unsealed, oldest = (
            await session.execute(select(func.count(), func.min(AuditRow.at)).where(AuditRow.sealed_in.is_(None)))
        ).one()
    return Newest(len(heads[:count]), unsealed, (now() - oldest).total_seconds() if oldest else 0.0, broken)


def _judge(seal: AuditSeal, rows: Sequence[AuditRow], previous: bytes, *, number: int) -> str | None:
    if seal.number != number:
        return f"niêm phong số {number} không còn"
    if len(rows) != seal.count:
        return f"niêm phong số {number}: còn {len(rows)} dòng trong {seal.count}"
    if seal.previous != previous or hash_of(previous, number, rows) != seal.hash:
        return f"niêm phong số {number}: nội dung đã bị thay đổi"
    return None


async def _chain(database: Database) -> AsyncIterator[tuple[AuditSeal, Sequence[AuditRow]]]:
    async with database.transaction() as session:
        numbers = (await session.scalars(select(AuditSeal.number).order_by(AuditSeal.number))).all()
    for number in numbers:
        async with database.transaction() as session:
            seal = await session.get_one(AuditSeal, number)
            rows = await session.scalars(
                select(AuditRow).where(AuditRow.sealed_in == number).order_by(AuditRow.position)
            )
            yield seal, rows.all()


async def _hashes(database: Database) -> set[str]:
    async with database.transaction() as session:
        return {found.hex() for found in await session.scalars(select(AuditSeal.hash))}

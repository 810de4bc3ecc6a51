"""The audit chain shows tampering: one byte changed, a row removed, the end cut off."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from shared.audit import note
from shared.audit.seal import Verdict, seal_batch, verify
from shared.auth import OPERATOR
from shared.db import Database


async def noted(database: Database, count: int) -> None:
    """`count` deeds, each committed."""
    for number in range(count):
        async with database.transaction() as session:
            note(session, OPERATOR, f"deed_{number}", ("thing", uuid4()), organisation_id=None, fields=["title"])


async def sealed(database: Database) -> str:
    """Seals what there is; gives the head."""
    async with database.transaction() as session:
        seal = await seal_batch(session)
        assert seal is not None
        return seal.hash.hex()


async def done(database: Database, statement: str) -> None:
    """Somebody with the database's password at work."""
    async with database.engine.begin() as connection:
        await connection.execute(text(statement))


async def test_an_untouched_chain_holds_and_counts_what_is_not_sealed_yet(committed: Database) -> None:
    await noted(committed, 3)
    await sealed(committed)
    await noted(committed, 2)
    head = await sealed(committed)
    await noted(committed, 1)

    assert await verify(committed, head=head) == Verdict(2, 5, 1, head, None)


async def test_nothing_to_seal_makes_no_seal(committed: Database) -> None:
    async with committed.transaction() as session:
        assert await seal_batch(session) is None

    assert await verify(committed) == Verdict(0, 0, 0, None, None)


async def test_rows_that_commit_late_are_sealed_by_the_next_batch(committed: Database) -> None:
    async with committed.sessions() as late:
        note(late, OPERATOR, "late", ("thing", uuid4()), organisation_id=None)
        await late.flush()
        await noted(committed, 1)
        await sealed(committed)
        await late.commit()
    head = await sealed(committed)

    assert await verify(committed, head=head) == Verdict(2, 2, 0, head, None)


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit SET action = 'deed_9' WHERE position = 2", "niêm phong số 1: nội dung đã bị thay đổi"),
        ("UPDATE audit SET fields = '[]' WHERE position = 2", "niêm phong số 1: nội dung đã bị thay đổi"),
        ("DELETE FROM audit WHERE position = 2", "niêm phong số 1: còn 2 dòng trong 3"),
        ("UPDATE audit SET sealed_in = NULL WHERE position = 2", "niêm phong số 1: còn 2 dòng trong 3"),
        ("DELETE FROM audit_seals WHERE number = 1", "niêm phong số 1 không còn"),
        ("DELETE FROM audit_seals WHERE number = 2", "1 dòng thuộc niêm phong không còn"),
        ("UPDATE audit_seals SET hash = previous WHERE number = 1", "niêm phong số 1: nội dung đã bị thay đổi"),
    ],
    ids=["a value", "field names", "a row removed", "a row unsealed", "a seal removed", "the end cut", "a hash"],
)
async def test_tampering_is_found(committed: Database, tampering: str, found: str) -> None:
    await noted(committed, 3)
    await sealed(committed)
    await noted(committed, 1)
    await sealed(committed)

    await done(committed, tampering)

    assert (await verify(committed)).broken == found


async def test_an_end_cut_off_with_its_rows_is_found_by_the_head_in_the_log(committed: Database) -> None:
    await noted(committed, 2)
    await sealed(committed)
    await noted(committed, 1)
    head = await sealed(committed)
    await done(committed, "DELETE FROM audit WHERE sealed_in = 2")
    await done(committed, "DELETE FROM audit_seals WHERE number = 2")

    without, with_head = await verify(committed), await verify(committed, head=head)

    assert without.broken is None
    assert with_head.broken == "chuỗi không chứa mã đầu chuỗi đã ghi trong nhật ký"


async def test_of_two_sealers_at_once_one_seals(committed: Database) -> None:
    await noted(committed, 1)
    async with committed.transaction() as one, committed.transaction() as two:
        first = await seal_batch(one)

        assert first is not None
        assert await seal_batch(two) is None

"""The doctor names each fault in words and says what to do; here over PostgreSQL and what lies in the databases."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from services.commands.doctor import examine
from services.commands.doctor.finding import Finding, Level
from services.serving import SERVICES, Servers, serving
from shared.db import connect, new_id
from shared.settings import Settings
from tests.chain.conftest import free_port

NOMINATION = "01890a5d-ac96-774b-bcce-b302099a8057"


async def run(product: Servers, service: str, *statements: str, **values: Any) -> None:
    """Done to a service's database."""
    database = connect(product.database_url(service), application="test")
    try:
        async with database.engine.begin() as connection:
            for statement in statements:
                await connection.execute(text(statement), values)
    finally:
        await database.close()


@asynccontextmanager
async def done(product: Servers, service: str, statement: str, undo: str, **values: Any) -> AsyncIterator[None]:
    """As long as the block lasts."""
    await run(product, service, statement, **values)
    try:
        yield
    finally:
        await run(product, service, undo)


async def found(product: Servers, part: str, **changed: Any) -> list[Finding]:
    """What the doctor says about one part that is not fine."""
    settings = product.settings.model_copy(update=changed)
    told = await examine(settings, [])
    return [finding for finding in told if finding.part == part and finding.level is not Level.FINE]


async def the_one(product: Servers, part: str, **changed: Any) -> tuple[str, str, str]:
    """(level, what is wrong, what to do) of the part that has one fault."""
    (finding,) = await found(product, part, **changed)
    return finding.level, finding.found, finding.advice


async def test_a_product_at_work_is_fine_in_every_part(product: Servers) -> None:
    async with serving(product, SERVICES):
        findings = await examine(product.settings, [product.settings.base_url])

    assert [finding for finding in findings if finding.level is not Level.FINE] == []
    parts = {finding.part for finding in findings}
    assert parts >= {"disk", "settings", f"address.{product.settings.base_url}", "kafka", "files", "issuer", "smtp"}
    for name in ("database", "schema", "outbox", "parked", "audit"):
        assert parts >= {f"{name}.{service}" for service in SERVICES}


async def test_when_nothing_runs_it_says_how_to_start(product: Servers) -> None:
    assert await the_one(product, "process") == (
        "look",
        "không dịch vụ nào đang chạy",
        "Khởi động bằng «lantoa serve».",
    )


async def test_an_embedded_server_that_does_not_run_is_not_started(product: Servers, tmp_path: Path) -> None:
    alone = Settings(_env_file=None, home=tmp_path, port=product.settings.port)

    (told,) = [finding for finding in await examine(alone, []) if finding.part == "database"]

    assert (told.level, told.found) == ("look", "PostgreSQL nhúng chưa chạy")
    assert not (tmp_path / "postgres").exists()


PARK = """
INSERT INTO parked (producer, aggregate_id, sequence, attributes, payload, reason, error, attempts, parked_at)
VALUES ('nominations', CAST(:id AS uuid), 3, '{"type": "lantoa.nomination.approved.v1"}', '{}',
        :reason, 'KeyError(1)', 1, now() - interval '2 minutes')"""
INBOX = "INSERT INTO inbox (producer, aggregate_id, last) VALUES ('nominations', CAST(:id AS uuid), :last)"


@pytest.mark.parametrize(
    ("reason", "last", "said", "advice"),
    [
        (
            "failed",
            2,
            f"nominations {NOMINATION}: lantoa.nomination.approved.v1 không xử lý được, "
            "1 sự việc chờ đã 2 phút; KeyError(1)",
            f"Sửa nguyên nhân rồi chạy «lantoa events retry plans nominations {NOMINATION}».",
        ),
        (
            "gap",
            1,
            f"nominations {NOMINATION}: thiếu sự việc trước số 3, đã 2 phút; 1 sự việc chờ",
            "Chạy «lantoa events represent nominations» để phát lại từ trạng thái.",
        ),
    ],
)
async def test_what_is_parked_is_named_with_the_command_that_frees_it(
    product: Servers, reason: str, last: int, said: str, advice: str
) -> None:
    await run(product, "plans", INBOX, id=NOMINATION, last=last)
    async with done(product, "plans", PARK, "DELETE FROM parked", id=NOMINATION, reason=reason):
        told = await the_one(product, "parked.plans")
    await run(product, "plans", "DELETE FROM inbox WHERE aggregate_id = CAST(:id AS uuid)", id=NOMINATION)

    assert told == ("broken", said, advice)


OUTBOX = """
INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, sequence, time, parked_reason)
VALUES (CAST(:id AS uuid), 'duty', CAST(:id AS uuid), 'lantoa.duty.opened.v1', '{}', 1,
        now() - interval '10 minutes', CAST(:refused AS text))"""
UNSENT = "DELETE FROM outbox WHERE id = '01890a5d-ac96-774b-bcce-b302099a8057'"


async def test_an_outbox_that_nobody_sends_is_told_with_its_age(product: Servers) -> None:
    async with done(product, "plans", OUTBOX, UNSENT, id=NOMINATION, refused=None):
        level, said, advice = await the_one(product, "outbox.plans")

    assert level == "broken"
    assert said.endswith("sự việc chưa gửi, cũ nhất 10 phút; không ai gửi")
    assert advice == "Không tiến trình plans nào đang gửi: khởi động «lantoa serve plans»."


async def test_a_fact_that_the_broker_refuses_for_good_is_told_with_its_reason(product: Servers) -> None:
    async with done(product, "plans", OUTBOX, UNSENT, id=NOMINATION, refused="MessageSizeTooLarge"):
        level, said, _ = await the_one(product, "outbox.plans")

    assert (level, said) == ("broken", "Kafka từ chối hẳn 1 sự việc: MessageSizeTooLarge")


async def test_a_sealed_row_that_was_changed_is_told(product: Servers) -> None:
    async with serving(product, SERVICES):
        await _sealed(product)
    change = "UPDATE audit SET action = action || '{}' WHERE position = (SELECT min(position) FROM audit)"
    back = "UPDATE audit SET action = rtrim(action, 'x') WHERE position = (SELECT min(position) FROM audit)"

    async with done(product, "plans", change.format("x"), back):
        level, said, advice = await the_one(product, "audit.plans")

    assert (level, said) == ("broken", "niêm phong số 1: nội dung đã bị thay đổi")
    assert "«lantoa audit verify plans»" in advice


async def _sealed(product: Servers) -> None:
    database = connect(product.database_url("plans"), application="test")
    try:
        async with database.engine.connect() as connection:
            for _ in range(100):
                if not await connection.scalar(text("SELECT count(*) FROM audit WHERE sealed_in IS NULL")):
                    return
                await connection.execute(text("SELECT pg_sleep(0.1)"))
    finally:
        await database.close()
    raise AssertionError("nobody sealed")


async def test_deeds_that_nobody_seals_are_told(product: Servers) -> None:
    deed = """INSERT INTO audit (at, actor_kind, action, subject_type, subject_id, fields)
    VALUES (now() - interval '5 minutes', 'system', 'doctor', 'test', CAST(:id AS uuid), '[]')"""
    async with done(product, "publicity", deed, "DELETE FROM audit WHERE action = 'doctor'", id=NOMINATION):
        level, said, _ = await the_one(product, "audit.publicity")

    assert (level, said.partition(",")[0]) == ("look", "1 dòng chưa niêm phong")


@pytest.mark.parametrize(
    ("statement", "undo", "level", "said"),
    [
        (
            "UPDATE alembic_version SET version_num = 'notifications_0001' WHERE version_num LIKE 'notifications%'",
            "UPDATE alembic_version SET version_num = '{head}' WHERE version_num = 'notifications_0001'",
            "broken",
            "cũ hơn bản đang cài",
        ),
        (
            "UPDATE alembic_version SET version_num = 'notifications_9999' WHERE version_num LIKE 'notifications%'",
            "UPDATE alembic_version SET version_num = '{head}' WHERE version_num = 'notifications_9999'",
            "look",
            "mới hơn bản đang cài (notifications_9999)",
        ),
        (
            "ALTER TABLE alembic_version RENAME TO hidden",
            "ALTER TABLE hidden RENAME TO alembic_version",
            "broken",
            "cơ sở dữ liệu còn trống",
        ),
    ],
)
async def test_tables_of_another_version_are_told(
    product: Servers, statement: str, undo: str, level: str, said: str
) -> None:
    head = await _head(product)

    async with done(product, "notifications", statement, undo.format(head=head)):
        told = await the_one(product, "schema.notifications")

    assert (told[0], told[1].startswith(said)) == (level, True), told


async def _head(product: Servers) -> str:
    database = connect(product.database_url("notifications"), application="test")
    async with database.engine.connect() as connection:
        head: str = await connection.scalar(
            text("SELECT version_num FROM alembic_version WHERE version_num LIKE 'notifications%'")
        )
    await database.close()
    return head


async def test_a_database_that_is_not_there_is_told(product: Servers) -> None:
    nowhere = product.postgres.set(database="lantoa_nowhere").render_as_string(hide_password=False)

    level, said, advice = await the_one(product, "database.plans", plans_database_url=nowhere)

    assert (level, advice) == ("broken", "Chạy «lantoa migrate».")
    assert said.endswith("/lantoa_nowhere: chưa có cơ sở dữ liệu này")


ROLES = {
    "doctor_kept_out": ("ALTER ROLE doctor_kept_out NOLOGIN", "tài khoản không được phép vào"),
    "doctor_one_too_many": ("ALTER ROLE doctor_one_too_many CONNECTION LIMIT 0", "hết kết nối"),
    "doctor_stranger": ("ALTER ROLE doctor_stranger SET work_mem = '4MB'", "tài khoản không được đọc các bảng"),
    "doctor_reads": ("ALTER ROLE doctor_reads SET default_transaction_read_only = on", "chỉ cho đọc"),
}


@pytest.mark.parametrize("role", ROLES)
async def test_whoever_is_not_let_in_hears_why(product: Servers, role: str) -> None:
    statement, said = ROLES[role]
    url = make_url(product.database_url("plans")).set(username=role).render_as_string(hide_password=False)
    await run(product, "plans", f"CREATE ROLE {role} LOGIN", statement)
    try:
        part = "schema.plans" if role == "doctor_stranger" else "database.plans"
        told = await the_one(product, part, plans_database_url=url)
    finally:
        await run(product, "plans", f"DROP ROLE {role}")

    assert (told[0], told[1].endswith(said)) == ("broken", True), told


async def test_a_wrong_password_is_told_and_not_shown(product: Servers) -> None:
    """The server asks this one account for its password from now on."""
    url = make_url(product.database_url("plans")).set(username="doctor_forgot", password="bi-mat-sai")
    database = connect(product.database_url("plans"), application="test")
    async with database.engine.connect() as connection:
        hba = await connection.scalar(text("SHOW hba_file"))
    await database.close()
    with open(hba, "r+", encoding="utf-8") as file:  # noqa: ASYNC230
        before = file.read()
        file.seek(0)
        file.write("local all doctor_forgot scram-sha-256\nhost all doctor_forgot all scram-sha-256\n" + before)
    await run(product, "plans", "CREATE ROLE doctor_forgot LOGIN PASSWORD 'dung'", "SELECT pg_reload_conf()")
    try:
        told = await the_one(product, "database.plans", plans_database_url=url.render_as_string(hide_password=False))
    finally:
        await run(product, "plans", "DROP ROLE doctor_forgot")

    assert (told[0], told[1].endswith(": sai mật khẩu")) == ("broken", True), told
    assert "bi-mat-sai" not in str(told)


async def test_clocks_that_differ_are_told(product: Servers) -> None:
    """This account's server is ahead: its clock is asked by a function of its own."""
    url = make_url(product.database_url("plans")).set(username="doctor_ahead").render_as_string(hide_password=False)
    await run(
        product,
        "plans",
        "CREATE ROLE doctor_ahead LOGIN",
        "CREATE SCHEMA ahead",
        "GRANT USAGE ON SCHEMA ahead TO doctor_ahead",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO doctor_ahead",
        "CREATE FUNCTION ahead.clock_timestamp() RETURNS timestamptz LANGUAGE sql "
        "AS 'SELECT pg_catalog.clock_timestamp() + interval ''90 seconds'''",
        "ALTER ROLE doctor_ahead SET search_path = ahead, pg_catalog, public",
    )
    try:
        told = await the_one(product, "clock", plans_database_url=url)
    finally:
        await run(product, "plans", "DROP SCHEMA ahead CASCADE", "DROP OWNED BY doctor_ahead", "DROP ROLE doctor_ahead")

    said = "đồng hồ của cơ sở dữ liệu nhanh hơn máy này 90 giây"
    assert told == ("broken", said, "Bật đồng bộ giờ (chrony, NTP) ở cả hai máy.")


ENDPOINT = """
INSERT INTO webhook_endpoints (id, owner_id, url, events, secrets, state, consecutive_failures, created_at, version)
VALUES (CAST(:id AS uuid), CAST(:id AS uuid), 'https://toa-soan.example/bi-mat', '[]', CAST(:secrets AS jsonb),
        'paused', 20, now(), 1)"""
DELIVERY = """
INSERT INTO deliveries (id, channel, endpoint_id, fact_id, kind, aggregate_id, sequence, state, attempts, tries,
                        next_try_at, created_at)
VALUES (CAST(:id AS uuid), 'webhook', CAST(:endpoint AS uuid), CAST(:id AS uuid), 'lantoa.item.published.v1',
        CAST(:id AS uuid), 1, :state, 1, 1, CASE WHEN :late THEN now() - interval '1 hour' END, now())"""


async def test_what_does_not_leave_the_house_is_told_and_no_address_is_shown(product: Servers) -> None:
    secrets = orjson.dumps([{"sealed": "of-another-key", "until": None}]).decode()
    clear = "DELETE FROM webhook_endpoints"
    async with done(product, "notifications", ENDPOINT, clear, id=NOMINATION, secrets=secrets):
        for state, late in (("failed", True), ("dead", False)):
            given = {"id": str(new_id()), "endpoint": NOMINATION, "state": state, "late": late}
            await run(product, "notifications", DELIVERY, **given)
        told = await found(product, "deliveries")
        sealed = await the_one(product, "secret")

    assert [finding.found for finding in told] == [
        "1 lượt gửi đã quá giờ 5 phút mà chưa ai gửi",
        "1 webhook chưa tới, đang tự gửi lại",
        "1 lượt gửi trong một ngày qua không bao giờ tới",
        "tạm dừng vì lỗi kéo dài: toa-soan.example",
    ]
    assert "bi-mat" not in str(told)
    assert sealed[:2] == ("broken", "không mở được khóa của 1 webhook")


def asked(home: Path, **told: str) -> tuple[int, Any]:
    """Exit code and what `lantoa doctor --json` prints where nothing was ever started."""
    environment = {"LANTOA_HOME": str(home), "LANTOA_PORT": str(free_port()), **told}
    command = [sys.executable, "-m", "services", "doctor", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
    return done.returncode, orjson.loads(done.stdout)


def test_the_answer_for_scripts_is_json_and_its_status_says_how_bad(tmp_path: Path) -> None:
    code, answer = asked(tmp_path / "home")

    assert (code, answer["verdict"]) == (1, "look")
    assert {one["part"] for one in answer["findings"] if one["level"] == "look"} == {"process", "database", "files"}
    assert set(answer["findings"][0]) == {"part", "what", "level", "found", "advice"}
    assert not (tmp_path / "home").exists()


def test_settings_that_cannot_be_used_are_a_finding_too(tmp_path: Path) -> None:
    code, answer = asked(tmp_path, LANTOA_ENV="production")

    (told,) = answer["findings"]
    assert (code, told["part"], told["level"]) == (2, "settings", "broken")
    assert "LANTOA_SECRET_KEY" in told["found"]

"""The person concerned: his notice, his signed link, the page behind it, and withdrawing there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.nominations import actions
from services.nominations.actions.notice import (
    FormExpired,
    NothingReleased,
    check_form,
    form_token,
    link_token,
    notice_of,
)
from services.nominations.models import Nomination, Notice
from shared.audit import AuditRow
from shared.auth import Role
from shared.clock import now
from shared.errors import NotFound
from shared.events.nominations import NoticePrepared, StoryRecalled
from shared.events.publicity import ItemPublished, ItemWithdrawn, PlacementPart, PublishedStory
from shared.road.tables import Outbox
from shared.settings import Settings
from tests.nominations.factories import (
    Facts,
    Ladder,
    about,
    approved,
    consent,
    consented,
    drafted,
    file,
    ladder,
    office,
)

KEYS = ["khoa-moi", "khoa-cu"]
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


async def released(session: AsyncSession, *kinds: str) -> tuple[Ladder, Nomination, Notice]:
    """A story that may be shown, and the notice to its subject."""
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    await consented(session, bodies, nomination, *kinds or ("portal",))
    return bodies, nomination, (await session.scalars(select(Notice))).one()


async def publish(session: AsyncSession, bodies: Ladder, nomination: Nomination) -> dict[str, Any]:
    """The item of the first body, on its portal."""
    item = {
        "item_id": uuid4(),
        "nomination_id": nomination.id,
        "owner_id": bodies.first,
        "organisation_id": bodies.unit,
        "edition": 1,
        "url": "https://cong.example/tin/1",
        "nominator_id": bodies.nominator.id,
        "approver_id": bodies.approver.id,
    }
    portal = PlacementPart(placement_id=uuid4(), channel_id=uuid4(), kind="portal", name="Cổng mẫu")
    published = ItemPublished.model_validate(
        {
            **item,
            "story": PublishedStory(title="Tin", summary="Tóm tắt"),
            "subject_type": "individual",
            "subject_name": "Trần Thị Hoa",
            "kind": "exemplar",
            "placements": [portal],
            "published_at": AT,
        }
    )
    await session.execute(*actions.item_rows(published))
    return item


class Texts(HTMLParser):
    """Headings, list items and links of a page; what it would fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {"h1": [], "li": [], "strong": []}
        self.hrefs: list[str] = []
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.found = {tag: [" ".join(text.split()) for text in texts] for tag, texts in self.found.items()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a collected element."""
        given = dict(attrs)
        if tag == "a":
            self.hrefs.append(given.get("href") or "")
        if tag in {"script", "img", "iframe", "link"} or "src" in given:
            self.fetched.append(tag)
        if tag in self.found:
            self.found[tag].append("")
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Closes it."""
        if tag in self.open:
            self.open.remove(tag)

    def handle_data(self, data: str) -> None:
        """Its words."""
        for tag in self.open:
            self.found[tag][-1] += data


async def test_a_release_prepares_the_notice(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await approved(session, bodies)
    facts = Facts(session)

    await consented(session, bodies, nomination, "portal", "newspaper")

    notice = (await session.scalars(select(Notice))).one()
    assert facts()[-1] == NoticePrepared(**about(nomination, bodies))
    assert (notice.person_name, notice.role) == ("Trần Thị Hoa", "self")
    assert notice.expires_at - notice.prepared_at == timedelta(days=365)
    assert notice.text.splitlines()[:3] == [
        "Kính gửi ông/bà Trần Thị Hoa,",
        "",
        "Khu dân cư mẫu đã giới thiệu «Người giữ lửa» và Phòng Nội vụ mẫu đã phê duyệt. "
        "Theo sự đồng ý đã ghi nhận, bài giới thiệu được công bố trên: cổng, trang thông tin điện tử; báo.",
    ]


async def test_a_further_release_keeps_the_link_and_tells_the_new_text(session: AsyncSession) -> None:
    bodies, nomination, notice = await released(session)
    before = notice.text

    await consented(session, bodies, nomination, "newspaper")

    again = (await session.scalars(select(Notice))).one()
    assert again.id == notice.id
    assert again.text != before


async def test_each_person_of_a_household_has_his_own_notice(session: AsyncSession) -> None:
    bodies = await ladder(session)
    adults = ["Lê Văn Sáu", "Phạm Thị Tư"]
    nomination = await approved(
        session, bodies, subject_type="household", subject_name="Gia đình ông Sáu", household_adults=adults
    )

    for name in adults:
        given = consent("portal", role="adult", name=name)
        await actions.record_consent(session, bodies.nominator, nomination.id, given)

    assert set(await session.scalars(select(Notice.person_name))) == set(adults)


async def test_a_link_opens_with_the_old_key_and_with_no_other(session: AsyncSession) -> None:
    _, _, notice = await released(session)

    opened = await notice_of(session, link_token(notice.id, KEYS[1:]), KEYS)

    assert opened.id == notice.id
    for wrong in (link_token(notice.id, ["khác"]), link_token(uuid4(), KEYS), "", "a.b", "ñ.ñ", "a", "a.b.c"):
        with pytest.raises(NotFound):
            await notice_of(session, wrong, KEYS)


def test_a_form_is_good_for_its_link_and_for_an_hour() -> None:
    mine, other = UUID(int=1), UUID(int=2)
    fresh = form_token(mine, KEYS[1:], at=now())
    stale = form_token(mine, KEYS, at=now() - timedelta(minutes=61))

    check_form(fresh, mine, KEYS)

    for token, notice_id in [(fresh, other), (stale, mine), ("", mine), ("9" * 30 + ".x", mine), ("1.ñ", mine)]:
        with pytest.raises(FormExpired):
            check_form(token, notice_id, KEYS)


async def open_page(client: httpx.AsyncClient, path: str) -> Texts:
    """The page, checked for what every page must be."""
    answer = await client.get(path)
    page = Texts(answer.text)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == ("no-store", "no-referrer")
    assert (page.fetched, len(page.found["h1"])) == ([], 1)
    assert answer.text.count('<html lang="vi">') == 1
    return page


async def test_the_page_tells_where_it_stands_and_withdraws(
    session: AsyncSession, client: httpx.AsyncClient, settings: Settings
) -> None:
    bodies, nomination, notice = await released(session, "portal", "newspaper")
    item = await publish(session, bodies, nomination)
    await session.commit()
    token = link_token(notice.id, settings.secret_keys)

    shown = await open_page(client, f"/n/{token}")
    asked = await client.get(f"/n/{token}/withdrawal")
    form = re.search(r'name="form" value="([^"]+)"', asked.text)
    assert form is not None
    answers = [await client.post(f"/n/{token}/withdrawal", data={"form": form[1]}) for _ in range(2)]
    after = await open_page(client, f"/n/{token}")
    await actions.withdraw_item(
        session, ItemWithdrawn.model_validate({**item, "withdrawal": "gone", "withdrawn_at": AT})
    )
    await session.commit()
    gone = await open_page(client, f"/n/{token}")

    place = "Phòng Nội vụ mẫu: Cổng mẫu (cổng, trang thông tin điện tử): "
    assert shown.found["h1"] == ["Bài giới thiệu «Người giữ lửa»"]
    assert shown.found["li"][0] == f"{place}đang đăng"
    assert shown.hrefs == ["https://cong.example/tin/1", f"{token}/withdrawal"]
    assert [(a.status_code, a.headers["location"]) for a in answers] == [(303, f"../{token}")] * 2
    assert after.found["li"][0] == f"{place}đã yêu cầu gỡ"
    assert after.found["strong"][1].startswith("Ông/bà đã rút lại sự đồng ý lúc ")
    assert after.hrefs == []
    assert gone.found["li"][0] == f"{place}đã gỡ lúc 10:00 ngày 20/11/2026"
    recalls = await session.scalars(select(Outbox.aggregateid).where(Outbox.type == StoryRecalled.type()))
    assert list(recalls) == [nomination.id]
    deeds = await session.execute(
        select(AuditRow.actor_kind, AuditRow.actor_id).where(AuditRow.action == "withdraw_consent")
    )
    assert [tuple(row) for row in deeds] == [("person", None)]


async def test_withdrawing_without_the_form_changes_nothing(
    session: AsyncSession, client: httpx.AsyncClient, settings: Settings
) -> None:
    _, nomination, notice = await released(session)
    await session.commit()
    token = link_token(notice.id, settings.secret_keys)

    answer = await client.post(f"/n/{token}/withdrawal", data={"form": "1.gia"})

    await session.refresh(nomination, ["consents"])
    assert (answer.status_code, Texts(answer.text).found["h1"]) == (403, ["Trang đã mở quá lâu"])
    assert [consent.withdrawn_at for consent in nomination.consents] == [None]


async def test_an_expired_or_foreign_link_says_what_to_do(
    session: AsyncSession, client: httpx.AsyncClient, settings: Settings
) -> None:
    _, _, notice = await released(session)
    await session.execute(update(Notice).values(expires_at=now()))
    await session.commit()

    expired = await client.get(f"/n/{link_token(notice.id, settings.secret_keys)}")
    foreign = await client.get(f"/n/{link_token(notice.id, ['khác'])}")

    assert (expired.status_code, Texts(expired.text).found["h1"]) == (410, ["Liên kết đã hết hạn"])
    assert (foreign.status_code, Texts(foreign.text).found["h1"]) == (404, ["Không tìm thấy"])


async def test_the_unit_renews_the_link_while_something_is_shown(session: AsyncSession) -> None:
    bodies, nomination, notice = await released(session)
    await session.execute(update(Notice).values(expires_at=now(), text="Cũ"))
    token = link_token(notice.id, KEYS)
    facts = Facts(session)

    await actions.renew_notices(session, bodies.nominator, nomination.id)
    await session.flush()
    await session.refresh(notice)
    renewed = await notice_of(session, token, KEYS)
    await actions.place_hold(session, bodies.approver, nomination.id, "Có đơn thư.")

    assert (renewed.id, notice.expires_at - notice.prepared_at) == (notice.id, timedelta(days=365))
    assert notice.text.startswith("Kính gửi ông/bà Trần Thị Hoa,")
    assert facts()[0] == NoticePrepared(**about(nomination, bodies))
    with pytest.raises(NothingReleased):
        await actions.renew_notices(session, bodies.nominator, nomination.id)


async def test_the_person_reads_what_is_shown_also_where_an_older_version_stands(
    session: AsyncSession, client: httpx.AsyncClient, settings: Settings
) -> None:
    bodies = await ladder(session)
    picture = await file(session, bodies.nominator)
    pictures = [{"file_id": str(picture), "alternative": "Bà Hoa bên đường hoa"}]
    nomination = await approved(session, bodies, pictures=pictures)
    await consented(session, bodies, nomination, "portal")
    above = bodies.approver_above
    await actions.take_up(session, above, nomination.id, version=nomination.version)
    await actions.return_to_unit(session, above, nomination.id, [("body", "Thiếu.")], version=nomination.version)
    changed = {"body": "Chuyện kể.\n\nChuyện tiếp.", "pictures": []}
    await actions.amend(session, bodies.nominator, nomination.id, changed, version=nomination.version)
    await actions.resubmit(session, bodies.nominator, nomination.id, version=nomination.version)
    await actions.take_up(session, above, nomination.id, version=nomination.version)
    path = f"/n/{link_token((await session.scalars(select(Notice.id))).one(), settings.secret_keys)}"

    await session.commit()
    below = await client.get(path)
    await actions.approve(session, above, nomination.id, version=nomination.version, recommend=True)
    await session.commit()
    both = await client.get(path)
    await actions.withdraw_consent(session, bodies.nominator, nomination.id, nomination.consents[0].id)
    await session.commit()
    nothing = await client.get(path)

    image = re.compile(r'<img src="http://testserver/files/[^"]+" alt="Bà Hoa bên đường hoa">')
    assert [(len(image.findall(page.text)), page.text.count("<p>Chuyện tiếp.</p>")) for page in (below, both)] == [
        (1, 0),
        (1, 1),
    ]
    assert [page.text.count("<details>") for page in (below, both, nothing)] == [1, 2, 0]
    policies = [page.headers["content-security-policy"].partition("img-src ")[2] for page in (both, nothing)]
    assert policies == ["http://testserver", ""]


async def test_the_nominator_reads_the_notice_with_its_link(
    session: AsyncSession,
    client: httpx.AsyncClient,
    bearer: Callable[..., dict[str, str]],
    person: Callable[[str], UUID],
    settings: Settings,
) -> None:
    bodies, nomination, notice = await released(session)
    await office(session, person("mai"), Role.NOMINATOR, bodies.unit)
    await office(session, person("an"), Role.APPROVER, bodies.first)
    await session.commit()

    read = await client.get(f"/v1/nominations/{nomination.id}/notice", headers=bearer("mai"))
    refused = await client.get(f"/v1/nominations/{nomination.id}/notice", headers=bearer("an"))

    link = f"http://testserver/nominations/n/{link_token(notice.id, settings.secret_keys)}"
    assert [(n["person_name"], n["link"], n["text"]) for n in read.json()["items"]] == [
        ("Trần Thị Hoa", link, notice.text)
    ]
    assert refused.status_code == 403


async def test_a_draft_has_no_notice(session: AsyncSession) -> None:
    bodies = await ladder(session)
    nomination = await drafted(session, bodies)

    await consented(session, bodies, nomination, "portal")

    assert list(await session.scalars(select(Notice))) == []

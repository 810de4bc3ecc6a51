"""A unit's program upon the generated client: presents a story with a file, follows it until it is approved.

Runs in the environment of the generator; says what it saw as JSON. Argument: the address of nominations. Standard
input: {"tokens": {"mai": …, "vinh": …, "an": …}, "duty": {"plan_id": …, "obligation_id": …, "period_key": …}}.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from uuid import UUID, uuid4

import httpx
from lantoa_nominations import AuthenticatedClient
from lantoa_nominations.api.files import announce, complete, download
from lantoa_nominations.api.reading import me, nomination
from lantoa_nominations.api.reviewing import approve, take_up
from lantoa_nominations.api.unit import create, record_consent, submit
from lantoa_nominations.models import (
    AnnouncedFile,
    ApprovalIn,
    ConsentIn,
    ConsentInChannelKindsItem,
    ConsentInRole,
    Draft,
    DraftSubjectType,
    FileView,
    MeView,
    NewFile,
    NominationView,
    Problem,
)
from lantoa_nominations.types import Response

CONTENT = b"%PDF-1.4\n% minh hoa\n%%EOF\n"


def upload(unit: AuthenticatedClient) -> UUID:
    """Announced, posted to storage by the signed form, confirmed."""
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    wish = NewFile(name="Thành tích.pdf", media_type="application/pdf", size_bytes=len(CONTENT), sha256=sha256)
    announced = announce.sync(client=unit, body=wish)
    assert isinstance(announced, AnnouncedFile), announced
    form = announced.upload
    file = ("thanh-tich.pdf", CONTENT, "application/pdf")
    httpx.post(form.url, data=form.fields.to_dict(), files={"file": file}, timeout=10).raise_for_status()
    done = complete.sync(announced.id, client=unit)
    assert isinstance(done, FileView), done
    assert done.completed_at is not None
    file_id: UUID = announced.id
    return file_id


def present(unit: AuthenticatedClient, duty: dict[str, str]) -> UUID:
    """A draft posted twice under one key is one nomination; consent recorded, submitted."""
    offices = me.sync(client=unit)
    assert isinstance(offices, MeView), offices
    draft = Draft(
        organisation_id=offices.offices[0].organisation_id,
        subject_type=DraftSubjectType.INDIVIDUAL,
        subject_name="Ông Đặng Văn Mẫu",
        title="Mười năm giữ rừng",
        summary="Một mình trồng lại hai héc-ta rừng phòng hộ.",
        body="Ông bắt đầu từ một trăm cây giống.",
        evidence=[upload(unit)],
        plan_id=UUID(duty["plan_id"]),
        obligation_id=UUID(duty["obligation_id"]),
        period_key=duty["period_key"],
    )
    key = str(uuid4())
    first, again = (create.sync(client=unit, body=draft, idempotency_key=key) for _ in range(2))
    assert isinstance(first, NominationView), first
    assert isinstance(again, NominationView), again
    assert first.id == again.id
    yes = ConsentIn(
        person_name=draft.subject_name,
        role=ConsentInRole.SELF,
        channel_kinds=[ConsentInChannelKindsItem.PORTAL],
        statement="Tôi đồng ý cho đăng bài này.",
    )
    consented = record_consent.sync(first.id, client=unit, body=yes)
    assert isinstance(consented, NominationView), consented
    decided(unit, first.id, lambda version: submit.sync(first.id, client=unit, if_match=version))
    nomination_id: UUID = first.id
    return nomination_id


def read(client: AuthenticatedClient, nomination_id: UUID) -> Response[NominationView | Problem]:
    """The nomination with the headers of its answer."""
    found: Response[NominationView | Problem] = nomination.sync_detailed(nomination_id, client=client)
    return found


def decided(
    client: AuthenticatedClient, nomination_id: UUID, step: Callable[[str], NominationView | Problem | None]
) -> NominationView:
    """A step on the version just read."""
    after = step(read(client, nomination_id).headers["etag"])
    assert isinstance(after, NominationView), after
    return after


def main() -> None:
    """The whole way; each step's answer was parsed into the class its schema promised."""
    (_, address) = sys.argv
    told = json.load(sys.stdin)
    tokens = [told["tokens"][who] for who in ("mai", "vinh", "an")]
    mai, vinh, an = (AuthenticatedClient(base_url=address, token=token) for token in tokens)
    found = present(mai, told["duty"])
    decided(vinh, found, lambda version: take_up.sync(found, client=vinh, if_match=version))
    refused = approve.sync(found, client=an, body=ApprovalIn(recommend=False))
    yes = ApprovalIn(recommend=False)
    decided(an, found, lambda version: approve.sync(found, client=an, body=yes, if_match=version))
    followed = read(mai, found).parsed
    assert isinstance(followed, NominationView), followed
    link = download.sync_detailed(followed.evidence[0], client=an).headers["location"]
    seen = {
        "id": str(followed.id),
        "state": followed.state.value,
        "stations": [station.state.value for station in followed.stations],
        "file_is_whole": httpx.get(link, timeout=10).content == CONTENT,
        "refused_without_version": refused.status if isinstance(refused, Problem) else None,
    }
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main()

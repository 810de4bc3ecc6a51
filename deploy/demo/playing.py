"""The order of the scenes, and what stays to be looked at afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from rich.console import Console

from deploy.demo.doors import Doors, doors
from deploy.demo.receiver import receiver
from deploy.demo.scenes import duties, front, household, nominations, plans, portals, recall, review, webhooks
from deploy.demo.scenes.duties import Chosen
from deploy.demo.telling import Teller
from shared.auth.issuer import DevelopmentIssuer

NEAR, ABOVE = "ubnd-con-dao", "ubnd-tphcm"
SHOWN_TOKENS = ("khoi-kinh-te", "thuong-truc-con-dao", "hoi-dong-tphcm")


async def play(
    addresses: Mapping[str, str], issuer: DevelopmentIssuer, console: Console, *, heard_at: str = "127.0.0.1"
) -> None:
    """The whole walk. It can be played again on the same data. Raises StepFailed at the first check that fails.

    `heard_at` is this machine's name for the services, which send webhooks here.
    """
    tell = Teller(console)
    console.print("[bold]Lan Tỏa[/bold]: từ kế hoạch đến tin trên cổng. Người và việc trong bài là dữ liệu minh họa.")
    with receiver(heard_at) as listening:
        async with doors(addresses, issuer) as found:
            endpoint = await webhooks.register(found, tell, listening)
            await plans.issue_221(found, tell)
            chosen = await duties.show_turn(found, tell)
            nomination_id = await nominations.show_submission(found, tell, chosen)
            await duties.check_counted(tell, chosen, nomination_id)
            items = await _climb(found, tell, chosen, nomination_id=nomination_id)
            await webhooks.show_received(tell, endpoint, items)
            await household.show(found, tell)
            link = await recall.show_link(found, tell, chosen.story, nomination_id=nomination_id)
            await recall.withdraw(tell, found.anybody, link, items=items)
            await recall.check_gone(tell, found.anybody, items)
            await recall.check_told(tell, endpoint, items)
            await front.show(found, tell)
            await plans.show_history(found, tell)
            await webhooks.leave(endpoint)
    _farewell(tell, addresses, issuer)


async def _climb(found: Doors, tell: Teller, chosen: Chosen, *, nomination_id: UUID) -> list[portals.Item]:
    """Both stations, and the item on the portal of each."""
    draft = chosen.story.draft
    await review.show_review(found, tell, chosen, nomination_id=nomination_id)
    await review.show_first_approval(found, tell, chosen, nomination_id=nomination_id)
    tell.scene("Bài hiện trên trang của Côn Đảo", "the item on the island's portal, read through GraphQL")
    first = await portals.show_item(tell, found.anybody, nomination_id, owner=NEAR, draft=draft)
    await portals.show_search(tell, found.anybody, first, owner=NEAR)
    tell.scene("Cơ quan cấp trên được báo, đọc và phê duyệt", "the office of the body above is notified and approves")
    await review.show_above(found, tell, nomination_id, subject="hoi-dong-tphcm")
    tell.scene("Bài hiện trên cổng của cấp trên", "the item on the upper body's portal")
    second = await portals.show_item(tell, found.anybody, nomination_id, owner=ABOVE, draft=draft)
    return [first, second]


def _farewell(tell: Teller, addresses: Mapping[str, str], issuer: DevelopmentIssuer) -> None:
    """Where to look further."""
    console = tell.console
    console.print(f"\n[bold green]Xong: {tell.checks} điều đã kiểm tra, tất cả đều đúng.[/bold green]")
    page = f"{addresses['publicity']}/p/organisations"
    rows = [("Trang Côn Đảo", f"{page}/{NEAR}"), ("Trang Mặt trận Lạng Sơn", f"{page}/{front.FRONT}")]
    rows += [(f"Tài liệu {name}", f"{address}/docs") for name, address in addresses.items()]
    rows += [("GraphQL của cổng", f"{addresses['publicity']}/graphql")]
    for name, address in rows:
        console.print(f"  {name}: {address}", soft_wrap=True)
    console.print("Mã đăng nhập mẫu (một giờ; «lantoa token <tên>» in mã khác):")
    for subject in SHOWN_TOKENS:
        console.print(f"  [bold]{subject}[/bold]")
        console.print(f"  {issuer.mint(subject)}", soft_wrap=True, highlight=False)

"""Rows of publicity: items with their editions, releases and placements; copies of channels and movements."""

from __future__ import annotations

from uuid import UUID

import orjson

from services.publicity.channels import Site
from shared.text import fold
from tests.bench.growth.copying import NULL, Tables, line
from tests.bench.growth.country import Country
from tests.bench.growth.ids import moment
from tests.bench.growth.ledger import Deed, Ledger
from tests.bench.growth.rows.common import directory
from tests.bench.growth.rows.nominations import facts_of
from tests.bench.growth.year import Life, Shown, Turn

ITEM = """id nomination_id owner_id organisation_id subject_type subject_name kind field movement_id nominator_id
approver_id next_organisation_id state withdrawal explanation editions_made published_at withdrawn_at search version"""
EDITION = "id item_id number state station_id title summary body results pictures credit created_at live_at"
RELEASE = """station_id item_id station_number station_organisation_id story_version channel_kinds approved_at"""
CHANNEL = "id organisation_id kind name official release built_in"
EXPLANATION = "Tòa soạn đang kiểm tra lại một số liệu trong bài."


class Publicity:
    """Takes each life once; `site` is the address that facts name."""

    def __init__(self, tables: Tables, ledger: Ledger, country: Country) -> None:
        self.ledger, self.site = ledger, Site("/publicity")
        directory(tables, "publicity", country)
        self._item, self._edition, self._release, self._placement, self._withdrawal = (
            tables.of("publicity", name, columns)
            for name, columns in {
                "items": ITEM,
                "editions": EDITION,
                "releases": RELEASE,
                "placements": "id item_id channel_id state placed_at placed_by withdrawn_at",
                "withdrawals": "id item_id kind at by",
            }.items()
        )
        channels = tables.of("publicity", "channels", CHANNEL)
        for body in country.bodies:
            for each in body.channels:
                channels(line(each.id, body.id, each.kind, each.name, "t", each.release, "f"))
        movements = tables.of("publicity", "movements", "id name aliases search")
        for movement in country.movements:
            movements(line(movement.id, movement.name.text, "[]", fold(movement.name.text)))

    def life(self, life: Life) -> None:
        """Its items."""
        if life.submitted is not None:
            self.ledger.heard("nominations", life.id, facts_of(life))
        for number, turn in enumerate(life.turns, 1):
            if turn.item is not None:
                self._shown(life, turn, turn.item, number)

    def _shown(self, life: Life, turn: Turn, item: Shown, number: int) -> None:
        story, at = life.story, moment(item.published)
        self._item(_item(life, turn, item))
        texts = story.title.text, story.summary.text, story.body.text
        results = f'[{{"label": "Hộ tham gia", "value": "{story.result.text}"}}]'
        self._edition(
            line(item.edition_id, item.id, "1", "live", turn.id, *texts, results, "[]", story.credit.text, at, at)
        )
        kinds = '["newspaper", "portal"]' if life.newspaper else '["portal"]'
        self._release(line(turn.id, item.id, str(number), turn.body.id, "1", kinds, moment(turn.decided or 0)))
        self._place(life, item)
        self.ledger.note(item.published, Deed("release", "item", item.id, item.owner.id))
        self.ledger.told(item.published, ("item", item.id), "published", sequence=1, payload=self._told(life, item))
        if item.withdrawn is not None:
            editor = item.owner.those("editor")[0].id
            deed = Deed("withdraw", "item", item.id, item.owner.id, editor, "explanation state")
            self.ledger.note(item.withdrawn, deed)
            self._withdrawal(line(self._id(item), item.id, "withdrawn", moment(item.withdrawn), editor))
        self.ledger.numbered(item.id, 2 if item.withdrawn else 1)

    def _place(self, life: Life, item: Shown) -> None:
        """On the portal at once, in the newspaper when an editor has put it there; nowhere once withdrawn."""
        gone = moment(item.withdrawn) if item.withdrawn else NULL
        for channel in item.owner.channels:
            if channel.kind == "newspaper" and not life.newspaper:
                continue
            by_hand = channel.release == "editor"
            placed = item.newspaper if by_hand else item.published
            state = "withdrawn" if item.withdrawn else "placed" if placed else "pending"
            editor = item.owner.those("editor")[0].id if by_hand and placed else NULL
            id_ = self._id(item) if by_hand else item.edition_id  # its copy in nominations names this one
            self._placement(line(id_, item.id, channel.id, state, moment(placed) if placed else NULL, editor, gone))

    def _id(self, item: Shown) -> str:
        return self.ledger.ids.at(item.published)

    def _told(self, life: Life, item: Shown) -> str:
        """The content of ItemPublished."""
        if item.published < self.ledger.kept_from:
            return ""
        story, channel = life.story, item.owner.channels[0]
        place = {"placement_id": item.edition_id, "channel_id": channel.id, "kind": channel.kind, "name": channel.name}
        told = {
            "item_id": item.id,
            "nomination_id": life.id,
            "owner_id": item.owner.id,
            "organisation_id": life.unit.id,
            "edition": 1,
            "url": self.site.item(UUID(item.id)),
            "story": {"title": story.title.text, "summary": story.summary.text, "body": story.body.text},
            "subject_type": life.subject_type,
            "subject_name": life.subject.text,
            "kind": "exemplar",
            "field": story.field.text if story.field else None,
            "movement_id": story.movement.id if story.movement else None,
            "placements": [place],
            "published_at": moment(item.published),
            "nominator_id": life.nominator.id,
            "approver_id": life.turns[0].judge.id,
        }
        return orjson.dumps(told).decode()


def _item(life: Life, turn: Turn, item: Shown) -> str:
    story, withdrawn = life.story, item.withdrawn
    above = turn.body.above.id if turn.body.above else NULL
    return line(
        *(item.id, life.id, item.owner.id, life.unit.id, life.subject_type, life.subject.text, "exemplar"),
        *(story.field.text if story.field else NULL, story.movement.id if story.movement else NULL),
        *(life.nominator.id, turn.judge.id, above, "withdrawn" if withdrawn else "published"),
        *("withdrawn" if withdrawn else NULL, EXPLANATION if withdrawn else NULL, "1", moment(item.published)),
        *(moment(withdrawn) if withdrawn else NULL, search(life, item), "2" if withdrawn else "1"),
    )


def search(life: Life, item: Shown) -> str:
    """As `services.publicity.queries.search_text` has it, out of what was folded once."""
    story = life.story
    said = [story.title, story.summary, life.subject, story.body, story.credit]
    words = [*(part.folded for part in said), "ho tham gia", story.result.folded]
    words += [story.field.folded] if story.field else []
    words += [item.owner.beside, life.unit.beside]
    return " ".join([*words, story.movement.name.folded] if story.movement else words)

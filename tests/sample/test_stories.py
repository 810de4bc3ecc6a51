"""The sample stories: invented, marked as such, fitting what they are presented for, with true files."""

from __future__ import annotations

import struct
import zlib

import pytest

from deploy import sample
from deploy.sample import SampleStory
from deploy.sample.attachments import picture, summary_pdf
from services.nominations.schemas.asked import ConsentIn, Draft
from services.plans.schemas import DirectoryDocument
from shared.files.kinds import is_what_it_says
from shared.settings import DEVELOPMENT_ISSUER

MARK = "dữ liệu minh họa"
DIRECTORY = sample.directory(DEVELOPMENT_ISSUER)


@pytest.mark.parametrize("story", sample.stories(), ids=lambda story: story.slug)
def test_a_story_is_one_the_product_takes_and_marked_as_sample_data(story: SampleStory) -> None:
    draft = Draft.model_validate(story.draft)

    assert draft.subject_name.endswith(f"({MARK})")
    assert draft.results
    assert [ConsentIn.model_validate(consent).statement for consent in story.consents]
    assert all(MARK in consent["statement"].lower() for consent in story.consents)


@pytest.mark.parametrize("story", sample.stories(), ids=lambda story: story.slug)
def test_a_story_is_presented_by_somebody_who_may(story: SampleStory) -> None:
    held = {
        (office["subject"], str(sample.organisation_id(office["organisation"])), office["role"])
        for office in DIRECTORY["offices"]
    }

    assert (story.nominator, str(story.organisation_id), "nominator") in held


@pytest.mark.parametrize("turn", ["O3 Quý I", "O3 Quý II", "O3 Quý III", "O3 Quý IV"])
def test_in_every_quarter_whoever_has_the_turn_today_has_a_story(turn: str) -> None:
    bodies = {b.organisation_id: b for b in DirectoryDocument.model_validate(DIRECTORY).directory().organisations}
    obligations = {o["label"]: o for o in sample.plan("ubnd-con-dao-221-2020").terms["obligations"]}
    named = [body for key, body in bodies.items() if str(key) in obligations[turn]["bearers"]["organisation_ids"]]
    today = [body.organisation_id if body.valid_to is None else body.heirs[0].organisation_id for body in named]

    assert [body for body in today if sample.story_for(body) is None] == []


def test_the_picture_is_a_whole_png() -> None:
    data = picture()
    width, height = struct.unpack(">II", data[16:24])
    length = struct.unpack(">I", data[33:37])[0]

    assert is_what_it_says("image/png", data)
    assert len(zlib.decompress(data[41 : 41 + length])) == height * (1 + 3 * width)


def test_the_summary_is_a_pdf_whose_table_finds_its_objects() -> None:
    data = summary_pdf()
    start = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    offsets = [int(line[:10]) for line in data[start:].split(b"\n")[3:8]]

    assert is_what_it_says("application/pdf", data)
    assert [data[offset : offset + 7] for offset in offsets] == [b"%d 0 obj" % n for n in range(1, 6)]

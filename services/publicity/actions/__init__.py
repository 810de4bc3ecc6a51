"""Every change of publicity: what arrives by facts, and what editors do."""

from services.publicity.actions.copies import keep_channel, keep_movement
from services.publicity.actions.desk import (
    DraftOpen,
    KindNotConsented,
    NoDraft,
    NothingCorrected,
    correct,
    discard_draft,
    place,
    publish_draft,
    save_draft,
    withdraw,
)
from services.publicity.actions.editions import Words
from services.publicity.actions.recall import recall_story
from services.publicity.actions.release import release_story
from services.publicity.actions.representing import representations

__all__ = [
    "DraftOpen",
    "KindNotConsented",
    "NoDraft",
    "NothingCorrected",
    "Words",
    "correct",
    "discard_draft",
    "keep_channel",
    "keep_movement",
    "place",
    "publish_draft",
    "recall_story",
    "release_story",
    "representations",
    "save_draft",
    "withdraw",
]

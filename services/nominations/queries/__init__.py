"""Reads of nominations that are worth a name."""

from services.nominations.queries.lineage import with_lineage
from services.nominations.queries.lists import View, count_waiting, ended_with_open_stations, nominations_page, open_at
from services.nominations.queries.posting import Named, PostJudged, judge_post
from services.nominations.queries.shown import contents_of, contents_shown, items_of, notices_of, releases_of
from services.nominations.queries.terms import (
    PRESENTING,
    Asked,
    Terms,
    count_presented,
    extension_of,
    terms_named,
    terms_of,
)
from services.nominations.queries.whole import find_to_change, nomination_to_change, nomination_whole, present_content

__all__ = [
    "PRESENTING",
    "Asked",
    "Named",
    "PostJudged",
    "Terms",
    "View",
    "contents_of",
    "contents_shown",
    "count_presented",
    "count_waiting",
    "ended_with_open_stations",
    "extension_of",
    "find_to_change",
    "items_of",
    "judge_post",
    "nomination_to_change",
    "nomination_whole",
    "nominations_page",
    "notices_of",
    "open_at",
    "present_content",
    "releases_of",
    "terms_named",
    "terms_of",
    "with_lineage",
]

"""The project's own dated sample data: a directory, six plans, stories; each entry with its sources.

Nominees and office holders are invented. What no source states is marked «giả định cho bản trình diễn».
"""

from deploy.sample.entries import (
    ASSUMED,
    directory,
    key,
    organisation_id,
    plan,
    plans,
    stories,
    story,
    story_for,
    subjects,
)
from deploy.sample.shapes import SamplePlan, SampleStory

__all__ = [
    "ASSUMED",
    "SamplePlan",
    "SampleStory",
    "directory",
    "key",
    "organisation_id",
    "plan",
    "plans",
    "stories",
    "story",
    "story_for",
    "subjects",
]

"""From a reading to a plan: what each leaf holds once persons decided, whom it means, what it makes of a plan.

Pure: no database, no HTTP, no settings.
"""

from services.plans.confirming.assembling import DoesNotFit, LeafMissing, Source, StatedTwice, assembled
from services.plans.confirming.differences import Change, Difference, absent, differences
from services.plans.confirming.holding import Decision, Held, held
from services.plans.confirming.likeness import ALIKE, likeness, sketch
from services.plans.confirming.linking import Candidate, Neighbour, Neighbourhood, named, proposed_links
from services.plans.confirming.matching import Sentence, same_obligations, sentences
from services.plans.confirming.rereading import as_decided
from services.plans.confirming.values import NO_LINKS, VALUES, Links, Standing

__all__ = [
    "ALIKE",
    "NO_LINKS",
    "VALUES",
    "Candidate",
    "Change",
    "Decision",
    "Difference",
    "DoesNotFit",
    "Held",
    "LeafMissing",
    "Links",
    "Neighbour",
    "Neighbourhood",
    "Sentence",
    "Source",
    "Standing",
    "StatedTwice",
    "absent",
    "as_decided",
    "assembled",
    "differences",
    "held",
    "likeness",
    "named",
    "proposed_links",
    "same_obligations",
    "sentences",
    "sketch",
]

"""Reading a plan: the text of an official plan in, a Reading out, every leaf pointing at the words it was read from.

Pure: no database, no HTTP, no settings. `intake` makes text of files, `page` makes text easy to read without losing
places, `layout` finds sections, one module a family of leaves reads them, `lexicon` holds the words as data.
"""

from services.plans.reading.intake import LIMIT_BYTES, checked, text_of
from services.plans.reading.judging import plan_or_refusal
from services.plans.reading.page import composed
from services.plans.reading.reader import read_text
from services.plans.reading.reading import Reading


def read_file(data: bytes, name: str = "") -> Reading:
    """A file, read as a plan.

    Raises TooLarge, FormatUnknown, FileBroken, FileLocked, NoText, TooLong, InAnotherLanguage, NotVietnamese, NotAPlan.
    """
    return read_plan(text_of(data, name))


def read_plan(text: str) -> Reading:
    """Text, read as a plan. Raises FileBroken, NoText, TooLong, InAnotherLanguage, NotVietnamese, NotAPlan."""
    return plan_or_refusal(composed(checked(text)), read_text)


__all__ = ["LIMIT_BYTES", "Reading", "read_file", "read_plan", "read_text"]

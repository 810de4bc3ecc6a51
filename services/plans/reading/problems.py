"""Why a file cannot be read as a plan; each tells what to do next (`shared/messages.toml`)."""

from __future__ import annotations

from shared.errors import Invalid, TooLarge

LONGEST_PAGES = 160


class FormatUnknown(Invalid):
    """Not .txt, .md, .html, .docx or .pdf, whatever its name says."""

    code = "plan-format-unknown"


class FileBroken(Invalid):
    """Says to be of a kind we read, but cannot be opened."""

    code = "plan-file-broken"


class FileLocked(Invalid):
    """Opens only with a password."""

    code = "plan-file-locked"


class NoText(Invalid):
    """A scan or picture without a text layer, or an empty file."""

    code = "plan-has-no-text"


class TooLong(Invalid):
    """Longer than any plan, packed or unpacked. Params: `pages`, about how many are read."""

    code = "plan-too-long"

    def __init__(self, *, pages: int = LONGEST_PAGES) -> None:
        super().__init__(pages=pages)


class InAnotherLanguage(Invalid):
    """Plainly the words of another language in Latin letters."""

    code = "plan-in-another-language"


class NotVietnamese(Invalid):
    """In an encoding nobody can tell, or in other letters."""

    code = "plan-not-vietnamese"


class NotAPlan(Invalid):
    """Vietnamese, but no plan: a letter, a decision, an invitation."""

    code = "not-a-plan"


class TookTooLong(Invalid):
    """Reading it took more time or memory than any plan needs: broken on purpose, or by a faulty program."""

    code = "plan-takes-too-long"


# all that reading a file may raise
UNREADABLE = (
    FormatUnknown,
    FileBroken,
    FileLocked,
    NoText,
    TooLong,
    InAnotherLanguage,
    NotVietnamese,
    NotAPlan,
    TookTooLong,
    TooLarge,
)

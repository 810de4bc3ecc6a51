"""`python -m tests.plans.reading.pace`: how long the longest plan of the folder takes to read, beside what is asked."""

from __future__ import annotations

import sys
import time

from services.plans.reading import read_plan
from tests.plans.reading.scoring import PLANS

WORDS_OF_A_PAGE, PAGES, ASKED = 450, 4, 0.5


def longest() -> str:
    """The longest plan of the folder."""
    return max((path.read_text("utf-8-sig") for path in PLANS.glob("*.txt")), key=len)


def seconds(text: str) -> float:
    """Processor time of one reading, with the libraries loaded: the best of three."""
    read_plan(text)
    taken = []
    for _ in range(3):
        started = time.process_time()
        read_plan(text)
        taken.append(time.process_time() - started)
    return min(taken)


def main() -> None:
    """One line for `make score`."""
    text = longest()
    pages = len(text.split()) / WORDS_OF_A_PAGE
    took = seconds(text)
    sys.stdout.write(f"{pages:.1f} pages read in {took:.3f} s of processor time; asked: {PAGES} pages in {ASKED} s\n")


if __name__ == "__main__":
    main()

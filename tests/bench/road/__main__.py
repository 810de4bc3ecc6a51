"""`python -m tests.bench.road`: prints the rows about the road."""

from __future__ import annotations

import argparse
import logging
import sys

import structlog

from tests.bench.looping import looped
from tests.bench.road import PARTS, rows


def main() -> None:
    """Quiet but for the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.road")
    parser.add_argument("--rounds", type=int, default=5, help="how often each side has its turn")
    parser.add_argument("--only", nargs="*", default=[], choices=sorted(PARTS))
    parser.add_argument("--facts", type=int, help="only the growth of the outbox, with so many: 10000000 takes hours")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for row in looped(rows(rounds=asked.rounds, only=asked.only, facts=asked.facts)):
        peer = "" if row["peer"] is None else f"  peer {row['peer']}  ratio {row['ratio']}"
        sys.stdout.write(f"{row['what']}\n    {row['ours']} {row['unit']}{peer}\n    {row['note']}\n")


if __name__ == "__main__":
    main()

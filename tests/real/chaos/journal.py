"""What was done, heard and broken, line by line as it happened: the checker reads nothing else of the run."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

KINDS = ("asked", "answered", "wrong", "fault", "record", "webhook", "sse", "caught_up", "portal")


@dataclass
class Journal:
    """One file a kind in `folder`; each line has its time and is on its way to the disk before the next is written."""

    folder: Path
    counts: dict[str, int] = field(default_factory=dict)
    _files: dict[str, TextIO] = field(default_factory=dict)

    def __enter__(self) -> Journal:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._files = {kind: (self.folder / f"{kind}.jsonl").open("a", buffering=1) for kind in KINDS}
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def write(self, log: str, /, **fields: Any) -> None:
        """`at` is seconds since 1970; all parts run on one machine and share its clock."""
        self.counts[log] = self.counts.get(log, 0) + 1
        self._files[log].write(json.dumps({"at": time.time(), **fields}, ensure_ascii=False) + "\n")

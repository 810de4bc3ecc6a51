"""Reads one document in a process of its own: `reading.apart` starts it, gives it bytes and takes what it read."""

from __future__ import annotations

import resource
import sys

import orjson

from services.plans.reading import read_file
from shared.errors import AppError

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_S = 20


def main() -> None:
    """A line of JSON with the file's name, then its bytes, on standard input; one JSON value on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    head, _, data = sys.stdin.buffer.read().partition(b"\n")
    try:
        reading = read_file(data, orjson.loads(head)["name"])
        answer = b'{"reading":' + reading.model_dump_json(by_alias=True).encode() + b"}"
    except AppError as error:
        answer = orjson.dumps({"problem": error.code, "params": error.params})
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()

"""The process that documents are read in: `reading.apart` starts it and hands it a connection for each.

It has everything loaded and forks for each document, so that one is read at once, alone, and within limits.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
from select import select

import orjson

from services.plans.reading import read_file
from shared.errors import AppError

MEMORY_BYTES = 1536 * 1024 * 1024
CPU_S, WALL_S = 20, 30
IDLE_S = 300  # then it ends, and is started again when it is needed


def main() -> None:
    """Until its owner is gone or needs it no more; the connections come through standard input."""
    control = socket.socket(fileno=os.dup(sys.stdin.fileno()))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a reader ended: it answered, or it did not
    while select([control], [], [], IDLE_S)[0]:
        _, handed, _, _ = socket.recv_fds(control, 1, 1)
        if not handed:
            return
        if os.fork() == 0:
            control.close()
            read(socket.socket(fileno=handed[0]))
            os._exit(0)
        os.close(handed[0])


def read(connection: socket.socket) -> None:
    """A line of JSON with the file's name, then its bytes until they end; one JSON value back."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    signal.alarm(WALL_S)
    with connection, connection.makefile("rb") as asked:
        head, _, data = asked.read().partition(b"\n")
        connection.sendall(_answer(data, orjson.loads(head)["name"]))


def _answer(data: bytes, name: str) -> bytes:
    try:
        return b'{"reading":' + read_file(data, name).model_dump_json(by_alias=True).encode() + b"}"
    except AppError as error:
        return orjson.dumps({"problem": error.code, "params": error.params})


if __name__ == "__main__":
    main()

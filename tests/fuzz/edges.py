"""Values at the edges of what a text, a day, an instant, a number, a cursor or a header can be."""

from __future__ import annotations

import base64
import json
from typing import Any

DAYS = ("0001-01-01", "9999-12-31", "2027-02-29", "1969-12-31", "0000-00-00", "10000-01-01", "-001-01-01", "2026-1-5")
INSTANTS = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59.999999999Z",
    "2026-12-16T24:00:00+07:00",
    "2026-12-31T23:59:60Z",
    "2026-12-16T00:00:00+24:00",
    "2026-12-16T00:00:00-00:00",
    "+2026-12-16T00:00:00Z",
)
NUMBERS = (
    "-0",
    "1e308",
    "1e400",
    "-1e400",
    "NaN",
    "9223372036854775807",
    "9223372036854775808",
    "1.0",
    "0x10",
    "1" * 400,
)
TEXTS = (
    "\u200b",
    "\u202etitle",
    "a" + "\u0301" * 300,
    "👨\u200d👩\u200d👧\u200d👦 gia đình",
    "\U0010ffff",
    "ﷺ" * 300,
    "İ" * 300,
    "' OR 1=1 --",
    "%s%n{0}{{7*7}}${7*7}",
    "\\u0000",
    "/" * 300,
)


def cursor(values: Any) -> str:
    """As the lists give them out, with whatever inside."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


INSIDE: tuple[Any, ...] = (
    [],
    {},
    None,
    [None],
    [None, None],
    [10**30],
    [True],
    [1.5],
    [[1]],
    ["\ud800"],
    ["a\u0000b"],
    ["9999-12-31T23:59:59-12:00", "0198c0de-0000-7000-8000-000000000001"],
    ["0001-01-01T00:00:00+14:00", "0198c0de-0000-7000-8000-000000000001"],
    ["0198c0de-0000-7000-8000-000000000001"],
    ["x" * 300, "y"],
    ["a", "b", "c", "d"],
)
CURSORS = (*map(cursor, INSIDE), "", "=", "====", "%", "\x00", "é", "W10", "a" * 500, "a" * 501)
HEADERS: tuple[tuple[str, bytes], ...] = (
    *(
        ("accept-language", value)
        for value in (b"\xff\xfe", b"vi;q=\xb2", b"*;q=1e400", b"," * 5000, b";;q=;", b"q" * 9000)
    ),
    *(("accept", value) for value in (b"application/graphql-response+json;q=\xb2", b"*/*;q=nan", b"/", b";" * 5000)),
    *(("if-none-match", value) for value in (b"", b'W/"', b'"' * 900, b"*", b"\xff", b'"1", "' + b"x" * 9000)),
    *(("if-match", value) for value in (b"*", b'W/"1"', b'"-1"', b'"99999999999999999999"', b'"\xb2"', b'"1", "2"')),
    *(("idempotency-key", value) for value in (b"", b'""', b"\xff", b"k" * 300, b'"a', b"a b")),
    *(
        ("traceparent", value)
        for value in (b"00-0-0-0", b"zz" * 40, b"\xff", b"00-" + b"1" * 32 + b"-" + b"2" * 16 + b"-zz")
    ),
    *(("x-correlation-id", value) for value in (b"a\xff", b"x" * 9000, b"<script>", b"..")),
    *(
        ("content-type", value)
        for value in (b"", b"application/json; charset=utf-99", b"multipart/form-data", b"\xff", b"a/b/c")
    ),
    *(("content-length", value) for value in (b"-1", b"1e3", b"\xb2", b"9" * 400)),
    *(("range", value) for value in (b"bytes=9-1", b"bytes=-" + b"9" * 400)),
    *(("authorization", value) for value in (b"Bearer \xff", b"Bearer " + b"." * 9000, b"Bearer a.b.c", b"\xb2")),
    *(("origin", value) for value in (b"null", b"\xff", b"http://" + b"a" * 9000)),
    *(("host", value) for value in (b"", b"\xff", b"evil.example", b"[::1")),
    *(("last-event-id", value) for value in (b"\xff", b"x" * 101, b"-1")),
)

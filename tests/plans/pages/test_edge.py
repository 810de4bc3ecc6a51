"""In front of the service stands the edge: it lets through the largest document that the page takes."""

from __future__ import annotations

import re
from pathlib import Path

from services.plans.schemas.readings.asked import DOCUMENT_LIMIT_BYTES

EDGE = Path(__file__).resolve().parents[3] / "deploy" / "edge" / "nginx.conf"


def test_the_edge_lets_the_largest_document_through() -> None:
    found = re.search(r"location = /plans/files/readings \{\s*client_max_body_size (\d+)m;", EDGE.read_text())

    assert found is not None
    assert int(found[1]) * 1024 * 1024 > DOCUMENT_LIMIT_BYTES

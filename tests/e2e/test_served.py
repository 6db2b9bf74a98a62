"""What the end-to-end tests call with success, kept in served.txt: docs/conformance.md calls nothing else served."""

from __future__ import annotations

import os
from pathlib import Path

from infra.generator.declarations import command, operations
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.real_cloud import RealSite

SERVED = Path(__file__).parent / "served.txt"


def test_what_is_called_served_was_called(cloud: LocalCloud, real: LocalCloud, real_site: RealSite) -> None:
    """Of all tests here, which came before; UPDATE_SERVED=1 writes the file."""
    seen = (cloud.answered | real.answered) & {command(function) for function in operations()}
    if os.environ.get("UPDATE_SERVED"):
        SERVED.write_text("".join(f"{name}\n" for name in sorted(seen)))
    kept = set(SERVED.read_text().split())
    assert kept == seen, f"served.txt has {sorted(kept - seen)}, which no test called; it lacks {sorted(seen - kept)}"

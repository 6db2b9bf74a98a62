"""What flows look like: their states, generated from the definitions that are deployed."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

NO_MAP: dict[str, Any] = {"about": "", "start": None, "states": []}


@functools.cache
def _all() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((Path(__file__).parent / "flows.json").read_text())
    return read


def flow_map(path: str | None) -> dict[str, Any]:
    """The map of a flow, see infra/generator/maps.py; an empty one for a job without a flow or of a flow that is gone."""
    found: dict[str, Any] = _all().get(path or "", NO_MAP)
    return found

"""Which commands answer with the same kind of object, and which with what a parameter's id names: clients complete by it."""

from __future__ import annotations

from collections.abc import Mapping

from functions.api._catalog import Entry


def related(kind: str | None, commands: Mapping[str, Entry], but: str = "") -> str:
    """Those among `commands` that answer with this kind, comma-separated.

    Lists come first, the plainest of them at once, as they know all ids.
    """
    found = [name for name, entry in commands.items() if kind is not None and entry["answers"] == kind and name != but]
    return ",".join(sorted(found, key=lambda name: (not name.startswith("list"), len(name), name)))

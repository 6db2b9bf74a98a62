"""The generated catalog of commands, loaded once."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


@functools.cache
def catalog() -> dict[str, Entry]:
    """Every command by its name."""
    entries: dict[str, Entry] = json.loads((Path(__file__).parent / "catalog.json").read_text())
    return entries


@functools.cache
def cloudstack_commands() -> frozenset[str]:
    """The names of CloudStack's commands, served here or not."""
    lines = (Path(__file__).parent / "cloudstack_commands.txt").read_text().splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


AUTHENTICATORS = {"login": "login", "logout": "logout"}


def entry(command: str) -> Entry | None:
    """The command's entry; names are case-sensitive, but for login and logout."""
    return catalog().get(AUTHENTICATORS.get(command.lower(), command))

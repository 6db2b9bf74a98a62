"""What the CloudStack API asks of a command, read from cloudstack_commands.txt; and what we add to it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

ROLES = {"A": "Admin", "R": "ResourceAdmin", "D": "DomainAdmin", "U": "User"}


@dataclass(frozen=True)
class Wanted:
    """One command of the contract."""

    response: str
    asynchronous: bool
    roles: frozenset[str]
    parameters: frozenset[str]
    required: frozenset[str]


@functools.cache
def commands(*names: str) -> dict[str, Wanted]:
    """Every command of the contract by its name; of these files alone if any are named."""
    files = [Path(__file__).parent / name for name in names or ("cloudstack_commands.txt", "own_commands.txt")]
    lines = [line for file in files for line in file.read_text().splitlines()]
    return dict(_read(line) for line in lines if not line.startswith("#"))


def _read(line: str) -> tuple[str, Wanted]:
    name, response, kind, letters, *parameters = line.split()
    return name, Wanted(
        response,
        kind == "async",
        frozenset(ROLES[letter] for letter in letters if letter in ROLES),
        frozenset(parameter.rstrip("*") for parameter in parameters),
        frozenset(parameter.rstrip("*") for parameter in parameters if parameter.endswith("*")),
    )

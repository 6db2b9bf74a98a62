"""The objects that CloudStack's commands answer, read from cloudstack_responses.txt."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, eq=False)
class Object:
    """A class of the contract: what each of its fields holds, itself a class or nothing that is known more of."""

    name: str
    fields: dict[str, str | None]


@functools.cache
def objects() -> dict[str, Object]:
    """Every class by its name."""
    return {one.name: one for one, _ in _rows()}


@functools.cache
def answers() -> dict[str, Object]:
    """What each command answers."""
    return {command: one for one, commands in _rows() for command in commands}


@functools.cache
def _rows() -> list[tuple[Object, list[str]]]:
    lines = (Path(__file__).parent / "cloudstack_responses.txt").read_text().splitlines()
    return [_read(line) for line in lines if not line.startswith("#")]


def _read(line: str) -> tuple[Object, list[str]]:
    name, commands, *fields = line.split()
    pairs = [field.partition(":") for field in fields]
    return Object(name, {field: held or None for field, _, held in pairs}), commands.split(",")

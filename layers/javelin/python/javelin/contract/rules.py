"""Rules: which commands a role of somebody's own making has, by ordered patterns that allow or deny; the first that fits wins.

A role never has more than the built-in role of its type: handlers are written for the types that their operations name.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATTERN = re.compile(r"[A-Za-z0-9*]{1,100}")
# How clients find out what they may call, and what became of it; and how users prove their second factor.
ALWAYS = frozenset({
    "listApis", "queryAsyncJobResult", "setupUserTwoFactorAuthentication", "validateUserTwoFactorAuthenticationCode",
})  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One rule: the commands that it fits, as a name in which * stands for anything, and whether they are allowed."""

    pattern: str
    allow: bool


def fits(pattern: str, command: str) -> bool:
    """Whether a pattern fits a command, whatever the case; in time that grows with their lengths alone."""
    text = command.lower()
    first, *rest = pattern.lower().split("*")
    if not rest:
        return text == first
    *middle, last = rest
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last):
        return False
    place = len(first)
    for piece in middle:
        found = text.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return place <= end


def decide(rules: Iterable[Rule], command: str) -> bool | None:
    """What the first rule that fits says; None if there is none."""
    return next((rule.allow for rule in rules if fits(rule.pattern, command)), None)


def allows(rules: Sequence[Rule] | None, command: str) -> bool:
    """Whether rules allow a command; None are those of a built-in role, which allow all that its type has."""
    return rules is None or command in ALWAYS or decide(rules, command) is True


def includes(mine: Sequence[Rule] | None, theirs: Sequence[Rule] | None, kind: str) -> bool:
    """Whether what one set of rules allows to roles of a type, the other allows too.

    Looked at for every command that the type has, and for those of CloudStack that are not served yet: a rule with * is
    also for what comes later.
    """
    return mine is None or all(allows(mine, name) for name in _reach(kind) if allows(theirs, name))


def beyond(kind: str, pattern: str) -> bool:
    """Whether a pattern names just one command, which roles of this type never have."""
    roles = _folded().get(pattern.lower())
    return roles is not None and kind not in roles


def commands_of(kind: str) -> list[str]:
    """The commands that the built-in role of a type has."""
    return [name for name, roles in _known().items() if roles is not None and kind in roles]


@functools.cache
def _reach(kind: str) -> tuple[str, ...]:
    return tuple(name for name, roles in _known().items() if roles is None or kind in roles)


@functools.cache
def _known() -> Mapping[str, frozenset[str] | None]:
    """The types that have each command by default; None for a command of CloudStack that is not served."""
    read = json.loads((Path(__file__).parent / "commands.json").read_text())
    return {name: None if roles is None else frozenset(roles.split()) for name, roles in read.items()}


@functools.cache
def _folded() -> Mapping[str, frozenset[str] | None]:
    return {name.lower(): roles for name, roles in _known().items()}

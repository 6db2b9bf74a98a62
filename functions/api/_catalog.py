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
def since() -> dict[str, dict[str, str]]:
    """The version of CloudStack that a command came with, at "", and those of its parameters that came later, by name."""
    versions: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "since.json").read_text())
    return versions


@functools.cache
def cloudstack_commands() -> frozenset[str]:
    """The names of CloudStack's commands, served here or not."""
    lines = (Path(__file__).parent / "cloudstack_commands.txt").read_text().splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


STATE_COOKIE = "oauthstate"  # what a browser keeps that began a login at a provider
AUTHENTICATORS = {  # what is called without proof of who calls
    name.lower(): name
    for name in (
        "login",
        "logout",
        "forgotPassword",
        "resetPassword",
        "listOauthProvider",
        "oauthlogin",
        "startOauthLogin",
        "verifyOAuthCodeAndGetUser",
    )
}


def entry(command: str) -> Entry | None:
    """The command's entry; names are case-sensitive, but for what needs no caller."""
    return catalog().get(AUTHENTICATORS.get(command.lower(), command))

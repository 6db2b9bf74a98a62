"""Whether a caller's role has a command."""

from __future__ import annotations

from collections.abc import Collection

from functions.api._callers import Proven
from javelin.contract.errors import UnsupportedAction


def require_allowed(proven: Proven, command: str, roles: Collection[str]) -> None:
    """Raise UnsupportedAction unless the caller's role has a command that these built-in roles have."""
    caller = proven.caller
    if proven.may(command, roles):
        return
    if proven.role is not None and proven.role.state != "enabled":
        raise UnsupportedAction(f"The role of user {caller.username} is disabled; an administrator can enable it.")
    raise UnsupportedAction(f"The command {command} is not in the role of user {caller.username}.")

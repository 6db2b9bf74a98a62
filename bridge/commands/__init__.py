"""The commands of the cloud, one file each: `run(command, host)` does it and answers its result."""

from __future__ import annotations

from importlib import import_module

from bridge.host import Host
from javelin.messaging.host_commands import COMMANDS, Command, Payload


def run(command: Command, host: Host) -> Payload:
    """Run any command in the file that has its name."""
    module = import_module(f"bridge.commands.{COMMANDS[command.kind].kind}")
    result: Payload = module.run(command, host)
    return result

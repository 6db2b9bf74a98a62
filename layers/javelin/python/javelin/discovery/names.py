"""Predictable names: who knows a component and an action knows its function, without exports or look-ups."""

from __future__ import annotations

import re

PREFIX = "javelin"

EVENTS_TOPIC = f"{PREFIX}-events"
REPORTS_QUEUE = f"{PREFIX}-reports"
ALARM_TOPIC = f"{PREFIX}-alarms"
MAIL_TOPIC = f"{PREFIX}-mail"
BRIDGE_ROLE = f"{PREFIX}-bridge"  # what bridges assume, narrowed to one host by a session policy


def snake(name: str) -> str:
    """registerSSHKeyPair -> register_ssh_key_pair."""
    spaced = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", spaced).lower()


def function(component: str, name: str) -> str:
    """The Lambda function of an operation or action: ("compute", "stop_virtual_machine")."""
    return f"{PREFIX}-{component}-{name}".replace("_", "-")


def flow(path: str) -> str:
    """The state machine of a flow: "compute/stop_virtual_machine"."""
    return f"{PREFIX}-{path}".replace("/", "-").replace("_", "-")


def host_queue(host_id: str) -> str:
    """The command queue of one host."""
    return f"{PREFIX}-host-{host_id}"


def images_bucket(account: str, region: str) -> str:
    """The bucket that holds templates and user data."""
    return f"{PREFIX}-images-{account}-{region}"

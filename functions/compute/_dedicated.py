"""Hosts that are dedicated: only whom they are for gets them, and gets them before others."""

from __future__ import annotations

from javelin.data.record import When
from javelin.data.records.host import Host
from javelin.data.records.virtual_machine import VirtualMachine


def why_not(host: Host, machine: VirtualMachine) -> str | None:
    """Why a host is not for the guest's account, if it is not."""
    return None if host.is_for(machine.account_id, machine.domain_path) else "is dedicated to others"


def still_so(host: Host) -> When:
    """That the host is dedicated as it was when it was looked at."""
    none: When = Host.dedicated_to.does_not_exist()
    same: When = Host.dedicated_to == host.dedicated_to
    return none if host.dedicated_to is None else same

"""The password that a guest of a password-enabled template gets at its first start.

It is derived from what the cloud shares with the guest's host, so it is kept nowhere: the step that tells the network's
router and the query of the job each derive it. A host that enrols anew has another key, and its guests' passwords
cannot be shown again.
"""

from __future__ import annotations

from base64 import b32encode

from javelin.contract.secret import Secret
from javelin.data.records.job import Job
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging.hosts import derived

CHARACTERS = 16  # of 5 bits each


def give(job: Job, machine: VirtualMachine) -> Secret | None:
    """The password for the guest that the job starts, noted in the job; None if it is to have none."""
    if not machine.password_enabled or machine.last_host_id is not None:
        return None
    if job.password_from != machine.host_id:
        job.change(Job.password_from.set(machine.host_id))
    return _password(str(machine.host_id), machine.id)


def given(job: Job) -> Secret | None:
    """The password that the job gave its guest. Raises ResourceUnavailable if the host has no bridge any more."""
    return _password(job.password_from, str(job.resource_id)) if job.password_from else None


def _password(host: str, machine: str) -> Secret:
    return Secret(b32encode(derived(host, f"javelin guest password {machine}")).decode().lower()[:CHARACTERS])

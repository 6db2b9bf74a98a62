"""What hosts say of their guests, against what the records say: crashed and stopped ones stop, restarted ones run.

A guest that a job is at work on is left to the job. What comes late is told from what is new by the host's clock, and
by the fence of the job that last started or stopped the guest.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from javelin.contract.errors import ApiError
from javelin.data import affinity
from javelin.data.records.host import Host
from javelin.data.records.lease import Lease
from javelin.data.records.sighting import Sighting
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging.events import Event, announce, of_cloud
from javelin.messaging.host_commands import DomainState
from javelin.observability.log import logger

KEEP = 30 * 24 * 3600  # seconds that a sighting stays
ORPHANS = 20  # guests nobody knows that one report is told of
SETTLED = timedelta(seconds=120)  # a guest that changed this recently may be missing from a list that is older


class Busy(Exception):
    """A job holds the guest; the report must come again when the job has ended."""


class Stale(ApiError):
    """A later word on the guest was heard, or somebody changed it meanwhile."""


def sync(host: Host, states: Iterable[DomainState], at: datetime, *, complete: bool) -> None:
    """Bring the records to what the host says. Raises Busy, after all others are done, for guests that jobs hold."""
    told = {state.id: state for state in states}
    machines = {machine.id: machine for machine in VirtualMachine.load_all(told)}
    if complete:
        machines |= _missing(host, told, at)
    different = [key for key, machine in machines.items() if _differs(host, machine, told.get(key))]
    held = {lease.resource for lease in Lease.batch_get(different) if lease.owner} if different else set()
    waiting = []
    for key, machine in machines.items():
        state = told.get(key) or DomainState(id=key, state="Absent", reason="absent", fence=int(machine.fence))
        if key not in different:
            if not complete:
                _settle(host, machine, at, Transaction())
        elif int(state.fence) < int(machine.fence):
            _doubt(host, machine, state)
        elif key in held:
            waiting.append(key)
        elif machine.state == "Starting":
            continue  # its job ended and the reconciler will end what it left
        elif state.state == "Running":
            _run(host, machine, at)
        else:
            _stop(host, machine, state, at)
    if complete:
        _report_unknown(host, [state for key, state in told.items() if key not in machines])
    if waiting:
        raise Busy(f"jobs hold {', '.join(waiting)}")


def _missing(host: Host, told: dict[str, DomainState], at: datetime) -> dict[str, VirtualMachine]:
    """The guests that should be on the host and are not in its complete list."""
    here = [row.id for row in VirtualMachine.by_host.query(host.id) if row.id not in told]
    return {
        machine.id: machine
        for machine in VirtualMachine.load_all(here)
        if machine.state == "Running" and (machine.updated or machine.created) < at - SETTLED
    }


def _differs(host: Host, machine: VirtualMachine, state: DomainState | None) -> bool:
    if state is None or state.state in ("Stopped", "Absent"):
        return machine.state in ("Running", "Starting") and machine.host_id == host.id
    if state.state == "Running":
        return machine.state == "Stopped" or (machine.state == "Running" and machine.host_id != host.id)
    return False


def _stop(host: Host, machine: VirtualMachine, state: DomainState, at: datetime) -> None:
    """The guest is off: stop it in the records and give the host's capacity back, once."""
    transaction = Transaction()
    now = datetime.now(UTC)
    changes = [
        VirtualMachine.state.set("Stopped"), VirtualMachine.host_id.remove(), VirtualMachine.host_name.remove(),
        VirtualMachine.last_host_id.set(host.id), VirtualMachine.updated.set(now),
    ]  # fmt: skip
    as_read = (VirtualMachine.version == machine.version) & (VirtualMachine.host_id == host.id)
    transaction.update(machine, changes, as_read, Stale("changed"))
    mhz, mib = int(machine.cpus) * int(machine.mhz), int(machine.memory_mib)
    given_back = [Host.cpu_used_mhz.add(-mhz), Host.memory_used_mib.add(-mib), Host.guests.add(-1)]
    transaction.update(Host(host.id), given_back, Host.id.exists(), Stale("host is gone"))
    affinity.unsettle(transaction, machine)
    transaction.check(Lease, machine.id, Lease.owner.does_not_exist(), Stale("a job has begun"))
    if _settle(host, machine, at, transaction):
        crashed = state.reason in ("crashed", "failed", "absent")
        said = f"Virtual machine {machine.name} stopped on host {host.name}: {state.reason or 'unknown'}"
        announce(_event(machine, "VM.STOP", said, level="ERROR" if crashed else "INFO"))


def _run(host: Host, machine: VirtualMachine, at: datetime) -> None:
    """The guest runs again where it ran last: say so, and promise it the capacity that it uses already."""
    if machine.state == "Running" or machine.last_host_id not in (None, host.id):
        _alarm(host, machine, f"runs on host {host.name}, where the cloud did not start it")
        return
    transaction = Transaction()
    changes = [
        VirtualMachine.state.set("Running"), VirtualMachine.host_id.set(host.id),
        VirtualMachine.host_name.set(host.name), VirtualMachine.updated.set(datetime.now(UTC)),
    ]  # fmt: skip
    as_read = (VirtualMachine.version == machine.version) & (VirtualMachine.state == "Stopped")
    transaction.update(machine, changes, as_read, Stale("changed"))
    mhz, mib = int(machine.cpus) * int(machine.mhz), int(machine.memory_mib)
    promised = [Host.cpu_used_mhz.add(mhz), Host.memory_used_mib.add(mib), Host.guests.add(1)]
    transaction.update(Host(host.id), promised, Host.id.exists(), Stale("host is gone"))
    affinity.settle(transaction, machine, host.id)
    transaction.check(Lease, machine.id, Lease.owner.does_not_exist(), Stale("a job has begun"))
    if _settle(host, machine, at, transaction):
        said = f"Virtual machine {machine.name} was started again by host {host.name}"
        announce(_event(machine, "VM.START", said, level="WARN"))


def _settle(host: Host, machine: VirtualMachine, at: datetime, transaction: Transaction) -> bool:
    """Commit with the sighting, if it is news; else nothing happens."""
    moment = int(at.timestamp() * 1000)
    sighting = [
        Sighting.host_id.set(host.id), Sighting.at.set(moment), Sighting.expires.set(int(time.time()) + KEEP),
    ]  # fmt: skip
    news = Sighting.at.does_not_exist() | (Sighting.at < moment)
    transaction.update(Sighting(machine.id), sighting, news, Stale("heard before"))
    try:
        transaction.commit()
    except Stale:
        return False
    return True


def _doubt(host: Host, machine: VirtualMachine, state: DomainState) -> None:
    """The word is of an earlier start. A guest that runs though it was stopped since is an operator's business."""
    if state.state == "Running" and machine.state == "Stopped":
        _alarm(host, machine, f"runs on host {host.name} though the cloud stopped it")


def _report_unknown(host: Host, states: list[DomainState]) -> None:
    """Tell of orphans one by one, and leave them: somebody may have made them by hand."""
    orphans = [state for state in states if state.state != "Absent"]
    for state in orphans[:ORPHANS]:
        more = f" (there are {len(orphans)} such guests)" if len(orphans) > 1 else ""
        said = f"Host {host.name} has guest {state.id} ({state.state}), which the cloud does not know; remove it{more}."
        announce(of_cloud("HOST.ALERT", said, resource_type="Host", resource_id=host.id, level="WARN"))


def _alarm(host: Host, machine: VirtualMachine, what: str) -> None:
    logger("fabric_monitoring").warning("guest out of place", vm=machine.id, host=host.id, what=what)
    said = f"Virtual machine {machine.name} {what}; stop it there, then start it in the cloud."
    announce(of_cloud("HOST.ALERT", said, resource_type="VirtualMachine", resource_id=machine.id, level="ERROR"))


def _event(machine: VirtualMachine, kind: str, said: str, *, level: str) -> Event:
    return Event.model_validate(
        {
            "type": kind, "level": level, "description": said, "account_id": machine.account_id,
            "account": machine.account, "domain_id": machine.domain_id, "domain_path": machine.domain_path,
            "user_id": machine.user_id, "resource_type": "VirtualMachine", "resource_id": machine.id,
        }
    )  # fmt: skip

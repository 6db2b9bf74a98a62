"""Dedicating places to domains and accounts, and letting them go: all kinds of places alike."""

from __future__ import annotations

from collections.abc import Iterator

from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter, ResourceInUse
from javelin.contract.grants import Grant
from javelin.contract.responses import Accepted, Response
from javelin.data.dedications import TELL_HOSTS, around, tell_hosts
from javelin.data.reach import REACH, find_account
from javelin.data.records.account import Account
from javelin.data.records.cluster import Cluster
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.host import Host
from javelin.data.records.pod import Pod
from javelin.data.records.sequence import Sequence
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.messaging.events import announce, of_cloud

Place = Zone | Pod | Cluster | Host

DEDICATE: tuple[Grant, ...] = (
    Dedication.write, *TELL_HOSTS, Cluster.read, Pod.read, Zone.write, VirtualMachine.read, Sequence.write, *REACH,
    Account.check, Domain.write,
    *jobs.START_JOB,
)  # fmt: skip


def new(place: Place, domain_id: str, account: str | None) -> Dedication:
    """The dedication of a place to a domain, or to an account of it, that fits with those around it and the guests in it.

    Raises InvalidParameter or ResourceInUse.
    """
    domain = Domain.require(domain_id)
    owner = find_account(domain.id, account) if account else None
    if account and owner is None:
        raise InvalidParameter(f"Unable to find account {account} in domain {domain.name}; check both.")
    made = Dedication(
        place.id, kind=type(place).__name__, name=place.name, zone_id=zone_of(place), domain_id=domain.id,
        domain_path=domain.path, account_id=owner.id if owner else None,
    )  # fmt: skip
    if isinstance(place, Zone) and place.domain_id not in (None, domain.id):
        raise InvalidParameter(f"Zone {place.name} is private to another domain; open it with updateZone first.")
    for outer in Dedication.load_all(around(place)):
        if not _within(made, outer):
            raise InvalidParameter(
                f"{outer.kind} {outer.name}, which it is in, is dedicated to others; release that first."
            )
    for host in hosts_in(place):
        for inner in Dedication.load_all(
            key for key in (*around(host), host.id) if key not in (*around(place), place.id)
        ):
            if not _within(inner, made):
                raise InvalidParameter(f"{inner.kind} {inner.name} in it is dedicated to others; release that first.")
        _refuse_guests_of_others(host, made)
    return made


def keep(caller: Caller, made: Dedication, *, command: str, name: str, shown: Response, event: str) -> Accepted:
    """Write the dedication, have its hosts carry it, and answer with a job that is done."""
    transaction = Transaction()
    transaction.create(made, InvalidParameter(f"{made.kind} {made.name} is dedicated already; release it first."))
    leaving = InvalidParameter(
        f"Whom {made.kind.lower()} {made.name} would be for is being deleted; choose others, or look again if it moved."
    )
    home = Domain(made.domain_id, path=made.domain_path)
    transaction.update(home, [], home.as_read, leaving)
    if made.account_id is not None:
        there = Account.id.exists() & Account.closing.does_not_exist()
        transaction.check(Account, made.account_id, there, leaving)
    if made.kind == "Zone":
        transaction.update(Zone(made.id), [Zone.domain_id.set(made.domain_id)], Zone.id.exists(), Zone.unknown(made.id))
    accepted = jobs.done(
        caller, transaction, command=command, result={name: shown.body()}, resource_type=made.kind, resource_id=made.id,
    )  # fmt: skip
    tell_hosts(made.zone_id)
    said = f"{caller.account} dedicated {made.kind.lower()} {made.name} to {made.owner}"
    announce(of_cloud(event, said, resource_type=made.kind, resource_id=made.id))
    return accepted


def release(caller: Caller, kind: str, key: str, *, command: str, event: str) -> Accepted:
    """Let everybody use the place again; guests that are there stay."""
    made = Dedication.find(key)
    if made is None or made.kind != kind:
        raise InvalidParameter(f"{kind} {key} is not dedicated; list what is.")
    transaction = Transaction()
    transaction.delete(made, Dedication.id.exists(), InvalidParameter(f"{kind} {made.name} is not dedicated any more."))
    if kind == "Zone":
        transaction.update(Zone(key), [Zone.domain_id.remove()], Zone.id.exists(), Zone.unknown(key))
    accepted = jobs.done(
        caller, transaction, command=command, result={"success": True}, resource_type=kind, resource_id=key,
    )  # fmt: skip
    tell_hosts(made.zone_id)
    said = f"{caller.account} released {kind.lower()} {made.name}"
    announce(of_cloud(event, said, resource_type=kind, resource_id=key))
    return accepted


def zone_of(place: Place) -> str:
    """The zone that a place is, or is in."""
    return str(place.id if isinstance(place, Zone) else place.zone_id)


def hosts_in(place: Place) -> Iterator[Host]:
    """The hosts of a place."""
    hosts = Host.load_all(row.id for row in Host.by_zone.query(zone_of(place)))
    yield from (host for host in hosts if place.id in (*around(host), host.id))


def _within(inner: Dedication, outer: Dedication) -> bool:
    """Whether all that the inner admits, the outer does."""
    if outer.account_id:
        return bool(inner.account_id == outer.account_id)
    return bool(inner.domain_path.startswith(outer.domain_path))


def _refuse_guests_of_others(host: Host, made: Dedication) -> None:
    for machine in VirtualMachine.load_all(row.id for row in VirtualMachine.by_host.query(host.id)):
        theirs = machine.account_id == made.account_id if made.account_id else (
            machine.domain_path.startswith(made.domain_path)
        )  # fmt: skip
        if not theirs:
            raise ResourceInUse(
                f"Host {host.name} has guests of others, {machine.instance_name} for one; stop them first."
            )

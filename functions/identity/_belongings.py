"""What accounts own, and how each kind of it goes when its account is deleted: in this order, kind by kind.

What is more than records goes as its owner would have it go, by its own operation, whose job is waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from functions.identity._acting import owner
from javelin.contract.errors import ResourceUnavailable
from javelin.contract.grants import Grant
from javelin.data.indexes import looked_up
from javelin.data.owned_records import owned_records
from javelin.data.record import Owned
from javelin.data.records.account import Account
from javelin.data.records.lease import Lease
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging.services import call, may_call
from javelin.sync import lease

MOST = 100  # of a kind, in one pass
FIRST = "VirtualMachine"


@dataclass(frozen=True)
class Call:
    """It goes by an operation, which is called with its id."""

    component: str
    operation: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """It is nothing but its record."""


@dataclass(frozen=True)
class Stays:
    """It goes otherwise, or stays as long as it would."""

    why: str


Way = Call | Rows | Stays
WAYS: dict[str, Way] = {
    "VirtualMachine": Call("compute", "destroy_virtual_machine", {"expunge": "true"}),
    "Volume": Stays("Volumes go with their virtual machines."),
    "Network": Call("network", "delete_network"),
    "Template": Call("storage", "delete_template"),
    "Webhook": Call("events", "delete_webhook"),
    "WebhookDelivery": Rows(),
    "AffinityGroup": Rows(),
    "InstanceGroup": Rows(),
    "UserData": Rows(),
    "CniConfiguration": Rows(),
    "SshKeyPair": Rows(),
    "Tag": Rows(),
    "Project": Stays("A project is owned by its own account, and goes with it."),
    "ProjectMember": Stays("Who is in a project is the project's to know."),
    "ProjectInvitation": Stays("Invitations are the project's, and expire."),
    "ProjectRole": Stays("Roles of a project go with it."),
    "User": Stays("Users go last, with their names and keys."),
    "Job": Stays("Jobs expire; the one that deletes the account is one of them."),
    "UsageRecord": Stays("What was used is told after its owner has gone, until it expires."),
    "Event": Stays("What happened stays known until it expires."),
    "ArchivedEvent": Stays("What happened stays known until it expires."),
}
GRANTS: tuple[Grant, ...] = (
    Lease.read, VirtualMachine.write,
    *(may_call(way.component, way.operation) for way in WAYS.values() if isinstance(way, Call)),
    *(record.write for name, record in owned_records().items() if isinstance(WAYS.get(name), Rows)),
    *(record.read for name, record in owned_records().items() if isinstance(WAYS.get(name), Call)),
)  # fmt: skip


def clear(account: Account) -> int:
    """Have what the account owns go; answers how much is still there.

    Raises ResourceUnavailable, saying why, for what cannot go.
    """
    left = 0
    for name, way in WAYS.items():
        record = owned_records().get(name)
        if record is None or isinstance(way, Stays):
            continue
        ids = looked_up(record, [account.id], None)
        if isinstance(way, Rows):
            if ids:
                _delete(record, ids[:MOST])
            left += len(ids[MOST:])
        elif ids:
            _begin(account, record, way, ids[:MOST])
            left += len(record.load_all(ids))
        if left and name == FIRST:
            return left  # what these use cannot go before them
    return left


def _delete(record: type[Owned], ids: list[str]) -> None:
    transaction = Transaction()
    for id_ in ids:
        transaction.delete(record(id_))
    transaction.commit()


def _begin(account: Account, record: type[Owned], way: Call, ids: list[str]) -> None:
    """Call the operation for each that no job is at. A job that got stuck keeps its thing, and says why."""
    busy = _held(ids)
    for row in record.load_all(id_ for id_ in ids if id_ not in busy):
        if isinstance(row, VirtualMachine) and row.delete_protection:
            row.change(VirtualMachine.delete_protection.set(False), when=VirtualMachine.id.exists())
        parameters = {"id": row.id, **way.parameters}
        answer = call(way.component, way.operation, {"parameters": parameters, "caller": owner(account).model_dump()})
        if "error" in answer and row.id not in _held([row.id]) and record.find(row.id) is not None:
            raise ResourceUnavailable(
                f"A {record.noun} of account {account.name} cannot be deleted: {answer['error']['text']}"
            )


def _held(ids: list[str]) -> set[str]:
    """Those that a job is at. Raises ResourceUnavailable if it got stuck."""
    held = [*Lease.batch_get(ids, consistent_read=True)]
    for one in held:
        if one.stuck:
            lease.refuse_stuck(one.resource)
    return {one.resource for one in held if one.owner}

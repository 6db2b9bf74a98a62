"""Details of resources: which records have them, and how they change. They are text, which no host ever sees."""

from __future__ import annotations

from collections.abc import Mapping

from javelin.contract.caller import Caller
from javelin.contract.errors import ConcurrentOperation, InvalidParameter, ResourceLimitExceeded
from javelin.contract.grants import Grant
from javelin.data.offerings import Viewer
from javelin.data.record import Owned, Record
from javelin.data.records.network import Network
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.transaction import Transaction

MOST = 50  # of a resource
LONGEST = 1024  # characters of a value
DETAILED: dict[str, type[Record]] = {
    "UserVm": VirtualMachine, "Template": Template, "Volume": Volume, "Network": Network,
    "ServiceOffering": ServiceOffering,
}  # fmt: skip
CHANGE_DETAILS: tuple[Grant, ...] = tuple(record.write for record in DETAILED.values())
READ_DETAILS: tuple[Grant, ...] = tuple(record.read for record in DETAILED.values())


def kind_named(name: str) -> str:
    """The resource type as it is written. Raises InvalidParameter for one that cannot have details."""
    for kind in DETAILED:
        if kind.lower() == name.lower():
            return kind
    raise InvalidParameter(f"resourcetype {name} cannot have details; those that can are {', '.join(DETAILED)}.")


def bearer(caller: Caller, kind: str, key: str) -> Record:
    """The resource, if the caller may see it. Otherwise the same error as for one that does not exist."""
    found = DETAILED[kind].find(key)
    if found is None or not _seen(caller, found):
        raise DETAILED[kind].unknown(key)
    return found


def details_of(record: Record) -> dict[str, str]:
    """The resource's details."""
    return dict(record.details or {})  # type: ignore[attr-defined]  # every record of DETAILED has them


def harmless(details: dict[str, str]) -> dict[str, str]:
    """The details, if they may be kept. Raises InvalidParameter for what asks a hypervisor for more than an offering
    gives."""
    raw = next((name for name in details if name.lower().startswith("extraconfig")), None)
    if raw is not None:
        raise InvalidParameter(f"details[0].{raw} would configure the hypervisor, which no guest may; leave it out.")
    return details


def put(transaction: Transaction, record: Record, wanted: Mapping[str, str]) -> None:
    """Give the resource these details with the transaction; a key that it has gets the new value."""
    if not wanted:
        raise InvalidParameter("Say which details: details[0].key=..., details[0].value=...")
    _write(transaction, record, within_bounds(details_of(record) | harmless(dict(wanted))))


def within_bounds(details: dict[str, str]) -> dict[str, str]:
    """The details, if they are no more and no longer than may be kept. Raises InvalidParameter, ResourceLimitExceeded."""
    for key, value in details.items():
        if not key or len(key) > 255 or len(value) > LONGEST:
            raise InvalidParameter(
                f"Each detail needs a key of at most 255 characters, and a value of at most {LONGEST}."
            )
    if len(details) > MOST:
        raise ResourceLimitExceeded(f"A resource may have {MOST} details; remove some first.")
    return details


def remove(transaction: Transaction, record: Record, key: str | None) -> None:
    """Take a detail off with the transaction, or all of them. One that is not there is no error."""
    _write(transaction, record, {name: value for name, value in details_of(record).items() if key not in (None, name)})


def _write(transaction: Transaction, record: Record, details: dict[str, str]) -> None:
    attribute = type(record).details  # type: ignore[attr-defined]  # every record of DETAILED has them
    before = record.details  # type: ignore[attr-defined]  # as above
    same = attribute.does_not_exist() if before is None else attribute == before
    changed = ConcurrentOperation("The resource or its details changed meanwhile; look again and repeat.")
    there = type(record).id.exists()  # type: ignore[attr-defined]  # as every record of DETAILED
    transaction.update(record, [attribute.set(details)], same & there, changed)


def _seen(caller: Caller, record: Record) -> bool:
    if isinstance(record, Template):
        return record.usable_by(caller)
    if isinstance(record, Owned):
        return caller.sees(record.account_id, record.domain_path)
    return isinstance(record, ServiceOffering) and Viewer(caller).may_use(record)

"""What was for a domain or zone that is gone. An offering that is for others too is for these alone from then on; what was for
nobody else is taken out of use, because nothing becomes everybody's by a deletion. A network that was shared there is its
account's alone: the next domain of the same name is somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from functions.data._versions import kind_of
from javelin.contract.grants import Grant
from javelin.data.record import Shared
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.former_account import FormerAccount
from javelin.data.records.network import SHARED, Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.zone import Zone
from javelin.data.walk import ids_of
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

FOR = {Domain: "domain_ids", Zone: "zone_ids"}
OUT_OF_USE: dict[type[Shared], tuple[str, str]] = {  # the state, and what is told of the change
    ServiceOffering: ("Inactive", "SERVICE.OFFERING.DELETE"), DiskOffering: ("Inactive", "DISK.OFFERING.DELETE"),
    NetworkOffering: ("Disabled", "NETWORK.OFFERING.EDIT"),
}  # fmt: skip
WITHDRAW: tuple[Grant, ...] = (
    *(kind.write for kind in OUT_OF_USE), Zone.write, Network.write, Domain.read,
    FormerAccount.write, Grant(("dynamodb:BatchWriteItem",), FormerAccount.write.resources), *ANNOUNCE,
)  # fmt: skip


def withdraw(records: Iterable[dict[str, Any]]) -> None:
    """Look after what was for the domains and zones that are deleted. A repeat changes nothing more."""
    rows = [record for record in records if record["eventName"] == "REMOVE"]
    for kind, attribute in FOR.items():
        images = [row["dynamodb"]["OldImage"] for row in rows if kind_of(row) is kind]
        gone = {image["id"]["S"] for image in images}
        if not gone:
            continue
        for offerings in OUT_OF_USE:
            for one in _all(offerings):
                _leave(one, attribute, gone)
        if kind is Domain:
            for zone in _all(Zone):
                if zone.domain_id in gone:
                    _close(zone)
            _unshare({image["id"]["S"]: image.get("parent_id", {}).get("S", ROOT_DOMAIN) for image in images})
            _forget_former(gone)


def _all(kind: type[Shared]) -> Iterator[Any]:
    for ids in ids_of(kind):
        yield from kind.load_all(ids)


def _leave(offering: Any, attribute: str, gone: set[str]) -> None:
    """Write what is left of those that it is for, or take it out of use, however often others write it meanwhile."""
    kind, (state, event) = type(offering), OUT_OF_USE[type(offering)]
    while offering is not None and gone.intersection(whom := getattr(offering, attribute)):
        left = [key for key in whom if key not in gone]
        if not left and offering.state == state:
            return
        changes = [getattr(kind, attribute).set(left)] if left else [kind.state.set(state)]
        if offering.change(*changes, when=getattr(kind, attribute) == whom):
            if not left:
                _tell(event, offering)
            return
        offering = kind.find(offering.id)


def _close(zone: Zone) -> None:
    """It stays private, so that an operator says whom it is for next."""
    changes = [Zone.allocation_state.set("Disabled"), Zone.disabled.set(datetime.now(UTC))]
    if zone.change(*changes, when=(Zone.domain_id == zone.domain_id) & (Zone.allocation_state != "Disabled")):
        _tell("ZONE.EDIT", zone)


def _unshare(parents: dict[str, str]) -> None:
    """The networks that were shared in these domains are of those above, whose limits have counted them all along."""
    for network in Network.load_all(row.id for row in Network.by_shared.query(SHARED)):
        if network.domain_id in parents:
            home = Domain.find(parents[network.domain_id]) or Domain.require(ROOT_DOMAIN)
            changes = [Network.domain_id.set(home.id), Network.domain_path.set(home.path), Network.shared.remove(),
                       Network.acl_type.set("Account")]  # fmt: skip
            if network.change(*changes, when=Network.domain_id == network.domain_id):
                _tell("NETWORK.UPDATE", network)


def _forget_former(domains: set[str]) -> None:
    """Nobody governs these any more who would be told of the accounts that were in them."""
    rows = [row for key in domains for row in FormerAccount.query(key)]
    with FormerAccount.batch_write() as batch:
        for row in rows:
            batch.delete(FormerAccount(row.domain_id, row.account_id))


def _tell(event: str, what: Any) -> None:
    said = f"{what.noun.capitalize()} {what.name} is out of use, because whom or what it was for alone is deleted"
    announce(of_cloud(event, said, resource_type=type(what).__name__, resource_id=what.id))

"""The network offerings that a cloud comes with. A repeat changes nothing."""

from __future__ import annotations

from typing import Any

from functions.network._network_offering import ROUTER, ROUTER_SERVICES
from javelin.contract.errors import InvalidParameter
from javelin.data.records.claim import Claim
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.messaging.consumers import Call, consumer

ISOLATED = "00000000-0000-7000-8000-0000000000a1"
SHARED = "00000000-0000-7000-8000-0000000000a2"
SEEDS: dict[str, dict[str, Any]] = {
    ISOLATED: {
        "name": "DefaultIsolatedNetworkOfferingWithSourceNatService",
        "display_text": "A private network with a router: addresses, names and a way out",
        "guest_type": "Isolated",
        "availability": "Required",
        "services": dict.fromkeys(ROUTER_SERVICES, ROUTER),
    },
    SHARED: {
        "name": "DefaultSharedNetworkOffering",
        "display_text": "A network of the hosts' own bridge that tenants share",
        "guest_type": "Shared",
        "specify_vlan": True,
        "specify_ip_ranges": True,
        "services": dict.fromkeys(("Dhcp", "Dns", "UserData"), ROUTER),
    },
}


class There(InvalidParameter):
    """The offering was made before."""


def seed(event: dict[str, Any]) -> dict[str, list[str]]:
    """Make those that are missing; answers the ids of all."""
    for key, fields in SEEDS.items():
        offering = NetworkOffering(key, state="Enabled", is_default=True, **fields)
        transaction = Transaction()
        transaction.claim(f"network_offering/{offering.name}", key, There("made before"))
        transaction.create(offering)
        try:
            transaction.commit()
        except There:
            continue
    return {"offerings": list(SEEDS)}


handler = consumer(seed, Call(), grants=[NetworkOffering.write, Claim.write, Sequence.write])

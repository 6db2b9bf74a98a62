"""deleteNetworkOffering."""

from __future__ import annotations

import pytest

from functions.network._counted import discount
from functions.network.actions.seed_offerings import ISOLATED
from javelin.data.records.network import Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.transaction import Transaction
from tests.cloud import Refused
from tests.unit.site import Site

GIVEN = {
    "name": "o",
    "guestiptype": "Isolated",
    "traffictype": "Guest",
    "supportedservices": "Dhcp,Dns",
    "enable": "true",
}


def test_what_no_network_has_goes_and_its_name_is_free(site: Site) -> None:
    call = site.cloud.call
    offering = call("createNetworkOffering", **GIVEN)["networkoffering"]["id"]
    network = call("createNetwork", name="n", networkofferingid=offering, zoneid=site.zone.id)["network"]["id"]
    with pytest.raises(Refused, match="536 Networks have offering o"):
        call("deleteNetworkOffering", id=offering)
    transaction, made = Transaction(), Network.require(network)
    transaction.delete(made)
    discount(transaction, made)
    transaction.commit()
    assert call("deleteNetworkOffering", id=offering) == {"success": True}
    assert call("listNetworkOfferings", id=offering) == {}
    call("createNetworkOffering", **GIVEN)


def test_what_the_cloud_came_with_stays(site: Site) -> None:
    with pytest.raises(Refused, match="431 The cloud came with"):
        site.cloud.call("deleteNetworkOffering", id=ISOLATED)


@pytest.mark.parametrize("first", ["createNetwork", "deleteNetworkOffering"])
def test_no_network_loses_its_offering(site: Site, monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    call, commit = site.cloud.call, Transaction.commit
    offering = call("createNetworkOffering", **GIVEN)["networkoffering"]["id"]
    calls = {
        "createNetwork": lambda: call("createNetwork", name="n", networkofferingid=offering, zoneid=site.zone.id),
        "deleteNetworkOffering": lambda: call("deleteNetworkOffering", id=offering),
    }

    def other_first(transaction: Transaction) -> None:
        """The other call is done between the look and the write of this one."""
        monkeypatch.setattr(Transaction, "commit", commit)
        calls[first]()
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", other_first)
    with pytest.raises(Refused) as refusal:
        calls[next(name for name in calls if name != first)]()
    assert refusal.value.code == (536 if first == "createNetwork" else 431)
    kept = first == "createNetwork"
    assert bool(call("listNetworks", listall="true")) is bool(call("listNetworkOfferings", id=offering)) is kept


def test_only_networks_of_operators_own_offerings_write_their_offering(site: Site) -> None:
    site.cloud.call("createNetwork", name="n", networkofferingid=ISOLATED, zoneid=site.zone.id)
    assert NetworkOffering.require(ISOLATED).inside == 0

"""deleteNetworkOffering."""

from __future__ import annotations

import pytest

from functions.network.actions.seed_offerings import ISOLATED
from javelin.data.records.network import Network
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
    Network.require(network).delete()
    assert call("deleteNetworkOffering", id=offering) == {"success": True}
    assert call("listNetworkOfferings", id=offering) == {}
    call("createNetworkOffering", **GIVEN)


def test_what_the_cloud_came_with_stays(site: Site) -> None:
    with pytest.raises(Refused, match="431 The cloud came with"):
        site.cloud.call("deleteNetworkOffering", id=ISOLATED)

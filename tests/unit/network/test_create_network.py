"""createNetwork, listNetworks and updateNetwork."""

from __future__ import annotations

from typing import Any

import pytest

from functions.network._segments import FIRST
from functions.network.actions.seed_offerings import ISOLATED, SHARED
from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.address import Address
from javelin.data.records.claim import Claim
from javelin.data.records.domain import Domain
from javelin.data.records.network import Network
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.zone import Zone
from tests.cloud import Refused
from tests.unit.site import Site, create

RANGE: dict[str, Any] = {
    "gateway": "192.168.7.1",
    "netmask": "255.255.255.0",
    "startip": "192.168.7.10",
    "endip": "192.168.7.99",
}


def make(site: Site, caller: Caller | None = None, **given: Any) -> dict[str, Any]:
    """A new network."""
    wish = {"name": "n1", "networkofferingid": ISOLATED, "zoneid": site.zone.id, **given}
    network: dict[str, Any] = site.cloud.call("createNetwork", caller, **wish)["network"]
    return network


def share(site: Site, **given: Any) -> dict[str, Any]:
    """A new shared network on the hosts' own bridge."""
    types = [{"id": new_id(), "type": "Guest", "label": "br-guests"}]
    create(PhysicalNetwork(new_id(), name="p", zone_id=site.zone.id, zone_name=site.zone.name, traffic_types=types))
    return make(site, **{"name": "shared", "networkofferingid": SHARED, "vlan": "untagged", **RANGE, **given})


def names(site: Site, caller: Caller | None = None, **filters: Any) -> list[str]:
    """The names that listNetworks shows."""
    return [row["name"] for row in site.cloud.call("listNetworks", caller, **filters).get("network", [])]


def test_a_zone_of_another_domain_is_as_one_that_is_not_there(site: Site) -> None:
    home = site.cloud.domain("home")
    inside, outside = site.cloud.caller("inside", home), site.cloud.caller("outside", site.cloud.domain("other"))
    site.zone.change(Zone.domain_id.set(home.id), Zone.allocation_state.set("Disabled"))
    with pytest.raises(Refused, match="431 Unable to find zone"):
        make(site, outside)
    site.zone.change(Zone.allocation_state.set("Enabled"))
    with pytest.raises(Refused, match="431 Unable to find zone"):
        make(site, outside)
    make(site, inside)
    make(site, name="by root")


def test_an_isolated_network_takes_the_zones_range(site: Site) -> None:
    made = make(site)
    assert (made["state"], made["type"], made["acltype"]) == ("Allocated", "Isolated", "Account")
    assert (made["cidr"], made["gateway"], made["netmask"]) == ("10.1.1.0/24", "10.1.1.1", "255.255.255.0")
    assert made["networkofferingname"].startswith("DefaultIsolated")
    assert {"SourceNat", "Dhcp"} <= {service["name"] for service in made["service"]}
    assert int(made["vlan"]) >= FIRST
    record = Network.require(made["id"])
    assert Claim.owner_of(Network.vni_claim(int(record.vni))) == made["id"]
    assert record.source_nat
    assert Account.require(site.cloud.root.account_id).used_network == 1


def test_tenants_do_not_see_segments(site: Site) -> None:
    made = make(site, site.cloud.caller("tenant"))
    assert "vlan" not in made
    assert "broadcasturi" not in made


def test_a_range_of_ones_own(site: Site) -> None:
    made = make(site, gateway="172.20.0.1", netmask="255.255.0.0", networkdomain="lab.example", dns1="1.1.1.1")
    assert (made["cidr"], made["networkdomain"], made["dns1"]) == ("172.20.0.0/16", "lab.example", "1.1.1.1")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"gateway": "10.1.1.1"}, 431),
        ({"gateway": "10.1.1.0", "netmask": "255.255.255.0"}, 431),
        ({"gateway": "10.1.1.1", "netmask": "255.0.255.0"}, 431),
        ({"gateway": "10.1.1.1", "netmask": "255.255.255.252"}, 431),
        ({"gateway": "127.0.0.1", "netmask": "255.255.255.0"}, 431),
        ({"gateway": "169.254.1.1", "netmask": "255.255.255.0"}, 431),
        ({"startip": "10.2.0.1"}, 431),
        ({"startip": "10.1.1.9", "endip": "10.1.1.5"}, 431),
        ({"networkdomain": "a b"}, 431),
        ({"networkdomain": "evil\n[section]"}, 431),
        ({"dns1": "x"}, 431),
        ({"vlan": "7"}, 431),
        ({"zoneid": new_id()}, 431),
        ({"networkofferingid": new_id()}, 431),
        ({"vpcid": new_id()}, 431),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(site: Site, changed: dict[str, str], code: int) -> None:
    with pytest.raises(Refused) as refusal:
        make(site, None, **changed)
    assert refusal.value.code == code
    assert names(site, listall="true") == []
    assert Account.require(site.cloud.root.account_id).used_network == 0


def test_a_shared_network_is_on_the_named_bridge_beside_its_gateway(site: Site) -> None:
    made = share(site)
    record = Network.require(made["id"])
    assert record.vni is None
    assert (record.uplink, record.router_ip) == ("br-guests", "192.168.7.99")
    assert Address.get(record.id, record.router_ip).vm_id == record.id
    assert (made["acltype"], made["type"], made["broadcasturi"]) == ("Domain", "Shared", "vlan://untagged")


def test_a_shared_network_is_seen_from_its_domain_down(site: Site) -> None:
    sales = site.cloud.domain("sales")
    inside, outside = site.cloud.caller("in", sales), site.cloud.caller("out")
    share(site, domainid=sales.id)
    make(site, inside, name="mine")
    assert names(site, inside) == ["shared", "mine"]
    assert names(site, inside, networkfilter="account") == ["mine"]
    assert names(site, inside, networkfilter="shared") == ["shared"]
    assert names(site, inside, page=2, pagesize=1) == ["mine"]
    assert names(site, outside) == []
    assert names(site, listall="true") == ["shared", "mine"]


def test_only_operators_share(site: Site) -> None:
    with pytest.raises(Refused, match="531"):
        make(site, site.cloud.caller("tenant"), networkofferingid=SHARED, **RANGE)
    with pytest.raises(Refused, match="Guest"):
        make(site, networkofferingid=SHARED, vlan="untagged", **RANGE)
    first = make(site, networkofferingid=SHARED, vlan="77", **RANGE)
    assert first["vlan"] == "77"
    with pytest.raises(Refused, match="another network"):
        make(site, networkofferingid=SHARED, vlan="vxlan://77", **RANGE)


def test_filters(site: Site) -> None:
    first = make(site, name="one")
    make(site, name="two", displaytext="second")
    assert names(site, id=first["id"]) == ["one"]
    assert names(site, name="two") == ["two"]
    assert names(site, keyword="SECOND") == ["two"]
    assert names(site, type="isolated", zoneid=site.zone.id, supportedservices="SourceNat,Dhcp") == ["one", "two"]
    assert names(site, type="Shared") == []
    assert names(site, supportedservices="SecurityGroup") == []
    assert names(site, issystem="true") == []
    assert names(site, forvpc="true") == []
    assert site.cloud.call("listNetworks", retrieveonlyresourcecount="true") == {"count": 2}
    assert names(site, site.cloud.caller("tenant"), id=first["id"]) == []


def test_an_update_says_when_the_router_must_learn_of_it(site: Site) -> None:
    made = make(site)
    site.cloud.call("updateNetwork", id=made["id"], name="new", dns1="1.1.1.1")
    record = Network.require(made["id"])
    assert (record.name, record.dns1, record.restart_required) == ("new", "1.1.1.1", False)
    record.change(Network.router_host_id.set(new_id()))
    site.cloud.call("updateNetwork", id=made["id"], networkdomain="x.example")
    assert Network.require(made["id"]).restart_required
    with pytest.raises(Refused, match="431"):
        site.cloud.call("updateNetwork", site.cloud.caller("tenant"), id=made["id"], name="stolen")


def test_domains_below_are_not_kept_out_of_a_shared_network(site: Site) -> None:
    with pytest.raises(Refused, match="leave subdomainaccess out"):
        share(site, subdomainaccess="false")
    assert names(site, listall="true") == []


def test_a_network_takes_the_dns_domain_of_its_account_or_else_of_the_accounts_domain(site: Site) -> None:
    home = site.cloud.domain("home")
    home.change(Domain.network_domain.set("home.internal"))
    tenant = site.cloud.caller("tenant", home)
    assert make(site, tenant)["networkdomain"] == "home.internal"
    Account.require(tenant.account_id).change(Account.network_domain.set("own.internal"))
    assert make(site, tenant, name="second")["networkdomain"] == "own.internal"

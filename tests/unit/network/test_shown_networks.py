"""What is shown of networks and their routers: addresses on the wire, sizes of frames, and the jobs at work."""

from __future__ import annotations

from javelin.data.records.network import Network
from javelin.messaging.network_links import LAN, WAN, digest_of, router_mac
from tests.unit.network.test_network_on_hosts import connect, guest, isolated, public_range
from tests.unit.site import Site, open_flows


def test_a_router_is_shown_with_its_interfaces(site: Site) -> None:
    public_range(site)
    host, network = site.add_host(), isolated(site)
    connect(site, network, guest(site, network, host, "10.1.1.5"))
    (router,) = site.cloud.call("listRouters")["router"]
    inside, outside = router["nic"]
    digest = digest_of(network.id)
    assert router["guestmacaddress"] == inside["macaddress"] == router_mac(digest, LAN)
    assert router["publicmacaddress"] == outside["macaddress"] == router_mac(digest, WAN)
    assert (inside["networkid"], inside["ipaddress"], inside["mtu"]) == (network.id, "10.1.1.1", 1450)
    assert (outside["ipaddress"], outside["gateway"], outside["mtu"]) == (router["publicip"], "203.0.113.1", 1500)
    assert (inside["isdefault"], outside["isdefault"]) == (False, True)
    assert router["hostcontrolstate"] == "Enabled"
    (address,) = site.cloud.call("listPublicIpAddresses", associatednetworkid=network.id)["publicipaddress"]
    assert router["publicnetworkid"] == outside["networkid"] == address["networkid"]


def test_without_public_addresses_a_router_is_inside_alone(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    connect(site, network, guest(site, network, host, "10.1.1.5"))
    (router,) = site.cloud.call("listRouters")["router"]
    assert [nic["isdefault"] for nic in router["nic"]] == [True]
    assert not {"publicip", "publicmacaddress", "publicnetworkid"} & router.keys()


def test_networks_say_what_crosses_them_and_which_job_is_at_work(site: Site) -> None:
    open_flows("network/restart_network")
    network = isolated(site)
    (row,) = site.cloud.call("listNetworks")["network"]
    assert (row["privatemtu"], row["publicmtu"], "jobid" in row) == (1450, 1500, False)
    network.change(Network.state.set("Implemented"))
    job = site.cloud.call("restartNetwork", id=network.id)["jobid"]
    (row,) = site.cloud.call("listNetworks")["network"]
    assert (row["jobid"], row["jobstatus"]) == (job, 0)

"""How a network comes to hosts, moves, restarts and goes; and the routers, NICs and addresses that are listed."""

from __future__ import annotations

from typing import Any

import pytest

from functions.network.actions import (
    apply_router,
    clean_up_router,
    connect_guest,
    finish_restart,
    forget_network,
    shut_down_network,
    withdraw_guest,
)
from functions.network.actions.seed_offerings import ISOLATED
from javelin.contract.errors import ResourceUnavailable
from javelin.data.ids import new_id
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.host import Host
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.network import Network
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.steps import Ask
from javelin.messaging.host_commands import ApplyNetwork, RemoveNetwork, UpdateSegment
from tests.cloud import Refused
from tests.unit.site import Site, create, do_run, last_job, undo_run


def isolated(site: Site) -> Network:
    """A new isolated network."""
    made = site.cloud.call("createNetwork", name="n", networkofferingid=ISOLATED, zoneid=site.zone.id)["network"]
    return Network.require(made["id"])


def public_range(site: Site, end: str = "203.0.113.11") -> None:
    """Public addresses on the hosts' bridge br-public."""
    types = [{"id": new_id(), "type": "Public", "label": "br-public"}]
    create(PhysicalNetwork(new_id(), name="p", zone_id=site.zone.id, zone_name=site.zone.name, traffic_types=types))
    site.cloud.call(
        "createVlanIpRange", zoneid=site.zone.id, gateway="203.0.113.1", netmask="255.255.255.0",
        startip="203.0.113.10", endip=end,
    )  # fmt: skip


def guest(site: Site, network: Network, host: Host, ip: str) -> VirtualMachine:
    """A guest of the network, placed on the host."""
    nic = {
        "id": new_id(), "networkid": network.id, "networkname": network.name, "type": "Isolated", "isdefault": True,
        "macaddress": "1e:00:00:00:00:01", "ipaddress": ip, "gateway": network.gateway, "netmask": network.netmask,
    }  # fmt: skip
    return site.machine(host_id=host.id, nics=[nic])


def connect(site: Site, network: Network, machine: VirtualMachine) -> tuple[Ask, Job]:
    """Run the step that connects a guest."""
    job = site.job("VirtualMachine", machine.id)
    asked = connect_guest.handler.do(do_run(job, item=network.id))
    assert isinstance(asked, Ask)
    assert isinstance(asked.command, ApplyNetwork)
    return asked, job


def ask(command: Any) -> Ask:
    """The command, which must ask a host."""
    assert isinstance(command, Ask)
    return command


def test_the_first_guest_brings_the_router_and_a_public_address(site: Site) -> None:
    public_range(site)
    host, network = site.add_host(), isolated(site)
    asked, _ = connect(site, network, guest(site, network, host, "10.1.1.5"))
    router = asked.command.model_dump(mode="json")["router"]
    assert asked.host == host.id
    assert (router["gateway"], router["public_gateway"], router["public_bridge"]) == (
        "10.1.1.1/24", "203.0.113.1", "br-public",
    )  # fmt: skip
    assert router["public"] in ("203.0.113.10/24", "203.0.113.11/24")
    assert Network.require(network.id).state == "Implemented"
    assert Account.require(site.cloud.root.account_id).used_public_ip == 1
    shown = site.cloud.call("listPublicIpAddresses", associatednetworkid=network.id)["publicipaddress"][0]
    assert shown["issourcenat"]
    assert shown["ipaddress"] == router["public"].split("/")[0]
    assert site.cloud.call("listPublicIpAddresses", site.cloud.caller("tenant"), id=shown["id"]) == {}
    assert site.cloud.call("listPublicIpAddresses", allocatedonly="false", listall="true")["count"] == 2


def test_without_public_addresses_there_is_no_way_out(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    asked, _ = connect(site, network, guest(site, network, host, "10.1.1.5"))
    assert asked.command.model_dump()["router"]["public"] is None
    assert not Network.require(network.id).restart_required


def test_where_all_addresses_are_taken_the_network_says_so_until_it_is_restarted(site: Site) -> None:
    public_range(site, end="203.0.113.10")
    host, first, second = site.add_host(), isolated(site), isolated(site)
    connect(site, first, guest(site, first, host, "10.1.1.5"))
    connect(site, second, guest(site, second, host, "10.1.1.5"))
    assert Network.require(second.id).restart_required
    delete(site, first)
    site.cloud.call("restartNetwork", id=second.id)
    asked = ask(apply_router.handler.do(do_run(last_job("Network", second.id))))
    assert asked.command.model_dump(mode="json")["router"]["public"] == "203.0.113.10/24"
    assert not Network.require(second.id).restart_required


def test_other_hosts_learn_of_a_new_member(site: Site) -> None:
    home, second, third = site.add_host("h1"), site.add_host("h2"), site.add_host("h3")
    network = isolated(site)
    connect(site, network, guest(site, network, home, "10.1.1.5"))
    connect(site, network, guest(site, network, second, "10.1.1.6"))
    asked, _ = connect(site, network, guest(site, network, third, "10.1.1.7"))
    assert asked.host == home.id
    assert asked.command.model_dump(mode="json")["segment"]["peers"] == [second.address, third.address]
    told = site.asked(second)
    assert len(told) == 1
    assert isinstance(told[0], UpdateSegment)
    assert [str(peer) for peer in told[0].segment.peers] == [home.address, third.address]
    assert told[0].segment.revision == 3
    assert site.asked(third) == []
    asked, _ = connect(site, network, guest(site, network, third, "10.1.1.8"))
    assert site.asked(second) == []


def test_a_router_moves_from_a_lost_host_alone(site: Site) -> None:
    lost, near, network = site.add_host("h1"), site.add_host("h2"), isolated(site)
    first = guest(site, network, lost, "10.1.1.5")
    connect(site, network, first)
    lost.change(Host.state.set("Disconnected"))
    with pytest.raises(ResourceUnavailable):
        connect(site, network, guest(site, network, near, "10.1.1.6"))
    lost.change(Host.state.set("Down"))
    asked, _ = connect(site, network, guest(site, network, near, "10.1.1.7"))
    assert asked.host == near.id
    left = [command for command in site.asked(lost) if isinstance(command, RemoveNetwork)]
    assert [command.router_only for command in left] == [True]


def test_an_undone_or_expunged_guest_is_forgotten_by_the_router(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    machine = guest(site, network, host, "10.1.1.5")
    _, job = connect(site, network, machine)
    for withdrawn in (
        connect_guest.undo(undo_run(job, item=network.id)),
        withdraw_guest.handler.do(do_run(job, item=network.id)),
    ):
        assert ask(withdrawn).command.model_dump()["gone"] == (machine.nics[0]["id"],)
    host.change(Host.state.set("Disconnected"))
    assert withdraw_guest.handler.do(do_run(job, item=network.id)) is None
    assert len(site.asked(host)) == 1
    host.change(Host.state.set("Down"))
    assert withdraw_guest.handler.do(do_run(job, item=network.id)) is None
    assert site.asked(host) == []
    assert withdraw_guest.handler.do(do_run(job, item=new_id())) is None


def delete(site: Site, network: Network) -> Job:
    """Delete a network through all steps, each twice."""
    site.cloud.call("deleteNetwork", id=network.id)
    job = last_job("Network", network.id)
    for _ in range(2):
        shut_down_network.handler.do(do_run(job))
    for _ in range(2):
        forget_network.handler.do(do_run(job))
    return Job.require(job.id)


def test_nothing_stays_of_a_deleted_network(site: Site) -> None:
    public_range(site)
    home, second, network = site.add_host("h1"), site.add_host("h2"), isolated(site)
    connect(site, network, guest(site, network, home, "10.1.1.5"))
    connect(site, network, guest(site, network, second, "10.1.1.6"))
    site.cloud.call("deleteNetwork", id=network.id)
    job = last_job("Network", network.id)
    asked = ask(shut_down_network.handler.do(do_run(job)))
    assert asked.host == home.id
    assert isinstance(asked.command, RemoveNetwork)
    assert not asked.command.router_only
    assert site.asked(second) == [RemoveNetwork(network=network.id)]
    forget_network.handler.do(do_run(job))
    forget_network.handler.do(do_run(job))
    assert Job.require(job.id).status == JobStatus.SUCCEEDED
    assert Network.find(network.id) is None
    assert Claim.owner_of(Network.vni_claim(int(network.vni))) is None
    assert all(row.state == "Free" for row in PublicAddress.scan())
    account = Account.require(site.cloud.root.account_id)
    assert (account.used_network, account.used_public_ip) == (0, 0)


def test_a_network_that_was_never_on_a_host_goes_at_once(site: Site) -> None:
    network = isolated(site)
    assert delete(site, network).status == JobStatus.SUCCEEDED


def test_a_network_with_guests_stays(site: Site) -> None:
    network = isolated(site)
    network.change(Network.nics.add(1))
    with pytest.raises(Refused, match="536"):
        site.cloud.call("deleteNetwork", id=network.id)
    assert Network.require(network.id).state == "Allocated"


def test_a_failed_delete_leaves_a_network_that_can_be_deleted_again(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    connect(site, network, guest(site, network, host, "10.1.1.5"))
    site.cloud.call("deleteNetwork", id=network.id)
    job = last_job("Network", network.id)
    for _ in range(2):
        shut_down_network.undo(undo_run(job, "States.Timeout", ""))
    kept = Network.require(network.id)
    assert (kept.state, kept.restart_required) == ("Implemented", True)
    assert delete(site, network).status == JobStatus.SUCCEEDED


def test_a_restart_makes_the_router_anew_when_asked(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    with pytest.raises(Refused, match="Implemented"):
        site.cloud.call("restartNetwork", id=network.id)
    connect(site, network, guest(site, network, host, "10.1.1.5"))
    site.cloud.call("restartNetwork", id=network.id)
    job = last_job("Network", network.id)
    assert clean_up_router.handler.do(do_run(job)) is None
    apply_router.undo(undo_run(job, "TransientHostError", "no answer"))
    assert Network.require(network.id).restart_required
    site.cloud.call("restartNetwork", id=network.id, cleanup="true")
    job = last_job("Network", network.id)
    removed = ask(clean_up_router.handler.do(do_run(job))).command
    assert isinstance(removed, RemoveNetwork)
    assert removed.router_only
    assert ask(apply_router.handler.do(do_run(job))).host == host.id
    for _ in range(2):
        finish_restart.handler.do(do_run(job))
    assert Job.require(job.id).status == JobStatus.SUCCEEDED
    assert not Network.require(network.id).restart_required


def test_routers_and_nics_are_listed(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    machine = guest(site, network, host, "10.1.1.5")
    isolated(site)
    connect(site, network, machine)
    router = site.cloud.call("listRouters")["router"]
    assert len(router) == 1
    assert (router[0]["state"], router[0]["guestipaddress"], router[0]["hostid"]) == ("Running", "10.1.1.1", host.id)
    assert site.cloud.call("listRouters", networkid=network.id, hostid=host.id)["count"] == 1
    assert site.cloud.call("listRouters", id=router[0]["id"])["count"] == 1
    host.change(Host.state.set("Down"))
    assert site.cloud.call("listRouters", state="Stopped")["count"] == 1
    assert site.cloud.call("listRouters", site.cloud.caller("other", role="DomainAdmin"), networkid=new_id()) == {}
    nic = site.cloud.call("listNics", virtualmachineid=machine.id)["nic"][0]
    assert (nic["ipaddress"], nic["isdefault"], nic["deviceid"]) == ("10.1.1.5", True, "0")
    assert nic["broadcasturi"] == f"vxlan://{int(network.vni)}"
    assert site.cloud.call("listNics", virtualmachineid=machine.id, networkid=new_id()) == {}
    with pytest.raises(Refused, match="431"):
        site.cloud.call("listNics", site.cloud.caller("tenant"), virtualmachineid=machine.id)

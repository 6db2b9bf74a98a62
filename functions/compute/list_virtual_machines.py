"""listVirtualMachines: the guests that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.compute._details import PARTS, user_data
from functions.compute._virtual_machine import VirtualMachineResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Rows, Text, TextList, Uuid, UuidList
from javelin.contract.parts import chosen
from javelin.contract.responses import Listing
from javelin.data.affinity import groups_of
from javelin.data.filters import Accounts, Filters
from javelin.data.indexes import of_accounts, related
from javelin.data.lists import READ_LISTS, asked_ids, list_owned, matching
from javelin.data.records.address import Address
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.host import Host
from javelin.data.records.lease import Lease
from javelin.data.records.tag import Tag
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.messaging import objects
from javelin.sync import lease

HIDDEN = ("Destroyed", "Expunging")
PASSING = ("Starting", "Stopping", "Expunging")  # states that a job is changing


class ListVirtualMachines(OwnedListRequest):
    """Lists virtual machines."""

    id: Uuid | None = Field(None, description="Only this one")
    ids: UuidList | None = Field(None, description="Only these")
    name: Text | None = Field(None, description="Only those whose name contains this")
    state: Text | None = Field(None, description="Only those in this state; Present for all that are not destroyed")
    zoneid: Uuid | None = Field(None, description="Only those in this zone")
    hostid: Uuid | None = Field(None, description="Only those on this host, for admins")
    podid: Uuid | None = Field(None, description="Only those on hosts of this pod, for admins")
    clusterid: Uuid | None = Field(None, description="Only those on hosts of this cluster, for admins")
    storageid: Uuid | None = Field(None, description="Only those with a volume on this pool, for admins")
    networkid: Uuid | None = Field(None, description="Only those with a NIC in this network")
    templateid: Uuid | None = Field(None, description="Only those made from this template")
    serviceofferingid: Uuid | None = Field(None, description="Only those of this offering")
    groupid: Uuid | None = Field(None, description="Only those in this instance group")
    userdataid: Uuid | None = Field(None, description="Only those with this registered user data")
    affinitygroupid: Uuid | None = Field(None, description="Only those in this affinity group")
    userid: Uuid | None = Field(None, description="Only those that this user deployed")
    keypair: Text | None = Field(None, description="Only those with this SSH key pair")
    hypervisor: Text | None = Field(None, description="Only those on this kind of hypervisor")
    haenable: Flag | None = Field(None, description="Only those that are (or are not) restarted elsewhere")
    displayvm: Flag | None = Field(None, description="Only those that users see (or do not)")
    forvirtualnetwork: Flag | None = Field(None, description="Only those in isolated networks (or not)")
    arch: Text | None = Field(None, description="Only those of this architecture")
    tags: Rows = Field(default_factory=list, description="Only those with these tags: tags[0].key, tags[0].value")
    details: TextList = Field(default_factory=list, description="Parts to show: all, min, group, nics, tmpl ...")
    retrieveonlyresourcecount: Flag = Field(False, description="Give the count alone")
    showicon: Flag = Field(False, description="Accepted; there are no icons")
    accumulate: Flag = Field(False, description="Accepted; statistics are not kept yet")
    userdata: Flag = Field(False, description="Show user data too, of at most three machines")
    isvnf: Flag = Field(False, description="Only network appliances, of which there are none")


REFUSED = (
    "isoid", "vpcid", "backupofferingid", "securitygroupid", "autoscalevmgroupid",
    "leased", "gpuenabled", "extensionid",
)  # fmt: skip


@operation(
    ListVirtualMachines, roles=EVERYONE, answers=VirtualMachineResponse, object_name="virtualmachine", refuses=REFUSED,
    grants=[VirtualMachine.read, Address.read, AffinityGroup.read, Host.read, Lease.read, Tag.read, Volume.read, *READ_LISTS,
            objects.may("Get", "userdata/"), objects.LOOK],
    environment=[objects.BUCKET],
)  # fmt: skip
def handler(request: ListVirtualMachines, caller: Caller) -> Listing:
    """The guests of a host are few; what names another thing is found by its relation, all else by the directory."""
    admin = caller.role_type in OPERATORS
    filters = _plain(request)
    _related(filters, request)
    if admin:
        _placed(filters, request)
    only = asked_ids(request.id, request.ids)
    if only is None and request.hostid and admin:
        only = [row.id for row in VirtualMachine.by_host.query(request.hostid)]
    machines, count = list_owned(VirtualMachine, caller, request, filters, only)
    if request.retrieveonlyresourcecount:
        return Listing("virtualmachine", [], count)
    busy = lease.holders(machine.id for machine in machines if machine.state in PASSING)
    hosts = {host.id: host for host in Host.load_all(row.host_id for row in machines if row.host_id and admin)}
    data = user_data(machines) if request.userdata else {}
    rows = [
        show(
            machine, admin=admin, job_id=busy.get(machine.id), host=hosts.get(machine.host_id),
            user_data=data.get(machine.id),
        )
        for machine in machines
    ]  # fmt: skip
    return Listing("virtualmachine", chosen(rows, PARTS, request.details), count)


def _plain(request: ListVirtualMachines) -> Filters:
    filters = Filters().nothing(request.isvnf or request.arch not in (None, "x86_64"))
    filters.nothing(request.hypervisor is not None and request.hypervisor.lower() != "kvm")
    filters.contains(request.name, "name", "display_name")
    filters.contains(request.keyword, "name", "display_name", "instance_name")
    if request.state is not None and request.state.lower() == "present":
        filters.outside("state", HIDDEN)
    else:
        filters.word("state", request.state)
    filters.equal("zone_id", request.zoneid).equal("ha_enabled", request.haenable)
    filters.equal("display", request.displayvm).listed("key_pairs", request.keypair)
    if request.forvirtualnetwork is not None:
        wanted = "Isolated" if request.forvirtualnetwork else "Shared"
        filters.add(lambda machine: any(nic["type"] == wanted for nic in machine.nics))
    return filters


def _related(filters: Filters, request: ListVirtualMachines) -> None:
    filters.related(VirtualMachine.by_template, "template_id", request.templateid)
    filters.related(VirtualMachine.by_offering, "offering_id", request.serviceofferingid)
    filters.related(VirtualMachine.by_user, "user_id", request.userid)
    filters.related(VirtualMachine.by_group, "group_id", request.groupid)
    filters.related(VirtualMachine.by_user_data, "user_data_id", request.userdataid)
    filters.tagged(VirtualMachine, request.tags)
    if together := request.affinitygroupid:
        filters.found(
            lambda accounts: of_accounts(VirtualMachine, _members(together), accounts),
            lambda machine: any(group["id"] == together for group in groups_of(machine)),
        )
    if network := request.networkid:
        filters.found(
            lambda accounts: related(Address.by_network, network, accounts, "vm_id"),
            lambda machine: any(nic["networkid"] == network for nic in machine.nics),
        )


def _members(group_id: str) -> list[str]:
    group = AffinityGroup.find(group_id)
    return sorted(group.vm_ids or ()) if group is not None else []


def _placed(filters: Filters, request: ListVirtualMachines) -> None:
    filters.equal("host_id", request.hostid)
    if request.podid or request.clusterid:
        where = Filters().equal("pod_id", request.podid).equal("cluster_id", request.clusterid)
        _on(filters, matching(Host, where))
    if pool := request.storageid:
        filters.found(
            lambda accounts: related(Volume.by_pool, pool, accounts, "vm_id"),
            lambda machine: any(volume.pool_id == pool for volume in Volume.load_all(machine.volume_ids)),
        )


def _on(filters: Filters, hosts: list[str]) -> None:
    """Keep what runs on one of these hosts."""

    def source(accounts: Accounts) -> list[str]:
        ids = (row.id for host in hosts for row in VirtualMachine.by_host.query(host))
        return of_accounts(VirtualMachine, ids, accounts)

    filters.found(source, lambda machine: machine.host_id in hosts)

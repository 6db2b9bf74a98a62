"""deployVirtualMachine: make a guest from a template and, unless told otherwise, start it."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field

from functions.compute import _instance_group, _requests
from functions.compute._addresses import AddressTaken, Wish, connect, wishes
from functions.compute._affinity_group import groups_named
from functions.compute._disks import data_disk, volume
from functions.compute._explaining import explain_deploy
from functions.compute._user_data import READ_KEPT, Chosen, chosen
from functions.compute._virtual_machine import StartedVirtualMachineResponse, show
from functions.compute._wanted_place import READ_PLACES, WantedPlace, wanted_place
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import ApiError, InvalidParameter, PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import (
    Details,
    Flag,
    Length,
    Long,
    OneOf,
    Request,
    Rows,
    SecretText,
    Text,
    TextList,
    Uuid,
    UuidList,
)
from javelin.contract.responses import Accepted
from javelin.data import affinity, limits
from javelin.data.details import harmless
from javelin.data.fetch import fetch
from javelin.data.ids import new_id
from javelin.data.offerings import Viewer, fits
from javelin.data.owned_amounts import tagged_amounts
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.address import Address
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.claim import Claim
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.domain import Domain
from javelin.data.records.network import Network
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.data.zones import require_open
from javelin.flow import jobs
from javelin.messaging import objects

HOST_NAME = re.compile(r"^[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$")


class DeployVirtualMachine(Request):
    """Makes a virtual machine from a template and starts it.

    The disks, addresses and limits are taken at once; what takes time is in the job.
    """

    zoneid: Uuid = Field(description="The zone to deploy into")
    serviceofferingid: Uuid = Field(description="CPU, memory and root disk")
    templateid: Uuid = Field(description="The template of the root disk")
    name: Text | None = Field(None, description="Host name: letters, digits and hyphens; made up when left out")
    displayname: Text | None = Field(None, description="The name that people see")
    account: Text | None = Field(None, description="Deploy for this account; needs domainid")
    domainid: Uuid | None = Field(None, description="The domain of that account")
    networkids: UuidList = Field(default_factory=list, description="The networks, the default one first")
    iptonetworklist: Rows = Field(default_factory=list, description="Networks with addresses: networkid, ip, mac")
    ipaddress: Text | None = Field(None, description="The address in the default network")
    macaddress: Text | None = Field(None, description="The MAC address in the default network")
    diskofferingid: Uuid | None = Field(None, description="Also make a data disk of this offering")
    size: Long | None = Field(None, description="GiB of the data disk, for an offering that leaves it open")
    rootdisksize: Long | None = Field(None, description="GiB of the root disk")
    group: Text | None = Field(None, description="The instance group to put it in, which is made if there is none")
    hypervisor: Annotated[Text, OneOf(("KVM", "Simulator"))] = Field("KVM", description="KVM")
    userdata: Annotated[SecretText, Length(1_400_000)] | None = Field(None, description="Base64, at most 1 MiB decoded")
    affinitygroupids: UuidList = Field(default_factory=list, description="Affinity groups to be in, by id")
    affinitygroupnames: TextList = Field(default_factory=list, description="Affinity groups to be in, by name")
    userdataid: Uuid | None = Field(None, description="Registered user data, instead of userdata")
    userdatadetails: Details = Field(default_factory=dict, description="Values of the user data's variables")
    keypair: Text | None = Field(None, description="An SSH key pair to put in")
    keypairs: TextList = Field(default_factory=list, description="SSH key pairs to put in")
    hostid: Uuid | None = Field(None, description="The host to run on, for admins")
    clusterid: Uuid | None = Field(None, description="The cluster to run in, for admins")
    podid: Uuid | None = Field(None, description="The pod to run in, for admins")
    keyboard: Text | None = Field(None, description="Keyboard layout of the console")
    startvm: Flag = Field(True, description="Whether to start it")
    displayvm: Flag = Field(True, description="Whether users see it")
    details: Details = Field(default_factory=dict, description="cpuNumber, cpuSpeed, memory for a custom offering")
    dynamicscalingenabled: Flag = Field(False, description="Whether it can be scaled while it runs")
    projectid: Uuid | None = Field(None, description="Deploy for this project, instead of account and domainid")


REFUSED = (
    "customid", "password", "boottype", "bootmode", "bootintosetup", "datadisksdetails",
    "securitygroupids", "securitygroupnames", "ip6address",
    "dhcpoptionsnetworklist", "datadiskofferinglist", "extraconfig", "copyimagetags", "properties", "nicnetworklist",
    "overridediskofferingid", "iothreadsenabled", "iodriverpolicy", "nicpackedvirtqueuesenabled", "leaseduration",
    "leaseexpiryaction", "externaldetails", "volumeid", "snapshotid", "deploymentplanner",
    "nicmultiqueuenumber",
)  # fmt: skip
GRANTS = (
    VirtualMachine.write, Volume.write, Address.write, Network.write, *limits.COUNT, Template.write, Claim.write,
    AffinityGroup.write, *_instance_group.JOIN, ServiceOffering.read, DiskOffering.read, Zone.read, SshKeyPair.read,
    Domain.read, *READ_PLACES, StoragePool.read, *READ_KEPT,
    objects.may("Put", "userdata/"), objects.may("Delete", "userdata/"),
)  # fmt: skip


@operation(
    DeployVirtualMachine, roles=EVERYONE, grants=GRANTS, answers=StartedVirtualMachineResponse, object_name="virtualmachine",
    flow="compute/deploy_virtual_machine", refuses=REFUSED, environment=[objects.BUCKET], explain=explain_deploy,
    event="VM.CREATE",
)  # fmt: skip
def handler(request: DeployVirtualMachine, caller: Caller) -> Accepted:
    """Everything that can be refused is refused here, before the job."""
    own = request.account is None and request.projectid is None and request.domainid in (None, caller.domain_id)
    networks = wishes(request.networkids, request.iptonetworklist, request.ipaddress, request.macaddress)
    found = fetch(
        [
            (Zone, request.zoneid), (Template, request.templateid), (ServiceOffering, request.serviceofferingid),
            (DiskOffering, request.diskofferingid), (Account, caller.account_id if own else None),
            *((Network, wish.network_id) for wish in networks),
        ]
    )  # fmt: skip
    account: Account = (
        found.require(Account, caller.account_id)
        if own
        else account_named(caller, request.account, request.domainid, request.projectid)
    )
    zone: Zone = found.require(Zone, request.zoneid)
    require_open(zone, caller)
    if zone.allocation_state != "Enabled" and caller.role_type not in OPERATORS:
        raise PermissionDenied(f"Zone {zone.name} is disabled; ask an operator to enable it.")
    template: Template = found.require(Template, request.templateid)
    if not template.usable_by(caller):
        raise Template.unknown(template.id)
    if template.zone_id not in (None, zone.id):
        raise InvalidParameter(
            f"Template {template.name} is for zone {template.zone_name}; choose one for {zone.name}."
        )
    if template.state != "Ready":
        raise InvalidParameter(
            f"Template {template.name} is not ready ({template.status or template.state}); wait for it."
        )
    offering: ServiceOffering = found.require(ServiceOffering, request.serviceofferingid)
    _may_use(caller, ServiceOffering, offering, zone)
    size = _requests.sizes(offering, request.details)
    data = chosen(account.id, request.userdata, request.userdataid, request.userdatadetails, template)
    pairs = _requests.key_pairs(account, list(dict.fromkeys([*request.keypairs, *filter(None, [request.keypair])])))

    groups = groups_named(account.id, request.affinitygroupids, request.affinitygroupnames)

    place = wanted_place(request, caller, zone.id)
    machine = _machine(request, caller, account, zone, template, offering, size, place)
    machine.key_pairs = [pair.name for pair in pairs]
    machine.public_keys = [pair.public_key for pair in pairs]
    data.show_in(machine)
    machine.affinity_groups = [affinity.membership(group) for group in groups] or None
    root_bytes = _requests.root_size(template, offering, request.rootdisksize)
    volumes = [volume(machine, "ROOT", 0, root_bytes, template=template)]
    if request.diskofferingid:
        disk_offering: DiskOffering = found.require(DiskOffering, request.diskofferingid)
        _may_use(caller, DiskOffering, disk_offering, zone)
        volumes.append(data_disk(request.size, machine, disk_offering))
        machine.disk_offering_id, machine.disk_offering_name = disk_offering.id, disk_offering.name
    machine.root_volume_id, machine.volume_ids = volumes[0].id, [one.id for one in volumes]

    joined = [(wish, found.require(Network, wish.network_id)) for wish in networks]
    if not joined:
        joined = _default_network(account, zone)
    for _, network in joined:
        if not _requests.usable(network, account):
            raise Network.unknown(network.id)
        if network.zone_id != zone.id:
            raise InvalidParameter(
                f"Network {network.name} is in another zone than {zone.name}; choose one in that zone."
            )
    if data.content is not None:
        objects.put(machine.user_data_key, data.content)
    try:
        return _commit(request, caller, account, machine, volumes, template, joined, groups, data)
    except ApiError:  # refused; after anything else the job may be there, and need it
        if data.content is not None:
            objects.delete(machine.user_data_key)
        raise


def _commit(
    request: DeployVirtualMachine, caller: Caller, account: Account, machine: VirtualMachine, volumes: list[Volume],
    template: Template, chosen: list[tuple[Wish, Network]], groups: list[AffinityGroup],
    data: Chosen,
) -> Accepted:  # fmt: skip
    def write() -> Accepted:
        transaction = Transaction()
        for position, (wish, network) in enumerate(chosen):
            machine.nics[position] = connect(transaction, machine, wish, network, default=position == 0)
        if request.group:
            _instance_group.join(transaction, machine, request.group)
        transaction.create(machine)
        affinity.join(transaction, machine, groups)
        data.check(transaction)
        for disk in volumes:
            transaction.create(disk)
        limits.use(
            transaction, account, tagged=tagged, user_vm=1, volume=len(volumes), cpu=int(machine.cpus),
            memory=int(machine.memory_mib), primary_storage=sum(int(disk.size) for disk in volumes),
        )  # fmt: skip
        gone = InvalidParameter(f"Template {template.name} is being deleted; choose another.")
        transaction.update(template, [Template.users.add(1)], Template.state == "Ready", gone)
        if not request.startvm:
            result = {"virtualmachine": show(machine, admin=caller.role_type in OPERATORS).body()}
            return jobs.done(
                caller, transaction, command="deployVirtualMachine", result=result, resource_type="VirtualMachine",
                resource_id=machine.id, creates=True, owner=machine,
            )  # fmt: skip
        return jobs.start(
            caller, transaction, command="deployVirtualMachine", flow="compute/deploy_virtual_machine",
            resource_type="VirtualMachine", resource_id=machine.id, new=True, items=[network.id for _, network in chosen],
            creates=True, event="VM.CREATE", owner=machine,
            description=f"Deploying virtual machine {machine.name}",
        )  # fmt: skip

    tagged = tagged_amounts(
        ("VirtualMachine", machine.attribute_values), *(("Volume", disk.attribute_values) for disk in volumes)
    )
    machine.nics = [{} for _ in chosen]
    for _ in range(8):
        try:
            return write()
        except (AddressTaken, _instance_group.GroupChanged):
            machine.cloud_bucket = machine.account_bucket = machine.group_id = machine.group = None
    raise InvalidParameter(
        "The network's addresses, or the group, change faster than they can be found; repeat the call."
    )


def _machine(
    request: DeployVirtualMachine, caller: Caller, account: Account, zone: Zone, template: Template,
    offering: ServiceOffering, size: _requests.Sizes, place: WantedPlace,
) -> VirtualMachine:  # fmt: skip
    key = new_id()
    name = request.name or f"VM-{key}"
    if not HOST_NAME.match(name):
        raise InvalidParameter(
            f"{name} is no host name: start with a letter, then letters, digits and hyphens, at most 63 in all."
        )
    return VirtualMachine(
        key, account_id=account.id, account=account.name, domain_id=account.domain_id, domain_path=account.domain_path,
        name=name, display_name=request.displayname or name, instance_name=f"i-{key[-12:]}-VM", user_id=caller.user_id,
        user_name=caller.username,
        state="Starting" if request.startvm else "Stopped", zone_id=zone.id, zone_name=zone.name,
        **place, template_id=template.id, template_name=template.name,
        template_text=template.display_text, template_type=template.template_type, template_format=template.format,
        arch=template.arch,
        os_type_id=template.os_type_id, os_type_name=template.os_type_name,
        offering_id=offering.id, offering_name=offering.name, cpus=size.cpus,
        mhz=size.mhz, memory_mib=size.memory_mib, host_tags=list(offering.host_tags),
        storage_tags=list(offering.storage_tags), details=harmless(request.details) or None,
        keyboard=request.keyboard, display=request.displayvm, ha_enabled=offering.offer_ha,
        password_enabled=template.password_enabled, dynamically_scalable=request.dynamicscalingenabled,
    )  # fmt: skip


def _may_use(
    caller: Caller,
    record: type[ServiceOffering] | type[DiskOffering],
    offering: ServiceOffering | DiskOffering,
    zone: Zone,
) -> None:
    if offering.state != "Active" or not Viewer(caller).may_use(offering):
        raise record.unknown(offering.id)
    if not fits(offering, domain_id=None, zone_id=zone.id):
        raise InvalidParameter(f"Offering {offering.name} is not for zone {zone.name}; list those that are.")


def _default_network(account: Account, zone: Zone) -> list[tuple[Wish, Any]]:
    """The account's only network in the zone, as CloudStack picks it; with none or several the caller must say."""
    from javelin.data.filters import Filters
    from javelin.data.lists import matching
    from javelin.data.reach import Reach

    mine = matching(Network, Filters().equal("zone_id", zone.id), Reach((account.id,)))
    if len(mine) == 1:
        return [(Wish(mine[0], None, None), Network.require(mine[0]))]
    if mine:
        raise InvalidParameter("The account has several networks in this zone; name those to use in networkids.")
    raise InvalidParameter("The account has no network in this zone; create one and name it in networkids.")

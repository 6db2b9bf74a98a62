"""listVirtualMachines: the guests that the caller may see."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from functions.compute._virtual_machine import VirtualMachineResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OwnedListRequest, Rows, Text, TextList, Uuid, UuidList
from javelin.contract.responses import Listing
from javelin.data.lists import list_owned
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.host import Host
from javelin.data.records.lease import Lease
from javelin.data.records.sequence import Sequence
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

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
    userid: Uuid | None = Field(None, description="Only those that this user deployed")
    keypair: Text | None = Field(None, description="Only those with this SSH key pair")
    hypervisor: Text | None = Field(None, description="Only those on this kind of hypervisor")
    haenable: Flag | None = Field(None, description="Only those that are (or are not) restarted elsewhere")
    displayvm: Flag | None = Field(None, description="Only those that users see (or do not)")
    forvirtualnetwork: Flag | None = Field(None, description="Only those in isolated networks (or not)")
    arch: Text | None = Field(None, description="Only those of this architecture")
    tags: Rows = Field(default_factory=list, description="Only those with these tags: tags[0].key, tags[0].value")
    details: TextList = Field(default_factory=list, description="Accepted; every detail is always given")
    retrieveonlyresourcecount: Flag = Field(False, description="Give the count alone")
    showicon: Flag = Field(False, description="Accepted; there are no icons")
    accumulate: Flag = Field(False, description="Accepted; statistics are not kept yet")
    userdata: Flag = Field(False, description="Accepted; getVirtualMachineUserData gives user data")
    isvnf: Flag = Field(False, description="Only network appliances, of which there are none")


REFUSED = (
    "groupid", "isoid", "vpcid", "affinitygroupid", "backupofferingid", "securitygroupid", "autoscalevmgroupid",
    "userdataid", "leased", "gpuenabled", "extensionid",
)  # fmt: skip


@operation(
    ListVirtualMachines, roles=EVERYONE, answers=VirtualMachineResponse, object_name="virtualmachine", refuses=REFUSED,
    grants=[VirtualMachine.read, Sequence.read, Domain.read, Account.read, Host.read, Volume.read, Lease.read],
)  # fmt: skip
def handler(request: ListVirtualMachines, caller: Caller) -> Listing:
    """Ids and hosts are found by index; the other filters are applied to the caller's list."""
    admin = caller.role_type in OPERATORS
    only = [request.id] if request.id else request.ids
    if only is None and request.hostid and admin:
        only = [row.id for row in VirtualMachine.by_host.query(request.hostid)]
    keep = _keep(request, admin=admin)
    machines, count = list_owned(VirtualMachine, caller, request, keep, only)
    if request.retrieveonlyresourcecount:
        return Listing("virtualmachine", [], count)
    busy = _at_work([machine.id for machine in machines if machine.state in PASSING])
    rows = [show(machine, admin=admin, job_id=busy.get(machine.id)) for machine in machines]
    return Listing("virtualmachine", rows, count)


def _at_work(ids: list[str]) -> dict[str, str]:
    """The jobs that hold the leases on these machines."""
    leases = Lease.batch_get(ids) if ids else []
    return {lease.resource: lease.owner for lease in leases if lease.owner}


def _keep(request: ListVirtualMachines, *, admin: bool) -> Any:
    tests = [test for test in (*_plain(request), *_placed(request, admin=admin)) if test is not None]
    if not tests and request.isvnf is False:
        return None
    return lambda machine: not request.isvnf and all(test(machine) for test in tests)


def _plain(request: ListVirtualMachines) -> list[Any]:
    def equal(attribute: str, wanted: Any) -> Any:
        return None if wanted is None else lambda machine: getattr(machine, attribute) == wanted

    def contains(wanted: str | None, *attributes: str) -> Any:
        if wanted is None:
            return None
        return lambda machine: any(wanted.lower() in (getattr(machine, name) or "").lower() for name in attributes)

    state = request.state
    present = state is not None and state.lower() == "present"
    return [
        contains(request.name, "name", "display_name"),
        contains(request.keyword, "name", "display_name", "instance_name"),
        (lambda machine: machine.state not in HIDDEN) if present else None,
        None if state is None or present else (lambda machine: machine.state.lower() == state.lower()),
        equal("zone_id", request.zoneid),
        equal("template_id", request.templateid),
        equal("offering_id", request.serviceofferingid),
        equal("user_id", request.userid),
        equal("ha_enabled", request.haenable),
        equal("display", request.displayvm),
        None if request.keypair is None else (lambda machine: request.keypair in machine.key_pairs),
        None if request.hypervisor is None else (lambda _: str(request.hypervisor).lower() == "kvm"),
        None if request.arch is None else (lambda _: request.arch == "x86_64"),
        *(
            (lambda machine, row=row: any(_tagged(tag, row) for tag in machine.tags))
            for row in request.tags
        ),
    ]  # fmt: skip


def _placed(request: ListVirtualMachines, *, admin: bool) -> list[Any]:
    tests: list[Any] = []
    if request.networkid:
        tests.append(lambda machine: any(nic["networkid"] == request.networkid for nic in machine.nics))
    if request.forvirtualnetwork is not None:
        wanted = "Isolated" if request.forvirtualnetwork else "Shared"
        tests.append(lambda machine: any(nic["type"] == wanted for nic in machine.nics))
    if not admin:
        return tests
    if request.hostid:
        tests.append(lambda machine: machine.host_id == request.hostid)
    if request.podid or request.clusterid:
        tests.append(lambda machine: _on(machine.host_id, request.podid, request.clusterid))
    if request.storageid:
        pool = request.storageid
        tests.append(lambda machine: any(volume.pool_id == pool for volume in Volume.load_all(machine.volume_ids)))
    return tests


def _on(host_id: str | None, pod_id: str | None, cluster_id: str | None) -> bool:
    host = Host.find(host_id) if host_id else None
    return host is not None and pod_id in (None, host.pod_id) and cluster_id in (None, host.cluster_id)


def _tagged(tag: dict[str, str], wanted: dict[str, str]) -> bool:
    return tag["key"] == wanted.get("key") and wanted.get("value") in (None, tag["value"])

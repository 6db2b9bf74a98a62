"""createStoragePool: let guests have volumes in a directory of a host, or of all hosts of a cluster or zone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.fabric_admin._storage_pool import Place, StoragePoolResponse, place_of, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Long, OneOf, Request, Text, TextList, Uuid
from javelin.contract.responses import Item
from javelin.data import settings
from javelin.data.counting import enter
from javelin.data.ids import new_id
from javelin.data.offerings import never
from javelin.data.records.claim import Claim
from javelin.data.records.cluster import Cluster
from javelin.data.records.host import Host
from javelin.data.records.sequence import Sequence
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.messaging import pools
from javelin.messaging.events import ANNOUNCE, announce, of_cloud
from javelin.messaging.hosts import SEND_TO_HOSTS

SCOPES = ("HOST", "CLUSTER", "ZONE", "host", "cluster", "zone")


class CreateStoragePool(Request):
    """Adds a storage pool: a directory that hosts keep volumes in. Hosts make it and report how large it is.

    A pool of scope CLUSTER or ZONE must be the same directory on all its hosts: a mount of shared storage. A pool of scope
    HOST is of one host: the only one of the cluster or zone, or the one that the URL names.
    """

    name: Text = Field(description="A name")
    zoneid: Uuid = Field(description="The zone")
    podid: Uuid | None = Field(None, description="The pod, for scope CLUSTER")
    clusterid: Uuid | None = Field(None, description="The cluster, for scope CLUSTER or HOST")
    scope: Annotated[Text, OneOf(SCOPES)] | None = Field(
        None, description="HOST, CLUSTER (if clusterid is given) or ZONE"
    )
    url: Text = Field(description="file:///dir, file://<host>/dir or SharedMountPoint://localhost/dir")
    tags: TextList | None = Field(None, description="Tags that offerings may ask for")
    capacitybytes: Long | None = Field(None, description="Bytes that it has, until its hosts report")
    provider: Annotated[Text, OneOf(("DefaultPrimary",))] = Field("DefaultPrimary", description="DefaultPrimary")
    hypervisor: Annotated[Text, OneOf(("KVM", "Simulator", "Any"))] = Field("KVM", description="KVM")
    managed: Flag = Field(False, description="Not supported: false")
    istagarule: Flag = Field(False, description="Not supported: false")


@operation(
    CreateStoragePool, roles=ROOT,
    grants=[StoragePool.write, Claim.write, Sequence.write, Zone.write, Cluster.write, Host.write, *SEND_TO_HOSTS,
            settings.READ_SETTINGS, *ANNOUNCE],
    answers=StoragePoolResponse, object_name="storagepool", refuses=("storageaccessgroups", "capacityiops", "details"),
    event="STORAGE.POOL.ADD",
)  # fmt: skip
def handler(request: CreateStoragePool, caller: Caller) -> Item:
    """A pool that its hosts are told of at once; hosts that enrol later are told then."""
    never(request, "managed", "istagarule")
    zone, place = Zone.require(request.zoneid), place_of(request.url)
    cluster = _cluster(request)
    scope = (request.scope or ("CLUSTER" if cluster else "ZONE")).upper()
    if scope == "CLUSTER" and cluster is None:
        raise InvalidParameter("A pool of scope CLUSTER needs clusterid; give it, or scope ZONE.")
    hosts = Host.load_all(row.id for row in Host.by_zone.query(zone.id))
    host = _only_host(hosts, cluster, place) if scope == "HOST" else None
    at = cluster if scope != "ZONE" else None
    pool = StoragePool(
        new_id(), name=request.name, zone_id=zone.id, zone_name=zone.name, scope=scope, path=place.path,
        type="Filesystem" if host else "SharedMountPoint", tags=request.tags or [],
        overprovisioning=settings.STORAGE_OVERCOMMIT.value(zone=zone.id), capacity=request.capacitybytes or 0,
        host_id=host.id if host else None,
        pod_id=host.pod_id if host else at and at.pod_id, pod_name=host.pod_name if host else at and at.pod_name,
        cluster_id=host.cluster_id if host else at and at.id,
        cluster_name=host.cluster_name if host else at and at.name,
    )  # fmt: skip
    where = pool.host_id or pool.cluster_id or zone.id
    taken = InvalidParameter(f"The directory {place.path} is a pool there already; choose another.")
    transaction = Transaction()
    transaction.claim(f"pool/{where}{place.path}", pool.id, taken)
    transaction.create(pool)
    enter(transaction, *((Cluster, pool.cluster_id) if pool.cluster_id else (Zone, zone.id)))
    if pool.host_id:
        enter(transaction, Host, pool.host_id)
    transaction.commit()
    for one in hosts:
        if pool.serves(one) and one.state != "Connecting":
            pools.attach(pool, one.id)
    said = f"{caller.account} added storage pool {pool.name}"
    announce(of_cloud("STORAGE.POOL.ADD", said, resource_type="StoragePool", resource_id=pool.id))
    return Item("storagepool", show(pool))


def _cluster(request: CreateStoragePool) -> Cluster | None:
    if request.clusterid is None:
        return None
    cluster = Cluster.require(request.clusterid)
    if cluster.zone_id != request.zoneid or request.podid not in (None, cluster.pod_id):
        raise InvalidParameter(
            f"Cluster {cluster.name} is not there: give zoneid {cluster.zone_id} and podid {cluster.pod_id}."
        )
    return cluster


def _only_host(hosts: list[Host], cluster: Cluster | None, place: Place) -> Host:
    fitting = [
        host
        for host in hosts
        if (cluster is None or host.cluster_id == cluster.id)
        and (place.host is None or place.host in (host.name.lower(), host.address))
    ]
    if len(fitting) != 1:
        raise InvalidParameter(
            f"A pool of scope HOST is of one host, and {len(fitting)} fit: name it in the URL, file://<host>/dir."
        )
    return fitting[0]

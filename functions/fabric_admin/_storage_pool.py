"""How a storage pool is shown, and where its URL says that it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import AnnotatedResponse
from javelin.data.records.storage_pool import StoragePool

DIRECTORY = re.compile(r"^(/[A-Za-z0-9._-]+){1,20}$")
SCHEMES = frozenset({"file", "filesystem", "sharedmountpoint"})
HERE = frozenset({"", "localhost", "127.0.0.1"})


class StoragePoolResponse(AnnotatedResponse):
    """A storage pool."""

    id: str = Field(description="The pool's id")
    name: str = Field(description="The pool's name")
    zoneid: str = Field(description="The zone that it is in")
    zonename: str = Field(description="The zone's name")
    podid: str | None = Field(None, description="The pod that it is for")
    podname: str | None = Field(None, description="The pod's name")
    clusterid: str | None = Field(None, description="The cluster that it is for")
    clustername: str | None = Field(None, description="The cluster's name")
    scope: str = Field(description="HOST, CLUSTER or ZONE: whose guests may have volumes on it")
    state: str = Field(description="Up when volumes can be made")
    type: str = Field(description="Filesystem, or SharedMountPoint when several hosts have it mounted")
    ipaddress: str = Field(description="localhost: hosts reach it as a directory")
    path: str = Field(description="The directory on the hosts")
    created: datetime = Field(description="When it was added")
    capacitybytes: int = Field(description="Bytes that it has")
    disksizetotal: int = Field(description="Bytes that it has")
    disksizeallocated: int = Field(description="Bytes that are promised to volumes")
    disksizeused: int = Field(description="Bytes that are in use")
    overprovisionfactor: str = Field(description="How many times its bytes may be promised")
    tags: str | None = Field(None, description="Its tags, comma-separated")
    hypervisor: str = Field("KVM", description="What uses it")
    provider: str = Field("DefaultPrimary", description="What manages it")
    managed: bool = Field(False, description="Whether every volume is a LUN of its own")
    istagarule: bool = Field(False, description="Whether its tag is a rule")
    storagecapabilities: dict[str, str] = Field(description="What it can")


@dataclass(frozen=True)
class Place:
    """A directory, and the host whose it is when the URL names one."""

    path: str
    host: str | None


def place_of(url: str) -> Place:
    """Read file:///path, file://host/path or SharedMountPoint://localhost/path. Raises InvalidParameter."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise InvalidParameter("url cannot be read; write file:///var/lib/javelin/pool.") from None
    if parts.scheme.lower() not in SCHEMES:
        raise InvalidParameter(
            f"Pools of kind {parts.scheme or '(none)'} are not supported; mount it on the hosts and give the directory:"
            " SharedMountPoint://localhost/mnt/pool."
        )
    path = parts.path.rstrip("/")
    if not DIRECTORY.match(path) or len(path) > 200 or {".", ".."} & set(path.split("/")):
        raise InvalidParameter("url must name an absolute directory of plain letters: file:///var/lib/javelin/pool.")
    return Place(path, None if host in HERE else host)


def show(pool: StoragePool) -> StoragePoolResponse:
    """A pool with what it has and what is promised."""
    return StoragePoolResponse(
        hasannotations=bool(pool.notes),
        id=pool.id, name=pool.name, zoneid=pool.zone_id, zonename=pool.zone_name, podid=pool.pod_id,
        podname=pool.pod_name, clusterid=pool.cluster_id, clustername=pool.cluster_name, scope=pool.scope,
        state=pool.state, type=pool.type, ipaddress=pool.address, path=pool.path, created=pool.created,
        capacitybytes=int(pool.capacity), disksizetotal=int(pool.capacity), disksizeallocated=int(pool.allocated),
        disksizeused=int(pool.used), overprovisionfactor=str(float(pool.overprovisioning)),
        tags=",".join(pool.tags) or None,
        storagecapabilities={"VOLUME_SNAPSHOT_QUIESCEVM": "false"},
    )  # fmt: skip

"""updateStoragePool: rename a pool, tag it anew, or keep new volumes out of it."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._storage_pool import StoragePoolResponse, show
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, Text, TextList, Uuid
from javelin.contract.responses import Item
from javelin.data.offerings import never
from javelin.data.records.storage_pool import StoragePool
from javelin.messaging.events import ANNOUNCE, announce, of_cloud

STATES = ("Up", "Disabled")


class UpdateStoragePool(Request):
    """Changes a pool. A disabled one keeps its volumes and gets no new ones."""

    id: Uuid = Field(description="The pool")
    name: Text | None = Field(None, description="Its name")
    tags: TextList | None = Field(None, description="Tags that offerings may ask for, instead of those it has")
    enabled: Flag | None = Field(None, description="Whether new volumes may be made on it")
    istagarule: Flag = Field(False, description="Not supported: false")


@operation(
    UpdateStoragePool, roles=ROOT, grants=[StoragePool.write, *ANNOUNCE], answers=StoragePoolResponse,
    object_name="storagepool", refuses=("capacityiops", "capacitybytes", "details", "url"),
    event="STORAGE.POOL.EDIT",
)  # fmt: skip
def handler(request: UpdateStoragePool, caller: Caller) -> Item:
    """The pool as it is then. What it has is what its hosts report."""
    never(request, "istagarule")
    pool = StoragePool.require(request.id)
    changes = []
    if request.name is not None:
        changes.append(StoragePool.name.set(request.name))
    if request.tags is not None:
        changes.append(StoragePool.tags.set(request.tags))
    if request.enabled is not None:
        if pool.state not in STATES:
            raise InvalidParameter(f"Storage pool {pool.name} is {pool.state}; wait until it is Up or Disabled.")
        changes.append(StoragePool.state.set("Up" if request.enabled else "Disabled"))
    if changes and not pool.change(*changes, when=StoragePool.id.exists()):
        raise StoragePool.unknown(request.id)
    pool = StoragePool.require(pool.id)
    said = f"{caller.account} changed storage pool {pool.name}"
    announce(of_cloud("STORAGE.POOL.EDIT", said, resource_type="StoragePool", resource_id=pool.id))
    return Item("storagepool", show(pool))

"""deleteCniConfiguration: forget the configuration of a cluster's network."""

from __future__ import annotations

from functions.compute._kept_user_data import FORGET, Removal, forget, removed
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.responses import Success
from javelin.data.records.cni_configuration import CniConfiguration
from javelin.messaging import objects
from javelin.messaging.events import announce, of_caller


class DeleteCniConfiguration(Removal):
    """Forgets the configuration of a cluster's network."""


@operation(
    DeleteCniConfiguration, roles=EVERYONE, grants=[CniConfiguration.write, *FORGET],
    environment=[objects.BUCKET],
    event="DELETE.CNI.CONFIG",
)  # fmt: skip
def handler(request: DeleteCniConfiguration, caller: Caller) -> Success:
    """Nothing refers to it."""
    kept = removed(CniConfiguration, request, caller)
    forget(kept)
    said = f"CNI configuration {kept.name} was deleted"
    announce(
        of_caller(caller, "DELETE.CNI.CONFIG", said, resource_type="CniConfiguration", resource_id=kept.id, owner=kept)
    )
    return Success()

"""registerCniConfiguration: keep the configuration of a cluster's network under a name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.compute._kept_user_data import KEEP, KeptUserDataResponse, Registration, keep, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Length, SecretText
from javelin.contract.responses import Item
from javelin.data.records.cni_configuration import CniConfiguration
from javelin.messaging import objects
from javelin.messaging.events import announce, of_caller


class RegisterCniConfiguration(Registration):
    """Keeps the configuration of a Kubernetes cluster's network under a name."""

    cniconfig: Annotated[SecretText, Length(1048576)] | None = Field(None, description="The content, in base64")


@operation(
    RegisterCniConfiguration, roles=EVERYONE, answers=KeptUserDataResponse, object_name="cniconfig",
    grants=[CniConfiguration.write, *KEEP],
    environment=[objects.BUCKET],
    event="REGISTER.CNI.CONFIG",
)  # fmt: skip
def handler(request: RegisterCniConfiguration, caller: Caller) -> Item:
    """Its content never changes."""
    kept = keep(CniConfiguration, request, caller, request.cniconfig)
    said = f"CNI configuration {kept.name} was registered"
    announce(
        of_caller(
            caller, "REGISTER.CNI.CONFIG", said, resource_type="CniConfiguration", resource_id=kept.id, owner=kept
        )
    )
    return Item("cniconfig", show(kept))

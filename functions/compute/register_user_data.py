"""registerUserData: keep user data under a name, for deployments and templates."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.compute._kept_user_data import KEEP, KeptUserDataResponse, Registration, keep, show
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Length, SecretText
from javelin.contract.responses import Item
from javelin.data.records.user_data import UserData
from javelin.messaging import objects
from javelin.messaging.events import announce, of_caller


class RegisterUserData(Registration):
    """Keeps user data under a name, to be given to virtual machines when they are deployed."""

    userdata: Annotated[SecretText, Length(1048576)] = Field(description="The content, in base64")


@operation(
    RegisterUserData, roles=EVERYONE, answers=KeptUserDataResponse, object_name="userdata", grants=[UserData.write, *KEEP],
    environment=[objects.BUCKET],
    event="REGISTER.USER.DATA",
)  # fmt: skip
def handler(request: RegisterUserData, caller: Caller) -> Item:
    """Its content never changes."""
    kept = keep(UserData, request, caller, request.userdata)
    said = f"User data {kept.name} was registered"
    announce(of_caller(caller, "REGISTER.USER.DATA", said, resource_type="UserData", resource_id=kept.id, owner=kept))
    return Item("userdata", show(kept))

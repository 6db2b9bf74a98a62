"""listUserData: the user data that the caller may see."""

from __future__ import annotations

from functions.compute._kept_user_data import LIST, KeptListRequest, KeptUserDataResponse, listed
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.responses import Listing
from javelin.data.records.user_data import UserData
from javelin.messaging import objects


class ListUserData(KeptListRequest):
    """Lists user data with its content, as much as one answer holds."""


@operation(
    ListUserData, roles=EVERYONE, answers=KeptUserDataResponse, object_name="userdata", grants=[UserData.read, *LIST],
    environment=[objects.BUCKET], secret_answer=True, memory=512,
)  # fmt: skip
def handler(request: ListUserData, caller: Caller) -> Listing:
    """In order of registration."""
    return Listing("userdata", *listed(UserData, request, caller))

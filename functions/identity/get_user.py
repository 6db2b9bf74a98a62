"""getUser: the user of an API key."""

from __future__ import annotations

from pydantic import Field

from functions.identity._user import UserResponse, show_user
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Item
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.role import Role
from javelin.data.records.user import User


class GetUser(Request):
    """Finds a user by the public half of its key pair."""

    userapikey: Text = Field(description="The API key")


@operation(
    GetUser,
    roles=ROOT,
    grants=[ApiKey.read, User.read, Account.read, Role.read],
    answers=UserResponse,
    object_name="user",
)
def handler(request: GetUser, caller: Caller) -> Item:
    """The secret half is not shown."""
    try:
        key = ApiKey.get(request.userapikey, consistent_read=True)
    except ApiKey.DoesNotExist:
        raise InvalidParameter("Unable to find a user with this API key; see listUsers.") from None
    user = User.visible_to(caller, key.user_id)
    return Item("user", show_user(user, Account.require(user.account_id), caller))

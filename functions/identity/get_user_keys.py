"""getUserKeys: a user's key pair."""

from __future__ import annotations

from pydantic import Field

from functions.identity._keys import KeysResponse
from functions.identity._rights import governed_user, own_user_or_admin
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item
from javelin.data.inheritance import READ_INHERITED
from javelin.data.key_access import may_use_keys
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.role import Role
from javelin.data.records.user import User


class GetUserKeys(Request):
    """Shows a user's API key; the secret only to that user."""

    id: Uuid = Field(description="The user")


@operation(
    GetUserKeys, roles=EVERYONE, grants=[*READ_INHERITED, User.read, Account.read, ApiKey.read, Role.read],
    answers=KeysResponse,
    object_name="userkeys", secret_answer=True,
)  # fmt: skip
def handler(request: GetUserKeys, caller: Caller) -> Item:
    """Administrators make new keys rather than read those of others."""
    user, account = governed_user(caller, request.id)
    own_user_or_admin(caller, user)
    usable = may_use_keys(user, account)
    if not user.api_key or user.id != caller.user_id:
        return Item("userkeys", KeysResponse(apikey=user.api_key, apikeyaccess=usable))
    key = ApiKey.get(user.api_key, consistent_read=True)
    return Item("userkeys", KeysResponse(apikey=key.api_key, secretkey=key.secret, apikeyaccess=usable))

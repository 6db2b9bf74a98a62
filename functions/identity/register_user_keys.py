"""registerUserKeys: a new key pair to sign requests with."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._keys import KeysResponse, new_key, replace_key
from functions.identity._rights import governed_user, own_user_or_admin
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Item
from javelin.data import settings
from javelin.data.inheritance import READ_INHERITED, values_in
from javelin.data.key_access import said_of_keys
from javelin.data.records.account import Account
from javelin.data.records.api_key import ApiKey
from javelin.data.records.role import Role
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class RegisterUserKeys(Request):
    """Makes a new key pair for a user; the one before stops working."""

    id: Uuid = Field(description="The user")


@operation(
    RegisterUserKeys, roles=EVERYONE,
    grants=[*READ_INHERITED, User.write, ApiKey.write, Account.read, Role.read, *ANNOUNCE],
    answers=KeysResponse, object_name="userkeys", secret_answer=True,
    event="REGISTER.USER.KEY",
)  # fmt: skip
def handler(request: RegisterUserKeys, caller: Caller) -> Item:
    """Who may do so has all the rights that the keys give."""
    user, account = governed_user(caller, request.id)
    own_user_or_admin(caller, user)
    key = new_key(user)
    days, allowed = values_in(
        user.domain_id, user.domain_path, settings.API_KEY_DAYS, settings.API_KEY_ACCESS, account_id=user.account_id
    )
    transaction = Transaction()
    replace_key(transaction, user, key, days)
    transaction.save(user)
    transaction.commit()
    tell(
        caller,
        "REGISTER.USER.KEY",
        f"User {user.username} of account {account.name} has new keys",
        "User",
        user.id,
        owner=account,
    )
    said = said_of_keys(user, account)
    usable = allowed if said is None else said
    return Item("userkeys", KeysResponse(apikey=key.api_key, secretkey=key.secret, apikeyaccess=usable))

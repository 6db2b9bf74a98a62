"""setupUserTwoFactorAuthentication: begin to have a second factor, or have none any more."""

from __future__ import annotations

from typing import Annotated

import pyotp
from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import governed_user, own_user_or_admin
from functions.identity._second_factor import PROVIDER, FactorResponse, proved_lately
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied, SecondFactorMissing
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, OneOf, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.contract.secret import Secret
from javelin.data import login_settings, settings
from javelin.data.records.account import Account
from javelin.data.records.role import Role
from javelin.data.records.second_factor import SecondFactor
from javelin.data.records.session import Session
from javelin.data.records.user import User
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class SetupUserTwoFactorAuthentication(Request):
    """Gives a user the secret of a second factor, which counts once a code was right; or takes the factor away."""

    provider: Annotated[Text, OneOf((PROVIDER,))] = Field(PROVIDER, description="The kind of factor")
    enable: Flag = Field(True, description="False to have none any more")
    userid: Uuid | None = Field(None, description="Whose factor administrators take away; the caller's when left out")


@operation(
    SetupUserTwoFactorAuthentication, roles=EVERYONE, answers=FactorResponse, object_name="setup2fa",
    grants=[settings.READ_SETTINGS, User.write, Account.read, Role.read, SecondFactor.write, Session.read, *ANNOUNCE],
    secret_answer=True, event="USER.TWOFACTOR.SETUP",
)  # fmt: skip
def handler(request: SetupUserTwoFactorAuthentication, caller: Caller) -> Item:
    """A factor that counts is never replaced: somebody who knows the password alone would replace it."""
    user, account = governed_user(caller, request.userid or caller.user_id)
    own_user_or_admin(caller, user)
    own = user.id == caller.user_id
    if caller.unproved and not (own and request.enable):
        raise SecondFactorMissing(
            "Give the code of your second factor first, by validateUserTwoFactorAuthenticationCode."
        )
    secret = _begin(user, own=own) if request.enable else None
    if not request.enable:
        _end(caller, user, own=own)
    state = "is set up" if request.enable else "was taken away"
    said = f"The second factor of user {user.username} of account {account.name} {state}"
    tell(caller, "USER.TWOFACTOR.SETUP", said, "User", user.id)
    shown = FactorResponse(id=user.id, username=user.username, accountid=account.id, secretcode=secret)
    return Item("setup2fa", shown)


def _begin(user: User, *, own: bool) -> Secret:
    if not own:
        raise PermissionDenied("Users set their second factor up themselves; mandate2fa=true of updateUser demands it.")
    if not (user.second_factor_mandated or login_settings.SECOND_FACTOR.value(domain=user.domain_id)):
        raise PermissionDenied(f"Your domain has no second factors: {login_settings.SECOND_FACTOR.name} is false.")
    there = InvalidParameter(
        "You have a second factor already; take it away by enable=false before you set up another."
    )
    secret = Secret(pyotp.random_base32())
    transaction = Transaction()
    transaction.check(User, user.id, User.second_factor.does_not_exist(), there)
    fresh = [SecondFactor.secret.set(secret), SecondFactor.last_step.set(0)]
    transaction.update(SecondFactor(user.id), fresh)
    transaction.commit()
    return secret


def _end(caller: Caller, user: User, *, own: bool) -> None:
    if own and user.second_factor and not proved_lately(caller):
        raise SecondFactorMissing(
            "Log in and give a code by validateUserTwoFactorAuthenticationCode right before you take your factor away."
        )
    transaction = Transaction()
    transaction.delete(SecondFactor(user.id))
    transaction.update(User(user.id), [User.second_factor.remove()], User.id.exists(), User.unknown(user.id))
    transaction.commit()

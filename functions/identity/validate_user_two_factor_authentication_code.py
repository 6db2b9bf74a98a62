"""validateUserTwoFactorAuthenticationCode: prove the second factor."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._second_factor import TAKE_CODES, take_code
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, SecretText
from javelin.contract.responses import Success
from javelin.data.records.second_factor import SecondFactor
from javelin.messaging.events import ANNOUNCE


class ValidateUserTwoFactorAuthenticationCode(Request):
    """Proves the caller's second factor in its session; the first code that is right makes the factor count."""

    codefor2fa: SecretText = Field(description="The code that the user's device shows")


@operation(
    ValidateUserTwoFactorAuthenticationCode, roles=EVERYONE, grants=[*TAKE_CODES, *ANNOUNCE], explains=False,
    event="USER.TWOFACTOR.VALIDATE",
)  # fmt: skip
def handler(request: ValidateUserTwoFactorAuthenticationCode, caller: Caller) -> Success:
    """A code is good once, and only so many wrong ones are looked at."""
    factor = SecondFactor.of(caller.user_id)
    if factor is None:
        raise InvalidParameter("You have no second factor; set one up by setupUserTwoFactorAuthentication.")
    take_code(caller, factor, request.codefor2fa)
    said = f"User {caller.username} of account {caller.account} proved its second factor"
    tell(caller, "USER.TWOFACTOR.VALIDATE", said, "User", caller.user_id)
    return Success()

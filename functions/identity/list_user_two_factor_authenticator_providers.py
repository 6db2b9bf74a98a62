"""listUserTwoFactorAuthenticatorProviders: the kinds of second factors."""

from __future__ import annotations

from pydantic import Field

from functions.identity._second_factor import PROVIDER
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Listing, Response


class ListUserTwoFactorAuthenticatorProviders(Request):
    """Lists the kinds of second factors that users may have."""

    name: Text | None = Field(None, description="Only this kind")


class UserTwoFactorAuthenticatorProviderResponse(Response):
    """A kind of second factor."""

    name: str = Field(description="What it is called")
    description: str = Field(description="How it works")


@operation(
    ListUserTwoFactorAuthenticatorProviders, roles=EVERYONE, answers=UserTwoFactorAuthenticatorProviderResponse,
    object_name="providers",
)  # fmt: skip
def handler(request: ListUserTwoFactorAuthenticatorProviders, caller: Caller) -> Listing:
    """They are part of the code."""
    totp = UserTwoFactorAuthenticatorProviderResponse(
        name=PROVIDER, description="Codes of half a minute (RFC 6238), from an app on the user's own device"
    )
    rows = [totp] if request.name in (None, totp.name) else []
    return Listing("providers", rows, len(rows))

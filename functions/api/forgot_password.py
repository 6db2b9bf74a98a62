"""forgotPassword: have a token sent to a user who forgot its password."""

from __future__ import annotations

from pydantic import Field

from functions.api._guesses import COUNT_GUESSES, tries_of
from javelin.contract.caller import Caller
from javelin.contract.errors import PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Success
from javelin.data import login_settings, settings
from javelin.messaging.services import begin, may_call

SENDER = ("api", "send_reset_token")


class ForgotPassword(Request):
    """Has a token sent to the user's e-mail address, that sets a new password by resetPassword."""

    username: Text = Field(description="The user's name")
    domain: Text | None = Field(None, description="The path of the user's domain, /a/b; ROOT when left out")
    sourceaddress: Text | None = Field(None, description="Put here by the edge: the address that the request came from")


@operation(
    ForgotPassword, roles=frozenset(), post_only=True, grants=[*COUNT_GUESSES, may_call(*SENDER)],
    event="USER.PASSWORD.FORGOT",
)  # fmt: skip
def handler(request: ForgotPassword, caller: Caller) -> Success:
    """The same is done whether there is such a user or not: who looks for the user is not waited for."""
    if not login_settings.PASSWORD_RESET.value():
        raise PermissionDenied("Passwords are not reset by mail here; ask an administrator of your domain.")
    tries_of(f"address/{request.sourceaddress}", settings.LOGIN_ATTEMPTS_SOURCE).take()
    tries_of(f"forgot/{request.domain}/{request.username.lower()}", settings.LOGIN_ATTEMPTS).take()
    begin(*SENDER, {"username": request.username, "domain": request.domain})
    return Success()

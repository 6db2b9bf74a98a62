"""verifyOAuthCodeAndGetUser: whose e-mail address a provider's code stands for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.api._oauth import PROVE, browser_of, proved, remember, require_open
from javelin.contract.caller import Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Length, Request, SecretText, Text
from javelin.contract.responses import Item, Response


class VerifyOAuthCodeAndGetUser(Request):
    """Has a provider name the user for a code that it sent the browser back with; the login with it follows."""

    provider: Text = Field(description="The provider's name")
    secretcode: Annotated[SecretText, Length(4096)] | None = Field(None, description="The code that it sent")
    state: Text | None = Field(None, description="The state that it sent, after startOauthLogin")
    sourceaddress: Text | None = Field(None, description="Put here by the edge: the address that the request came from")
    oauthstate: Text | None = Field(None, description="Put here by the edge: the cookie of startOauthLogin")


class OauthEmailResponse(Response):
    """Whom a code stands for."""

    email: str = Field(description="The e-mail address that the provider vouches for")


@operation(
    VerifyOAuthCodeAndGetUser, roles=frozenset(), answers=OauthEmailResponse, object_name="oauthemail",
    grants=PROVE, refuses=("keyword", "page", "pagesize"), event="USER.OAUTH.VERIFY",
)  # fmt: skip
def handler(request: VerifyOAuthCodeAndGetUser, caller: Caller) -> Item:
    """Who has the code has the address: nothing is told of the cloud's users."""
    attempts = require_open(request.sourceaddress)
    browser = browser_of(request.oauthstate, request.state)
    email = proved(request.provider, request.secretcode, browser)
    assert request.secretcode is not None
    remember(request.provider, request.secretcode, browser, email)
    attempts.give_back()
    return Item("oauthemail", OauthEmailResponse(email=email))

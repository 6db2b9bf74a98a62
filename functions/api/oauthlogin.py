"""oauthlogin: start a session of whom a provider names."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.api import _sessions
from functions.api._login_names import READ_USERS, domain_of, user_of_email
from functions.api._oauth import PROVE, WRONG, browser_of, proved, remembered, require_open
from javelin.contract.caller import Caller
from javelin.contract.errors import PermissionDenied
from javelin.contract.operation import operation
from javelin.contract.parameters import Length, Request, SecretText, Text
from javelin.contract.responses import Bare


class Oauthlogin(Request):
    """Starts a session of the user whose e-mail address a provider vouches for."""

    provider: Text = Field(description="The provider's name")
    email: Text = Field(description="The user's e-mail address, as the provider knows it")
    domain: Text | None = Field(None, description="The path of the user's domain, /a/b; ROOT when left out")
    domainid: Text | None = Field(None, description="The user's domain, instead of its path")
    secretcode: Annotated[SecretText, Length(4096)] | None = Field(None, description="The code that the provider sent")
    state: Text | None = Field(None, description="The state that it sent, after startOauthLogin")
    jsessionid: Text | None = Field(None, description="Put here by the edge: the session that the request came with")
    sourceaddress: Text | None = Field(None, description="Put here by the edge: the address that the request came from")
    oauthstate: Text | None = Field(None, description="Put here by the edge: the cookie of startOauthLogin")


@operation(
    Oauthlogin, roles=frozenset(), post_only=True, environment=_sessions.ENVIRONMENT, secret_answer=True,
    grants=[*_sessions.START_SESSION, *READ_USERS, *PROVE], event="USER.LOGIN",
)  # fmt: skip
def handler(request: Oauthlogin, caller: Caller) -> Bare:
    """Whatever is wrong, the answer is the same. A second factor is asked for as after a password."""
    attempts = require_open(request.sourceaddress)
    browser = browser_of(request.oauthstate, request.state)
    email = remembered(request.provider, request.secretcode, browser) or proved(
        request.provider, request.secretcode, browser
    )
    domain_id = domain_of(request.domain, request.domainid)
    found = user_of_email(domain_id, email) if email.lower() == request.email.strip().lower() else None
    if found is None:
        raise PermissionDenied(WRONG)
    attempts.give_back()
    return _sessions.start(*found, request.jsessionid, request.sourceaddress)

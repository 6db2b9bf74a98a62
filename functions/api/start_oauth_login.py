"""startOauthLogin: where a browser goes to log in by a provider, so that nobody else's login can be put under it."""

from __future__ import annotations

import secrets

from pydantic import Field

from functions.api import _sessions
from functions.api._catalog import STATE_COOKIE
from functions.api._oauth import OPEN, STATE_SECONDS, require_open
from functions.api._oidc import Browser, NotProved, Unreachable, login_address, site_of
from functions.api._providers import READ_PROVIDERS, provider_named
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter, ResourceUnavailable
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text
from javelin.contract.responses import Bare
from javelin.contract.secret import Secret


class StartOauthLogin(Request):
    """Answers the address at a provider that a browser is sent to, and binds what comes back to this browser."""

    provider: Text = Field(description="The provider's name, as listOauthProvider shows it")
    sourceaddress: Text | None = Field(None, description="Put here by the edge: the address that the request came from")


@operation(
    StartOauthLogin, roles=frozenset(), environment=_sessions.ENVIRONMENT, secret_answer=True,
    grants=[*OPEN, *READ_PROVIDERS], event="USER.OAUTH.START",
)  # fmt: skip
def handler(request: StartOauthLogin, caller: Caller) -> Bare:
    """State, nonce and verifier are made of the cookie's secret: nothing is kept here."""
    require_open(request.sourceaddress)
    provider = provider_named(request.provider)
    if provider is None:
        raise InvalidParameter(
            f"There is no provider {request.provider}; listOauthProvider shows those that there are."
        )
    browser = Browser(Secret(secrets.token_urlsafe(32)))
    assert browser.secret is not None
    try:
        address = login_address(provider, site_of(provider), browser)
    except (NotProved, Unreachable):
        raise ResourceUnavailable(f"Provider {provider.name} does not answer as it should; try again later.") from None
    cookie = Secret(f"{browser.secret.reveal()}; Max-Age={STATE_SECONDS}{_sessions.cookie_tail()}")
    return Bare({"authorizationurl": address, "state": browser.derived("state")}, {STATE_COOKIE: cookie})

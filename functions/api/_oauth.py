"""What logins by a provider share: whether there are any, how many, and whom a code stands for."""

from __future__ import annotations

import hashlib
import hmac
import time

from functions.api._guesses import COUNT_GUESSES, tries_of
from functions.api._oidc import Browser, NotProved, Unreachable, email_of
from functions.api._providers import READ_PROVIDERS, provider_named
from javelin.contract.errors import PermissionDenied
from javelin.contract.grants import Grant
from javelin.contract.secret import Secret
from javelin.data import login_settings, settings
from javelin.data.records.oauth_code import OauthCode
from javelin.observability.log import logger
from javelin.sync.attempts import Attempts

OPEN: tuple[Grant, ...] = COUNT_GUESSES
PROVE: tuple[Grant, ...] = (*OPEN, *READ_PROVIDERS, OauthCode.write)
STATE_SECONDS = 600  # that a login may take at the provider
KEPT = 300  # seconds between the look at a code and the login with it
WRONG = "Unable to authenticate: check the provider, the e-mail address and the domain, and begin anew."


def require_open(address: str | None) -> Attempts:
    """The attempts from this address, one of which this is. Raises PermissionDenied where nobody logs in so."""
    if not login_settings.OAUTH.value():
        raise PermissionDenied(f"Nobody logs in by other providers here: {login_settings.OAUTH.name} is false.")
    attempts = tries_of(f"address/{address}", settings.LOGIN_ATTEMPTS_SOURCE)
    attempts.take()
    return attempts


def browser_of(cookie: str | None, state: str | None) -> Browser:
    """The browser that asks. Raises PermissionDenied if what came back to it is of another login."""
    browser = Browser(Secret(cookie) if cookie else None)
    if browser.secret is None:
        if login_settings.OAUTH_BOUND.value():
            raise PermissionDenied(f"Begin by startOauthLogin in this browser: {WRONG}")
        return browser
    if not hmac.compare_digest(browser.derived("state").encode(), (state or "").encode()):
        raise PermissionDenied(WRONG)
    return browser


def proved(provider_name: str, code: Secret | None, browser: Browser) -> str:
    """The address that the provider vouches for. Raises PermissionDenied, the same whatever is wrong."""
    provider = provider_named(provider_name)
    try:
        if provider is None or code is None:
            raise NotProved("there is no such provider, or no code")
        return email_of(provider, code, browser)
    except (NotProved, Unreachable) as error:
        logger("api").warning("a login by a provider failed", provider=provider_name[:64], reason=str(error))
        raise PermissionDenied(WRONG) from None


def remember(provider_name: str, code: Secret, browser: Browser, email: str) -> None:
    """Keep whom the code stands for: providers take a code once."""
    OauthCode(_digest(provider_name, code, browser), email=email, expires=int(time.time()) + KEPT).save()


def remembered(provider_name: str, code: Secret | None, browser: Browser) -> str | None:
    """The address that was kept for this code and browser, once."""
    found = OauthCode.take(_digest(provider_name, code, browser)) if code else None
    return found.email if found is not None and int(found.expires) > time.time() else None


def _digest(provider_name: str, code: Secret, browser: Browser) -> str:
    bound = browser.derived("code") if browser.secret is not None else ""
    return hashlib.sha256("\0".join((provider_name.lower(), bound, code.reveal())).encode()).hexdigest()

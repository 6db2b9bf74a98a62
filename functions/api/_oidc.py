"""OpenID Connect: what a provider says of itself, the token that it gives for a code, and whom the token names.

Nothing of a provider is taken on trust but what its own configuration, reached over TLS, says: tokens count by its signature,
for this cloud, in their time, and for the browser that began the login.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt

from functions.api._https import Unreachable, fetch
from javelin.contract.secret import Secret
from javelin.data.records.oauth_provider import OauthProvider

ALGORITHMS = (  # of tokens: signatures by private keys alone, so that who knows public keys can make none
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
CLAIMS = ("iss", "sub", "aud", "exp", "iat", "email")  # that a token must have
LEEWAY = 60  # seconds that clocks may differ
LONGEST_TOKEN = 16 * 1024


class NotProved(Exception):
    """The provider does not vouch for anybody."""


@dataclass(frozen=True)
class Site:
    """Where a provider does what."""

    authorization: str
    token: str
    keys: str


@dataclass(frozen=True)
class Browser:
    """What a browser that began a login here keeps, and what is made of it; without a secret it began elsewhere."""

    secret: Secret | None = None

    def derived(self, purpose: str) -> str:
        """What belongs to the secret and does not tell it."""
        assert self.secret is not None
        told = hmac.digest(self.secret.reveal().encode(), purpose.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(told).decode().rstrip("=")

    @property
    def challenge(self) -> str:
        """What proves at the provider, later, that the verifier is this browser's."""
        digest = hashlib.sha256(self.derived("verifier").encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def site_of(provider: OauthProvider) -> Site:
    """What the provider's configuration says. Raises NotProved if it is another's, Unreachable."""
    told = fetch(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", provider.authorities)
    if told.get("issuer") != provider.issuer:
        raise NotProved("the configuration is of another issuer")
    try:
        return Site(*(str(told[name]) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")))
    except KeyError as missing:
        raise NotProved(f"the configuration has no {missing}") from None


def login_address(provider: OauthProvider, site: Site, browser: Browser) -> str:
    """Where a browser goes to log in at the provider."""
    fields = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": provider.redirect_uri,
        "scope": "openid email", "state": browser.derived("state"), "nonce": browser.derived("nonce"),
        "code_challenge": browser.challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return f"{site.authorization}{'&' if '?' in site.authorization else '?'}{urlencode(fields)}"


def email_of(provider: OauthProvider, code: Secret, browser: Browser) -> str:
    """The address of whom the provider gave the code to. Raises NotProved, Unreachable."""
    site = site_of(provider)
    form = {
        "grant_type": "authorization_code", "code": code.reveal(), "redirect_uri": provider.redirect_uri,
        "client_id": provider.client_id, "client_secret": provider.secret.reveal(),
    }  # fmt: skip
    if browser.secret is not None:
        form["code_verifier"] = browser.derived("verifier")
    token = fetch(site.token, provider.authorities, form).get("id_token")
    if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
        raise NotProved("there is no token for the code")
    return _email(_claims(provider, token, fetch(site.keys, provider.authorities)), browser)


def _claims(provider: OauthProvider, token: str, keys: dict[str, Any]) -> dict[str, Any]:
    """What the token says, if the provider said it to this cloud, now."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise NotProved("the token is not signed by a private key")
        fitting = [one for one in jwt.PyJWKSet.from_dict(keys).keys if header.get("kid") in (None, one.key_id)]
        if len(fitting) != 1 or fitting[0].key_type == "oct" or fitting[0].public_key_use not in (None, "sig"):
            raise NotProved("none of the provider's keys is the token's")
        return jwt.decode(
            token, fitting[0], algorithms=list(ALGORITHMS), audience=provider.client_id, issuer=provider.issuer,
            leeway=LEEWAY, options={"require": list(CLAIMS), "strict_aud": False},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise NotProved(f"the token is not good: {type(error).__name__}") from None


def _email(claims: dict[str, Any], browser: Browser) -> str:
    audience, nonce = claims["aud"], claims.get("nonce")
    if isinstance(audience, list) and len(audience) > 1:
        raise NotProved("the token is for others, too")
    wanted = browser.derived("nonce") if browser.secret is not None else None
    if nonce != wanted:
        raise NotProved("the token is for another login")
    if claims.get("email_verified") is not True or not isinstance(claims["email"], str) or not claims["email"]:
        raise NotProved("the provider does not vouch for the address")
    return claims["email"]


__all__ = ["Browser", "NotProved", "Site", "Unreachable", "email_of", "login_address", "site_of"]

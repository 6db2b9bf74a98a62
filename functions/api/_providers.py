"""Providers of OpenID Connect: how they are shown, and found by their names."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.responses import Response
from javelin.data.records.claim import Claim
from javelin.data.records.oauth_provider import OauthProvider
from javelin.messaging import outside

READ_PROVIDERS: tuple[Grant, ...] = (Claim.read, OauthProvider.read)
KNOWN = {"google": "https://accounts.google.com"}  # whose issuer needs no telling
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
DETAILS = ("issuer", "authorities")


class OauthProviderResponse(Response):
    """A provider; its secret is shown to nobody."""

    id: str = Field(description="The provider's id")
    provider: str = Field(description="What logins call it")
    name: str = Field(description="The same")
    description: str = Field(description="What users are told of it")
    clientid: str = Field(description="What it calls this cloud")
    redirecturi: str = Field(description="Where it sends users back to")
    enabled: bool = Field(description="Whether users may log in by it")


def show_provider(provider: OauthProvider) -> OauthProviderResponse:
    """As everybody may see it."""
    return OauthProviderResponse(
        id=provider.id, provider=provider.name, name=provider.name, description=provider.description,
        clientid=provider.client_id, redirecturi=provider.redirect_uri, enabled=provider.enabled,
    )  # fmt: skip


def provider_named(name: str) -> OauthProvider | None:
    """The provider that logins may name so."""
    found = OauthProvider.find(Claim.owner_of(OauthProvider.claim_name(name)) or "-")
    return found if found is not None and found.enabled else None


def clean_provider(name: str) -> str:
    """The name. Raises InvalidParameter for one that would not do in addresses."""
    if not NAME.fullmatch(name):
        raise InvalidParameter(
            "provider is up to 64 letters, digits, dots, dashes and underscores; choose such a name."
        )
    return name


def clean_uri(uri: str) -> str:
    """An address that browsers are sent to. Raises InvalidParameter for what is none."""
    try:
        parts = outside.parse(uri)
    except ValueError as error:
        raise InvalidParameter(f"redirecturi is no address that a browser could go to: {error}.") from None
    if parts.fragment:
        raise InvalidParameter("redirecturi may have no part after #; give it without.")
    return uri


def clean_details(name: str, details: Mapping[str, str] | None) -> tuple[str, str | None]:
    """The issuer, and its authorities if they are not the public ones. Raises InvalidParameter, saying what to give."""
    given = {key.lower(): value.strip() for key, value in (details or {}).items()}
    if unknown := sorted(given.keys() - set(DETAILS)):
        raise InvalidParameter(f"details of a provider are {' and '.join(DETAILS)}, and not {', '.join(unknown)}.")
    issuer = given.get("issuer") or KNOWN.get(name.lower())
    if issuer is None:
        raise InvalidParameter(
            f"Say where {name} is: details[0].issuer=https://..., as its own configuration names it."
        )
    return _clean_issuer(issuer), _clean_authorities(given.get("authorities"))


def _clean_issuer(issuer: str) -> str:
    try:
        parts = outside.parse(issuer)
    except ValueError as error:
        raise InvalidParameter(f"The issuer is not to be reached: {error}.") from None
    if parts.scheme != "https" or parts.query or parts.fragment:
        raise InvalidParameter("The issuer must be an https address without ? and #; give it as the provider does.")
    return issuer


def _clean_authorities(text: str | None) -> str | None:
    if not text:
        return None
    try:
        ssl.create_default_context(cadata=text)
    except (ssl.SSLError, ValueError):
        raise InvalidParameter("authorities are certificates in PEM, which these are not.") from None
    return text

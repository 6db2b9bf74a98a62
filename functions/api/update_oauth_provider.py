"""updateOauthProvider: change what is known of a provider, or keep its users out."""

from __future__ import annotations

from pydantic import Field

from functions.api._providers import OauthProviderResponse, clean_uri, show_provider
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Request, SecretText, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.records.oauth_provider import OauthProvider
from javelin.data.transaction import Transaction


class UpdateOauthProvider(Request):
    """Changes a provider; what is left out stays."""

    id: Uuid = Field(description="The provider")
    description: Text | None = Field(None, description="What users are told of it")
    clientid: Text | None = Field(None, description="What it calls this cloud")
    secretkey: SecretText | None = Field(None, description="What it knows this cloud by")
    redirecturi: Text | None = Field(None, description="Where it sends users back to")
    enabled: Flag | None = Field(None, description="Whether users may log in by it")


@operation(
    UpdateOauthProvider, roles=ROOT, answers=OauthProviderResponse, object_name="oauthprovider",
    grants=[OauthProvider.write], event="OAUTH.PROVIDER.UPDATE",
)  # fmt: skip
def handler(request: UpdateOauthProvider, caller: Caller) -> Item:
    """Sessions that began by it go on."""
    provider = OauthProvider.require(request.id)
    provider.description = request.description or provider.description
    provider.client_id = request.clientid or provider.client_id
    provider.secret = request.secretkey or provider.secret
    provider.redirect_uri = clean_uri(request.redirecturi) if request.redirecturi else provider.redirect_uri
    provider.enabled = provider.enabled if request.enabled is None else request.enabled
    transaction = Transaction()
    transaction.save(provider)
    transaction.commit()
    return Item("oauthprovider", show_provider(provider))

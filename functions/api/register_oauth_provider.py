"""registerOauthProvider: let users log in by somebody who knows them already."""

from __future__ import annotations

from pydantic import Field

from functions.api._providers import OauthProviderResponse, clean_details, clean_provider, clean_uri, show_provider
from javelin.contract.caller import ROOT, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Details, Request, SecretText, Text
from javelin.contract.responses import Item
from javelin.data.ids import new_id
from javelin.data.records.claim import Claim
from javelin.data.records.oauth_provider import OauthProvider
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction


class RegisterOauthProvider(Request):
    """Registers a provider of OpenID Connect, whom the cloud believes who has which e-mail address."""

    provider: Text = Field(description="What logins call it: google, or a name of your own")
    description: Text = Field(description="What users are told of it")
    clientid: Text = Field(description="What it calls this cloud")
    secretkey: SecretText = Field(description="What it knows this cloud by; it is shown to nobody")
    redirecturi: Text = Field(description="Where it sends users back to")
    details: Details | None = Field(None, description="issuer, where it is; authorities, by which it is known, as PEM")


@operation(
    RegisterOauthProvider, roles=ROOT, answers=OauthProviderResponse, object_name="oauthprovider",
    grants=[OauthProvider.write, Claim.write, Sequence.write], event="OAUTH.PROVIDER.REGISTER",
)  # fmt: skip
def handler(request: RegisterOauthProvider, caller: Caller) -> Item:
    """Its name is nobody else's."""
    name = clean_provider(request.provider)
    issuer, authorities = clean_details(name, request.details)
    provider = OauthProvider(
        new_id(), name=name, description=request.description, issuer=issuer, client_id=request.clientid,
        secret=request.secretkey, redirect_uri=clean_uri(request.redirecturi), authorities=authorities,
    )  # fmt: skip
    taken = InvalidParameter(f"There is a provider {name} already; update it, or choose another name.")
    transaction = Transaction()
    transaction.create(provider)
    transaction.claim(OauthProvider.claim_name(name), provider.id, taken)
    transaction.commit()
    return Item("oauthprovider", show_provider(provider))

"""deleteOauthProvider: believe a provider no more."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Uuid
from javelin.contract.responses import Success
from javelin.data.records.claim import Claim
from javelin.data.records.oauth_provider import OauthProvider
from javelin.data.transaction import Transaction


class DeleteOauthProvider(Request):
    """Deletes a provider; its users log in by their passwords, if they have some."""

    id: Uuid = Field(description="The provider")


@operation(
    DeleteOauthProvider, roles=ROOT, grants=[OauthProvider.write, Claim.write], event="OAUTH.PROVIDER.DELETE"
)  # fmt: skip
def handler(request: DeleteOauthProvider, caller: Caller) -> Success:
    """Its name is free again."""
    provider = OauthProvider.require(request.id)
    transaction = Transaction()
    transaction.delete(provider, OauthProvider.id.exists(), OauthProvider.unknown(request.id))
    transaction.release(OauthProvider.claim_name(provider.name))
    transaction.commit()
    return Success()

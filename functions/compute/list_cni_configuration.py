"""listCniConfiguration: the configurations of clusters' networks that the caller may see."""

from __future__ import annotations

from functions.compute._kept_user_data import LIST, KeptListRequest, KeptUserDataResponse, listed
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.responses import Listing
from javelin.data.records.cni_configuration import CniConfiguration
from javelin.messaging import objects


class ListCniConfiguration(KeptListRequest):
    """Lists configurations of clusters' networks with their content, as much as one answer holds."""


@operation(
    ListCniConfiguration, roles=EVERYONE, answers=KeptUserDataResponse, object_name="cniconfig",
    grants=[CniConfiguration.read, *LIST],
    environment=[objects.BUCKET], secret_answer=True, memory=512,
)  # fmt: skip
def handler(request: ListCniConfiguration, caller: Caller) -> Listing:
    """In order of registration."""
    return Listing("cniconfig", *listed(CniConfiguration, request, caller))

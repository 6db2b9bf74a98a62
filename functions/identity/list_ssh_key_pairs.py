"""listSSHKeyPairs: the key pairs that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.identity._ssh_keys import SSHKeyPairResponse, show_pair
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.filters import Filters
from javelin.data.lists import READ_LISTS, list_owned
from javelin.data.records.ssh_key_pair import SshKeyPair


class ListSSHKeyPairs(OwnedListRequest):
    """Lists SSH key pairs, without the keys."""

    id: Uuid | None = Field(None, description="Only this pair")
    name: Text | None = Field(None, description="Only the pair of this name")
    fingerprint: Text | None = Field(None, description="Only the pair with this fingerprint")


@operation(
    ListSSHKeyPairs, roles=EVERYONE, grants=[SshKeyPair.read, *READ_LISTS], answers=SSHKeyPairResponse,
    object_name="sshkeypair",
)  # fmt: skip
def handler(request: ListSSHKeyPairs, caller: Caller) -> Listing:
    """In order of creation."""
    filters = Filters().equal("name", request.name).equal("fingerprint", request.fingerprint)
    filters.contains(request.keyword, "name")
    pairs, count = list_owned(SshKeyPair, caller, request, filters, [request.id] if request.id else None)
    return Listing("sshkeypair", [show_pair(pair) for pair in pairs], count)

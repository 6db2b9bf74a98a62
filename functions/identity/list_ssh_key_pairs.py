"""listSSHKeyPairs: the key pairs that the caller may see."""

from __future__ import annotations

from pydantic import Field

from functions.identity._ssh_keys import SSHKeyPairResponse, show_pair
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import OwnedListRequest, Text, Uuid
from javelin.contract.responses import Listing
from javelin.data.lists import list_owned
from javelin.data.records.account import Account
from javelin.data.records.domain import Domain
from javelin.data.records.sequence import Sequence
from javelin.data.records.ssh_key_pair import SshKeyPair


class ListSSHKeyPairs(OwnedListRequest):
    """Lists SSH key pairs, without the keys."""

    id: Uuid | None = Field(None, description="Only this pair")
    name: Text | None = Field(None, description="Only the pair of this name")
    fingerprint: Text | None = Field(None, description="Only the pair with this fingerprint")


@operation(
    ListSSHKeyPairs, roles=EVERYONE, grants=[SshKeyPair.read, Sequence.read, Account.read, Domain.read],
    answers=SSHKeyPairResponse, object_name="sshkeypair",
)  # fmt: skip
def handler(request: ListSSHKeyPairs, caller: Caller) -> Listing:
    """In order of creation."""

    def keep(pair: SshKeyPair) -> bool:
        return (
            (request.name is None or pair.name == request.name)
            and (request.fingerprint is None or pair.fingerprint == request.fingerprint)
            and (request.keyword is None or request.keyword.lower() in pair.name.lower())
        )

    filtered = (request.name, request.fingerprint, request.keyword) != (None, None, None)
    pairs, count = list_owned(
        SshKeyPair, caller, request, keep if filtered else None, [request.id] if request.id else None
    )
    return Listing("sshkeypair", [show_pair(pair) for pair in pairs], count)

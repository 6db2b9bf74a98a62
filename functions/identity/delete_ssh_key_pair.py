"""deleteSSHKeyPair: forget a public key; guests that have it keep it."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Success
from javelin.data import tags
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.tag import Tag
from javelin.data.transaction import Transaction
from javelin.messaging.events import ANNOUNCE


class DeleteSSHKeyPair(Request):
    """Forgets a key pair by its name."""

    name: Text = Field(description="The pair's name")
    account: Text | None = Field(None, description="The account that owns it; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project that owns it, instead of account and domainid")


@operation(
    DeleteSSHKeyPair, roles=EVERYONE,
    grants=[SshKeyPair.write, Claim.write, Tag.write, Account.read, *ANNOUNCE],
    event="DELETE.SSH.KEYPAIR",
)  # fmt: skip
def handler(request: DeleteSSHKeyPair, caller: Caller) -> Success:
    """The name is free again."""
    account = account_named(caller, request.account, request.domainid, request.projectid, adds=False)
    claim = SshKeyPair.key_of(account.id, request.name.strip())
    pair = SshKeyPair.find(Claim.owner_of(claim) or "-")
    if pair is None:
        raise InvalidParameter(f"Unable to find SSH key pair {request.name} in account {account.name}; list them.")
    transaction = Transaction()
    transaction.release(claim)
    transaction.delete(pair)
    tags.forget(transaction, pair)
    transaction.commit()
    tell(caller, "DELETE.SSH.KEYPAIR", f"SSH key pair {pair.name} was deleted", "SSHKeyPair", pair.id, pair)
    return Success()

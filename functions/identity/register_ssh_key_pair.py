"""registerSSHKeyPair: keep a public key for guests to let in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import clean_name
from functions.identity._ssh_keys import SSHKeyPairResponse, add_pair, show_pair
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Length, Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.sequence import Sequence
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.messaging.events import ANNOUNCE


class RegisterSSHKeyPair(Request):
    """Keeps a public key under a name, to give to guests when they are deployed."""

    name: Text = Field(description="A name that no other pair of the account has")
    publickey: Annotated[Text, Length(5120)] = Field(description="The public key, as in a .pub file")
    account: Text | None = Field(None, description="The account to own it; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project to own it, instead of account and domainid")


@operation(
    RegisterSSHKeyPair, roles=EVERYONE, answers=SSHKeyPairResponse, object_name="keypair",
    grants=[SshKeyPair.write, Claim.write, Sequence.write, Account.read, Account.check, *ANNOUNCE],
    event="REGISTER.SSH.KEYPAIR",
)  # fmt: skip
def handler(request: RegisterSSHKeyPair, caller: Caller) -> Item:
    """The comment after the key is dropped."""
    account = account_named(caller, request.account, request.domainid, request.projectid)
    pair = add_pair(account, clean_name("pair", request.name), request.publickey)
    tell(caller, "REGISTER.SSH.KEYPAIR", f"SSH key pair {pair.name} was registered", "SSHKeyPair", pair.id, pair)
    return Item("keypair", show_pair(pair))

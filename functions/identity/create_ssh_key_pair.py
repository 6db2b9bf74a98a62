"""createSSHKeyPair: make a key pair; its private key is shown once and not kept."""

from __future__ import annotations

from pydantic import Field

from functions.identity._events import tell
from functions.identity._rights import clean_name
from functions.identity._ssh_keys import SSHKeyPairResponse, add_pair, show_pair
from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Item
from javelin.contract.secret import Secret
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.sequence import Sequence
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.messaging.events import ANNOUNCE

BITS = 3072  # RSA, because every SSH client of a guest's life can read it


class CreateSSHKeyPair(Request):
    """Makes a key pair; the answer has the private key, which is shown this once."""

    name: Text = Field(description="A name that no other pair of the account has")
    account: Text | None = Field(None, description="The account to own it; needs domainid")
    domainid: Uuid | None = Field(None, description="The account's domain")
    projectid: Uuid | None = Field(None, description="The project to own it, instead of account and domainid")


@operation(
    CreateSSHKeyPair, roles=EVERYONE, answers=SSHKeyPairResponse, object_name="keypair",
    grants=[SshKeyPair.write, Claim.write, Sequence.write, Account.read, Account.check, *ANNOUNCE], memory=1024,
    secret_answer=True,
    event="CREATE.SSH.KEYPAIR",
)  # fmt: skip
def handler(request: CreateSSHKeyPair, caller: Caller) -> Item:
    """Only the public half is stored."""
    account = account_named(caller, request.account, request.domainid, request.projectid)
    name = clean_name("pair", request.name)
    private_key, public_key = _make()
    pair = add_pair(account, name, public_key)
    tell(caller, "CREATE.SSH.KEYPAIR", f"SSH key pair {pair.name} was made", "SSHKeyPair", pair.id, pair)
    return Item("keypair", show_pair(pair, private_key))


def _make() -> tuple[Secret, str]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    key = generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return Secret(private.decode()), public.decode()

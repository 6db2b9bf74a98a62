"""Public keys as OpenSSH writes them: read, checked, named by fingerprint, shown."""

from __future__ import annotations

import base64
import binascii
import hashlib

from pydantic import Field

from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import AnnotatedResponse, OwnedResponse
from javelin.contract.secret import Secret
from javelin.data import limits
from javelin.data.ids import new_id
from javelin.data.owners import owner
from javelin.data.records.account import Account
from javelin.data.records.domain import name_of
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.transaction import Transaction

ALGORITHMS = frozenset({
    "ssh-rsa", "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
})  # fmt: skip
_UNREADABLE = "publickey is not a public key; give the line of a .pub file, such as: ssh-ed25519 AAAA... name"


class SSHKeyPairResponse(OwnedResponse, AnnotatedResponse):
    """A key pair; the private key is not kept."""

    id: str = Field(description="The pair's id")
    name: str = Field(description="The pair's name")
    domainid: str = Field(description="The domain of its owner")
    domain: str = Field(description="That domain's name")
    fingerprint: str = Field(description="The MD5 of the public key")
    privatekey: Secret | None = Field(None, description="The private key, shown once, when the cloud made it")


def show_pair(pair: SshKeyPair, private_key: Secret | None = None) -> SSHKeyPairResponse:
    """A pair, with the private key if it was made just now."""
    return SSHKeyPairResponse(
        hasannotations=bool(pair.notes),
        id=pair.id, name=pair.name, **owner(pair), domainid=pair.domain_id, domain=name_of(pair.domain_path),
        fingerprint=pair.fingerprint, privatekey=private_key,
    )  # fmt: skip


def add_pair(account: Account, name: str, public_key: str) -> SshKeyPair:
    """Store a public key under a name that the account has not given to another."""
    line, blob = read_public_key(public_key)
    pair = SshKeyPair(
        new_id(), account_id=account.id, account=account.name, domain_id=account.domain_id,
        domain_path=account.domain_path, name=name, public_key=line, fingerprint=fingerprint(blob),
    )  # fmt: skip
    transaction = Transaction()
    taken = InvalidParameter(f"Account {account.name} has an SSH key pair {name} already; choose another name.")
    transaction.claim(SshKeyPair.key_of(account.id, name), pair.id, taken)
    transaction.create(pair)
    limits.require_as_read(transaction, account)
    transaction.commit()
    return pair


def read_public_key(text: str) -> tuple[str, bytes]:
    """The key's line without its comment, and its blob. The whole line may come in base64. Raises InvalidParameter."""
    words = text.split()
    if len(words) == 1:
        words = _decoded(words[0]).decode("ascii", "replace").split()
    if len(words) < 2 or words[0] not in ALGORITHMS:
        raise InvalidParameter(_UNREADABLE)
    algorithm, blob = words[0], _decoded(words[1])
    named = algorithm.encode()
    if not blob.startswith(len(named).to_bytes(4, "big") + named) or len(blob) < len(named) + 4 + 32:
        raise InvalidParameter(_UNREADABLE)
    return f"{algorithm} {base64.b64encode(blob).decode()}", blob


def fingerprint(blob: bytes) -> str:
    """MD5 in pairs of hex digits, as the contract shows keys."""
    return hashlib.md5(blob, usedforsecurity=False).digest().hex(":")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidParameter(_UNREADABLE) from None

"""SshKeyPair: a public key that guests let in. The private key is never kept."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories
from javelin.data.record import ByAccount, ByCloud, Owned, table_name


class SshKeyPair(Owned):
    """`public_key` is one line as OpenSSH writes it, `fingerprint` its MD5 in pairs of hex digits."""

    noun = "SSH key pair"

    class Meta:
        table_name = table_name("SshKeyPair")

    name = FoldedAttribute()
    public_key = UnicodeAttribute()
    fingerprint = UnicodeAttribute()

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name", "fingerprint")

    @staticmethod
    def key_of(account_id: str, name: str) -> str:
        """The claim that makes a pair's name unique in its account; its owner is the pair's id."""
        return f"sshkey/{account_id}/{name}"

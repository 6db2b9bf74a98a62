"""HostKey: what proves that a bridge is the bridge of a host. Never listed."""

from __future__ import annotations

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name


class HostKey(Table):
    """One item per host.

    `enrolment_digest` is the SHA-256 of the one-time token, removed when it is used. `public_key` is the bridge's Ed25519
    key; `command_key` signs what the cloud asks of the host.
    """

    class Meta:
        table_name = table_name("HostKey")

    host_id = UnicodeAttribute(hash_key=True)
    enrolment_digest = UnicodeAttribute(null=True)
    enrolment_expires = NumberAttribute(null=True)  # epoch seconds
    public_key = BinaryAttribute(null=True, legacy_encoding=False)
    command_key = BinaryAttribute(null=True, legacy_encoding=False)
    revoked = NumberAttribute(default=0)

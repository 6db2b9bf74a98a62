"""Idempotency: what a call with an idempotency key came to, so that a repeat is not a second call."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name


class Idempotency(Table):
    """One item per account and key, written by Powertools: `javelin.sync.idempotency` says how.

    `id` holds the digest of account and key, `status` INPROGRESS or COMPLETED, `data` the answer (JSON), `validation` the
    digest of what was asked. `in_progress_expiration` is epoch milliseconds, `expires` epoch seconds.
    """

    class Meta:
        table_name = table_name("Idempotency")

    id = UnicodeAttribute(hash_key=True)
    status = UnicodeAttribute()
    data = UnicodeAttribute(null=True)
    validation = UnicodeAttribute(null=True)
    in_progress_expiration = NumberAttribute(null=True)
    expires = NumberAttribute()

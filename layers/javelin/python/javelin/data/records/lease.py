"""Lease: who may change a resource now, and the fencing token that tells older writers from newer ones."""

from __future__ import annotations

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from javelin.data.record import Table, table_name


class Lease(Table):
    """One item per resource that was ever changed by a flow. `owner` is the job that holds it, absent when free.

    `stuck` says why, when that job ended without leaving the resource as it should be: then it keeps the lease.
    """

    class Meta:
        table_name = table_name("Lease")

    resource = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute(null=True)
    fence = NumberAttribute(default=0)
    stuck = UnicodeAttribute(null=True)

"""Configuration: a setting that an operator changed, for the whole cloud or for a part of it."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from javelin.data.record import Table, table_name


class Configuration(Table):
    """`key` is <name> for the cloud, <scope>/<id>/<name> for a part; absent where the value above it holds."""

    class Meta:
        table_name = table_name("Configuration")

    key = UnicodeAttribute(hash_key=True)
    value = UnicodeAttribute()
    changed = UTCDateTimeAttribute()

"""LaunchPermission: that an account may use a template which is another's and not public."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute

from javelin.data.record import Table, table_name


class LaunchPermission(Table):
    """One item per account and template; the template's `shared_with` says the same the other way round."""

    class Meta:
        table_name = table_name("LaunchPermission")

    account_id = UnicodeAttribute(hash_key=True)
    template_id = UnicodeAttribute(range_key=True)

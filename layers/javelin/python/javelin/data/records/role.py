"""Role: what its users may call."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from javelin.contract.caller import RoleType
from javelin.data.record import ByCloud, Shared, table_name


class Role(Shared):
    """The four built-in roles are made when the cloud is; their type decides which commands they have."""

    noun = "role"

    class Meta:
        table_name = table_name("Role")

    name = UnicodeAttribute()
    type = UnicodeAttribute()
    description = UnicodeAttribute(default="")
    built_in = BooleanAttribute(default=True)

    by_cloud = ByCloud()


BUILT_IN: dict[RoleType, tuple[str, str]] = {
    "Admin": ("00000000-0000-7000-8000-000000000011", "Root Admin"),
    "ResourceAdmin": ("00000000-0000-7000-8000-000000000012", "Resource Admin"),
    "DomainAdmin": ("00000000-0000-7000-8000-000000000013", "Domain Admin"),
    "User": ("00000000-0000-7000-8000-000000000014", "User"),
}

"""The operating systems that guests may have: what templates are labelled with. A fixed table, the same in every cloud.

Guests get the same devices whatever the label is, so the table serves clients that ask for one, and people who look.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from uuid import UUID, uuid5

_SPACE = UUID("6b7c1d5e-2f0a-5c8e-9f4b-0d1a3e5c7b9d")

OTHER = "Other (64-bit)"  # what is not labelled

TABLE: dict[str, tuple[str, ...]] = {
    "AlmaLinux": ("AlmaLinux 8", "AlmaLinux 9"),
    "Alpine": ("Alpine Linux",),
    "Amazon": ("Amazon Linux 2", "Amazon Linux 2023"),
    "CentOS": ("CentOS 7", "CentOS Stream 8", "CentOS Stream 9"),
    "Debian": ("Debian GNU/Linux 10 (64-bit)", "Debian GNU/Linux 11 (64-bit)", "Debian GNU/Linux 12 (64-bit)",
               "Debian GNU/Linux 13 (64-bit)"),
    "Fedora": ("Fedora Linux (64-bit)", "Fedora CoreOS"),
    "FreeBSD": ("FreeBSD 13 (64-bit)", "FreeBSD 14 (64-bit)"),
    "NetBSD": ("NetBSD (64-bit)",),
    "OpenBSD": ("OpenBSD (64-bit)",),
    "Oracle": ("Oracle Linux 8", "Oracle Linux 9"),
    "Other": ("Other (64-bit)", "Other (32-bit)", "None"),
    "Other Linux": ("Other Linux (64-bit)", "Other Linux (32-bit)", "Flatcar Linux", "Arch Linux", "NixOS"),
    "RedHat": ("Red Hat Enterprise Linux 7", "Red Hat Enterprise Linux 8", "Red Hat Enterprise Linux 9",
               "Red Hat Enterprise Linux 10"),
    "Rocky": ("Rocky Linux 8", "Rocky Linux 9"),
    "SUSE": ("SUSE Linux Enterprise Server 12 (64-bit)", "SUSE Linux Enterprise Server 15 (64-bit)",
             "openSUSE Leap 15"),
    "Ubuntu": ("Ubuntu 18.04 LTS", "Ubuntu 20.04 LTS", "Ubuntu 22.04 LTS", "Ubuntu 24.04 LTS"),
    "Windows": ("Windows 10 (64-bit)", "Windows 11 (64-bit)", "Windows Server 2016 (64-bit)",
                "Windows Server 2019 (64-bit)", "Windows Server 2022 (64-bit)", "Windows Server 2025 (64-bit)",
                "Windows PV"),
}  # fmt: skip


@dataclass(frozen=True)
class Category:
    """A family of operating systems."""

    id: str
    name: str


@dataclass(frozen=True)
class OsType:
    """An operating system."""

    id: str
    name: str
    category: Category


@functools.cache
def categories() -> tuple[Category, ...]:
    """All families, in order of name."""
    return tuple(Category(_id("category", name), name) for name in sorted(TABLE))


@functools.cache
def os_types() -> tuple[OsType, ...]:
    """All operating systems, family by family."""
    return tuple(OsType(_id("os", name), name, category) for category in categories() for name in TABLE[category.name])


def find(key: str) -> OsType | None:
    """The operating system of this id, or None."""
    return next((one for one in os_types() if one.id == key), None)


def find_or_other(key: str | None, name: str | None = None) -> tuple[str, str]:
    """Id and name of the operating system of this id: `name` if that is an operator's own, "Other (64-bit)" without an id."""
    if key and name:
        return key, name
    found = find(key or "") or next(one for one in os_types() if one.name == OTHER)
    return found.id, found.name


def _id(kind: str, name: str) -> str:
    return str(uuid5(_SPACE, f"{kind}/{name}"))

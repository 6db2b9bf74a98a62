"""The operating systems and families of a cloud: those that every cloud knows, and what its operators made of them."""

from __future__ import annotations

from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.data import os_types
from javelin.data.os_types import Category
from javelin.data.records.guest_os import GuestOs
from javelin.data.records.os_category import OsCategory
from javelin.data.walk import ids_of

READ_SYSTEMS: tuple[Grant, ...] = (GuestOs.read,)


def name_of(key: str | None) -> str | None:
    """What an operator's own operating system is called; None for those that every cloud knows, which carry their names.

    Raises InvalidParameter for an id that names none.
    """
    if not key or os_types.find(key) is not None:
        return None
    found = GuestOs.find(key)
    if found is None:
        raise InvalidParameter(f"Unable to find OS type {key}; listOsTypes shows those that there are.")
    return str(found.name)


def families() -> list[OsCategory]:
    """All families, in order of sort key and name: there are few."""
    own = {one.id: one for ids in ids_of(OsCategory) for one in OsCategory.load_all(ids)}
    known = {one.id: own.get(one.id) or of_known(one) for one in os_types.categories()}
    return sorted({**known, **own}.values(), key=lambda one: (int(one.sort_key), one.name.lower()))


def family(key: str) -> OsCategory:
    """The family. Raises InvalidParameter."""
    known = next((one for one in os_types.categories() if one.id == key), None)
    return OsCategory.find(key) or (of_known(known) if known else None) or OsCategory.require(key)


def of_known(category: Category) -> OsCategory:
    """A family that every cloud knows, which no table holds as long as nobody changes it."""
    return OsCategory(category.id, name=category.name)


def is_known(key: str) -> bool:
    """Whether every cloud knows the family."""
    return any(one.id == key for one in os_types.categories())

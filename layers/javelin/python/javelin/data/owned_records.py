"""Every kind of record that an account may own, for what goes through all that one has."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from javelin.data import records
from javelin.data.record import Owned


@functools.cache
def owned_records() -> dict[str, type[Owned]]:
    """By name."""
    found: dict[str, type[Owned]] = {}
    for module in pkgutil.iter_modules(records.__path__):
        for value in vars(importlib.import_module(f"{records.__name__}.{module.name}")).values():
            if isinstance(value, type) and issubclass(value, Owned) and hasattr(value, "Meta"):
                found[value.__name__] = value
    return dict(sorted(found.items()))

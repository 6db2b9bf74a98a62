"""Copies of items.

AWS: an update costs what it writes. ministack copies an item several times per update with a copier made for any
object, which is most of the update's time. Items are dictionaries, lists and words; here they are copied as such.
"""

import copy
from types import SimpleNamespace
from typing import Any

from ministack.services import dynamodb

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
WORDS = frozenset({str, int, float, bool, bytes, type(None)})


def copied(value: Any) -> Any:
    """A deep copy of what JSON can say; anything else is copied as usual."""
    kind = type(value)
    if kind in WORDS:
        return value
    if kind is dict:
        return {key: part if type(part) in WORDS else copied(part) for key, part in value.items()}
    if kind is list:
        return [part if type(part) in WORDS else copied(part) for part in value]
    return copy.deepcopy(value)


def apply(settings: Settings) -> None:
    """Give the tables this copier."""
    del settings
    dynamodb.copy = SimpleNamespace(deepcopy=copied, copy=copy.copy)

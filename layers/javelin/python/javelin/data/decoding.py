"""Items as DynamoDB answers them, made into records without PynamoDB's detours: a page has hundreds of them."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    JSONAttribute,
    MapAttribute,
    NumberAttribute,
    UnicodeAttribute,
    VersionAttribute,
)
from pynamodb.models import Model

Raw = dict[str, dict[str, Any]]
Decode = Callable[[Any], Any]


@dataclass(frozen=True)
class Field:
    """One attribute of a record: its name there and in the item, and how its value is read."""

    name: str
    stored: str
    kind: str
    decode: Decode | None
    attribute: Attribute[Any]
    default: Any
    wraps: bool  # whether the attribute makes a value its own when it is set, as maps do


@functools.cache
def fields(model: type[Model]) -> tuple[Field, ...]:
    """The attributes of a record class."""
    return tuple(
        Field(name, one.attr_name, one.attr_type, _decoder(one), one, one.default, isinstance(one, MapAttribute))
        for name, one in model.get_attributes().items()
    )


def fill(instance: Model, item: Raw) -> None:
    """Give an instance without values those of an item; what the item lacks has its default."""
    values = instance.attribute_values = {}
    for field in fields(type(instance)):
        raw = item.get(field.stored)
        if raw is not None and "NULL" not in raw:
            value = raw[field.kind] if field.kind in raw else field.attribute.get_value(raw)
            if field.decode is not None:
                value = field.decode(value)
        elif field.default is not None:
            value = field.default() if callable(field.default) else field.default
        else:
            continue
        if field.wraps:
            setattr(instance, field.name, value)
        else:
            values[field.name] = value


def _decoder(attribute: Attribute[Any]) -> Decode | None:
    """How a value is read; None if it is as it comes."""
    kind = type(attribute)
    if kind in (UnicodeAttribute, BooleanAttribute):
        return None
    if kind is JSONAttribute:
        return _json
    if kind in (NumberAttribute, VersionAttribute):
        return _number
    return attribute.deserialize


def _json(text: str) -> Any:
    return [] if text == "[]" else json.loads(text, strict=False)


def _number(text: str) -> Any:
    return int(text) if text.isdigit() else json.loads(text)

"""Markup by construction: whatever is put into an element is escaped, unless it is an element itself."""

from __future__ import annotations

import re
from html import escape

VOID = frozenset({"link", "meta", "input", "br"})
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


def tag(name: str, /, *inside: str | int | float | None, **attributes: str | int | float | bool | None) -> Markup:
    """An element: `class_` is class, `data_live` is data-live; None and False attributes and None children are left out."""
    head = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in VOID:
        return Markup(f"<{name}{head}>")
    return Markup(f"<{name}{head}>{join(*inside)}</{name}>")


def join(*parts: str | int | float | None) -> Markup:
    """Parts one after the other, escaped where they are no markup."""
    return Markup(
        "".join(part if isinstance(part, Markup) else escape(clean(part)) for part in parts if part is not None)
    )


def clean(text: object) -> str:
    """Without control characters and those that turn the direction of writing: names come from anybody."""
    return _UNSEEN.sub("\ufffd", str(text))

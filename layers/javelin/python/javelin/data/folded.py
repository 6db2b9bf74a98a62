"""Text that DynamoDB can look for in any case: its small letters come first, and what says which were capitals after them.

DynamoDB compares bytes. An attribute of this kind is kept as `vm-a` + NUL + marks when it is "VM-A", and as it is when it
has no capitals. The marks are control characters, which no parameter may hold, so that nothing is found in them.
"""

from __future__ import annotations

from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

END = "\0"
WHOLE = "\x01"  # instead of marks: the text follows as it is
MARK = 0x10  # the first of sixteen characters, each of which marks four letters


class FoldedAttribute(UnicodeAttribute):
    """A string; see the module."""

    def serialize(self, value: str) -> str:
        """As the item has it."""
        return fold(value)

    def deserialize(self, value: str) -> str:
        """As it was given."""
        return unfold(value)


def fold(text: str) -> str:
    """Small letters first, then what restores the text."""
    small = text.lower().replace(END, "")
    if small == text:
        return text
    marks = "".join(chr(MARK + _nibble(text[at : at + 4], small[at : at + 4])) for at in range(0, len(text), 4))
    folded = small + END + marks.rstrip(chr(MARK))
    return folded if unfold(folded) == text else small + END + WHOLE + text


def unfold(folded: str) -> str:
    """The text that was folded."""
    small, end, marks = folded.partition(END)
    if not end:
        return folded
    if marks.startswith(WHOLE):
        return marks[1:]
    letters = list(small)
    for at, mark in enumerate(marks):
        for bit in range(4):
            if (ord(mark) - MARK) >> bit & 1:
                letters[at * 4 + bit] = letters[at * 4 + bit].upper()
    return "".join(letters)


def holds(attribute: Any, wanted: str) -> Condition:
    """DynamoDB's condition that the attribute contains this, whatever its case."""
    return Path(attribute.attr_name).contains(wanted.lower())


def same(attribute: Any, wanted: str) -> Condition:
    """DynamoDB's condition that the attribute is this, whatever its case."""
    path, small = Path(attribute.attr_name), wanted.lower()
    either: Condition = (path == small) | path.startswith(small + END)
    return either


def _nibble(text: str, small: str) -> int:
    return sum((one != other) << bit for bit, (one, other) in enumerate(zip(text, small, strict=False)))

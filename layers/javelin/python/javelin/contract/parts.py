"""Parts of an answer's objects that a list's `details` parameter chooses: all of them, or min for none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import Response

R = TypeVar("R", bound=Response)
Parts = Mapping[str, tuple[str, ...]]  # the fields of each part; what is of no part is always shown


def asked(part: str, details: Iterable[str] | None) -> bool:
    """Whether a part is to be shown, so that it is worth being found out."""
    return not {part, "all"}.isdisjoint(name.lower() for name in details or ("all",))


def chosen(rows: Iterable[R], parts: Parts, details: Iterable[str] | None) -> list[R]:
    """The rows with these parts alone, with all if none is named. Raises InvalidParameter for a part that there is not."""
    wanted = {name.lower() for name in details or ("all",)}
    if unknown := wanted - parts.keys() - {"all", "min"}:
        raise InvalidParameter(f"details takes all, min, {', '.join(parts)}, and not {', '.join(sorted(unknown))}.")
    if "all" in wanted:
        return list(rows)
    hidden = {field: None for part, fields in parts.items() if part not in wanted for field in fields}
    return [row.model_copy(update=hidden) for row in rows]

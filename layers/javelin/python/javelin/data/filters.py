"""What a list keeps: the tests that its parameters name, collected one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Test = Callable[[Any], bool]


class Filters:
    """Tests that a row must pass, all of them; parameters that are not given add none."""

    def __init__(self) -> None:
        self._tests: list[Test] = []

    def equal(self, attribute: str, wanted: Any) -> Filters:
        """Keep rows whose attribute is just this."""
        if wanted is not None:
            self._tests.append(lambda row: bool(getattr(row, attribute) == wanted))
        return self

    def word(self, attribute: str, wanted: str | None) -> Filters:
        """Keep rows whose attribute is this word, whatever its case."""
        if wanted is not None:
            self._tests.append(lambda row: str(getattr(row, attribute) or "").lower() == wanted.lower())
        return self

    def contains(self, wanted: str | None, *attributes: str) -> Filters:
        """Keep rows in which one of the attributes contains this, whatever its case."""
        if wanted is not None:
            self._tests.append(
                lambda row: any(wanted.lower() in str(getattr(row, name) or "").lower() for name in attributes)
            )
        return self

    def tagged(self, wanted: Iterable[dict[str, str]]) -> Filters:
        """Keep rows that bear every one of these tags; a tag without a value is looked for by its key."""
        tags = list(wanted)
        if tags:
            self._tests.append(lambda row: all(any(_same(each, tag) for each in row.tags or []) for tag in tags))
        return self

    def add(self, test: Test | None) -> Filters:
        """Keep rows that pass this test."""
        if test is not None:
            self._tests.append(test)
        return self

    @property
    def keep(self) -> Test | None:
        """The test of a row; None when every row passes, which lets a page be found without walking."""
        tests = tuple(self._tests)
        return (lambda row: all(test(row) for test in tests)) if tests else None


def _same(tag: dict[str, str], wanted: dict[str, str]) -> bool:
    return tag["key"] == wanted.get("key") and wanted.get("value") in (None, tag["value"])

"""Structured logs with the request's ids, redacted by type and by name."""

from __future__ import annotations

import functools
import re
from typing import Any

from aws_lambda_powertools import Logger

SECRET_NAMES = re.compile(r"(?i)(passw|secret|signature|sessionkey|apikey|token|privatekey|userdata)")


class Secret(str):
    """A string that does not print: use `reveal` where it is needed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def reveal(self) -> str:
        """The text itself."""
        return str.__str__(self)


def redacted(fields: dict[str, Any]) -> dict[str, Any]:
    """The same fields with the values of secret names hidden."""
    return {name: "***" if SECRET_NAMES.search(name) else value for name, value in fields.items()}


@functools.cache
def logger(component: str) -> Logger:
    """The logger of a component."""
    return Logger(service=component)

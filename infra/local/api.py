"""The launcher's client of the cloud: the CloudStack API through `cs`, and what is served of it so far."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import requests
from cs import CloudStack

from infra.local.progress import Skipped

Row = dict[str, Any]
LONGEST_JOB = 600  # seconds


class Api:
    """Calls as the administrator."""

    def __init__(self, endpoint: str, key: str, secret: str) -> None:
        session = requests.Session()
        session.trust_env = False  # no proxy stands between this machine and itself
        self._cs = CloudStack(
            endpoint, key, secret, timeout=60, method="post", job_timeout=LONGEST_JOB, poll_interval=0.2,
            session=session, fetch_result=True,
        )  # fmt: skip

    @cached_property
    def commands(self) -> dict[str, set[str]]:
        """Every command that is served, with its parameters."""
        rows = self._cs.listApis()["api"]
        return {row["name"]: {parameter["name"] for parameter in row["params"]} for row in rows}

    def call(self, command: str, **parameters: Any) -> Any:
        """One command; an asynchronous one's result. Skipped when the cloud does not serve it."""
        if command not in self.commands:
            raise Skipped(f"{command} is not served")
        return getattr(self._cs, command)(**{name: value for name, value in parameters.items() if value is not None})

    def rows(self, command: str, kind: str, **parameters: Any) -> list[Row]:
        """What a list command lists."""
        found: list[Row] = self.call(command, **parameters).get(kind, [])
        return found

    def ensure(self, listing: tuple[str, str], name: str, create: Callable[[], Any], **scope: Any) -> Row:
        """The object of that name, made with `create` if there is none."""
        command, kind = listing
        found = self._named(command, kind, name, scope)
        if found is None:
            create()
            found = self._named(command, kind, name, scope)
        if found is None:
            raise LookupError(f"{command} does not list {name}, which was made just now")
        return found

    def _named(self, command: str, kind: str, name: str, scope: Row) -> Row | None:
        rows = self.rows(command, kind, **scope)
        return next((row for row in rows if row["name"] == name), None)

"""Waiting for the hosts of the local cloud."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from bridge.identity import FILE
from infra.local.api import Api
from infra.local.home import Home
from infra.local.hosts import wait_until_up

UP = {"state": "Up", "cpunumber": 4, "memorytotal": 2**30, "resourcestate": "Enabled"}


class Hosts:
    """An API that lists these."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self._rows = rows

    def rows(self, command: str, kind: str, **scope: Any) -> list[dict[str, Any]]:
        assert (command, kind, scope) == ("listHosts", "host", {"type": "Routing"})
        return list(self._rows)


def test_a_host_that_an_operator_added_elsewhere_is_not_waited_for(tmp_path: Path) -> None:
    home = Home(tmp_path, 1, 2)
    (home.hosts / "simulated-0001").mkdir(parents=True)
    (home.hosts / "simulated-0001" / FILE).write_text("{}")
    rows = {"name": "simulated-0001", **UP}, {"name": "10.30.0.50", **UP, "state": "Connecting"}
    said: list[str] = []
    wait_until_up(home, cast(Api, Hosts(*rows)), 1, said.append)
    assert said == ["1 Up: 4 cores, 1.0 GiB"]

"""The first guest, when it does not come to run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from infra.local import hello
from infra.local.api import Api
from infra.local.home import Home

MACHINE = {"id": "m1", "name": hello.NAME, "state": "Starting"}


class Told:
    """An API that answers these lists."""

    def __init__(self, *jobs: dict[str, Any]) -> None:
        self._lists = {"listVirtualMachines": [MACHINE], "listAsyncJobs": list(jobs)}

    def rows(self, command: str, kind: str, **parameters: Any) -> list[dict[str, Any]]:
        return self._lists[command]


def deploy(home: Home, api: Told) -> None:
    hello.deploy(home, cast("Api", api), {}, {}, {}, lambda _: None)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path, 8080, 4566)


def test_the_last_job_of_a_guest_that_is_stuck_is_pointed_at(home: Home) -> None:
    jobs = [{"jobid": "j1", "jobinstanceid": "m1"}, {"jobid": "j2", "jobinstanceid": "m1"}, {"jobid": "j3"}]
    with pytest.raises(RuntimeError, match=r"is Starting; see http://127\.0\.0\.1:8080/client/trace/j2$"):
        deploy(home, Told(*jobs))


def test_without_a_job_events_tell_what_happened(home: Home) -> None:
    with pytest.raises(RuntimeError, match=r"see listEvents$"):
        deploy(home, Told())

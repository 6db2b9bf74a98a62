"""What a stop and a power cut leave of the cloud, and what it takes up."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from infra.local.api import Api, Row
from tests.e2e.local_cloud import LocalCloud, alive, eventually
from tests.e2e.site import Site

LISTS = {
    "listVirtualMachines": ("virtualmachine", {"listall": "true"}),
    "listVolumes": ("volume", {"listall": "true"}),
    "listNetworks": ("network", {"listall": "true"}),
    "listTemplates": ("template", {"templatefilter": "all", "listall": "true"}),
    "listSSHKeyPairs": ("sshkeypair", {"listall": "true"}),
    "listTags": ("tag", {"listall": "true"}),
    "listAccounts": ("account", {"listall": "true"}),
    "listUsers": ("user", {"listall": "true"}),
    "listDomains": ("domain", {"listall": "true"}),
    "listServiceOfferings": ("serviceoffering", {}),
    "listZones": ("zone", {}),
    "listClusters": ("cluster", {}),
    "listStoragePools": ("storagepool", {}),
    "listAsyncJobs": ("asyncjobs", {"listall": "true"}),
    "listEvents": ("event", {"listall": "true", "pagesize": "500", "page": "1"}),
}
VARYING = {"disksizeused", "cpuused", "memoryused", "lastpinged", "disconnected"}
DEPLOYMENTS = 10
MOST_MEMORY = 1.5 * 2**30  # bytes
SMALL_MIB = 128


def everything(api: Api) -> dict[str, dict[str, Row]]:
    """Every object that is listed, by id."""
    found = {}
    for command, (kind, scope) in LISTS.items():
        rows = api.rows(command, kind, **scope)
        found[command] = {
            str(row.get("id") or row.get("jobid") or (row["resourceid"], row["key"])): {
                name: value for name, value in row.items() if name not in VARYING
            }
            for row in rows
        }
    return found


def on_hosts(cloud: LocalCloud) -> set[str]:
    """The guests that simulated hosts run."""
    files = cloud.home.hosts.glob("simulated-*/guests.json")
    states = [state for file in files for state in json.loads(file.read_text())["states"]]
    return {state["id"] for state in states if state["state"] == "Running"}


def listed(api: Api) -> set[str]:
    """The guests that the cloud says run."""
    rows = api.rows("listVirtualMachines", "virtualmachine", listall="true", state="Running")
    return {row["id"] for row in rows}


def promised(api: Api) -> int:
    """Bytes of memory that hosts have promised to guests."""
    return sum(int(row["memoryallocatedbytes"]) for row in api.rows("listHosts", "host", type="Routing"))


def test_a_stop_loses_nothing(site: Site) -> None:
    cloud = site.cloud
    machine = site.deploy(name="survivor")
    site.api.call(
        "createTags", resourceids=machine["id"], resourcetype="UserVm", **{"tags": [{"key": "k", "value": "v"}]}
    )
    before = eventually(lambda: _at_rest(site.api), "a moment of rest")
    running = on_hosts(cloud)
    programs = cloud.processes()
    cloud.down()
    assert cloud.status() == 1
    eventually(lambda: not alive(programs), "the end of its processes")
    assert on_hosts(cloud) == running
    cloud.up()
    assert cloud.status() == 0
    after = everything(site.api)
    for command, rows in before.items():
        kept = {key: row for key, row in after[command].items() if key in rows}
        assert kept == rows, command
    assert listed(site.api) == on_hosts(cloud) == running
    assert site.api.call("rebootVirtualMachine", id=machine["id"])["virtualmachine"]["state"] == "Running"
    site.api.call("destroyVirtualMachine", id=machine["id"], expunge="true")


def test_a_power_cut_amid_deployments_leaves_nothing_undecided(site: Site) -> None:
    cloud, raw = site.cloud, site.cloud.raw
    wish = site.wish()
    begun: list[dict[str, Any]] = [
        raw.call("deployVirtualMachine", **wish, name=f"cut-{number}").inside for number in range(DEPLOYMENTS)
    ]
    eventually(lambda: any(_job(site, one)["jobstatus"] for one in begun), "the first of the deployments to end")
    cloud.kill()
    cloud.up()
    jobs = [eventually(partial(_ended, site, one), f"the end of job {one['jobid']}", 240) for one in begun]
    for job in jobs:
        assert job["jobstatus"] in {1, 2, 3}
        assert job["jobstatus"] == 1 or job["jobresult"]["errortext"], job
    eventually(lambda: listed(site.api) == on_hosts(cloud), "the cloud and its hosts to agree", 180)
    running = listed(site.api)
    succeeded = {one["id"] for one, job in zip(begun, jobs, strict=True) if job["jobstatus"] == 1}
    assert succeeded <= running
    for one in begun:
        row = site.machine(one["id"])
        assert row is None or row["state"] in (
            {"Running"} if one["id"] in succeeded else {"Error", "Stopped", "Running"}
        )
    rows = site.api.rows("listVirtualMachines", "virtualmachine", listall="true", state="Running")
    wanted = sum(int(row["memory"]) for row in rows) * 2**20
    eventually(lambda: promised(site.api) == wanted, f"{wanted} bytes to be promised; there are {promised(site.api)}")

    again = site.deploy(name="after-the-cut")
    assert again["state"] == "Running"
    for machine in (again["id"], *(one["id"] for one in begun)):
        if site.machine(machine) is not None:
            site.api.call("destroyVirtualMachine", id=machine, expunge="true")
    eventually(lambda: listed(site.api) == on_hosts(cloud), "the cloud and its hosts to agree in the end")


def _at_rest(api: Api) -> dict[str, dict[str, Row]]:
    """Everything, unless it changes just now."""
    seen = everything(api)
    return seen if seen == everything(api) else {}


def _job(site: Site, begun: dict[str, Any]) -> dict[str, Any]:
    return site.cloud.raw.call("queryAsyncJobResult", jobid=begun["jobid"]).inside


def _ended(site: Site, begun: dict[str, Any]) -> dict[str, Any]:
    job = _job(site, begun)
    return job if job["jobstatus"] else {}


def test_all_operations_together_fit_into_memory(site: Site) -> None:
    """Each is called once, mostly to be told what it lacks; then the AWS with all its workers is weighed."""
    for command in sorted(site.api.commands):
        answer = site.cloud.raw.call(command)
        assert answer.status != 530, (command, answer.text)
    weight = sum(_proportional(process) for process in site.cloud.processes("aws"))
    assert 0 < weight < MOST_MEMORY, f"{weight / 2**20:.0f} MiB"


def _proportional(process: int) -> int:
    """Bytes that a process takes, shared pages divided among those who share them."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


@pytest.mark.parametrize("command", sorted(LISTS))
def test_lists_still_answer(site: Site, command: str) -> None:
    """After all that has happened to this cloud."""
    kind, scope = LISTS[command]
    assert site.api.rows(command, kind, **scope) is not None

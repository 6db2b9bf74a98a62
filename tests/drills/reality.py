"""After a drill: what the cloud keeps, read around its API, against what its hosts have."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Protocol, runtime_checkable

from boto3.dynamodb.types import TypeDeserializer

from functions.orchestration._ledger import COUNTERS, Sums, add
from javelin.data.folded import unfold
from javelin.data.owned_amounts import COUNTED
from javelin.data.record import table_name
from tests.e2e.local_cloud import LocalCloud

Row = dict[str, Any]
PASSING = ("Starting", "Stopping", "Expunging")
PACKED = ("nics", "volume_ids")  # attributes that hold JSON


@runtime_checkable
class Inspected(Protocol):
    """A cloud that knows itself how to look at its hosts; the others have simulated ones."""

    def domains(self) -> list[tuple[str, str, str]]:
        """Host, guest, state."""
        ...

    def volumes(self) -> list[tuple[str, str]]:
        """Host or pool, volume."""
        ...


def records(cloud: LocalCloud, kind: str) -> list[Row]:
    """All items of a record."""
    pages = cloud.aws("dynamodb").get_paginator("scan").paginate(TableName=table_name(kind), ConsistentRead=True)
    read = TypeDeserializer().deserialize
    rows = [{name: _plain(read(value)) for name, value in item.items()} for page in pages for item in page["Items"]]
    return [row | {name: json.loads(row[name]) for name in PACKED if isinstance(row.get(name), str)} for row in rows]


def _plain(value: Any) -> Any:
    return unfold(value) if isinstance(value, str) else value


def unsettled(cloud: LocalCloud) -> list[str]:
    """Jobs that have not ended, leases that are held, and guests that records and hosts do not agree about."""
    return [*_jobs(cloud), *_leases(cloud), *_guests(cloud)]


def orphans(cloud: LocalCloud) -> list[str]:
    """Guests and volumes on hosts that no record has."""
    machines = {row["id"] for row in records(cloud, "VirtualMachine")}
    volumes = {row["id"] for row in records(cloud, "Volume")}
    return [
        *(f"{host}: guest {id_} ({state})" for host, id_, state in _domains(cloud) if id_ not in machines),
        *(f"{host}: volume {id_}" for host, id_ in _volumes(cloud) if id_ not in volumes),
    ]


def drifts(cloud: LocalCloud) -> list[str]:
    """Counters that are not what the records add up to."""
    sums: Sums = {}
    for kind in COUNTED:
        for row in records(cloud, kind):
            add(sums, kind, row)
    return [
        f"{kind} {row['id']}: {name} is {row.get(name)}, the records add up to {sums.get(row['id'], {}).get(name, 0)}"
        for kind, counters in COUNTERS.items()
        for row in records(cloud, kind)
        for name in counters
        if int(row.get(name) or 0) != sums.get(row["id"], {}).get(name, 0)
    ]


def compared(cloud: LocalCloud) -> dict[str, int]:
    """How much there was to agree about."""
    counters = sum(len(names) * len(records(cloud, kind)) for kind, names in COUNTERS.items())
    return {
        "jobs that have ended": len(records(cloud, "Job")),
        "leases that nobody holds": len(records(cloud, "Lease")),
        "guests in records": len(records(cloud, "VirtualMachine")),
        "guests on hosts": len(_domains(cloud)),
        "volumes in records": len(records(cloud, "Volume")),
        "volumes on hosts": len(_volumes(cloud)),
        "counters": counters,
    }


def told_by_hosts(cloud: LocalCloud) -> dict[str, int]:
    """What operators were told of hosts: the kinds of events, and of alerts the subjects."""
    events = [event for event in records(cloud, "Event") if event["type"].startswith("HOST.")]
    return dict(Counter(_subject(event) for event in events))


def _subject(event: Row) -> str:
    """Of an alert of a bridge its subject; what the cloud itself noticed in reports has none."""
    if event["type"] != "HOST.ALERT":
        return str(event["type"])
    _, _, said = event["description"].partition(": ")
    return str(said.partition(": ")[0]) or "a guest where it should not be"


def _jobs(cloud: LocalCloud) -> list[str]:
    jobs = records(cloud, "Job")
    return [
        *(f"job {job['id']} ({job['command']}) has not ended" for job in jobs if not job["status"]),
        *(f"job {job['id']} ({job['command']}) is stuck" for job in jobs if job.get("error") == "Stuck"),
    ]


def _leases(cloud: LocalCloud) -> list[str]:
    held = [lease for lease in records(cloud, "Lease") if lease.get("owner")]
    return [f"job {lease['owner']} holds {lease['resource']}" for lease in held]


def _guests(cloud: LocalCloud) -> list[str]:
    here: Counter[str] = Counter(id_ for _, id_, state in _domains(cloud) if state == "Running")
    machines = records(cloud, "VirtualMachine")
    running = {row["id"] for row in machines if row["state"] == "Running"}
    return [
        *(f"guest {row['id']} is {row['state']}" for row in machines if row["state"] in PASSING),
        *(f"guest {id_} is Running in its record alone" for id_ in running - here.keys()),
        *(f"guest {id_} runs on its host, and not in its record" for id_ in here.keys() - running),
        *(f"guest {id_} runs {times} times" for id_, times in here.items() if times > 1),
    ]


def _domains(cloud: LocalCloud) -> list[tuple[str, str, str]]:
    """Host, guest, state."""
    if isinstance(cloud, Inspected):
        return cloud.domains()
    return [
        (file.parent.name, state["id"], state["state"])
        for file in cloud.home.hosts.glob("simulated-*/guests.json")
        for state in json.loads(file.read_text())["states"]
        if state["state"] != "Absent"
    ]


def _volumes(cloud: LocalCloud) -> list[tuple[str, str]]:
    """Host, volume."""
    if isinstance(cloud, Inspected):
        return cloud.volumes()
    return [
        (file.parent.name, volume[0])
        for file in cloud.home.hosts.glob("simulated-*/volumes.json")
        for volume in json.loads(file.read_text())["volumes"]
    ]

"""What must hold after every run, however it ended: counters, leases, jobs, hosts and records tell the same story."""

from __future__ import annotations

from typing import Any

from functions.orchestration._ledger import COUNTED, COUNTERS, Sums, add
from javelin.data.records.job import JobStatus
from tests.flows.world import World

Json = dict[str, Any]
PASSING = frozenset(
    {"Job", "Sequence", "Lease", "Sighting", "HostStatus", "BridgeNonce", "Audit"}
)  # tables that only grow
NOTES = frozenset({"version", "updated", "last_host_id", "fence"})
NETWORK_NOTES = frozenset(
    {"state", "router_host_id", "router_id", "members", "revision"}
)  # a network stays once it came to be


def check(world: World) -> None:
    """Raise AssertionError with all that is wrong."""
    wrong = [
        *_jobs(world), *_leases(world), *_counters(world), *_addresses(world), *_domains(world), *_volumes(world),
        *_routers(world), *_objects(world),
    ]  # fmt: skip
    if world.engine.open_tokens():
        wrong.append(f"{world.engine.open_tokens()} task tokens are open")
    if world.queues.mail:
        wrong.append(f"{len(world.queues.mail)} letters to hosts are not read")
    assert not wrong, "\n".join(wrong)


def stuck_jobs(world: World) -> list[Json]:
    """The jobs that ended stuck."""
    return [job for job in world.records("Job") if job.get("error") == "Stuck"]


def picture(world: World) -> Json:
    """Everything that an undone job must leave as it was."""
    records = {}
    for table in world.tables.names():
        if table in PASSING:
            continue
        hidden = NOTES | NETWORK_NOTES if table == "Network" else NOTES
        rows = [{name: value for name, value in row.items() if name not in hidden} for row in world.records(table)]
        records[table] = sorted(rows, key=str)
    hosts = {
        key: {
            "domains": host.hypervisor.seen(),
            "volumes": sorted(host.storage.seen()),
            "segments": sorted(host.network.segments.keys() - host.network.routers.keys()),
        }
        for key, host in world.hosts.items()
    }
    return {"records": records, "hosts": hosts, "objects": sorted(world.bucket.objects)}


def differences(before: Any, after: Any, path: str = "") -> list[str]:
    """What differs between two pictures, one line each."""
    if isinstance(before, dict) and isinstance(after, dict):
        return [
            line
            for key in sorted(before.keys() | after.keys())
            for line in differences(before.get(key), after.get(key), f"{path}/{key}")
        ]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            line
            for n, pair in enumerate(zip(before, after, strict=True))
            for line in differences(*pair, f"{path}[{n}]")
        ]
    return [] if before == after else [f"{path}: {before!r} became {after!r}"]


def _jobs(world: World) -> list[str]:
    return [
        f"job {job['command']} is open: {job.get('steps')}"
        for job in world.records("Job")
        if job["status"] == int(JobStatus.PENDING) or job.get("open_shard")
    ]


def _leases(world: World) -> list[str]:
    stuck = {job["id"] for job in stuck_jobs(world)}
    held = {lease["owner"] for lease in world.records("Lease") if lease.get("owner")}
    told = {lease["owner"] for lease in world.records("Lease") if lease.get("stuck")}
    return [
        *(f"job {job} holds its lease" for job in held - stuck),
        *(f"stuck job {job} lost its lease" for job in stuck - held),
        *(f"the lease of job {job} does not say that it is stuck" for job in stuck - told),
    ]


def _counters(world: World) -> list[str]:
    """What the reconciler would repair."""
    sums: Sums = {}
    for kind in COUNTED:
        for row in world.records(kind):
            add(sums, kind, row)
    return [
        line
        for kind, counters in COUNTERS.items()
        for row in world.records(kind)
        for line in _compare(
            f"{kind} {row['name']}", row, {name: sums.get(row["id"], {}).get(name, 0) for name in counters}
        )
    ]


def _addresses(world: World) -> list[str]:
    nics = [(nic, machine) for machine in world.records("VirtualMachine") for nic in machine["nics"]]
    wanted = sorted((nic["networkid"], nic["ipaddress"], nic["id"], machine["id"]) for nic, machine in nics)
    there = sorted((row["network_id"], row["ip"], row["nic_id"], row["vm_id"]) for row in world.records("Address"))
    found = [] if wanted == there else [f"addresses {there} are taken; guests have {wanted}"]
    names = sorted(f"guest/{nic['networkid']}/{machine['name']}".lower() for nic, machine in nics)
    claimed = sorted(row["name"] for row in world.records("Claim") if row["name"].startswith("guest/"))
    found += [] if names == claimed else [f"names {claimed} are taken; guests have {names}"]
    return found


def _domains(world: World) -> list[str]:
    machines = {machine["id"]: machine for machine in world.records("VirtualMachine")}
    stuck = {job["resource_id"] for job in stuck_jobs(world)}
    found = []
    for key, host in world.hosts.items():
        for domain, state in host.hypervisor.seen().items():
            machine = machines.get(domain)
            if domain in stuck:
                continue
            if machine is None:
                found.append(f"host {key} has domain {domain} ({state}) of no guest")
            elif state == "Running" and (machine["state"] != "Running" or machine.get("host_id") != key):
                found.append(f"guest {domain} runs on {key}; its record says {machine['state']}")
            elif state != "Running" and machine.get("last_host_id") != key and machine.get("host_id") != key:
                found.append(f"host {key} has a domain of guest {domain}, which was elsewhere since")
        running = {domain for domain, state in host.hypervisor.seen().items() if state == "Running"}
        found += [
            f"guest {machine['id']} is Running in its record and not on its host"
            for machine in machines.values()
            if machine.get("host_id") == key and machine["state"] == "Running" and machine["id"] not in running | stuck
        ]
    return found


def _volumes(world: World) -> list[str]:
    stuck = {volume for machine in _stuck_machines(world) for volume in machine["volume_ids"]}
    going = {machine["id"] for machine in world.records("VirtualMachine") if machine["state"] == "Expunging"}
    ready = [volume for volume in world.records("Volume") if volume["state"] == "Ready"]
    wanted = {volume["id"] for volume in ready if volume["vm_id"] not in going} - stuck
    there = {volume for host in world.hosts.values() for volume in host.storage.seen()} - stuck
    gone = {volume for job in stuck_jobs(world) for volume in there}
    return [
        *(f"volume {one} is Ready in its record and not on its pool" for one in wanted - there),
        *(
            f"volume {one} is on its pool and not Ready in a record"
            for one in there - {one["id"] for one in ready} - gone
        ),
    ]


def _routers(world: World) -> list[str]:
    machines = world.records("VirtualMachine")
    stuck = {job["resource_id"] for job in stuck_jobs(world)}
    known = {nic["id"]: nic["networkid"] for machine in machines for nic in machine["nics"]}
    must = {
        nic["id"]: nic["networkid"]
        for machine in machines
        if machine["state"] == "Running" and machine["id"] not in stuck
        for nic in machine["nics"]
    }
    homes = {network["id"]: network.get("router_host_id") for network in world.records("Network")}
    unsure = {network["id"] for network in world.records("Network") if network["restart_required"]} | stuck
    found = []
    for key, host in world.hosts.items():
        for network in host.network.routers:
            if homes.get(network) != key:
                found.append(f"host {key} runs a router of network {network}, whose home is {homes.get(network)}")
        for network, guests in host.network.guests.items():
            lost = {nic for nic in guests if known.get(nic) != network}
            found += [f"the router of {network} knows NIC {nic} of no guest" for nic in lost if not stuck]
        for nic, network in must.items():
            if homes.get(network) == key and network not in unsure and nic not in host.network.guests.get(network, {}):
                found.append(f"the router of {network} does not know NIC {nic} of a running guest")
    return found


def _objects(world: World) -> list[str]:
    wanted = {f"userdata/{machine['id']}" for machine in world.records("VirtualMachine") if machine["has_user_data"]}
    there = {key for key in world.bucket.objects if key.startswith("userdata/")}
    return [] if wanted == there else [f"user data {sorted(there)}; guests have {sorted(wanted)}"]


def _stuck_machines(world: World) -> list[Json]:
    stuck = {job["resource_id"] for job in stuck_jobs(world)}
    return [machine for machine in world.records("VirtualMachine") if machine["id"] in stuck]


def _compare(what: str, record: Json, wanted: Json) -> list[str]:
    return [
        f"{what}: {name} is {record.get(name, 0)}, the records add up to {value}"
        for name, value in wanted.items()
        if int(record.get(name) or 0) != value
    ]

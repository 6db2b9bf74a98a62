"""What must hold after every run, however it ended: counters, leases, jobs, hosts and records tell the same story."""

from __future__ import annotations

from typing import Any

from functions.orchestration._ledger import COUNTERS, Sums, add
from javelin.data.counters import RESOURCES
from javelin.data.owned_amounts import COUNTED
from javelin.data.records.job import JobStatus
from javelin.data.records.network import Network
from tests.flows.world import World

Json = dict[str, Any]
PASSING = frozenset(
    {
        "Job", "Sequence", "Lease", "Sighting", "HostStatus", "BridgeNonce", "Audit", "PublicAddress", "AffinityPlace",
        "FormerAccount",
    }
)  # fmt: skip  # tables that only grow, what networks keep, and what follows from guests
NOTES = frozenset({"version", "updated", "last_host_id", "fence", "used_public_ip"})
ELSEWHERE = ("Domain", "Project")  # counted in a Quota, and in the project's account
DISTANCES = frozenset(f"over_{resource}" for resource in RESOURCES)  # from limits: they follow from what is counted
NETWORK_NOTES = frozenset(  # a network stays once it came to be, with its way out
    {
        "state", "router_host_id", "router_id", "members", "revision", "public_ip_id", "public_ip", "public_netmask",
        "public_gateway", "public_bridge",
    }
)  # fmt: skip
UNDER_WAY = {
    "VirtualMachine": ("Starting", "Stopping"), "Network": ("Destroy",), "Template": ("Registering",),
    "Volume": ("Creating",),
}  # fmt: skip


def check(world: World) -> None:
    """Raise AssertionError with all that is wrong."""
    wrong = [
        *_jobs(world), *_leases(world), *_counters(world), *_addresses(world), *_domains(world), *_volumes(world),
        *_routers(world), *_objects(world), *_claims(world), *_ways_out(world), *_under_way(world),
        *_groups(world),
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
        hidden = NOTES | DISTANCES | (NETWORK_NOTES if table == "Network" else frozenset())
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
        if job["status"] == int(JobStatus.PENDING)
        or job.get("open_account")
        or (job.get("open_shard") and not job.get("waits"))
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
    quotas = {row["scope"]: row for row in world.records("Quota")}
    domains = {row["path"]: quotas.get(row["path"], {}) for row in world.records("Domain") if row["path"] != "/"}
    there = [kind for kind in COUNTERS if kind not in ELSEWHERE]
    others = {row["id"]: row for kind in there for row in world.records(kind)}
    kinds = {row["id"]: kind for kind in there for row in world.records(kind)}
    return _distances([*world.records("Account"), *world.records("Quota")]) + [
        line
        for key, row in {**others, **domains}.items()
        for line in _compare(
            f"{kinds.get(key, 'Domain')} {key}", row,
            {name: sums.get(key, {}).get(name, 0) for name in COUNTERS[kinds.get(key, "Domain")]},
        )
    ]  # fmt: skip


def _distances(counting: list[Json]) -> list[str]:
    return [
        f"{row.get('name') or row['scope']}: over_{resource} is {row.get(f'over_{resource}')}, used less the limit is {over}"
        for row in counting
        for resource in RESOURCES
        if (most := row.get(f"limit_{resource}")) is not None
        and (over := row.get(f"used_{resource}", 0) - most) != row.get(f"over_{resource}")
    ]


def _addresses(world: World) -> list[str]:
    nics = [(nic, machine) for machine in world.records("VirtualMachine") for nic in machine["nics"]]
    routers = [(row["id"], row["router_ip"], row["id"], row["id"]) for row in world.records("Network")]
    guests = [(nic["networkid"], nic["ipaddress"], nic["id"], machine["id"]) for nic, machine in nics]
    wanted = sorted([*routers, *guests])
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
            if domain in stuck or (machine and machine["state"] == "Expunging" and machine.get("expunge_at")):
                continue  # what becomes of it is known
            if machine is None:
                found.append(f"host {key} has domain {domain} ({state}) of no guest")
            elif state == "Running" and (machine["state"] != "Running" or machine.get("host_id") != key):
                found.append(f"guest {domain} runs on {key}; its record says {machine['state']}")
            elif state != "Running" and machine.get("last_host_id") != key and machine.get("host_id") != key:
                found.append(f"host {key} has a domain of guest {domain}, which was elsewhere since")
        running = {domain for domain, state in host.hypervisor.seen().items() if state == "Running"}
        found += [
            f"host {key} would start guest {domain} again, which is not there"
            for domain in host.journal.wants() - host.hypervisor.seen().keys() - stuck
        ]
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
    stuck = {job["resource_id"] for job in stuck_jobs(world)}
    having = [machine for machine in world.records("VirtualMachine") if machine["has_user_data"]]
    may = {f"userdata/{machine['id']}" for machine in having}
    must = {f"userdata/{one['id']}" for one in having if one["state"] != "Expunging" and one["id"] not in stuck}
    there = {key for key in world.bucket.objects if key.startswith("userdata/")}
    found = [] if must <= there <= may else [f"user data {sorted(there)}; guests have {sorted(may)}"]
    templates = {row["id"]: row for row in world.records("Template") if row["id"] not in stuck}
    ready = {f"templates/{key}.qcow2" for key, row in templates.items() if row["state"] == "Ready"}
    known = {f"templates/{key}.qcow2" for key in stuck} | {f"uploads/{key}" for key in stuck}
    images = world.bucket.objects.keys() - there - known
    failed = {key: row for key, row in templates.items() if row["state"] == "Failed"}  # images go with their deletion
    half = {f"templates/{key}.qcow2" for key, row in failed.items() if "delete it again" in (row.get("status") or "")}
    found += (
        []
        if ready <= images <= ready | half
        else [f"images {sorted(images)}; templates that are ready {sorted(ready)}"]
    )
    return found


def _claims(world: World) -> list[str]:
    """The segments' numbers that are taken, and those that networks have."""
    prefix = Network.vni_claim(0).removesuffix("0")
    wanted = sorted(Network.vni_claim(int(row["vni"])) for row in world.records("Network"))
    taken = sorted(row["name"] for row in world.records("Claim") if row["name"].startswith(prefix))
    return [] if wanted == taken else [f"segments {taken} are taken; networks have {wanted}"]


def _ways_out(world: World) -> list[str]:
    """Public addresses that are taken, and those that networks say they have."""
    wanted = {(row["public_ip_id"], row["id"]) for row in world.records("Network") if row.get("public_ip_id")}
    taken = {(row["id"], row.get("network_id")) for row in world.records("PublicAddress") if row["state"] != "Free"}
    return [] if wanted == taken else [f"public addresses {sorted(taken)} are taken; networks have {sorted(wanted)}"]


def _groups(world: World) -> list[str]:
    """Who is in affinity groups and where, by the guests and by the groups."""
    groups = {row["id"]: set(row.get("vm_ids") or ()) for row in world.records("AffinityGroup")}
    there = {(row["group_id"], row["host_id"], guest) for row in world.records("AffinityPlace")
             for guest in row.get("guests") or ()}  # fmt: skip
    said: dict[str, set[str]] = {key: set() for key in groups}
    wanted = set()
    for machine in world.records("VirtualMachine"):
        for group in machine.get("affinity_groups") or ():
            said.setdefault(group["id"], set()).add(machine["id"])
            if machine.get("host_id"):
                wanted.add((group["id"], machine["host_id"], machine["id"]))
    found = [] if said == groups else [f"affinity groups have {groups}; guests say {said}"]
    return found if wanted == there else [*found, f"groups keep places {sorted(there)}; guests have {sorted(wanted)}"]


def _under_way(world: World) -> list[str]:
    """What says that a job works on it, though none does."""
    stuck = {job["resource_id"] for job in stuck_jobs(world)}
    return [
        f"{kind} {row['id']} is {row['state']}, and no job works on it"
        for kind, states in UNDER_WAY.items()
        for row in world.records(kind)
        if row["state"] in states and not {row["id"], row.get("vm_id")} & stuck
    ]


def _stuck_machines(world: World) -> list[Json]:
    stuck = {job["resource_id"] for job in stuck_jobs(world)}
    return [machine for machine in world.records("VirtualMachine") if machine["id"] in stuck]


def _compare(what: str, record: Json, wanted: Json) -> list[str]:
    return [
        f"{what}: {name} is {record.get(name, 0)}, the records add up to {value}"
        for name, value in wanted.items()
        if int(record.get(name) or 0) != value
    ]

"""1,000 calls of eight clients at once: at the end the lists and the counters say what the clients were told."""

from __future__ import annotations

import sys
from collections import ChainMap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from javelin.data import passwords
from javelin.data.records.job import JobStatus
from tests.flows import invariants
from tests.flows.arranging import counted
from tests.flows.mixed import NAMES, Client
from tests.flows.stage import Stage

Json = dict[str, Any]
CLIENTS, ROUNDS, CALLS = 8, 5, 25
SEEDS = (11,)
REFUSALS = {431, 530, 536}  # the name is taken, somebody else was first, it is in use


@pytest.fixture
def torn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads take turns a hundred times as often as they would, and none spends its time on passwords."""
    monkeypatch.setattr(passwords, "_COST", 4)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 100)
    yield
    sys.setswitchinterval(usual)


def rows(stage: Stage, command: str, kind: str, tenant: bool = False, **asked: Any) -> list[Json]:
    """A whole list, which counts what it has."""
    caller = stage.ground.tenant if tenant else None
    answer = stage.world.cloud.call(command, caller, page=1, pagesize=500, **asked)
    assert answer.get("count", 0) == len(answer.get(kind, [])), command
    listed: list[Json] = answer.get(kind, [])
    return listed


def told(clients: list[Client], kind: str) -> dict[Any, Any]:
    """What all clients together were told; nothing was told to two."""
    parts = [getattr(client.known, kind) for client in clients]
    together = dict(ChainMap(*parts))
    assert len(together) == sum(len(part) for part in parts), kind
    return together


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_told_is_what_is_there(stage: Stage, torn: None, seed: int) -> None:
    print("seed", seed)
    stage.world.put_back(stage._saved["ground"])
    stream = counted(stage)
    arena = stage.world.cloud.call("createDomain", name="arena")["domain"]["id"]
    clients = [Client(stage, arena, number, seed) for number in range(CLIENTS)]
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda client: [client.call() for _ in range(CALLS)], clients))
        stage.world.finish()
        stream.flow()
        ended = {job["id"]: job["status"] for job in stage.world.records("Job")}
        assert {ended[job] for client in clients for job in client.jobs} <= {int(JobStatus.SUCCEEDED)}
        for client in clients:
            client.settled()
    refused = [refusal for client in clients for refusal in client.refused]
    assert sum(client.calls for client in clients) == CLIENTS * ROUNDS * CALLS
    assert sum(client.done for client in clients) > len(refused) > 0
    assert [refusal for refusal in refused if refusal[1] not in REFUSALS or not refusal[2].endswith(".")] == []
    agree(stage, arena, clients)
    invariants.check(stage.world)


def agree(stage: Stage, arena: str, clients: list[Client]) -> None:
    """Every list is what the clients were told."""
    domains = rows(stage, "listDomainChildren", "domain", id=arena)
    assert {row["id"]: {"name": row["name"], "networkdomain": row.get("networkdomain")} for row in domains} == told(
        clients, "domains"
    )
    accounts = rows(stage, "listAccounts", "account", domainid=arena, isrecursive="true", listall="true")
    shown = {row["id"]: (row["name"], row["domainid"], row.get("networkdomain")) for row in accounts}
    assert shown == {
        key: (row["name"], row["domainid"], row["networkdomain"]) for key, row in told(clients, "accounts").items()
    }
    users = {user["id"]: user["firstname"] for row in accounts for user in row.get("user", [])}
    assert users == told(clients, "users")
    for (account, kind), most in told(clients, "limits").items():
        whose = {"account": shown[account][0], "domainid": shown[account][1]}
        (limit,) = rows(stage, "listResourceLimits", "resourcelimit", **whose, resourcetype=kind)
        assert limit["max"] == most
    keys = rows(stage, "listSSHKeyPairs", "sshkeypair", tenant=True)
    assert {row["id"]: row["name"] for row in keys} == told(clients, "keys")
    groups = rows(stage, "listInstanceGroups", "instancegroup", tenant=True)
    assert {row["id"]: row["name"] for row in groups} == told(clients, "groups")
    tags = rows(stage, "listTags", "tag", tenant=True)
    assert {(row["resourceid"], row["key"]): row["value"] for row in tags} == told(clients, "tags")
    roles = [row for row in rows(stage, "listRoles", "role") if row["name"] in NAMES]
    assert {row["id"]: row["description"] for row in roles} == told(clients, "roles")

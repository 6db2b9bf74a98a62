"""The bridge's own code against the cloud's: enrolment, credentials and reports fit on both sides."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
import pytest

from bridge import identity as bridge_identity
from bridge.host import Host as BridgeHost
from bridge.hypervisor.simulated import SimulatedHypervisor
from bridge.journal import Journal
from bridge.network.simulated import SimulatedNetwork
from bridge.reports import Reporter
from bridge.storage.simulated import SimulatedStorage
from functions.fabric_admin.actions import bridge_credentials, enrol_bridge
from javelin.data.records.host import Host
from javelin.data.records.host_status import HostStatus
from javelin.messaging.host_commands import Pool
from tests.cloud import Context
from tests.unit.fabric_monitoring.world import World


class Letterbox:
    """The part of the cloud that reports go to."""

    def __init__(self, world: World) -> None:
        self.world = world

    def report(self, bodies: Sequence[str]) -> None:
        """Deliver at once."""
        for body in bodies:
            assert self.world.deliver(body), body


def post_json(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """What the edge does with a bridge's requests."""
    handler = enrol_bridge.handler if url.endswith("/bridge/enrol") else bridge_credentials.handler
    answer = handler(json.loads(json.dumps(body)), Context())
    assert answer["status"] == 200, answer
    said: dict[str, Any] = json.loads(json.dumps(answer["body"]))
    return said


def test_a_bridge_enrols_gets_credentials_and_reports(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge_identity, "post_json", post_json)
    waiting = world.fabric.add_host("10.0.0.20")
    wish = bridge_identity.Enrolment(
        endpoint="http://cloud/client", token=waiting["details"]["enrolment.token"], driver="simulated", uri="",
        address="10.0.0.20",
    )  # fmt: skip
    hypervisor, storage = SimulatedHypervisor(cpus=4), SimulatedStorage(total=10_000)
    identity = bridge_identity.enrol(wish, hypervisor.capabilities(), tmp_path)
    assert identity.host == waiting["id"]
    credentials = bridge_identity.Credential(identity).load_credentials()
    assert credentials.get_frozen_credentials().token

    pool = world.fabric.cloud.call("createStoragePool", name="p", zoneid=world.fabric.zone, url="file:///p")
    message = boto3.client("sqs").receive_message(QueueUrl=identity.commands_queue, MessageAttributeNames=["signature"])
    command = message["Messages"][0]
    assert identity.authentic(command["Body"], command["MessageAttributes"]["signature"]["StringValue"])
    storage.attach(Pool.model_validate(json.loads(command["Body"])["payload"]["pool"]))

    journal = Journal(tmp_path / "journal")
    host = BridgeHost(hypervisor, storage, SimulatedNetwork(), journal)
    letterbox: Any = Letterbox(world)
    reporter = Reporter(identity, letterbox, host, journal, lambda: None)
    reporter.heartbeat()
    reporter.alert("Disk", "is failing")
    reporter.flush()
    found = Host.require(identity.host)
    assert (found.state, found.driver, int(found.cpus)) == ("Up", "simulated", 4)
    assert set(HostStatus.get(identity.host).pools) == {pool["storagepool"]["id"]}
    shown = world.fabric.cloud.call("listStoragePools")["storagepool"][0]
    assert shown["disksizetotal"] == 10_000
    assert ("HOST.ALERT", "WARN") in world.ear.heard()
    journal.close()

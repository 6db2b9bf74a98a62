"""Two hosts whose bridges report, guests that are promised capacity, and an ear on the events."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import boto3

from functions.fabric_monitoring.actions import receive_report
from javelin.data.ids import new_id
from javelin.data.records.host import Host
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.discovery.clients import topic_arn
from javelin.discovery.names import EVENTS_TOPIC
from javelin.messaging.host_commands import DomainState
from javelin.messaging.reports import DomainChanges, Heartbeat, HostAlert, Inventory, Report
from tests.cloud import Context
from tests.unit.fabric_admin.fabric import MACHINE, Bridge, Fabric


@dataclass
class Ear:
    """Hears what is announced after it was made."""

    url: str = ""

    def __post_init__(self) -> None:
        sqs = boto3.client("sqs")
        self.url = sqs.create_queue(QueueName="ear")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        raw = {"RawMessageDelivery": "true"}
        boto3.client("sns").subscribe(TopicArn=topic_arn(EVENTS_TOPIC), Protocol="sqs", Endpoint=arn, Attributes=raw)

    def heard(self) -> list[tuple[str, str]]:
        """Type and level of the events since the last time."""
        found: list[tuple[str, str]] = []
        while (
            messages := boto3.client("sqs").receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages")
        ):
            for message in messages:
                event = json.loads(message["Body"])
                found.append((event["type"], event["level"]))
                boto3.client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found


@dataclass
class World:
    """The fabric with two enrolled hosts."""

    fabric: Fabric
    bridges: dict[str, Bridge] = field(default_factory=dict)
    sequence: int = 0

    def __post_init__(self) -> None:
        for name in ("10.0.0.11", "10.0.0.12"):
            host, bridge = self.fabric.enrolled(name)
            self.bridges[host] = bridge
        self.ear = Ear()

    @property
    def hosts(self) -> list[str]:
        """The ids of the hosts."""
        return list(self.bridges)

    def report(self, host: str, body: Any, at: datetime | None = None, signer: str | None = None) -> bool:
        """Deliver a signed report through the queue's function; answers whether it was taken."""
        self.sequence += 1
        kind = {Heartbeat: "heartbeat", DomainChanges: "domains", HostAlert: "alert",
                Inventory: "inventory"}[type(body)]  # fmt: skip
        fields = {"host": host, "sequence": self.sequence, "at": at or datetime.now(UTC), "kind": kind,
                  "body": body.model_dump(mode="json")}  # fmt: skip
        report = Report.model_validate(fields)
        signed = json.loads(report.signed_bytes())
        report = report.model_copy(update={"signature": self.bridges[signer or host].sign(signed)})
        return self.deliver(report.model_dump_json())

    def deliver(self, body: str) -> bool:
        """Deliver any body; answers whether it was taken."""
        record = {"messageId": "1", "receiptHandle": "1", "body": body, "attributes": {}, "messageAttributes": {},
                  "md5OfBody": "", "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:::q",
                  "awsRegion": "x"}  # fmt: skip
        answer = receive_report.handler({"Records": [record]}, Context())
        return not answer["batchItemFailures"]

    def beat(self, host: str, at: datetime | None = None, **changed: Any) -> bool:
        """A heartbeat."""
        fields = {"started": datetime.now(UTC), "driver": "libvirt", "memory_used_mib": 1024, "cpu_load": 0.5,
                  **MACHINE, **changed}  # fmt: skip
        return self.report(host, Heartbeat.model_validate(fields), at)

    def tell(
        self, host: str, machine: str, state: str, reason: str = "", fence: int = 0, at: datetime | None = None
    ) -> bool:
        """A change of one guest."""
        told = DomainState.model_validate({"id": machine, "state": state, "reason": reason, "fence": fence})
        return self.report(host, DomainChanges(domains=(told,)), at)

    def guest(self, host: str | None, state: str = "Running", **changed: Any) -> str:
        """A guest in the records, with capacity promised if it has a host."""
        root = self.fabric.cloud.root
        fields: dict[str, Any] = {
            "name": "web", "display_name": "web", "instance_name": "i-1-VM", "user_id": root.user_id, "state": state,
            "zone_id": self.fabric.zone, "zone_name": "z1", "host_id": host, "last_host_id": host,
            "template_id": new_id(), "template_name": "t", "offering_id": new_id(), "offering_name": "o", "cpus": 2,
            "mhz": 1000, "memory_mib": 512, "root_volume_id": new_id(), "account_id": root.account_id,
            "account": root.account, "domain_id": root.domain_id, "domain_path": root.domain_path,
        }  # fmt: skip
        machine = VirtualMachine(new_id(), **{**fields, **changed})
        transaction = Transaction()
        transaction.create(machine)
        if host:
            promised = [Host.cpu_used_mhz.add(2000), Host.memory_used_mib.add(512), Host.guests.add(1)]
            transaction.update(Host(host), promised)
        transaction.commit()
        key: str = machine.id
        return key

    def promised(self, host: str) -> tuple[int, int, int]:
        """MHz, MiB and guests that are promised on a host."""
        found = Host.require(host)
        return int(found.cpu_used_mhz), int(found.memory_used_mib), int(found.guests)

"""A zone with hosts, a pool and flows in the records of the in-process cloud, and an ear on what hosts are asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, TypeVar

import boto3

from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.record import Table
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.records.job import Job
from javelin.data.records.network import Network
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.discovery import names
from javelin.flow.steps import Run
from javelin.messaging import hosts as host_queues
from javelin.messaging.host_commands import Command, HostCommand
from tests.cloud import Cloud

C = TypeVar("C", bound=Command)


def create(record: Table) -> None:
    """Put a record into its table and lists."""
    transaction = Transaction()
    transaction.create(record)
    transaction.commit()


@dataclass
class Site:
    """A zone; hosts and pools are added by the tests."""

    cloud: Cloud
    zone: Zone
    hosts: list[Host] = field(default_factory=list)

    def add_host(self, name: str = "h1", state: str = "Up", cluster: str | None = None) -> Host:
        """A host with a command queue and key."""
        host = Host(
            new_id(), name=name, zone_id=self.zone.id, zone_name=self.zone.name, pod_id=self.zone.id, pod_name="p1",
            cluster_id=cluster or self.zone.id, cluster_name="c1", state=state, cpus=8, mhz=2000, memory_mib=16384,
            address=f"10.0.0.{len(self.hosts) + 11}",
        )  # fmt: skip
        create(host)
        create(HostKey(host.id, command_key=b"k" * 32))
        host_queues.open_queue(host.id)
        self.hosts.append(host)
        return host

    def add_pool(self, scope: str = "ZONE", host: Host | None = None) -> StoragePool:
        """A pool of the zone, or of one host."""
        pool = StoragePool(
            new_id(), name="pool", zone_id=self.zone.id, zone_name=self.zone.name, scope=scope, path="/srv/pool",
            host_id=host.id if host else None, cluster_id=self.zone.id, capacity=2**40,
        )  # fmt: skip
        create(pool)
        return pool

    def machine(self, caller: Caller | None = None, **changed: Any) -> VirtualMachine:
        """A stopped guest in the records."""
        owner = caller or self.cloud.root
        fields: dict[str, Any] = {
            "account_id": owner.account_id, "account": owner.account, "domain_id": owner.domain_id,
            "domain_path": owner.domain_path, "name": "web", "display_name": "web", "instance_name": "i-1-VM",
            "user_id": owner.user_id, "zone_id": self.zone.id, "zone_name": self.zone.name, "template_id": new_id(),
            "template_name": "t", "offering_id": new_id(), "offering_name": "o", "cpus": 1, "mhz": 500,
            "memory_mib": 128, "root_volume_id": new_id(), **changed,
        }  # fmt: skip
        machine = VirtualMachine(new_id(), **fields)
        create(machine)
        return machine

    def network(self, caller: Caller | None = None, **changed: Any) -> Network:
        """An isolated network in the records."""
        owner = caller or self.cloud.root
        fields: dict[str, Any] = {
            "account_id": owner.account_id, "account": owner.account, "domain_id": owner.domain_id,
            "domain_path": owner.domain_path, "name": "net", "display_text": "net", "zone_id": self.zone.id,
            "zone_name": self.zone.name, "offering_id": new_id(), "cidr": "10.1.1.0/24", "gateway": "10.1.1.1",
            "netmask": "255.255.255.0", "vni": 5001, **changed,
        }  # fmt: skip
        network = Network(new_id(), **fields)
        create(network)
        return network

    def job(self, kind: str, resource_id: str, command: str = "test") -> Job:
        """A job that holds the lease of a resource."""
        from javelin.sync import lease

        root = self.cloud.root
        job = Job(
            new_id(), account_id=root.account_id, account=root.account, domain_id=root.domain_id,
            domain_path=root.domain_path, user_id=root.user_id, command=command, resource_type=kind,
            resource_id=resource_id,
        )  # fmt: skip
        transaction = Transaction()
        job.fence = lease.acquire(transaction, resource_id, job.id)
        transaction.create(job)
        transaction.commit()
        return job

    def asked(self, host: Host) -> list[Command]:
        """The commands in the host's queue, in order; they are taken out."""
        sqs, found = boto3.client("sqs"), []
        url = sqs.get_queue_url(QueueName=names.host_queue(host.id))["QueueUrl"]
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(HostCommand.model_validate_json(message["Body"]).command())
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


def last_job(kind: str, resource_id: str) -> Job:
    """The newest job on a resource."""
    rows = [row for row in Job.scan() if row.resource_type == kind and row.resource_id == resource_id]
    return max(rows, key=lambda row: str(row.id))


def do_run(job: Job, **given: Any) -> Run:
    """A run of a step's do, with the job as it is now."""
    return Run(Job.require(job.id), "Step", "do", **given)


def undo_run(job: Job, error: str = "ImageRefused", cause: str = "the image has a backing file", **given: Any) -> Run:
    """A run of a step's undo."""
    return Run(Job.require(job.id), "Step", "undo", failure={"Error": error, "Cause": cause}, **given)


def open_flows(*paths: str) -> None:
    """Make state machines of these names; what they do is for the tests of flows."""
    machines = boto3.client("stepfunctions")
    passing = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    for path in paths:
        machines.create_state_machine(
            name=names.flow(path), definition=passing, roleArn="arn:aws:iam::123456789012:role/flow"
        )


def build(cloud: Cloud) -> Site:
    """An enabled zone."""
    zone = Zone(
        new_id(), name="z1", dns1="8.8.8.8", dns2="9.9.9.9", internal_dns1="8.8.4.4", allocation_state="Enabled"
    )
    create(zone)
    return Site(cloud, zone)

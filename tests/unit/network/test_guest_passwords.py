"""A guest of a password-enabled template gets a password at its first start: told to its router and to who asks the job."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import Any

from functions.network.actions import connect_guest
from javelin.data.record import Record
from javelin.data.records.address import Address
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.discovery.clients import client
from javelin.flow.steps import Ask
from javelin.messaging import hosts
from javelin.messaging.host_commands import ApplyNetwork
from tests.unit.network.test_network_on_hosts import guest, isolated
from tests.unit.site import Site, create, do_run

LAST_BYTES = itertools.count(5)


def enabled(site: Site, host: Host, network: Network, **more: Any) -> VirtualMachine:
    """A guest of a password-enabled template, placed on the host, with an address of the network."""
    machine = guest(site, network, host, f"10.1.1.{next(LAST_BYTES)}")
    create(Address(network.id, machine.nics[0]["ipaddress"], nic_id=machine.nics[0]["id"], vm_id=machine.id))
    changes = {"password_enabled": True, **more}
    assert machine.change(*(getattr(VirtualMachine, name).set(value) for name, value in changes.items()))
    return machine


def told(job: Job, network: Network) -> str | None:
    """The password in the command that connects the job's guest."""
    asked = connect_guest.handler.do(do_run(job, item=network.id))
    assert isinstance(asked, Ask)
    assert isinstance(asked.command, ApplyNetwork)
    passwords = {known.vm: known.password for known in asked.command.guests}
    mine = passwords.pop(str(job.resource_id))
    assert set(passwords.values()) <= {None}, "others are told of, too"
    return mine


def succeeded(job: Job) -> None:
    """The job's end, as its flow writes it."""
    result = {"virtualmachine": {"id": job.resource_id, "passwordenabled": True}}
    assert Job.require(job.id).change(
        Job.status.set(int(JobStatus.SUCCEEDED)), Job.result.set(result), Job.completed.set(datetime.now(UTC))
    )


def shown(site: Site, job: Job) -> dict[str, Any]:
    answer: dict[str, Any] = site.cloud.call("queryAsyncJobResult", jobid=job.id)
    machine: dict[str, Any] = answer["jobresult"]["virtualmachine"]
    return machine


def items(record: type[Record]) -> str:
    return json.dumps(client("dynamodb").scan(TableName=record.Meta.table_name)["Items"], default=str)


def test_router_and_job_tell_the_same_password_and_no_record_holds_it(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    job = site.job("VirtualMachine", enabled(site, host, network).id, "deployVirtualMachine")
    password = told(job, network)
    assert password is not None
    assert len(password) == 16
    assert told(job, network) == password, "a repeat gives another one"
    succeeded(job)
    assert shown(site, job)["password"] == password
    listed = site.cloud.call("listAsyncJobs", listall="true")["asyncjobs"][0]
    assert listed["jobid"] == job.id
    assert password not in json.dumps(listed, default=str)
    assert password not in items(Job) + items(VirtualMachine)


def test_guests_and_hosts_have_passwords_of_their_own(site: Site) -> None:
    network, given = isolated(site), set()
    for number in (1, 2):
        host = site.add_host(f"h{number}")
        HostKey(host.id, command_key=bytes([number]) * 32).save()
        hosts._command_key.cache_clear()
        for _ in range(2):
            given.add(told(site.job("VirtualMachine", enabled(site, host, network).id), network))
    assert len(given) == 4
    assert None not in given


def test_a_later_start_and_a_template_without_passwords_give_none(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    for machine in (
        enabled(site, host, network, last_host_id=host.id), enabled(site, host, network, password_enabled=False),
    ):  # fmt: skip
        job = site.job("VirtualMachine", machine.id, "startVirtualMachine")
        assert told(job, network) is None
        succeeded(job)
        assert "password" not in shown(site, job)


def test_a_job_that_failed_tells_no_password(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    job = site.job("VirtualMachine", enabled(site, host, network).id, "deployVirtualMachine")
    assert told(job, network) is not None
    failure = {"errorcode": 530, "errortext": "no"}
    assert Job.require(job.id).change(Job.status.set(int(JobStatus.FAILED)), Job.result.set(failure))
    assert site.cloud.call("queryAsyncJobResult", jobid=job.id)["jobresult"] == failure


def test_a_host_without_a_bridge_has_taken_its_passwords_along(site: Site) -> None:
    host, network = site.add_host(), isolated(site)
    job = site.job("VirtualMachine", enabled(site, host, network).id, "deployVirtualMachine")
    assert told(job, network) is not None
    succeeded(job)
    HostKey(host.id).delete()
    hosts._command_key.cache_clear()
    assert "password" not in shown(site, job)

"""cancelAsyncJob: who may, what is refused, what the host hears; tests/flows runs it in every state of every flow."""

from __future__ import annotations

import json

import pytest

from javelin.data.ids import new_id
from javelin.data.records.host_key import HostKey
from javelin.data.records.job import Job, JobStatus
from javelin.data.transaction import Transaction
from javelin.discovery.clients import client, queue_url
from javelin.discovery.names import host_queue
from javelin.messaging.hosts import open_queue
from tests.cloud import Cloud, Refused
from tests.unit.orchestration.test_jobs import job


def test_the_wish_is_noted_and_may_be_repeated(cloud: Cloud) -> None:
    ada = cloud.caller("ada")
    made = job(ada)
    for _ in range(2):
        assert cloud.call("cancelAsyncJob", ada, jobid=made.id)["success"] is True
    assert Job.require(made.id).cancelled_at is not None
    assert cloud.call("queryAsyncJobResult", ada, jobid=made.id)["jobstatus"] == 0


@pytest.mark.parametrize("status", [JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_job_that_has_ended_is_refused(cloud: Cloud, status: JobStatus) -> None:
    made = job(cloud.root, status=int(status))
    with pytest.raises(Refused, match=r"431 Job .* has ended already"):
        cloud.call("cancelAsyncJob", jobid=made.id)
    assert Job.require(made.id).cancelled_at is None


def test_a_job_of_others_is_as_if_it_were_not(cloud: Cloud) -> None:
    domain = cloud.domain("d")
    made = job(cloud.caller("ada", domain))
    with pytest.raises(Refused, match="Unable to find job"):
        cloud.call("cancelAsyncJob", cloud.caller("eve", domain), jobid=made.id)
    assert Job.require(made.id).cancelled_at is None
    cloud.call("cancelAsyncJob", cloud.caller("boss", domain, "DomainAdmin"), jobid=made.id)


def test_the_host_that_works_is_told(cloud: Cloud) -> None:
    host = new_id()
    transaction = Transaction()
    transaction.create(HostKey(host, command_key=b"k" * 32))
    transaction.commit()
    open_queue(host)
    made = job(cloud.root, resource_id=new_id(), asked={"host": host, "id": "j/1/StopDomain/do"})
    cloud.call("cancelAsyncJob", jobid=made.id)
    letters = client("sqs").receive_message(QueueUrl=queue_url(host_queue(host)))["Messages"]
    told = json.loads(letters[0]["Body"])
    assert (told["kind"], told["payload"], told["token"]) == ("cancel_command", {"command": "j/1/StopDomain/do"}, "")


def test_a_host_that_has_gone_needs_no_telling(cloud: Cloud) -> None:
    made = job(cloud.root, resource_id=new_id(), asked={"host": new_id(), "id": "j/1/StopDomain/do"})
    assert cloud.call("cancelAsyncJob", jobid=made.id)["success"] is True

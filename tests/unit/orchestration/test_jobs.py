"""queryAsyncJobResult and listAsyncJobs."""

from __future__ import annotations

import pytest

from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records.job import Job, JobStatus
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Refused


def job(caller: Caller, command: str = "startVirtualMachine", **fields: object) -> Job:
    made = Job(
        new_id(), account_id=caller.account_id, account=caller.account, domain_id=caller.domain_id,
        domain_path=caller.domain_path, user_id=caller.user_id, command=command, **fields,
    )  # fmt: skip
    transaction = Transaction()
    transaction.create(made)
    transaction.commit()
    return made


def test_a_job_under_way_has_no_result(cloud: Cloud) -> None:
    shown = cloud.call("queryAsyncJobResult", jobid=job(cloud.root).id)
    assert (shown["jobstatus"], shown["jobresultcode"], shown["jobprocstatus"]) == (0, 0, 0)
    assert not {"jobresult", "jobresulttype", "completed"} & shown.keys()


def test_an_ended_job_shows_how_it_ended(cloud: Cloud) -> None:
    made = job(
        cloud.root, status=int(JobStatus.FAILED), result_code=533, result={"errorcode": 533, "errortext": "no room"}
    )
    shown = cloud.call("queryAsyncJobResult", jobid=made.id)
    assert (shown["jobstatus"], shown["jobresultcode"], shown["jobresulttype"]) == (2, 533, "object")
    assert shown["jobresult"]["errortext"] == "no room"


def test_jobs_are_seen_by_their_account_and_those_above(cloud: Cloud) -> None:
    domain = cloud.domain("d")
    ada, eve = cloud.caller("ada", domain), cloud.caller("eve", domain)
    boss, stranger = cloud.caller("boss", domain, "DomainAdmin"), cloud.caller("s", cloud.domain("x"), "DomainAdmin")
    made = job(ada)
    for caller in (ada, boss, cloud.root):
        assert cloud.call("queryAsyncJobResult", caller, jobid=made.id)["accountid"] == ada.account_id
    for caller in (eve, stranger):
        with pytest.raises(Refused) as refusal:
            cloud.call("queryAsyncJobResult", caller, jobid=made.id)
        assert refusal.value.code == 431
        assert cloud.call("listAsyncJobs", caller, listall="true") == {}
    assert cloud.call("listAsyncJobs", boss, listall="true")["asyncjobs"][0]["jobid"] == made.id


def test_lists_are_filtered_by_date_and_word(cloud: Cloud) -> None:
    job(cloud.root)
    job(cloud.root, "stopVirtualMachine")
    assert cloud.call("listAsyncJobs")["count"] == 2
    assert cloud.call("listAsyncJobs", keyword="stop")["count"] == 1
    assert cloud.call("listAsyncJobs", startdate="2100-01-01") == {}

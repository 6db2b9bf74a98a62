"""A bridge's enrolment, and its credentials."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID

from functions.fabric_admin.actions import bridge_credentials
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.discovery import names
from tests.unit.fabric_admin.fabric import Bridge, Fabric


def test_enrolment_brings_the_host_up(fabric: Fabric) -> None:
    host, bridge = fabric.enrolled()
    listed = fabric.cloud.call("listHosts", id=host)["host"][0]
    assert listed["state"] == "Up"
    assert (listed["cpunumber"], listed["cpuspeed"], listed["memorytotal"]) == (8, 2400, 16384 * 2**20)
    assert listed["ipaddress"] == "10.0.0.11"
    assert "lastpinged" in listed
    assert bridge.identity["host"] == host
    assert bridge.identity["commands_queue"].endswith(names.host_queue(host))
    assert bridge.identity["reports_queue"].endswith(names.REPORTS_QUEUE)


def test_a_token_is_good_for_one_bridge(fabric: Fabric) -> None:
    token = fabric.add_host()["details"]["enrolment.token"]
    first, second = Bridge(), Bridge()
    assert first.enrol(token)["status"] == 200
    assert second.enrol(token)["status"] == 401
    assert first.credentials()["status"] == 200


def test_an_expired_token_is_refused(fabric: Fabric) -> None:
    made = fabric.add_host()
    key = HostKey.get(made["id"])
    key.enrolment_expires = 1
    key.save()
    assert Bridge().enrol(made["details"]["enrolment.token"])["status"] == 401
    assert Host.require(made["id"]).state == "Connecting"


@pytest.mark.parametrize("token", ["x" * 60, "", "0197f000-0000-7000-8000-000000000000." + "x" * 43])
def test_an_unknown_token_is_refused(fabric: Fabric, token: str) -> None:
    made = fabric.add_host()
    assert Bridge().enrol(token)["status"] in (400, 401)
    assert Bridge().enrol(f"{made['id']}.{'x' * 43}")["status"] == 401
    assert Host.require(made["id"]).state == "Connecting"


@pytest.mark.parametrize("changed", [{"public_key": "AAAA"}, {"cpus": 0}, {"address": "x"}, {"extra": 1}])
def test_a_malformed_enrolment_leaves_the_token_good(fabric: Fabric, changed: dict[str, object]) -> None:
    token = fabric.add_host()["details"]["enrolment.token"]
    assert Bridge().enrol(token, **changed)["status"] == 400
    assert Bridge().enrol(token)["status"] == 200


def test_refusals_are_announced(fabric: Fabric) -> None:
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = f"arn:aws:sns:us-east-1:{DEFAULT_ACCOUNT_ID}:{names.EVENTS_TOPIC}"
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    Bridge().enrol("x" * 60)
    heard = json.loads(sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"])
    assert (heard["type"], heard["level"]) == ("HOST.ENROLMENT.REFUSED", "ERROR")
    assert "x" * 60 not in str(heard)


def test_credentials_are_of_one_queue_and_one_hour(fabric: Fabric) -> None:
    host, bridge = fabric.enrolled()
    answer = bridge.credentials()
    assert set(answer["body"]) == {"access_key_id", "secret_access_key", "session_token", "expires"}
    left = datetime.fromisoformat(answer["body"]["expires"]) - datetime.now(UTC)
    assert left <= timedelta(hours=1)
    resources = [statement["Resource"] for statement in bridge_credentials.policy(host)["Statement"]]
    assert resources[0] == f"arn:aws:sqs:us-east-1:{DEFAULT_ACCOUNT_ID}:{names.host_queue(host)}"
    assert "*" not in resources


def test_a_proof_is_good_once(fabric: Fabric) -> None:
    _, bridge = fabric.enrolled()
    proof = bridge.proof()
    assert bridge.credentials(proof)["status"] == 200
    assert bridge.credentials(proof)["status"] == 401


def test_what_is_not_the_bridge_is_refused(fabric: Fabric) -> None:
    host, bridge = fabric.enrolled()
    other_host, other = fabric.enrolled("10.0.0.12")
    old = (datetime.now(UTC) - timedelta(seconds=121)).isoformat()
    ahead = (datetime.now(UTC) + timedelta(seconds=121)).isoformat()
    for proof in (
        other.proof(host=host),
        {**bridge.proof(), "host": other_host},
        {**bridge.proof(), "nonce": "another-nonce-of-mine"},
        bridge.proof(at=old),
        bridge.proof(at=ahead),
        bridge.proof(at=datetime.now(UTC).replace(tzinfo=None).isoformat()),
        {**bridge.proof(), "signature": "not base64"},
    ):
        assert bridge.credentials(proof)["status"] == 401
    assert bridge.credentials({"host": host})["status"] == 400


def test_a_revoked_key_gets_nothing(fabric: Fabric) -> None:
    host, bridge = fabric.enrolled()
    key = HostKey.get(host)
    key.revoked = 1
    key.save()
    assert bridge.credentials()["status"] == 401


def test_a_host_without_bridge_gets_nothing(fabric: Fabric) -> None:
    _, bridge = fabric.enrolled()
    waiting = fabric.add_host("10.0.0.12")
    assert bridge.credentials(bridge.proof(host=waiting["id"]))["status"] == 401

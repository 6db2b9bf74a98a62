"""The bridge's calls against AWS's interfaces, as moto serves them."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest
from botocore.credentials import Credentials
from botocore.stub import Stubber
from moto import mock_aws

from bridge.cloud import AwsCloud, CloudUnreachable, TokenGone


class Fixed:
    def load_credentials(self) -> Credentials:
        return Credentials("AKIAFIXED", "secret", "token")


@pytest.fixture
def queues() -> Iterator[tuple[str, str]]:
    with mock_aws():
        sqs = boto3.client("sqs", "us-east-1")
        yield sqs.create_queue(QueueName="commands")["QueueUrl"], sqs.create_queue(QueueName="reports")["QueueUrl"]


def cloud(queues: tuple[str, str], endpoint: str | None = None) -> AwsCloud:
    return AwsCloud("us-east-1", endpoint, *queues, Fixed())


def test_messages_come_with_their_signature_and_go(queues: tuple[str, str]) -> None:
    ours = cloud(queues)
    signature = {"signature": {"DataType": "String", "StringValue": "abc"}}
    sqs = boto3.client("sqs", "us-east-1")
    sqs.send_message(QueueUrl=queues[0], MessageBody="one", MessageAttributes=signature)
    sqs.send_message(QueueUrl=queues[0], MessageBody="two")
    messages = ours.receive(50, 0)
    assert sorted((message.body, message.signature) for message in messages) == [("one", "abc"), ("two", "")]
    ours.extend([message.receipt for message in messages])
    ours.delete([message.receipt for message in messages])
    assert ours.receive(10, 0) == []


def test_reports_go_in_one_request(queues: tuple[str, str]) -> None:
    cloud(queues).report(["a", "b"])
    got = boto3.client("sqs", "us-east-1").receive_message(QueueUrl=queues[1], MaxNumberOfMessages=10)
    assert sorted(message["Body"] for message in got["Messages"]) == ["a", "b"]


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_token_that_nobody_waits_for_is_gone(queues: tuple[str, str], code: str) -> None:
    ours = cloud(queues)
    with Stubber(ours._tasks) as answers:
        for operation in ("heartbeat", "success", "failure"):
            answers.add_client_error(f"send_task_{operation}", code)
        for call in (lambda: ours.beat("x"), lambda: ours.succeed("x", "{}"), lambda: ours.fail("x", "E", "c")):
            with pytest.raises(TokenGone):
                call()


def test_a_cloud_that_does_not_answer_is_unreachable(queues: tuple[str, str]) -> None:
    with pytest.raises(CloudUnreachable):
        cloud((queues[0] + "-gone", queues[1])).receive(1, 0)

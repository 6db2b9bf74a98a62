"""What outlives kill -9: tables, transactions, streams, what is deployed; and who hears of interrupted executions."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.embedded_aws.conftest import ROLE, ROOT, Server, zipped

TABLE = {
    "TableName": "things",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Server]:
    """A server that a test may kill."""
    running = Server(tmp_path / "state", JAVELIN_AWS_SNAPSHOT_SECONDS="1")
    yield running
    running.stop(signal.SIGKILL)


def kill_and_restart(server: Server) -> None:
    server.stop(signal.SIGKILL)
    server.start()


def write_until_killed(server: Server, worker: int, acknowledged: list[str]) -> None:
    tables = server.client("dynamodb")
    for count in range(10**6):
        pair = [f"{worker}-{count}-{half}" for half in "ab"]
        puts = [{"Put": {"TableName": "things", "Item": {"id": {"S": key}}}} for key in pair]
        try:
            tables.transact_write_items(TransactItems=puts)
        except (BotoCoreError, ClientError):
            return
        acknowledged.extend(pair)


def test_no_acknowledged_write_is_lost_and_no_transaction_is_halved(own: Server) -> None:
    own.client("dynamodb").create_table(**TABLE)
    acknowledged: list[str] = []
    for worker in range(2):
        writers = [
            threading.Thread(target=write_until_killed, args=(own, 10 * worker + n, acknowledged)) for n in range(4)
        ]
        for writer in writers:
            writer.start()
        while len(acknowledged) < 400 * (worker + 1):
            assert any(writer.is_alive() for writer in writers)
        kill_and_restart(own)
        for writer in writers:
            writer.join()
        pages = own.client("dynamodb").get_paginator("scan").paginate(TableName="things")
        found = {item["id"]["S"] for page in pages for item in page["Items"]}
        assert set(acknowledged) <= found
        assert all(key[:-1] + "a" in found and key[:-1] + "b" in found for key in found)


def test_a_torn_last_line_is_dropped(own: Server) -> None:
    tables = own.client("dynamodb")
    tables.create_table(**TABLE)
    tables.put_item(TableName="things", Item={"id": {"S": "whole"}})
    own.stop(signal.SIGKILL)
    newest = max((own.state / "journal").glob("log.*"), key=lambda path: path.stat().st_mtime)
    with newest.open("ab") as file:
        file.write(b'[["P","arn:aws:dynamodb:us-east-1:000000000000:table/things","torn","__no')
    own.start()
    found = own.client("dynamodb").scan(TableName="things")["Items"]
    assert found == [{"id": {"S": "whole"}}]


def test_a_deleted_table_does_not_bring_its_items_back(own: Server) -> None:
    tables = own.client("dynamodb")
    tables.create_table(**TABLE)
    tables.put_item(TableName="things", Item={"id": {"S": "old"}})
    tables.delete_table(TableName="things")
    tables.create_table(**TABLE)
    kill_and_restart(own)
    assert own.client("dynamodb").scan(TableName="things")["Count"] == 0


def received(server: Server, url: str, count: int) -> list[dict[str, Any]]:
    """The next `count` messages of a queue."""
    queues, bodies = server.client("sqs"), list[dict[str, Any]]()
    while len(bodies) < count:
        answer = queues.receive_message(QueueUrl=url, WaitTimeSeconds=10, MaxNumberOfMessages=10)
        assert answer.get("Messages"), f"only {bodies}"
        for message in answer["Messages"]:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            bodies.append(json.loads(message["Body"]))
    return bodies


def test_a_sent_message_is_delivered_and_a_deleted_one_stays_deleted(own: Server) -> None:
    queues = own.client("sqs")
    url = queues.create_queue(QueueName="commands")["QueueUrl"]
    threading.Event().wait(2.5)  # a snapshot interval: the queue itself is part of a snapshot
    queues.send_message(QueueUrl=url, MessageBody="0")
    assert received(own, url, 1) == [0]
    for number in (1, 2):
        queues.send_message(QueueUrl=url, MessageBody=str(number))
    assert len(queues.receive_message(QueueUrl=url)["Messages"]) == 1
    kill_and_restart(own)
    assert sorted(received(own, url, 2)) == [1, 2]


def test_what_is_deployed_works_after_a_kill_and_streams_go_on(own: Server) -> None:
    queue = own.client("sqs").create_queue(QueueName="seen")["QueueUrl"]
    code = f"""
import boto3, json
sqs = boto3.client("sqs")
def handler(event, context):
    for record in event["Records"]:
        sqs.send_message(QueueUrl={queue!r}, MessageBody=json.dumps(record["dynamodb"]["Keys"]["id"]["S"]))
"""
    table = own.client("dynamodb").create_table(**TABLE)["TableDescription"]
    own.client("lambda").create_function(
        FunctionName="reader",
        Runtime="python3.12",
        Role=ROLE,
        Handler="code.handler",
        Code={"ZipFile": zipped(code=code)},
        Timeout=10,
    )
    mapping = own.client("lambda").create_event_source_mapping(
        FunctionName="reader", EventSourceArn=table["LatestStreamArn"], StartingPosition="TRIM_HORIZON", BatchSize=10
    )
    own.client("dynamodb").put_item(TableName="things", Item={"id": {"S": "first"}})
    assert received(own, queue, 1) == ["first"]
    own.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    threading.Event().wait(2.5)  # a snapshot interval: the mapping's state is part of a snapshot
    own.client("dynamodb").put_item(TableName="things", Item={"id": {"S": "unread"}})
    kill_and_restart(own)
    own.client("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
    own.client("dynamodb").put_item(TableName="things", Item={"id": {"S": "after"}})
    assert received(own, queue, 2) == ["unread", "after"]


def test_an_interrupted_execution_fails_and_is_announced(own: Server) -> None:
    queue = own.client("sqs").create_queue(QueueName="ends")
    arn = own.client("sqs").get_queue_attributes(QueueUrl=queue["QueueUrl"], AttributeNames=["QueueArn"])
    rules = own.client("events")
    rules.put_rule(Name="ends", EventPattern=json.dumps({"source": ["aws.states"], "detail": {"status": ["FAILED"]}}))
    rules.put_targets(Rule="ends", Targets=[{"Id": "1", "Arn": arn["Attributes"]["QueueArn"]}])
    states = own.client("stepfunctions")
    waiting = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}}
    machine = states.create_state_machine(name="m", roleArn=ROLE, definition=json.dumps(waiting))
    threading.Event().wait(2.5)  # a snapshot interval
    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"], name="job-1")["executionArn"]
    kill_and_restart(own)
    detail = received(own, queue["QueueUrl"], 1)[0]["detail"]
    assert (detail["executionArn"], detail["error"]) == (execution, "States.ServiceRestart")
    assert own.client("stepfunctions").describe_execution(executionArn=execution)["status"] == "FAILED"


def test_a_second_server_refuses_the_same_state(own: Server) -> None:
    own_environment = {"JAVELIN_AWS_PORT": "1", "JAVELIN_AWS_STATE": str(own.state)}
    second = subprocess.run(
        [sys.executable, "-m", "infra.local.aws"],
        cwd=ROOT,
        env={**os.environ, **own_environment},
        stderr=subprocess.PIPE,
        timeout=30,
        check=False,
    )
    assert second.returncode != 0
    assert b"in use" in second.stderr

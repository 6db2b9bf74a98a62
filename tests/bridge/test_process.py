"""The bridge as a process: enrolled over HTTP, killed in the middle of a command, started again, stopped."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from bridge.identity import Identity
from infra.local.aws.client import CREDENTIALS, wait_until_ready
from javelin.messaging.host_commands import AttachPool, HostCommand, Pool, StartDomain
from javelin.messaging.host_traces import TRACE
from tests.bridge.fake_cloud import KEY, signed
from tests.bridge.guests import a_domain, new_id
from tests.bridge.web import Web, a_web

ROOT = Path(__file__).parents[2]
POOL = Pool(id=new_id(), path="/pools/one")


class Process:
    """A bridge of its own, its queues, and executions that wait for its answers."""

    def __init__(self, folder: Path, web: Web, endpoint: str) -> None:
        self.state = folder / "state"
        self.host = new_id()
        self.sqs = sqs = boto3.client("sqs", endpoint_url=endpoint, **CREDENTIALS)
        self.flows = boto3.client("stepfunctions", endpoint_url=endpoint, **CREDENTIALS)
        self.commands, self.reports, self._tokens = (
            sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("commands", "reports", "tokens")
        )
        self._running: subprocess.Popen[bytes] | None = None
        self._log = folder / "log"
        enrolled = {
            "host": self.host,
            "command_key": base64.b64encode(KEY).decode(),
            "region": "us-east-1",
            "commands_queue": self.commands,
            "reports_queue": self.reports,
            "aws_endpoint": endpoint,
        }
        web.answers["/client/bridge/enrol"] = json.dumps(enrolled).encode()
        granted = {
            "access_key_id": "AK",
            "secret_access_key": "very-secret",
            "session_token": "session-token",
            "expires": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
        }
        web.answers["/client/bridge/credentials"] = json.dumps(granted).encode()
        self.call("enrol", "--endpoint", web.url("/client"), "--token", "once", "--driver", "simulated")

    def call(self, *arguments: str) -> None:
        argv = [sys.executable, "-m", "bridge", arguments[0], "--state", str(self.state), *arguments[1:]]
        subprocess.run(argv, env=environment(), check=True, timeout=30, capture_output=True)

    def start(self, **settings: str) -> None:
        argv = [sys.executable, "-m", "bridge", "run", "--state", str(self.state)]
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(argv, env={**environment(), **settings}, stdout=log, stderr=log)

    def end(self, number: signal.Signals) -> int:
        assert self._running is not None
        self._running.send_signal(number)
        code = self._running.wait(30)
        self._running = None
        return code

    def close(self) -> None:
        if self._running is not None:
            self.end(signal.SIGKILL)
        self.sqs.close()
        self.flows.close()

    def ask(self, command: Any, resource: str) -> str:
        """Send a command for a new execution that waits for its answer, and answer the execution's ARN."""
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Arguments": {"QueueUrl": self._tokens, "MessageBody": {"token": "{% $states.context.Task.Token %}"}},
            "HeartbeatSeconds": 60,
            "End": True,
        }
        flow = {"QueryLanguage": "JSONata", "StartAt": "Ask", "States": {"Ask": task}}
        machine = self.flows.create_state_machine(
            name=f"ask-{new_id()}", definition=json.dumps(flow), roleArn="arn:aws:iam::000000000000:role/any"
        )
        execution: str = self.flows.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
        (message,) = self.sqs.receive_message(QueueUrl=self._tokens, WaitTimeSeconds=20)["Messages"]
        self.sqs.delete_message(QueueUrl=self._tokens, ReceiptHandle=message["ReceiptHandle"])
        self.send(command, resource, json.loads(message["Body"])["token"])
        return execution

    def answer(self, execution: str) -> dict[str, Any]:
        """What the execution was answered, without how it was made."""
        eventually(lambda: self.flows.describe_execution(executionArn=execution)["status"] != "RUNNING")
        found = self.flows.describe_execution(executionArn=execution)
        assert found["status"] == "SUCCEEDED", found
        told = dict(json.loads(found["output"]))
        assert told.pop(TRACE)["host"] == self.host
        return told

    def send(self, command: Any, resource: str, token: str) -> None:
        body = HostCommand(
            id=new_id(),
            kind=command.kind,
            host=self.host,
            resource=resource,
            fence=1,
            token=token,
            deadline=datetime.now(UTC) + timedelta(minutes=5),
            payload=command.model_dump(mode="json"),
        ).model_dump_json()
        attributes = {"signature": {"DataType": "String", "StringValue": signed(body)}}
        self.sqs.send_message(QueueUrl=self.commands, MessageBody=body, MessageAttributes=attributes)

    def waiting(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.commands, AttributeNames=names)["Attributes"]
        return sum(int(value) for value in found.values())

    def guests(self) -> list[str]:
        file = self.state / "guests.json"
        return [state["state"] for state in json.loads(file.read_text())["states"]] if file.exists() else []

    def running(self) -> list[str]:
        """Kinds of the commands that the journal holds as begun."""
        with closing(sqlite3.connect(self.state / "journal.sqlite", timeout=10)) as journal:
            return [kind for (kind,) in journal.execute("SELECT kind FROM commands WHERE state = 'running'")]

    def log(self) -> str:
        return self._log.read_text()


def environment() -> dict[str, str]:
    paths = f"{ROOT}:{ROOT / 'layers/javelin/python'}"
    quick = {"JAVELIN_BRIDGE_VISIBILITY_SECONDS": "2", "JAVELIN_BRIDGE_POLL_SECONDS": "1"}
    return {"PATH": os.environ["PATH"], "PYTHONPATH": paths, **quick}


def eventually(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.05)


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[str]:
    """The endpoint of an embedded AWS."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"JAVELIN_AWS_PORT": str(port), "JAVELIN_AWS_STATE": str(tmp_path / "aws")}
    argv = [sys.executable, "-m", "infra.local.aws"]
    with subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **settings}, stdin=subprocess.DEVNULL) as server:
        try:
            wait_until_ready(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
def process(tmp_path: Path, aws: str) -> Iterator[Process]:
    with a_web() as web:
        process = Process(tmp_path, web, aws)
        yield process
        process.close()


def test_a_command_that_kill_9_cut_off_is_done_by_the_next_bridge(process: Process) -> None:
    domain = a_domain(POOL).model_copy(update={"disks": ()})
    process.start(JAVELIN_BRIDGE_SIMULATED_LATENCY='{"start": 60}')
    assert process.answer(process.ask(AttachPool(pool=POOL), POOL.id)) == {}
    execution = process.ask(StartDomain(domain=domain), domain.id)
    eventually(lambda: process.running() == ["start_domain"])
    assert process.end(signal.SIGKILL) == -signal.SIGKILL
    assert process.guests() == []
    process.start()
    assert process.answer(execution)["state"] == "Running"
    assert process.guests() == ["Running"]
    eventually(lambda: process.waiting() == 0)
    assert process.end(signal.SIGTERM) == 0
    for secret in ("very-secret", "session-token", base64.b64encode(KEY).decode(), "once"):
        assert secret not in process.log()
    kept = [file for file in process.state.rglob("*") if file.is_file()]
    assert not [file for file in kept if b"very-secret" in file.read_bytes()]
    assert Identity.load(process.state).host == process.host


def test_two_bridges_do_not_share_a_state(process: Process) -> None:
    process.start()
    eventually(lambda: "at work" in process.log())
    argv = [sys.executable, "-m", "bridge", "run", "--state", str(process.state)]
    second = subprocess.run(argv, env=environment(), check=False, timeout=30, capture_output=True, text=True)
    assert second.returncode == 1
    assert "another bridge" in second.stderr
    assert process.end(signal.SIGTERM) == 0

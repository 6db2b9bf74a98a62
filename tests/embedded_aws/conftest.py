"""One embedded AWS for the tests of this directory, on a free port with a state directory of its own."""

import io
import os
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from infra.local.aws.client import CREDENTIALS, wait_until_ready

ROOT = Path(__file__).parents[2]
ROLE = "arn:aws:iam::000000000000:role/anything"


class Server:
    """An embedded AWS in its own process."""

    def __init__(self, state: Path, **environment: str) -> None:
        self.state = state
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self._environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it serves."""
        own = {"JAVELIN_AWS_PORT": str(self.port), "JAVELIN_AWS_STATE": str(self.state), **self._environment}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.aws"], cwd=ROOT, env={**os.environ, **own}, stdin=subprocess.DEVNULL
        )
        wait_until_ready(self.endpoint, 30)

    def stop(self, number: int = signal.SIGTERM) -> None:
        """Send it a signal and wait for its end."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(30)

    def client(self, service: str) -> Any:
        """A boto3 client of this server that does not repeat requests."""
        config = Config(retries={"total_max_attempts": 1}, read_timeout=60)
        return boto3.client(service, endpoint_url=self.endpoint, config=config, **CREDENTIALS)


def zipped(**modules: str) -> bytes:
    """A code package with one file per module."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in modules.items():
            archive.writestr(f"{name}.py", text)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("aws"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def make_function(server: Server) -> Callable[..., str]:
    """Create a function from the text of its module; return its ARN."""
    functions = server.client("lambda")

    def make(name: str, text: str, **more: Any) -> str:
        arn: str = functions.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=ROLE,
            Handler=more.pop("Handler", "code.handler"),
            Code={"ZipFile": zipped(code=text)},
            **{"Timeout": 10, **more},
        )["FunctionArn"]
        return arn

    return make


@pytest.fixture(scope="session")
def start(server: Server) -> Callable[..., str]:
    """Create a state machine from its states and start it; return the execution's ARN."""
    states, count = server.client("stepfunctions"), iter(range(10**6))

    def begin(definition: dict[str, Any], data: object = None) -> str:
        import json

        machine = states.create_state_machine(
            name=f"machine-{next(count)}",
            roleArn=ROLE,
            definition=json.dumps({"QueryLanguage": "JSONata", **definition}),
        )
        arn: str = states.start_execution(
            stateMachineArn=machine["stateMachineArn"], input=json.dumps(data if data is not None else {})
        )["executionArn"]
        return arn

    return begin


@pytest.fixture(scope="session")
def ended(server: Server) -> Callable[[str], dict[str, Any]]:
    """Wait for an execution's end and return its description."""
    import time

    states = server.client("stepfunctions")

    def wait(arn: str) -> dict[str, Any]:
        for _ in range(600):
            description: dict[str, Any] = states.describe_execution(executionArn=arn)
            if description["status"] != "RUNNING":
                return description
            time.sleep(0.05)
        raise AssertionError(f"{arn} goes on and on")

    return wait

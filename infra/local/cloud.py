"""The cloud itself on this machine: its AWS, what is deployed into it, its first administrator, its front."""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local.aws.client import is_ready
from infra.local.home import Home
from infra.local.processes import Background, ProcessFailed
from infra.local.progress import Say, Skipped
from infra.packaging import code, stack
from infra.packaging.publish import publish
from javelin.discovery import names


@dataclass(frozen=True)
class Keys:
    """The administrator's."""

    key: str
    secret: str


def embedded_aws(home: Home) -> Background:
    """The AWS of this cloud."""
    environment = {"JAVELIN_AWS_PORT": str(home.aws_port), "JAVELIN_AWS_STATE": str(home.folder / "aws")}
    return Background(home, "aws", "infra.local.aws", environment=environment, sources=("infra/local/aws",))


def front(home: Home) -> Background:
    """The one address of this cloud."""
    arguments = "--port", str(home.port), "--upstream", str(home.aws_port)
    sources = "infra/local/front.py", "infra/local/front_pool.py"
    return Background(home, "front", "infra.local.front", arguments, sources=sources)


def start_aws(home: Home, say: Say) -> None:
    """Have the embedded AWS serve."""
    program = embedded_aws(home)
    if not program.running():
        _port_is_free(home.aws_port, "JAVELIN_AWS_PORT")
    started = program.ensure()
    _wait(program, lambda: is_ready(home.aws_endpoint), 60)
    say(f"{'started' if started else 'runs'} at {home.aws_endpoint}")


def start_front(home: Home, say: Say) -> None:
    """Have the front serve."""
    program = front(home)
    if not program.running():
        _port_is_free(home.port, "JAVELIN_PORT")
    started = program.ensure()
    _wait(program, lambda: not _is_free(home.port), 20)
    say(f"{'started' if started else 'runs'} at {home.endpoint}")


def deploy(home: Home, say: Say) -> None:
    """Deploy what this checkout holds, unless it is deployed."""
    published = publish(home.aws, home.url, code.local_vendor())
    if stack.is_current(home.aws, published):
        say("is as it should be")
        return
    say("deploying")
    stack.deploy(home.aws, published, say, patience=300)
    say("deployed template.yaml")


def bootstrap(home: Home, say: Say) -> Keys:
    """The administrator's keys, written where `cs` reads them, and a password to log in with."""
    password = home.folder / "admin.password"
    if not password.exists():
        write_secret(password, secrets.token_urlsafe(18) + "\n")
    answer = invoke(home, "identity", "bootstrap", {"password": password.read_text().strip()})
    keys = Keys(answer["api_key"], answer["secret_key"])
    lines = (
        "[cloudstack]",
        f"endpoint = {home.endpoint}",
        f"key = {keys.key}",
        f"secret = {keys.secret}",
        "timeout = 60",
    )
    write_secret(home.keys, "".join(f"{line}\n" for line in lines))
    say("made" if answer["created"] else "known")
    return keys


def reconcile(home: Home, say: Say) -> None:
    """End the jobs that the last stop interrupted."""
    answer = invoke(home, "orchestration", "reconcile", {"now": True})
    say(", ".join(f"{name}: {value}" for name, value in answer.items() if isinstance(value, int | str)))


def invoke(home: Home, component: str, action: str, event: dict[str, Any]) -> Any:
    """The answer of an action of a component. Skipped when there is no such function."""
    functions = home.aws.client("lambda")
    name = names.function(component, action)
    try:
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event).encode())
    except functions.exceptions.ResourceNotFoundException as error:
        raise Skipped(f"{name} is not deployed") from error
    content = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        raise RuntimeError(f"{name} failed: {json.dumps(content)[:2000]}")
    return content


def write_secret(path: Path, text: str) -> None:
    """Write a file that only this user reads, in one step."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)


def _port_is_free(port: int, variable: str) -> None:
    if not _is_free(port):
        raise ProcessFailed(f"something else listens on port {port}: stop it, or choose another with {variable}=…")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _wait(program: Background, ready: Any, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not ready():
        program.check()
        if time.monotonic() > deadline:
            raise ProcessFailed(f"{program.name} does not serve after {patience:g} seconds: {program.tail()}")
        time.sleep(0.05)

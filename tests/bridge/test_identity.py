"""Enrolment, credentials and the signatures between a bridge and its cloud."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bridge.__main__ import main
from bridge.errors import BadCommand, HostCommandFailed
from bridge.hypervisor.base import Capabilities
from bridge.identity import Credential, Enrolment, Identity, canonical, enrol
from tests.bridge.fake_cloud import an_identity, signed
from tests.bridge.guests import new_id
from tests.bridge.web import Web, a_web

MACHINE = Capabilities("simulated", "Simulated 1.0", False, 4, 2000, 8192)


@pytest.fixture
def web() -> Iterator[Web]:
    with a_web() as web:
        yield web


def welcome(web: Web, host: str) -> None:
    answer = {
        "host": host,
        "command_key": base64.b64encode(b"k" * 32).decode(),
        "region": "us-east-1",
        "commands_queue": "http://q/commands",
        "reports_queue": "http://q/reports",
        "aws_endpoint": None,
    }
    web.answers["/client/bridge/enrol"] = json.dumps(answer).encode()


def test_enrolment_leaves_an_identity_for_root_alone(web: Web, tmp_path: Path) -> None:
    host = new_id()
    welcome(web, host)
    wish = Enrolment(web.url("/client/"), "once", "simulated", "none:", "10.0.0.5", "http://127.0.0.1:4566")
    identity = enrol(wish, MACHINE, tmp_path / "state")
    assert Identity.load(tmp_path / "state") == identity
    assert (identity.host, identity.aws_endpoint) == (host, "http://127.0.0.1:4566")
    assert (tmp_path / "state" / "identity.json").stat().st_mode & 0o777 == 0o600
    ((_, body),) = web.posted
    asked = json.loads(body)
    assert asked["token"] == "once"
    assert (asked["driver"], asked["cpus"], asked["address"]) == ("simulated", 4, "10.0.0.5")
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(asked["public_key"]))
    public.verify(base64.b64decode(identity.sign(b"text")), b"text")
    assert identity.private_key not in repr(identity)


def test_a_refused_enrolment_leaves_nothing(web: Web, tmp_path: Path) -> None:
    with pytest.raises(HostCommandFailed, match="403"):
        enrol(Enrolment(web.url("/client"), "twice", "simulated", "", ""), MACHINE, tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_secrets_do_not_leave_the_machine_in_clear(tmp_path: Path) -> None:
    with pytest.raises(BadCommand, match="https"):
        enrol(Enrolment("http://cloud.example/client", "t", "simulated", "", ""), MACHINE, tmp_path / "state")


def test_credentials_are_asked_with_a_signature_and_renewed(web: Web) -> None:
    identity = an_identity(new_id()).model_copy(update={"endpoint": web.url("/client")})
    past = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    answer = {"access_key_id": "AK", "secret_access_key": "S", "session_token": "T", "expires": past}
    web.answers["/client/bridge/credentials"] = json.dumps(answer).encode()
    credentials = Credential(identity).load_credentials()
    assert web.posted == []
    with pytest.raises(RuntimeError, match="still expired"):
        credentials.get_frozen_credentials()
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    web.answers["/client/bridge/credentials"] = json.dumps({**answer, "expires": later}).encode()
    assert credentials.get_frozen_credentials().token == "T"
    assert credentials.get_frozen_credentials().access_key == "AK"
    asked = [json.loads(body) for _, body in web.posted]
    assert len(asked) == 2
    assert asked[0]["nonce"] != asked[1]["nonce"]
    fields = {name: asked[0][name] for name in ("host", "at", "nonce")}
    assert identity.sign(canonical(fields)) == asked[0]["signature"]


def test_only_the_clouds_signature_is_authentic() -> None:
    identity = an_identity(new_id())
    assert identity.authentic("body", signed("body"))
    assert not identity.authentic("body", signed("other"))
    assert not identity.authentic("body", "é")
    assert not identity.authentic("body", "")


def test_the_command_line_enrols_once_and_tells_its_status(
    web: Web, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    welcome(web, new_id())
    state = str(tmp_path / "state")
    argv = ["enrol", "--endpoint", web.url("/client"), "--token", "t", "--state", state, "--driver", "simulated"]
    assert main(argv) == 0
    assert main(argv) == 0
    assert len(web.posted) == 1
    capsys.readouterr()
    assert main(["status", "--state", state]) == 1
    assert json.loads(capsys.readouterr().out)["contact"] is None
    assert main(["run", "--state", str(tmp_path / "other")]) == 2

"""Who this bridge is: its key pair, enrolment with a one-time token, and short-lived credentials."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from botocore.credentials import Credentials, DeferredRefreshableCredentials
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import BaseModel, ConfigDict, Field

from bridge.http import post_json
from bridge.hypervisor.base import Capabilities

FILE = "identity.json"


class Identity(BaseModel):
    """What enrolment left, kept in the state directory for root alone; AWS credentials are never written."""

    model_config = ConfigDict(frozen=True)

    endpoint: str
    host: str
    driver: Literal["libvirt", "simulated"]
    uri: str = "qemu:///system"
    private_key: str = Field(repr=False)  # base64, raw Ed25519
    command_key: str = Field(repr=False)  # base64
    region: str
    commands_queue: str
    reports_queue: str
    aws_endpoint: str | None = None

    @property
    def shared_key(self) -> bytes:
        """The command key as bytes; the cloud knows it too."""
        return base64.b64decode(self.command_key)

    def sign(self, text: bytes) -> str:
        """Base64 Ed25519."""
        return base64.b64encode(_key(self.private_key).sign(text)).decode()

    def authentic(self, body: str, signature: str) -> bool:
        """Whether `signature` is the cloud's for this body."""
        expected = hmac.new(self.shared_key, body.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.encode())

    def save(self, state: Path) -> None:
        new = state / f".{FILE}.new"
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self.model_dump_json())
            file.flush()
            os.fsync(file.fileno())
        new.replace(state / FILE)

    @staticmethod
    def load(state: Path) -> Identity:
        """FileNotFoundError if the bridge is not enrolled."""
        return Identity.model_validate_json((state / FILE).read_text())


@dataclass(frozen=True)
class Enrolment:
    """What an operator gives to enrol a host. `console_url` is where browsers reach its console proxy, if it has one."""

    endpoint: str
    token: str
    driver: Literal["libvirt", "simulated"]
    uri: str
    address: str
    aws_endpoint: str | None = None
    console_url: str = ""


def enrol(wish: Enrolment, capabilities: Capabilities, state: Path) -> Identity:
    """Trade the one-time token for an identity and keep it in `state`. The private key never leaves this machine."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    answer = post_json(
        f"{wish.endpoint.rstrip('/')}/bridge/enrol",
        {
            "token": wish.token,
            "public_key": base64.b64encode(public).decode(),
            "driver": wish.driver,
            "hypervisor": capabilities.hypervisor,
            "accelerated": capabilities.accelerated,
            "cpus": capabilities.cpus,
            "mhz": capabilities.mhz,
            "memory_mib": capabilities.memory_mib,
            "address": wish.address,
            **({"console_url": wish.console_url} if wish.console_url else {}),
        },
    )
    private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    fields: dict[str, Any] = {
        "endpoint": wish.endpoint.rstrip("/"),
        "driver": wish.driver,
        "uri": wish.uri,
        "private_key": base64.b64encode(private).decode(),
        **{name: answer[name] for name in ("host", "command_key", "region", "commands_queue", "reports_queue")},
        "aws_endpoint": wish.aws_endpoint or answer.get("aws_endpoint"),
    }
    identity = Identity.model_validate(fields)
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    identity.save(state)
    return identity


class Renewing(DeferredRefreshableCredentials):
    """Asks for new credentials five minutes before the old ones expire, and insists in the last minute."""

    _advisory_refresh_timeout = 300
    _mandatory_refresh_timeout = 60


@dataclass(frozen=True)
class Credential:
    """The AWS credentials of one identity: fetched when first needed, kept in memory only."""

    identity: Identity

    def load_credentials(self) -> Credentials:
        return Renewing(refresh_using=self._renew, method="javelin-bridge")

    def _renew(self) -> dict[str, str]:
        fields = {"host": self.identity.host, "at": datetime.now(UTC).isoformat(), "nonce": secrets.token_urlsafe(24)}
        signed = {**fields, "signature": self.identity.sign(canonical(fields))}
        said = post_json(f"{self.identity.endpoint}/bridge/credentials", signed)
        return {
            "access_key": said["access_key_id"],
            "secret_key": said["secret_access_key"],
            "token": said["session_token"],
            "expiry_time": said["expires"],
        }


def canonical(fields: dict[str, Any]) -> bytes:
    """The form of a JSON object that is signed."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def _key(private_key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(private_key))

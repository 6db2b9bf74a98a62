"""A bridge proves who it is with its key and gets an hour's credentials that reach its own queue and nothing else."""

from __future__ import annotations

import base64
import binascii
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from javelin.contract.errors import Unauthorized
from javelin.contract.grants import Grant, arn
from javelin.data.records.bridge_nonce import BridgeNonce
from javelin.data.records.host_key import HostKey
from javelin.data.transaction import Transaction
from javelin.discovery import names
from javelin.discovery.clients import account_id, client, partition, region
from javelin.messaging.consumers import Call, consumer
from javelin.messaging.events import ANNOUNCE, announce, of_cloud
from javelin.messaging.host_commands import Id

FRESH = timedelta(seconds=120)
LIFETIME = 3600  # seconds; as long as a chained role may be assumed
REFUSAL = {"error": "This is not a request of the host's own bridge, or it is not fresh; check the host's clock."}
ASSUME = Grant(("sts:AssumeRole",), (f"arn:{{partition}}:iam::{{account}}:role/{names.BRIDGE_ROLE}",))
QUEUE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")
TASK_ACTIONS = ("states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat")


class Proof(BaseModel):
    """What a bridge signs; `at` is kept as it came because the signature is over the text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Id
    at: str = Field(max_length=40)
    nonce: str = Field(min_length=16, max_length=64)
    signature: str = Field(max_length=100)

    def signed_bytes(self) -> bytes:
        """The canonical form: JSON with sorted keys, without the signature."""
        fields = self.model_dump(exclude={"signature"})
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def credentials(event: dict[str, Any]) -> dict[str, Any]:
    """Short-lived credentials for the host that signed, or 401."""
    try:
        proof = Proof.model_validate(event)
    except ValidationError:
        return {
            "status": 400,
            "body": {"error": "Send host, at, nonce and signature; use the bridge that fits this cloud."},
        }
    reason = _doubt(proof)
    if reason is not None:
        announce(of_cloud(
            "HOST.CREDENTIALS.REFUSED", f"Credentials for host {proof.host} were refused: {reason}",
            resource_type="Host", resource_id=proof.host, level="ERROR",
        ))  # fmt: skip
        return {"status": 401, "body": REFUSAL}
    granted = client("sts").assume_role(
        RoleArn=f"arn:{partition()}:iam::{account_id()}:role/{names.BRIDGE_ROLE}",
        RoleSessionName=f"host-{proof.host}",
        Policy=json.dumps(policy(proof.host)),
        DurationSeconds=LIFETIME,
    )["Credentials"]
    body = {
        "access_key_id": granted["AccessKeyId"],
        "secret_access_key": granted["SecretAccessKey"],
        "session_token": granted["SessionToken"],
        "expires": granted["Expiration"].isoformat(),
    }
    return {"status": 200, "body": body}


def policy(host: str) -> dict[str, Any]:
    """What the credentials of one host may do."""
    allowed = (
        (QUEUE_ACTIONS, "sqs", names.host_queue(host)),
        (("sqs:SendMessage",), "sqs", names.REPORTS_QUEUE),
        (TASK_ACTIONS, "states", f"stateMachine:{names.PREFIX}-*"),
    )
    place = {"partition": partition(), "region": region(), "account": account_id()}
    statements = [
        {"Effect": "Allow", "Action": list(actions), "Resource": arn(service, resource).format(**place)}
        for actions, service, resource in allowed
    ]
    return {"Version": "2012-10-17", "Statement": statements}


def _doubt(proof: Proof) -> str | None:
    """Why the proof does not hold, or None. The nonce is used up by a proof that holds."""
    try:
        key = HostKey.get(proof.host, consistent_read=True)
    except HostKey.DoesNotExist:
        return "there is no such host"
    if key.public_key is None or int(key.revoked or 0):
        return "the host has no bridge, or its key is revoked"
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes(key.public_key))
        public.verify(base64.b64decode(proof.signature, validate=True), proof.signed_bytes())
    except (InvalidSignature, binascii.Error):
        return "the signature is not of the host's key"
    try:
        signed_at = TypeAdapter(AwareDatetime).validate_python(proof.at)
    except ValidationError:
        return "it has no time"
    if abs(datetime.now(UTC) - signed_at) > FRESH:
        return "it is not fresh"
    transaction = Transaction()
    expires = int(time.time() + 3 * FRESH.total_seconds())
    transaction.create(BridgeNonce(f"{proof.host}/{proof.nonce}", expires=expires), Unauthorized("used before"))
    try:
        transaction.commit()
    except Unauthorized:
        return "it was sent before"
    return None


handler = consumer(credentials, Call(), grants=[HostKey.read, BridgeNonce.write, ASSUME, *ANNOUNCE])

"""Sending commands to hosts: one queue per host, every message signed with the host's command key."""

from __future__ import annotations

import functools
import hashlib
import hmac
import time
from datetime import UTC, datetime, timedelta

from javelin.contract import explaining
from javelin.contract.errors import ResourceUnavailable
from javelin.contract.grants import Grant, arn
from javelin.data.records.host_key import HostKey
from javelin.discovery import names
from javelin.discovery.clients import client, queue_url
from javelin.messaging.host_commands import Command, HostCommand

KEY_LIFETIME = 300  # seconds that a worker keeps a host's command key

SEND_TO_HOSTS = (
    Grant(("sqs:SendMessage", "sqs:GetQueueUrl"), (arn("sqs", names.host_queue("*")),)),
    HostKey.read,
)

OPEN_QUEUE = Grant(("sqs:CreateQueue", "sqs:DeleteQueue", "sqs:GetQueueUrl"), (arn("sqs", names.host_queue("*")),))
VISIBILITY = 120  # seconds until a command that was taken and not finished comes again
ROOM = 256  # bytes for the signature
LARGEST = 2**20  # bytes of a message and its attributes, all of SQS's
RETENTION = 86400  # seconds that a command waits for a host that is away; it is refused after its deadline anyway


def open_queue(host: str) -> str:
    """Make the queue of a host, encrypted, if it is not there; answers its URL."""
    if would := explaining.picture():
        would.add("queues", {"opens": names.host_queue(host)})
        return ""
    attributes = {
        "VisibilityTimeout": str(VISIBILITY),
        "MessageRetentionPeriod": str(RETENTION),
        "SqsManagedSseEnabled": "true",
    }
    url: str = client("sqs").create_queue(QueueName=names.host_queue(host), Attributes=attributes)["QueueUrl"]
    return url


def close_queue(host: str) -> None:
    """Delete the queue of a host with all that waits in it. Absent is success."""
    if would := explaining.picture():
        would.add("queues", {"closes": names.host_queue(host)})
        return
    sqs = client("sqs")
    try:
        sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=names.host_queue(host))["QueueUrl"])
    except sqs.exceptions.QueueDoesNotExist:
        return


def send(
    command: Command, *, host: str, command_id: str, resource: str, fence: int, token: str = "", patience: int = 900
) -> None:
    """Put a command in a host's queue; it is refused by the host after `patience` seconds.

    Raises ResourceUnavailable if the host has no bridge, or if the command is more than a message holds.
    """
    message = HostCommand(
        id=command_id, kind=command.kind, host=host, resource=resource, fence=fence, token=token,
        deadline=datetime.now(UTC) + timedelta(seconds=patience), payload=command.model_dump(mode="json"),
    )  # fmt: skip
    body = message.model_dump_json()
    if len(body.encode()) > LARGEST - ROOM:
        raise ResourceUnavailable(
            f"Command {command.kind} for host {host} is larger than a message may be; a network with so many guests needs to"
            " be made of several."
        )
    key = _command_key(host, int(time.time() // KEY_LIFETIME))
    if would := explaining.picture():
        would.add("hostcommands", command.kind)
        return
    signature = hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
    client("sqs").send_message(
        QueueUrl=queue_url(names.host_queue(host)),
        MessageBody=body,
        MessageAttributes={"signature": {"DataType": "String", "StringValue": signature}},
    )


def derived(host: str, purpose: str) -> bytes:
    """32 bytes that only the cloud and this host know, and for this purpose alone. Raises ResourceUnavailable as `send`."""
    return hmac.new(_command_key(host, int(time.time() // KEY_LIFETIME)), purpose.encode(), hashlib.sha256).digest()


@functools.lru_cache(maxsize=1024)
def _command_key(host: str, period: int) -> bytes:  # noqa: ARG001 - the period makes the cache forget
    try:
        key = HostKey.get(host).command_key
    except HostKey.DoesNotExist:
        key = None
    if key is None:
        raise ResourceUnavailable(f"Host {host} has no bridge that is enrolled; enrol one, or use another host.")
    return bytes(key)

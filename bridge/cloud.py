"""The cloud as the bridge sees it: one queue in, answers to task tokens, one queue of reports. All calls go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from bridge.errors import HostError, TransientHostError

if TYPE_CHECKING:
    from botocore.credentials import Credentials
    from mypy_boto3_sqs.type_defs import MessageTypeDef

TOKEN_GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


class CloudUnreachable(TransientHostError):
    """The cloud does not answer, or not to us."""


class TokenGone(Exception):
    """Nobody waits for this answer any more."""


@dataclass(frozen=True)
class Message:
    """A message as it came; nothing in it is trusted yet."""

    body: str
    signature: str
    receipt: str


class Cloud(Protocol):
    """What the agent needs of the cloud. Every call may raise CloudUnreachable."""

    def receive(self, most: int, wait: int) -> list[Message]:
        """Up to `most` commands, waiting up to `wait` seconds for the first."""
        ...

    def delete(self, receipts: Sequence[str]) -> None:
        """These messages are done with."""
        ...

    def extend(self, receipts: Sequence[str]) -> None:
        """These are still worked on."""
        ...

    def succeed(self, token: str, output: str) -> None:
        """Answer a task token. TokenGone."""
        ...

    def fail(self, token: str, error: str, cause: str) -> None:
        """Answer a task token. TokenGone."""
        ...

    def beat(self, token: str) -> None:
        """Say that the task of a token is under way. TokenGone."""
        ...

    def report(self, bodies: Sequence[str]) -> None:
        """Send up to ten reports, all or, with CloudUnreachable, perhaps some."""
        ...


class CredentialSource(Protocol):
    """Where a session takes its credentials."""

    def load_credentials(self) -> Credentials:
        """Credentials that renew themselves."""
        ...


_loader = Session().get_component("data_loader")  # parses the service models once for all hosts of a process


class AwsCloud:
    """The cloud behind AWS's interfaces, wherever they are served.

    `visibility` is how many seconds a message stays away if the bridge dies; it is extended while its command runs.
    """

    def __init__(
        self,
        region: str,
        endpoint: str | None,
        commands: str,
        reports: str,
        credentials: CredentialSource,
        visibility: int = 60,
    ) -> None:
        session = Session()
        session.register_component("data_loader", _loader)
        session.register_component("credential_provider", credentials)
        config = Config(
            retries={"mode": "standard", "max_attempts": 3},
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=16,
            tcp_keepalive=True,
        )
        aws = boto3.Session(botocore_session=session, region_name=region)
        self._sqs = aws.client("sqs", endpoint_url=endpoint, config=config)
        self._tasks = aws.client("stepfunctions", endpoint_url=endpoint, config=config)
        self._commands = commands
        self._reports = reports
        self._visibility = visibility

    def receive(self, most: int, wait: int) -> list[Message]:
        with _reaching():
            answer = self._sqs.receive_message(
                QueueUrl=self._commands,
                MaxNumberOfMessages=min(10, most),
                WaitTimeSeconds=wait,
                VisibilityTimeout=self._visibility,
                MessageAttributeNames=["signature"],
            )
        return [_message(message) for message in answer.get("Messages", [])]

    def delete(self, receipts: Sequence[str]) -> None:
        for ten in _tens(receipts):
            with _reaching():
                self._sqs.delete_message_batch(
                    QueueUrl=self._commands,
                    Entries=[{"Id": str(n), "ReceiptHandle": receipt} for n, receipt in enumerate(ten)],
                )

    def extend(self, receipts: Sequence[str]) -> None:
        for ten in _tens(receipts):
            with _reaching():
                self._sqs.change_message_visibility_batch(
                    QueueUrl=self._commands,
                    Entries=[
                        {"Id": str(n), "ReceiptHandle": receipt, "VisibilityTimeout": self._visibility}
                        for n, receipt in enumerate(ten)
                    ],
                )

    def succeed(self, token: str, output: str) -> None:
        with _reaching():
            self._tasks.send_task_success(taskToken=token, output=output)

    def fail(self, token: str, error: str, cause: str) -> None:
        with _reaching():
            self._tasks.send_task_failure(taskToken=token, error=error, cause=cause)

    def beat(self, token: str) -> None:
        with _reaching():
            self._tasks.send_task_heartbeat(taskToken=token)

    def report(self, bodies: Sequence[str]) -> None:
        with _reaching():
            answer = self._sqs.send_message_batch(
                QueueUrl=self._reports,
                Entries=[{"Id": str(n), "MessageBody": body} for n, body in enumerate(bodies)],
            )
        if answer.get("Failed"):
            raise CloudUnreachable(f"{len(answer['Failed'])} reports were not taken")


def _message(message: MessageTypeDef) -> Message:
    signature = message.get("MessageAttributes", {}).get("signature")
    signed = signature.get("StringValue", "") if signature else ""
    return Message(message["Body"], signed, message["ReceiptHandle"])


def _tens(receipts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(receipts), 10):
        yield receipts[start : start + 10]


@contextmanager
def _reaching() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code", "").split("#")[-1] in TOKEN_GONE:
            raise TokenGone(str(error)) from error
        raise CloudUnreachable(str(error)) from error
    except (BotoCoreError, HostError) as error:
        raise CloudUnreachable(str(error)) from error

"""Queues, topics and the bucket as the code under test sees them through boto3: small, in memory, nothing by itself."""

from __future__ import annotations

import io
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from javelin.discovery import names

Json = dict[str, Any]
Mail = tuple[str, str, str]  # queue, body, signature


class NoSuchKey(ClientError):
    """There is no object of this key."""


class ObjectErrors:
    """The exceptions of the S3 client."""

    NoSuchKey = NoSuchKey


@dataclass
class Queues:
    """boto3.client("sqs"): letters to hosts wait in `mail`, what functions order of each other is in `ordered`."""

    mail: deque[Mail] = field(default_factory=deque)
    ordered: list[str] = field(default_factory=list)

    def create_queue(self, **given: Any) -> Json:
        """A queue is there when it is named."""
        return {"QueueUrl": given["QueueName"]}

    def get_queue_url(self, **given: Any) -> Json:
        """A queue's name is its address."""
        return {"QueueUrl": given["QueueName"]}

    def send_message(self, **given: Any) -> Json:
        """Keep the letter."""
        self.mail.append(
            (given["QueueUrl"], given["MessageBody"], given["MessageAttributes"]["signature"]["StringValue"])
        )
        return {}

    def send_message_batch(self, **given: Any) -> Json:
        """Keep what is ordered."""
        self.ordered += [entry["MessageBody"] for entry in given["Entries"]]
        return {}


@dataclass
class Topics:
    """boto3.client("sns"): alarms and events are heard here, unless nobody answers."""

    alarms: list[str] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    deaf: bool = False

    def publish(self, **given: Any) -> Json:
        """Only alarms come one by one."""
        self._answer()
        assert given["TopicArn"].endswith(names.ALARM_TOPIC)
        self.alarms.append(f"{given['Subject']}: {given['Message']}")
        return {}

    def publish_batch(self, **given: Any) -> Json:
        """Events."""
        self._answer()
        self.events.extend(json.loads(entry["Message"]) for entry in given["PublishBatchRequestEntries"])
        return {}

    def _answer(self) -> None:
        if self.deaf:
            raise ClientError({"Error": {"Code": "InternalError", "Message": "nobody answers"}}, "Publish")


@dataclass
class Bucket:
    """boto3.client("s3"): one bucket."""

    objects: dict[str, bytes] = field(default_factory=dict)
    exceptions: ObjectErrors = field(default_factory=ObjectErrors)

    def put_object(self, **given: Any) -> Json:
        """Store an object."""
        self.objects[given["Key"]] = bytes(given["Body"])
        return {}

    def get_object(self, **given: Any) -> Json:
        """Read an object. NoSuchKey."""
        if given["Key"] not in self.objects:
            raise NoSuchKey({"Error": {"Code": "NoSuchKey", "Message": given["Key"]}}, "GetObject")
        return {"Body": io.BytesIO(self.objects[given["Key"]])}

    def list_objects_v2(self, **given: Any) -> Json:
        """What is there under a prefix."""
        found = sorted(key for key in self.objects if key.startswith(given.get("Prefix", "")))
        return {"Contents": [{"Key": key, "Size": len(self.objects[key])} for key in found]}

    def delete_object(self, **given: Any) -> Json:
        """Absent is success."""
        self.objects.pop(given["Key"], None)
        return {}

    def generate_presigned_url(self, method: str, **given: Any) -> str:
        """An address that leads nowhere."""
        return f"https://bucket.test/{given['Params']['Key']}?{method}"

"""AWS clients, made on first use and kept; the environment decides which AWS they talk to.

A list asks several partitions at the same time, maybe as the first thing that its process does, and boto3 makes clients in one
thread only: so they are made under a lock.
"""

from __future__ import annotations

import functools
import json
import os
import threading
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=5, read_timeout=70,
    parameter_validation=False,  # the service validates, too
    user_agent="javelin",  # boto3's own is put together anew for every request
)  # fmt: skip

_ITEMS = frozenset({"GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem"})


class _Clients:
    """The boto3 client of a service, for all threads the same."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._making = threading.Lock()

    def __call__(self, service: str) -> Any:
        """The client; made, if this is the first time."""
        if (known := self._kept.get(service)) is not None:
            return known
        with self._making:
            if service not in self._kept:
                self._kept[service] = _made(service)
            return self._kept[service]

    def cache_clear(self) -> None:
        """Forget them: the environment has changed."""
        self._kept.clear()


client = _Clients()


def _made(service: str) -> Any:
    made = boto3.client(service, config=_CONFIG)  # type: ignore[call-overload]  # the stubs list names, we take any
    if service == "dynamodb":
        made.meta.events.register("before-parse.dynamodb.*", _read_items)
    return made


def _read_items(
    operation_model: Any, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Answers with items are taken as the JSON they are: botocore would copy them value by value to decode binaries."""
    body = response_dict["body"]
    if operation_model.name in _ITEMS and response_dict["status_code"] == 200 and b'"B"' not in body:
        customized_response_dict.update(json.loads(body))
        response_dict["body"] = b"{}"


def region() -> str:
    """The region that this function runs in."""
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"


def endpoint() -> str | None:
    """The AWS endpoint when it is not Amazon's own."""
    return os.environ.get("AWS_ENDPOINT_URL") or None


@functools.cache
def account_id() -> str:
    """The AWS account that this function runs in: from its environment, where the templates put it."""
    return os.environ["JAVELIN_ACCOUNT_ID"]


def flow_arn(name: str) -> str:
    """The ARN of a state machine of ours."""
    return f"arn:{partition()}:states:{region()}:{account_id()}:stateMachine:{name}"


def topic_arn(name: str) -> str:
    """The ARN of a topic of ours."""
    return f"arn:{partition()}:sns:{region()}:{account_id()}:{name}"


def partition() -> str:
    """The AWS partition."""
    return os.environ.get("JAVELIN_PARTITION", "aws")


@functools.lru_cache(maxsize=512)
def queue_url(name: str) -> str:
    """The URL of a queue of ours, asked once."""
    url: str = client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    return url

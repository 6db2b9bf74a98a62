"""AWS clients, made on first use and kept; the environment decides which AWS they talk to."""

from __future__ import annotations

import functools
import os
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=5, read_timeout=70,
    parameter_validation=False,  # the service validates, too
    user_agent="javelin",  # boto3's own is put together anew for every request
)  # fmt: skip


@functools.cache
def client(service: str) -> Any:
    """The boto3 client of a service."""
    return boto3.client(service, config=_CONFIG)  # type: ignore[call-overload]  # the stubs list names, we take any


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

"""What the code under test takes for boto3: the fakes of the world, and moto for what is left."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import boto3

from tests.cloud import Context
from tests.flows.engine import FlowsClient
from tests.flows.services import Bucket, Queues, Topics
from tests.flows.tables import TablesClient
from tests.flows.world import World, functions_by_name
from tests.permissions.watch import Heard, running


@dataclass
class Doors:
    """Stands where the clients' module has boto3: the one seam between the code under test and the services."""

    queues: Queues
    topics: Topics
    bucket: Bucket
    world: World | None = None

    def client(self, service: str, **options: Any) -> Any:
        """The fakes, and moto for what is left."""
        return TablesClient() if service == "dynamodb" else Heard(service, self._open(service, **options))

    def _open(self, service: str, **options: Any) -> Any:
        if service == "sqs":
            return self.queues
        if service == "sns":
            return self.topics
        if service == "s3":
            return self.bucket
        if service == "stepfunctions":
            return FlowsDoor(self)
        if service == "lambda":
            return Functions()
        return boto3.client(service, **options)  # type: ignore[call-overload]  # as in the module it stands for


class Functions:
    """Functions that call functions."""

    def invoke(self, **given: Any) -> Any:
        """What a function answers; it runs here."""
        with running(given["FunctionName"]):
            answer = functions_by_name()[given["FunctionName"]](json.loads(given["Payload"]), Context())
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


@dataclass
class FlowsDoor:
    """Answers of functions go the way of hosts' answers; the rest goes to the engine."""

    doors: Doors

    def __getattr__(self, action: str) -> Any:
        world = self.doors.world
        assert world is not None
        if action == "send_task_success":
            return lambda **said: world.answer(said["taskToken"], None, said["output"])
        return getattr(FlowsClient(world.engine), action)

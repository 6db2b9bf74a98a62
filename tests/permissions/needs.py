"""What AWS asks permission for when a request comes: IAM actions and the resources they are on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.account import ACCOUNT, REGION

Json = dict[str, Any]
Need = tuple[str, str]  # IAM action, ARN
IN_TRANSACTIONS = {"ConditionCheck": "ConditionCheckItem", "Put": "PutItem", "Update": "UpdateItem",
                   "Delete": "DeleteItem", "Get": "GetItem"}  # fmt: skip
ITEMS = frozenset({"GetItem", "PutItem", "UpdateItem", "DeleteItem"})
OF_QUEUE_URL = frozenset({"SendMessage", "DeleteQueue", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"})
OF_QUEUE_NAME = frozenset({"CreateQueue", "GetQueueUrl"})
TASKS = frozenset({"SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat"})
A_FLOW = (
    f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:javelin-any"  # the token tells which; functions answer for all
)


class UnknownRequest(Exception):
    """Nobody has said yet what this request needs: say it in tests/permissions/needs.py."""


def needs(service: str, operation: str, given: Json) -> Iterator[Need]:
    """Everything that must be allowed for a request. Raises UnknownRequest."""
    match service, operation:
        case "dynamodb", _:
            yield from _of_tables(operation, given)
        case "sqs", _:
            yield _of_queue(operation, given)
        case "sns", "Publish" | "PublishBatch":
            yield "sns:Publish", given["TopicArn"]
        case "s3", _:
            yield from _of_objects(operation, given)
        case "stepfunctions", "StartExecution":
            yield "states:StartExecution", given["stateMachineArn"]
        case "stepfunctions", "StopExecution" | "DescribeExecution":
            yield f"states:{operation}", given["executionArn"]
        case "stepfunctions", _ if operation in TASKS:
            yield f"states:{operation}", A_FLOW
        case "lambda", "Invoke":
            yield "lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{given['FunctionName']}"
        case "sts", "AssumeRole":
            yield "sts:AssumeRole", given["RoleArn"]
        case _:
            raise UnknownRequest(f"{service} {operation}")


def _of_tables(operation: str, given: Json) -> Iterator[Need]:
    if operation in ITEMS:
        yield f"dynamodb:{operation}", table(given["TableName"])
    elif operation in ("Query", "Scan"):
        index = f"/index/{given['IndexName']}" if given.get("IndexName") else ""
        yield f"dynamodb:{operation}", table(given["TableName"]) + index
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        yield from ((f"dynamodb:{operation}", table(name)) for name in given["RequestItems"])
    elif operation in ("TransactWriteItems", "TransactGetItems"):
        for item in given["TransactItems"]:
            ((kind, part),) = item.items()
            yield f"dynamodb:{IN_TRANSACTIONS[kind]}", table(part["TableName"])
    else:
        raise UnknownRequest(f"dynamodb {operation}")


def _of_queue(operation: str, given: Json) -> Need:
    action = operation.removesuffix("Batch")
    if action in OF_QUEUE_URL:
        name = given["QueueUrl"].rpartition("/")[2]
    elif action in OF_QUEUE_NAME:
        name = given["QueueName"]
    else:
        raise UnknownRequest(f"sqs {operation}")
    return f"sqs:{action}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"


def _of_objects(operation: str, given: Json) -> Iterator[Need]:
    bucket = f"arn:aws:s3:::{given['Bucket']}"
    match operation:
        case "GetObject":
            yield "s3:GetObject", f"{bucket}/{given['Key']}"
            yield "s3:ListBucket", bucket  # without it S3 says 403 for an object that is not there, not 404
        case "PutObject" | "DeleteObject" | "PresignedGetObject" | "PresignedPutObject":
            yield f"s3:{operation.removeprefix('Presigned')}", f"{bucket}/{given['Key']}"
        case "ListObjectsV2":
            yield "s3:ListBucket", bucket
        case _:
            raise UnknownRequest(f"s3 {operation}")


def table(name: str) -> str:
    """The ARN of a table."""
    return f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}"

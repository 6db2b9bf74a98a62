"""What Step Functions does on AWS, asked of the embedded one."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded_aws.conftest import Server

INVOKE = "arn:aws:states:::lambda:invoke"
WORKER = """
class TransientFailure(Exception): pass
class Fatal(Exception): pass
def handler(event, context):
    if event.get("raise"):
        raise {"TransientFailure": TransientFailure, "Fatal": Fatal}[event["raise"]]("no luck")
    if event.get("sleep"):
        import time; time.sleep(event["sleep"])
    return {"given": event}
"""


@pytest.fixture(scope="module", autouse=True)
def worker(make_function: Callable[..., str]) -> None:
    make_function("sf-worker", WORKER)


@pytest.fixture
def queue(server: Server, request: pytest.FixtureRequest) -> str:
    name = "".join(letter for letter in request.node.name if letter.isalnum())[:60]
    url: str = server.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    return url


def take(server: Server, url: str) -> dict[str, Any]:
    """The next message of a queue, deleted."""
    queues = server.client("sqs")
    message = queues.receive_message(QueueUrl=url, WaitTimeSeconds=10)["Messages"][0]
    queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    body: dict[str, Any] = json.loads(message["Body"])
    return body


def asking(url: str, **more: Any) -> dict[str, Any]:
    """A task that sends its token to a queue and waits."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Arguments": {"QueueUrl": url, "MessageBody": {"token": "{% $states.context.Task.Token %}"}},
        "TimeoutSeconds": 30,
        "End": True,
        **more,
    }


def test_jsonata_runs_through_every_kind_of_state(start: Any, ended: Any) -> None:
    invoke = {"Type": "Task", "Resource": INVOKE, "TimeoutSeconds": 20}
    flow = {
        "StartAt": "Call",
        "States": {
            "Call": {
                **invoke,
                "Arguments": {"FunctionName": "sf-worker", "Payload": {"n": "{% $states.input.n %}"}},
                "Assign": {"n": "{% $states.result.Payload.given.n %}"},
                "Output": "{% $states.result.Payload %}",
                "Next": "Decide",
            },
            "Decide": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $n > 2 %}", "Next": "Each", "Assign": {"big": True}}],
                "Default": "Nothing",
            },
            "Nothing": {"Type": "Fail"},
            "Each": {
                "Type": "Map",
                "Items": "{% [1..$n] %}",
                "ItemSelector": {"i": "{% $states.context.Map.Item.Value %}"},
                "ItemProcessor": {
                    "StartAt": "One",
                    "States": {
                        "One": {
                            **invoke,
                            "Arguments": {"FunctionName": "sf-worker", "Payload": {"i": "{% $states.input.i * 2 %}"}},
                            "Output": "{% $states.result.Payload.given.i %}",
                            "End": True,
                        }
                    },
                },
                "Next": "Finish",
            },
            "Finish": {"Type": "Succeed", "Output": {"each": "{% $states.input %}", "big": "{% $big %}"}},
        },
    }
    assert json.loads(ended(start(flow, {"n": 3}))["output"]) == {"each": [2, 4, 6], "big": True}


@pytest.mark.parametrize(("raised", "calls"), [("TransientFailure", 3), ("Fatal", 1)])
def test_only_the_named_error_class_is_retried(start: Any, ended: Any, server: Server, raised: str, calls: int) -> None:
    retry = [{"ErrorEquals": ["TransientFailure"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1}]
    task = {"Type": "Task", "Resource": INVOKE, "Retry": retry, "End": True, "TimeoutSeconds": 20}
    task["Arguments"] = {"FunctionName": "sf-worker", "Payload": {"raise": raised}}
    arn = start({"StartAt": "Call", "States": {"Call": task}})
    description = ended(arn)
    assert (description["status"], description["error"]) == ("FAILED", raised)
    assert json.loads(description["cause"])["errorMessage"] == "no luck"
    history = server.client("stepfunctions").get_execution_history(executionArn=arn)["events"]
    assert [event["type"] for event in history].count("TaskFailed") == calls


def test_a_function_that_raises_fails_its_callback_task_at_once(start: Any, ended: Any) -> None:
    call = {
        "Type": "Task",
        "Resource": f"{INVOKE}.waitForTaskToken",
        "Arguments": {
            "FunctionName": "sf-worker",
            "Payload": {"raise": "Fatal", "token": "{% $states.context.Task.Token %}"},
        },
        "TimeoutSeconds": 600,
        "Catch": [
            {
                "ErrorEquals": ["Fatal"],
                "Next": "Undo",
                "Assign": {"why": "{% $states.errorOutput.Error %}"},
                "Output": {"kept": "{% $states.input.id %}"},
            }
        ],
        "End": True,
    }
    undo = {"Type": "Pass", "Output": {"why": "{% $why %}", "kept": "{% $states.input.kept %}"}, "End": True}
    flow = {"StartAt": "Call", "States": {"Call": call, "Undo": undo}}
    assert json.loads(ended(start(flow, {"id": 7}))["output"]) == {"why": "Fatal", "kept": 7}


def test_success_and_failure_of_a_token(start: Any, ended: Any, server: Server, queue: str) -> None:
    states = server.client("stepfunctions")
    first = start({"StartAt": "Ask", "States": {"Ask": asking(queue)}})
    states.send_task_success(taskToken=take(server, queue)["token"], output='{"a": 1}')
    assert json.loads(ended(first)["output"]) == {"a": 1}
    second = start({"StartAt": "Ask", "States": {"Ask": asking(queue)}})
    token = take(server, queue)["token"]
    states.send_task_failure(taskToken=token, error="DiskFull", cause="no space")
    assert ended(second)["error"] == "DiskFull"
    with pytest.raises(states.exceptions.TaskTimedOut):
        states.send_task_success(taskToken=token, output="{}")
    with pytest.raises(states.exceptions.InvalidToken):
        states.send_task_heartbeat(taskToken="nonsense")


def test_heartbeats_keep_a_task_alive_and_their_absence_ends_it(
    start: Any, ended: Any, server: Server, queue: str
) -> None:
    states = server.client("stepfunctions")
    arn = start({"StartAt": "Ask", "States": {"Ask": asking(queue, HeartbeatSeconds=1)}})
    token = take(server, queue)["token"]
    for _ in range(4):
        time.sleep(0.5)
        states.send_task_heartbeat(taskToken=token)
    assert states.describe_execution(executionArn=arn)["status"] == "RUNNING"
    assert ended(arn)["error"] == "States.HeartbeatTimeout"


def test_every_attempt_has_its_own_token(start: Any, ended: Any, server: Server, queue: str) -> None:
    retry = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    arn = start({"StartAt": "Ask", "States": {"Ask": asking(queue, TimeoutSeconds=1, Retry=retry)}})
    tokens = {take(server, queue)["token"] for _ in range(2)}
    assert len(tokens) == 2
    assert ended(arn)["error"] == "States.Timeout"


def test_branches_have_their_own_tokens_and_one_failure_ends_the_others(
    start: Any, ended: Any, server: Server, queue: str
) -> None:
    branch = {"StartAt": "Ask", "States": {"Ask": asking(queue)}}
    flow = {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "Branches": [branch, branch], "End": True}}}
    states = server.client("stepfunctions")
    arn = start(flow)
    tokens = [take(server, queue)["token"] for _ in range(2)]
    assert tokens[0] != tokens[1]
    states.send_task_failure(taskToken=tokens[0], error="Broken", cause="")
    assert ended(arn)["error"] == "Broken"
    with pytest.raises(states.exceptions.TaskTimedOut):
        states.send_task_success(taskToken=tokens[1], output="{}")


def test_a_machine_times_out(start: Any, ended: Any, queue: str) -> None:
    arn = start({"StartAt": "Ask", "TimeoutSeconds": 1, "States": {"Ask": asking(queue)}})
    description = ended(arn)
    assert (description["status"], description["error"]) == ("TIMED_OUT", "States.Timeout")


def test_a_slow_function_times_its_state_out(start: Any, ended: Any) -> None:
    task = {"Type": "Task", "Resource": INVOKE, "TimeoutSeconds": 1, "End": True}
    task["Arguments"] = {"FunctionName": "sf-worker", "Payload": {"sleep": 5}}
    assert ended(start({"StartAt": "Call", "States": {"Call": task}}))["error"] == "States.Timeout"


def test_stopping_an_execution_ends_its_waiting_task(start: Any, ended: Any, server: Server, queue: str) -> None:
    states = server.client("stepfunctions")
    arn = start({"StartAt": "Ask", "States": {"Ask": asking(queue)}})
    token = take(server, queue)["token"]
    states.stop_execution(executionArn=arn, error="Cancelled", cause="by its owner")
    assert ended(arn)["status"] == "ABORTED"
    with pytest.raises(states.exceptions.TaskTimedOut):
        states.send_task_success(taskToken=token, output="{}")


def test_a_repeated_start_answers_with_the_running_execution(server: Server, start: Any, queue: str) -> None:
    states = server.client("stepfunctions")
    machine = start({"StartAt": "Ask", "States": {"Ask": asking(queue)}}).rsplit(":", 1)[0]
    machine = machine.replace(":execution:", ":stateMachine:")
    one, two = (states.start_execution(stateMachineArn=machine, name="job", input="{}") for _ in range(2))
    assert one["executionArn"] == two["executionArn"]
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        states.start_execution(stateMachineArn=machine, name="job", input='{"other": 1}')


def test_the_end_of_an_execution_reaches_a_function_with_error_and_cause(
    server: Server, start: Any, queue: str, make_function: Callable[..., str]
) -> None:
    body = f"""
import boto3, json
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={queue!r}, MessageBody=json.dumps(event["detail"]))
"""
    function = make_function("sf-listener", body)
    rules = server.client("events")
    pattern = {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]},
    }
    rules.put_rule(Name="ends", EventPattern=json.dumps(pattern))
    rules.put_targets(Rule="ends", Targets=[{"Id": "1", "Arn": function}])
    start({"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "NoCapacity", "Cause": "full"}}})
    failed = take(server, queue)
    assert (failed["status"], failed["error"], failed["cause"]) == ("FAILED", "NoCapacity", "full")
    start({"StartAt": "W", "TimeoutSeconds": 1, "States": {"W": {"Type": "Wait", "Seconds": 60, "End": True}}})
    late = take(server, queue)
    rules.remove_targets(Rule="ends", Ids=["1"])
    rules.delete_rule(Name="ends")
    assert (late["status"], late["error"]) == ("TIMED_OUT", "States.Timeout")

"""Functions: errors, environments, logs, code and layers, asked of the embedded AWS."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.embedded_aws.conftest import ROLE, Server, zipped

CAUSES_TROUBLE = """
import os, sys, time
class Boom(Exception): pass
count = 0
def handler(event, context):
    global count
    count += 1
    if event.get("boom"):
        raise Boom("bad")
    if event.get("exit"):
        os._exit(3)
    time.sleep(event.get("sleep", 0))
    if event.get("object"):
        return {"it": object()}
    print("said", event.get("say"))
    return {"count": count, "path": sys.path[0], "region": os.environ["AWS_REGION"], "name": context.function_name}
"""


def invoke(server: Server, name: str, event: dict[str, Any], **more: Any) -> tuple[dict[str, Any], str | None]:
    answer = server.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event), **more)
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


@pytest.fixture(scope="module")
def trouble(make_function: Callable[..., str]) -> str:
    make_function("trouble", CAUSES_TROUBLE, Timeout=1)
    return "trouble"


def test_an_exception_has_its_class_and_stack_and_the_environment_stays_warm(server: Server, trouble: str) -> None:
    before, _ = invoke(server, trouble, {})
    error, kind = invoke(server, trouble, {"boom": True})
    after, _ = invoke(server, trouble, {})
    assert (error["errorType"], error["errorMessage"], kind) == ("Boom", "bad", "Unhandled")
    assert "code.py" in error["stackTrace"][0]
    assert after["count"] == before["count"] + 2


@pytest.mark.parametrize(
    ("event", "kind"),
    [({"sleep": 5}, "Sandbox.Timedout"), ({"exit": 1}, "Runtime.ExitError"), ({"object": 1}, "Runtime.MarshalError")],
)
def test_an_environment_that_cannot_answer_is_replaced(
    server: Server, trouble: str, event: dict[str, Any], kind: str
) -> None:
    assert invoke(server, trouble, event)[0]["errorType"] == kind
    assert invoke(server, trouble, {})[1] is None


def test_an_import_error_names_the_module(server: Server, make_function: Callable[..., str]) -> None:
    make_function("broken", "import nothing_of_that_name\n")
    error, _ = invoke(server, "broken", {})
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "nothing_of_that_name" in error["errorMessage"]


def test_logs_go_to_the_log_group(server: Server, trouble: str) -> None:
    invoke(server, trouble, {"say": "hello logs"})
    events = server.client("logs").filter_log_events(logGroupName="/aws/lambda/trouble")["events"]
    assert any("said hello logs" in event["message"] for event in events)


def test_of_a_function_that_says_much_the_last_lines_are_kept(server: Server, trouble: str) -> None:
    invoke(server, trouble, {"say": "\n".join(str(number) for number in range(600))})
    kept = server.client("logs").filter_log_events(logGroupName="/aws/lambda/trouble")["events"]
    said = [event["message"] for event in kept]
    assert (len(said), said[-4:-2], said[-1].startswith("REPORT ")) == (500, ["598", "599"], True)


def test_a_code_update_takes_effect_at_once_and_layers_are_importable(server: Server) -> None:
    functions = server.client("lambda")
    layer = functions.publish_layer_version(
        LayerName="shared", Content={"ZipFile": zipped(**{"python/shared_thing": "VALUE = 42\n"})}
    )
    code = "import shared_thing\ndef handler(event, context):\n    return {text}\n"
    functions.create_function(
        FunctionName="layered",
        Runtime="python3.12",
        Role=ROLE,
        Handler="code.handler",
        Code={"ZipFile": zipped(code=code.format(text="shared_thing.VALUE"))},
        Layers=[layer["LayerVersionArn"]],
    )
    assert invoke(server, "layered", {})[0] == 42
    functions.update_function_code(FunctionName="layered", ZipFile=zipped(code=code.format(text="'new'")))
    assert invoke(server, "layered", {})[0] == "new"


def test_environments_are_bounded(server: Server, make_function: Callable[..., str]) -> None:
    for number in range(60):
        make_function(f"many-{number}", "import os\ndef handler(event, context):\n    return os.getpid()\n")
    pids = [invoke(server, f"many-{number}", {})[0] for number in range(60)]
    time.sleep(0.2)
    alive = [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert len(set(pids)) == 60
    assert len(alive) <= 48

"""Functions, event sources, rules, HTTP APIs, storage: what the control plane relies on, asked of the embedded AWS."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.embedded_aws.conftest import ROLE, Server, zipped
from tests.embedded_aws.test_aws_durability import received

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


def test_queue_batches_report_failures_and_poison_reaches_the_dead_letter_queue(
    server: Server, make_function: Callable[..., str]
) -> None:
    queues = server.client("sqs")
    seen, dead = (queues.create_queue(QueueName=name)["QueueUrl"] for name in ("batch-seen", "batch-dead"))
    dead_arn = queues.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    source = queues.create_queue(
        QueueName="batch-source", Attributes={"VisibilityTimeout": "1", "RedrivePolicy": redrive}
    )["QueueUrl"]
    code = f"""
import boto3, json
sqs = boto3.client("sqs")
def handler(event, context):
    failed = []
    for record in event["Records"]:
        if "poison" in record["body"]:
            failed.append({{"itemIdentifier": record["messageId"]}})
        else:
            sqs.send_message(QueueUrl={seen!r}, MessageBody=record["body"])
    return {{"batchItemFailures": failed}}
"""
    make_function("batches", code)
    server.client("lambda").create_event_source_mapping(
        FunctionName="batches",
        EventSourceArn=queues.get_queue_attributes(QueueUrl=source, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ],
        BatchSize=10,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    entries = [{"Id": str(n), "MessageBody": json.dumps(text)} for n, text in enumerate(["one", "poison", "two"])]
    queues.send_message_batch(QueueUrl=source, Entries=entries)
    assert sorted(received(server, seen, 2)) == ["one", "two"]
    assert received(server, dead, 1) == ["poison"]


def test_a_receiver_that_hung_up_takes_no_message(server: Server) -> None:
    queues = server.client("sqs")
    url = queues.create_queue(QueueName="hung-up")["QueueUrl"]
    body = json.dumps({"QueueUrl": url, "WaitTimeSeconds": 20})
    head = (
        "POST / HTTP/1.1\r\nHost: x\r\nX-Amz-Target: AmazonSQS.ReceiveMessage\r\n"
        "Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as waiting:
        waiting.sendall((head + body).encode())
        time.sleep(0.3)
    time.sleep(0.2)
    queues.send_message(QueueUrl=url, MessageBody='"for the living"')
    assert received(server, url, 1) == ["for the living"]


def test_topic_subscriptions_filter_by_attributes(server: Server) -> None:
    topics, queues = server.client("sns"), server.client("sqs")
    topic = topics.create_topic(Name="events")["TopicArn"]
    queue = queues.create_queue(QueueName="filtered")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"kind": ["VirtualMachineStarted", {"prefix": "Volume"}], "zone": [{"anything-but": "z9"}]}
    topics.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"RawMessageDelivery": "true", "FilterPolicy": json.dumps(policy)},
    )

    def publish(kind: str, zone: str) -> None:
        words = {"kind": kind, "zone": zone}
        attributes = {name: {"DataType": "String", "StringValue": word} for name, word in words.items()}
        topics.publish(TopicArn=topic, Message=json.dumps(kind), MessageAttributes=attributes)

    for kind, zone in [("Ignored", "z1"), ("VirtualMachineStarted", "z9"), ("VolumeCreated", "z1")]:
        publish(kind, zone)
    publish("VirtualMachineStarted", "z1")
    assert sorted(received(server, queue, 2)) == ["VirtualMachineStarted", "VolumeCreated"]


def test_stream_batches_wait_for_their_window_and_a_bad_record_does_not_block_for_ever(
    server: Server, make_function: Callable[..., str]
) -> None:
    queue = server.client("sqs").create_queue(QueueName="stream-seen")["QueueUrl"]
    code = f"""
import boto3, json
sqs = boto3.client("sqs")
def handler(event, context):
    ids = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
    if "bad" in ids:
        raise ValueError(ids)
    sqs.send_message(QueueUrl={queue!r}, MessageBody=json.dumps(ids))
"""
    make_function("stream-reader", code)
    tables = server.client("dynamodb")
    table = tables.create_table(
        TableName="streamed",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )["TableDescription"]
    server.client("lambda").create_event_source_mapping(
        FunctionName="stream-reader",
        EventSourceArn=table["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
        BatchSize=100,
        MaximumBatchingWindowInSeconds=1,
        MaximumRetryAttempts=3,
        BisectBatchOnFunctionError=True,
    )
    for name in ("a", "b", "c"):
        tables.put_item(TableName="streamed", Item={"id": {"S": name}})
    assert received(server, queue, 1) == [["a", "b", "c"]]
    for name in ("d", "bad"):
        tables.put_item(TableName="streamed", Item={"id": {"S": name}})
    assert received(server, queue, 1) == [["d"]]


def test_a_rule_invokes_a_function_at_its_rate(server: Server, make_function: Callable[..., str]) -> None:
    queue = server.client("sqs").create_queue(QueueName="ticks")["QueueUrl"]
    code = f"""
import boto3, json
def handler(event, context):
    boto3.client("sqs").send_message(QueueUrl={queue!r}, MessageBody=json.dumps(event))
"""
    arn = make_function("ticker", code)
    rules = server.client("events")
    rules.put_rule(Name="tick", ScheduleExpression="rate(1 minute)")
    rules.put_targets(Rule="tick", Targets=[{"Id": "1", "Arn": arn, "Input": '{"tick": 1}'}])
    assert rules.list_targets_by_rule(Rule="tick")["Targets"][0]["Arn"] == arn
    rules.put_rule(
        Name="custom", EventPattern=json.dumps({"source": ["javelin"], "detail": {"n": [{"numeric": [">", 1]}]}})
    )
    rules.put_targets(Rule="custom", Targets=[{"Id": "1", "Arn": arn, "InputPath": "$.detail"}])
    entries = [{"Source": "javelin", "DetailType": "T", "Detail": json.dumps({"n": n})} for n in (1, 2)]
    rules.put_events(Entries=entries)
    assert received(server, queue, 1) == [{"n": 2}]


def test_credentials_of_an_assumed_role_work(server: Server) -> None:
    policy = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}]}
    )
    credentials = server.client("sts").assume_role(
        RoleArn=ROLE, RoleSessionName="host-1", Policy=policy, DurationSeconds=900
    )["Credentials"]
    import boto3

    queues = boto3.client(
        "sqs",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    server.client("sqs").create_queue(QueueName="of-the-host")
    assert queues.get_queue_url(QueueName="of-the-host")["QueueUrl"].endswith("/of-the-host")


def test_presigned_urls_put_get_and_post(server: Server) -> None:
    buckets = server.client("s3")
    buckets.create_bucket(Bucket="images")
    put = buckets.generate_presigned_url("put_object", Params={"Bucket": "images", "Key": "a/b"})
    assert urllib3.request("PUT", put, body=b"content").status == 200
    chunks = urllib3.request("PUT", put, body=iter([b"con", b"", b"tent"]), headers={"Transfer-Encoding": "chunked"})
    assert chunks.status == 200
    get = buckets.generate_presigned_url("get_object", Params={"Bucket": "images", "Key": "a/b"})
    part = urllib3.request("GET", get, headers={"Range": "bytes=0-3"})
    assert (part.status, part.data) == (206, b"cont")
    form = buckets.generate_presigned_post("images", "posted")
    fields = {**form["fields"], "file": ("name", b"hi")}
    assert urllib3.request("POST", form["url"], fields=fields).status in (200, 204)
    assert buckets.get_object(Bucket="images", Key="posted")["Body"].read() == b"hi"


EDGE = """
import json
from chalice import Chalice, Response
app = Chalice(app_name="edge")

@app.route("/client/api", methods=["GET", "POST"], content_types=["application/json", "application/x-www-form-urlencoded"])
def api():
    request = app.current_request
    if request.query_params and "raise" in request.query_params:
        raise ValueError("hidden")
    body = {"q": dict(request.query_params or {}), "raw": request.raw_body.decode()}
    return Response(json.dumps(body), {"Content-Type": "application/json", "Set-Cookie": ["a=1", "b=2"]})

@app.route("/image/{name}")
def image(name):
    return Response(bytes([0, 255]) + name.encode(), {"Content-Type": "application/octet-stream"})
"""


@pytest.fixture(scope="module")
def edge(server: Server) -> str:
    """A deployed HTTP API in front of a Chalice application; its URL."""
    server.client("s3").create_bucket(Bucket="code")
    server.client("s3").put_object(Bucket="code", Key="edge.zip", Body=zipped(code=EDGE))
    reference = {"Ref": "Api"}

    def route(key: str) -> dict[str, Any]:
        target = {"Fn::Sub": "integrations/${Link}"}
        return {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {"ApiId": reference, "RouteKey": key, "Target": target},
        }

    resources: dict[str, Any] = {
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Handler": "code.app",
                "Runtime": "python3.12",
                "Role": ROLE,
                "Timeout": 10,
                "Code": {"S3Bucket": "code", "S3Key": "edge.zip"},
            },
        },
        "Api": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {"Name": "edge", "ProtocolType": "HTTP", "Tags": {"ms-custom-id": "edge"}},
        },
        "Link": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": reference,
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::GetAtt": ["Function", "Arn"]},
                "PayloadFormatVersion": "1.0",
            },
        },
        "Client": route("ANY /client/api"),
        "Image": route("GET /image/{name}"),
        "Stage": {
            "Type": "AWS::ApiGatewayV2::Stage",
            "Properties": {"ApiId": reference, "StageName": "$default", "AutoDeploy": True},
        },
    }
    stacks = server.client("cloudformation")
    stacks.create_stack(StackName="edge", TemplateBody=json.dumps({"Resources": resources}))
    stacks.get_waiter("stack_create_complete").wait(StackName="edge", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    return f"{server.endpoint}/_aws/execute-api/edge/$default"


def test_an_http_api_speaks_format_1_to_a_chalice_application(edge: str) -> None:
    answer = urllib3.request("GET", f"{edge}/client/api?a=x%20y&b=%2B")
    assert (answer.status, answer.json()) == (200, {"q": {"a": "x y", "b": "+"}, "raw": ""})
    assert answer.headers.getlist("set-cookie") == ["a=1", "b=2"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    posted = urllib3.request("POST", f"{edge}/client/api", body=b"a=1&b=2", headers=form)
    assert posted.json()["raw"] == "a=1&b=2"
    image = urllib3.request("GET", f"{edge}/image/cat", headers={"Accept": "application/octet-stream"})
    assert image.data == b"\x00\xffcat"
    assert urllib3.request("GET", f"{edge}/nowhere").status == 404
    failed = urllib3.request("GET", f"{edge}/client/api?raise=1")
    assert (failed.status, b"hidden" in failed.data) == (500, False)


def test_a_nested_stack_keeps_attributes_expiry_and_transforms_over_an_update(server: Server) -> None:
    buckets, stacks, tables = server.client("s3"), server.client("cloudformation"), server.client("dynamodb")
    buckets.create_bucket(Bucket="templates")
    queue = {"Type": "AWS::SQS::Queue"}
    mirror = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": {"Fn::GetAtt": ["Q", "QueueName"]}},
    }
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "expiring",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
        },
    }
    many = {"Fn::ForEach::Topics": ["Word", ["One", "Two"], {"Topic${Word}": {"Type": "AWS::SNS::Topic"}}]}
    child = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"Word": {"Type": "String"}},
        "Resources": {"Q": queue, "Mirror": mirror, "Table": table, **many},
        "Outputs": {"Word": {"Value": {"Ref": "Word"}}},
    }
    buckets.put_object(Bucket="templates", Key="child.json", Body=json.dumps(child))
    nested = {"TemplateURL": "https://s3.amazonaws.com/templates/child.json", "Parameters": {"Word": {"Ref": "Word"}}}
    root = {
        "Parameters": {"Word": {"Type": "String"}},
        "Resources": {"Child": {"Type": "AWS::CloudFormation::Stack", "Properties": nested}},
        "Outputs": {"Word": {"Value": {"Fn::GetAtt": ["Child", "Outputs.Word"]}}},
    }
    for operation, word in (("create", "first"), ("update", "second")):
        parameters = [{"ParameterKey": "Word", "ParameterValue": word}]
        getattr(stacks, f"{operation}_stack")(
            StackName="parent",
            TemplateBody=json.dumps(root),
            Parameters=parameters,
            Capabilities=["CAPABILITY_AUTO_EXPAND"],
        )
        waiter = stacks.get_waiter(f"stack_{operation}_complete")
        waiter.wait(StackName="parent", WaiterConfig={"Delay": 1, "MaxAttempts": 20})
        outputs = stacks.describe_stacks(StackName="parent")["Stacks"][0]["Outputs"]
        assert outputs[0]["OutputValue"] == word
    expiry = tables.describe_time_to_live(TableName="expiring")["TimeToLiveDescription"]
    assert (expiry["TimeToLiveStatus"], expiry["AttributeName"]) == ("ENABLED", "expires")
    arns = [topic["TopicArn"] for topic in server.client("sns").list_topics()["Topics"]]
    assert sum("TopicOne" in arn or "TopicTwo" in arn for arn in arns) == 2


def test_environments_are_bounded(server: Server, make_function: Callable[..., str]) -> None:
    for number in range(60):
        make_function(f"many-{number}", "import os\ndef handler(event, context):\n    return os.getpid()\n")
    pids = [invoke(server, f"many-{number}", {})[0] for number in range(60)]
    time.sleep(0.2)
    alive = [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert len(set(pids)) == 60
    assert len(alive) <= 48

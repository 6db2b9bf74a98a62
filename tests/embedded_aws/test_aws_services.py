"""Event sources, rules, HTTP APIs, storage, stacks: what the control plane relies on, asked of the embedded AWS."""

import json
import socket
import time
from collections.abc import Callable

import urllib3

from tests.embedded_aws.conftest import ROLE, Server
from tests.embedded_aws.test_aws_durability import received


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

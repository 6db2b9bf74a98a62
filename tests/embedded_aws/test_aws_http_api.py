"""An HTTP API in front of a Chalice application, asked of the embedded AWS."""

import json
from typing import Any

import pytest
import urllib3

from tests.embedded_aws.conftest import ROLE, Server, zipped

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

"""HTTP API integrations with payload format 1.0.

AWS: an integration says PayloadFormatVersion 1.0 or 2.0, and 1.0 is the event of a REST API (httpMethod, resource
path, multi-valued headers), answered with `headers` and `multiValueHeaders`. ministack sends every Lambda the 2.0
event and drops `multiValueHeaders`, so that a Chalice application knows no route and sets no second cookie.
"""

import base64
import time
from typing import Any

from ministack.core.concurrency import run_reentrant
from ministack.core.responses import get_account_id, new_uuid
from ministack.services import apigateway, lambda_svc

from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
Response = tuple[int, dict[str, Any], bytes]


def request_body(headers: dict[str, str], body: bytes | None) -> tuple[str | None, bool]:
    """The body as the event carries it, and whether it is base64: text types travel as text, the rest encoded."""
    if not body:
        return None, False
    if apigateway._v2_request_body_is_text(headers.get("content-type")):
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass  # not the text that its type promises: it travels encoded
    return base64.b64encode(body).decode(), True


def event_of(
    api: str,
    stage: str,
    path: str,
    method: str,
    headers: dict[str, str],
    body: bytes | None,
    query: dict[str, list[str]] | None,
    route_key: str,
    path_parameters: dict[str, str] | None,
) -> dict[str, Any]:
    """The payload format 1.0 event of one request."""
    resource = route_key.split(" ", 1)[1] if " " in route_key else route_key
    full_path = path if stage == "$default" else f"/{stage}{path}"
    text, encoded = request_body(headers, body)
    request_id, now = new_uuid(), time.time()
    return {
        "version": "1.0",
        "resource": resource,
        "path": full_path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} if query else None,
        "multiValueQueryStringParameters": {name: list(values) for name, values in query.items()} if query else None,
        "pathParameters": path_parameters,
        "stageVariables": None,
        "body": text,
        "isBase64Encoded": encoded,
        "requestContext": {
            "accountId": get_account_id(),
            "apiId": api,
            "authorizer": {},
            "domainName": headers.get("host", ""),
            "extendedRequestId": request_id,
            "httpMethod": method,
            "identity": {
                "sourceIp": "127.0.0.1",  # whoever asks is on this machine, whatever its headers say
                "userAgent": headers.get("user-agent", ""),
            },
            "path": full_path,
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTime": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "requestTimeEpoch": int(now * 1000),
            "resourceId": route_key,
            "resourcePath": resource,
            "stage": stage,
        },
    }


def response_of(answer: dict[str, Any]) -> Response:
    """The HTTP response that a function's answer in format 1.0 stands for."""
    headers: dict[str, tuple[str, Any]] = {"content-type": ("Content-Type", "application/json")}
    for name, value in (answer.get("headers") or {}).items():
        headers[name.lower()] = (name, str(value))
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        texts = [str(value) for value in values]
        headers[name.lower()] = (name, texts if name.lower() == "set-cookie" else ", ".join(texts))
    body = answer.get("body") or ""
    data = base64.b64decode(body) if answer.get("isBase64Encoded") else str(body).encode()
    return int(answer.get("statusCode", 200)), dict(headers.values()), data


def apply(settings: Settings) -> None:
    """Send format 1.0 to the integrations that ask for it."""
    del settings
    invoke_format_2 = apigateway._invoke_lambda_proxy

    async def invoke(
        integration: dict[str, Any],
        api_id: str,
        stage: str,
        path: str,
        method: str,
        headers: dict[str, str],
        body: bytes | None,
        query_params: dict[str, list[str]] | None,
        route_key: str = "$default",
        path_params: dict[str, str] | None = None,
        **rest: Any,
    ) -> Response:
        if str(integration.get("payloadFormatVersion", "2.0")) != "1.0":
            answered: Response = await invoke_format_2(
                integration, api_id, stage, path, method, headers, body, query_params, route_key, path_params, **rest
            )
            return answered
        reference = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        scope = {"account_id": rest.get("owner_account_id"), "region": rest.get("owner_region")}
        func, config, _ = lambda_svc._get_func_record_for_ref_in_scope(reference, **scope)
        if func is None or config is None:
            return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
        event = event_of(api_id, stage, path, method, dict(headers), body, query_params, route_key, path_params)
        record = lambda_svc._execution_record_for_config(func, config)
        run = lambda_svc._execute_function_with_config_scope
        result = await run_reentrant(run, record, event, thread_name="http-api")
        if result.get("error") and not result.get("throttle"):
            return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
        answer, _ = lambda_svc.lambda_execute_result_to_api_proxy_response(result)
        return response_of(answer)

    apigateway._invoke_lambda_proxy = invoke

"""The edge: the one URL of the CloudStack API, and the routes that bridges use.

It proves who calls, resolves the command, checks the role, invokes the operation's function and wraps its answer.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from chalice.app import Chalice, Response

from functions.api import _callers, _envelope, _limits, _repeats, _replays
from functions.api._catalog import AUTHENTICATORS, STATE_COOKIE, Entry, catalog, cloudstack_commands, entry
from functions.api._roles import require_allowed
from functions.api._signature import REFUSAL
from functions.api._trace import pages
from javelin.contract.caller import Caller
from javelin.contract.errors import (
    ApiError,
    BadRequest,
    InternalError,
    InvalidParameter,
    MethodNotAllowed,
    Unauthorized,
    UnsupportedAction,
)
from javelin.messaging.events import announce, told_by
from javelin.messaging.services import call, invoke
from javelin.observability.log import logger

MAX_BODY = 4 * 2**20
MAX_BRIDGE_BODY = 65536
MAX_PARAMETERS = 4000
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-XSS-Protection": "1;mode=block",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
FORMS = ["application/x-www-form-urlencoded", "application/json", "text/plain"]

app = Chalice(app_name="javelin", configure_logs=False)
app.register_blueprint(pages)


@app.route("/client/api", methods=["GET", "POST"], content_types=FORMS)
def api() -> Response:
    """Every command of the CloudStack API."""
    request = app.current_request
    assert request is not None
    try:
        parameters = _parameters(request)
    except ApiError as error:
        return _refusal(error, "errorresponse", json_wanted=False, authenticated=False)
    command = _command(parameters)
    response = _respond(request, parameters, command)
    logger("api").info("answered", command=command if entry(command) else "", status=response.status_code)
    return response


def _respond(request: Any, parameters: dict[str, str], command: str) -> Response:
    json_wanted = {name.lower(): value for name, value in parameters.items()}.get("response", "").lower() == "json"
    found = entry(command)
    name = found["responsename"] if found else "errorresponse"
    caller: Caller | None = None
    try:
        if command.lower() in AUTHENTICATORS and found is not None and not (found["roles"] and _proves(parameters)):
            return _authenticate(found, request, parameters, json_wanted)
        proven = _proven(request, parameters, known=found is not None or command in cloudstack_commands())
        caller = proven.caller
        _limits.require_rate(caller)
        if not command:
            raise BadRequest("No command is given: add command=... (listApis shows those that there are).")
        if found is None and command in cloudstack_commands():
            raise UnsupportedAction(f"This cloud does not serve the command {command}; see listApis for those it does.")
        if found is None:
            raise UnsupportedAction(f"The command '{command[:64]}' does not exist; see listApis for those that do.")
        require_allowed(proven, command, found["roles"])
        _replays.require_post(command, parameters, request.method)
        _replays.require_first(found, parameters, request.context["identity"]["sourceIp"])
        return _answer(name, _perform(found, request, parameters, caller), json_wanted, caller)
    except ApiError as error:
        if isinstance(error, UnsupportedAction):
            name = "errorresponse"
        return _refusal(error, name, json_wanted=json_wanted, authenticated=caller is not None)
    except Exception as error:
        logger("api").exception("failed", command=command[:64], error=type(error).__name__)
        broken = InternalError("Internal error; an operator finds it in the log of the edge or of the command.")
        return _refusal(broken, name, json_wanted=json_wanted, authenticated=caller is not None)


@app.route("/client/bridge/enrol", methods=["POST"])
def enrol() -> Response:
    """A bridge presents its one-time token and its public key."""
    return _bridge("enrol_bridge")


@app.route("/client/bridge/credentials", methods=["POST"])
def credentials() -> Response:
    """A bridge proves who it is and gets short-lived credentials."""
    return _bridge("bridge_credentials")


@app.route("/client/health", methods=["GET"])
def health() -> Response:
    """Whether the edge answers; tells nothing else."""
    return Response({"status": "ok", "commands": len(catalog())}, headers=dict(SECURITY_HEADERS))


def _bridge(action: str) -> Response:
    request = app.current_request
    assert request is not None
    raw = request.raw_body or b"{}"
    try:
        body = json.loads(raw) if len(raw) <= MAX_BRIDGE_BODY else None
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        return Response({"error": "send one JSON object"}, status_code=400, headers=dict(SECURITY_HEADERS))
    answer = call("fabric_admin", action, body)
    return Response(answer["body"], status_code=answer["status"], headers=dict(SECURITY_HEADERS))


def _parameters(request: Any) -> dict[str, str]:
    merged: dict[str, str] = {}
    for name in request.query_params or {}:
        merged[name] = request.query_params.getlist(name)[-1]
    body = request.raw_body or b""
    if len(body) > MAX_BODY:
        raise InvalidParameter(f"The body is larger than {MAX_BODY} bytes; send less.")
    if request.method == "POST" and body and "json" not in request.headers.get("content-type", ""):
        try:
            merged.update(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_PARAMETERS))
        except (UnicodeDecodeError, ValueError):
            raise InvalidParameter(
                f"The body is not a form of UTF-8 text with at most {MAX_PARAMETERS} fields."
            ) from None
    if len(merged) > MAX_PARAMETERS:
        raise InvalidParameter(f"The call has more than {MAX_PARAMETERS} parameters; send less.")
    return merged


def _command(parameters: dict[str, str]) -> str:
    return next((value for name, value in parameters.items() if name.lower() == "command"), "")


def _proves(parameters: dict[str, str]) -> bool:
    """Whether a call brings a proof of who calls, where it needs none."""
    return not {"signature", "apikey", "sessionkey"}.isdisjoint(name.lower() for name in parameters)


def _proven(request: Any, parameters: dict[str, str], *, known: bool) -> _callers.Proven:
    lowered = {name.lower(): value for name, value in parameters.items()}
    if "signature" in lowered or "apikey" in lowered:
        if not known:
            raise Unauthorized(REFUSAL)
        return _callers.by_signature(parameters)
    return _callers.by_session(request.headers.get("cookie", ""), lowered.get("sessionkey"), _command(parameters))


def _perform(found: Entry, request: Any, parameters: dict[str, str], caller: Caller) -> dict[str, Any]:
    def run() -> dict[str, Any]:
        answer: dict[str, Any] = invoke(found["function"], {"parameters": parameters, "caller": caller.model_dump()})
        if event := answer.pop("event", None):
            announce(told_by(caller, event))
        return answer

    key = _repeats.key_of(found, request.headers, parameters)
    return run() if key is None else _repeats.perform(found, key, caller, parameters, run)


def _authenticate(found: Entry, request: Any, parameters: dict[str, str], json_wanted: bool) -> Response:
    if found["postonly"] and request.method != "POST":
        raise MethodNotAllowed("Send this command by POST, so that its parameters are in no log.")
    cookies = _callers.read_cookies(request.headers.get("cookie", ""))
    ours = {
        "jsessionid": cookies.get("JSESSIONID", ""), "oauthstate": cookies.get(STATE_COOKIE, ""),
        "sourceaddress": request.context["identity"]["sourceIp"],
    }  # fmt: skip
    given = {name: value for name, value in parameters.items() if name.lower() not in ours}
    internal = {"parameters": given | ours}
    return _answer(found["responsename"], invoke(found["function"], internal), json_wanted, None)


def _answer(name: str, answer: dict[str, Any], json_wanted: bool, caller: Caller | None) -> Response:
    if "error" in answer:
        error = answer["error"]
        return _body(name, _envelope.error_body(error["code"], error["text"], error["cs_code"]), error["code"],
                     json_wanted, caller is not None, {"X-Description": _header(error["text"])})  # fmt: skip
    headers = (
        {"Set-Cookie": [f"{cookie}={value}" for cookie, value in answer["cookies"].items()]}
        if "cookies" in answer
        else {}
    )
    return _body(name, answer["body"], 200, json_wanted, caller is not None, headers)


def _refusal(error: ApiError, name: str, *, json_wanted: bool, authenticated: bool) -> Response:
    body = _envelope.error_body(error.code, error.text, error.cs_code)
    return _body(name, body, error.code, json_wanted, authenticated, {"X-Description": _header(error.text)})


def _body(
    name: str, body: Any, status: int, json_wanted: bool, authenticated: bool, headers: dict[str, Any]
) -> Response:
    kind = "application/json; charset=UTF-8" if json_wanted else "text/xml; charset=UTF-8"
    text = _envelope.as_json(name, body) if json_wanted else _envelope.as_xml(name, body, authenticated=authenticated)
    return Response(text, status_code=status, headers={**SECURITY_HEADERS, "Content-Type": kind, **headers})


def _header(text: str) -> str:
    return " ".join(text.encode("ascii", "replace").decode().split())[:512]

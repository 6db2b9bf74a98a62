"""The routes of the trace of a job: a page, text or JSON for whoever may see the job, and the page's own files."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

from chalice.app import Blueprint, Response

from functions.api import _callers, _limits
from functions.api._roles import require_allowed
from functions.api._trace_page import POLICY, as_page, refusal_page, sign_in_page
from functions.api._trace_spans import as_spans
from functions.api._trace_text import as_text
from javelin.contract.caller import EVERYONE
from javelin.contract.errors import ApiError, Unauthorized
from javelin.messaging.services import call
from javelin.observability.log import logger

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
}
KINDS = {"html": "text/html", "text": "text/plain", "json": "application/json", "otlp": "application/json"}
FILES = {"trace.css": "text/css", "trace.js": "text/javascript", "trace.svg": "image/svg+xml"}
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
ABSENT = "There is no such job, or it is not yours to see. Jobs are kept for a week."

COMMAND = "queryAsyncJobResult"  # who may call it may see the trace

pages = Blueprint(__name__)


@pages.route("/client/trace/{job}", methods=["GET"])
def trace(job: str) -> Response:
    """The trace of a job, as `format` says: html, text (`color=yes` for colours), json or otlp."""
    request = pages.current_request
    asked = request.query_params
    parameters = {name: asked.getlist(name)[-1] for name in asked} if asked else {}
    wanted = parameters.get("format", "html").lower()
    if wanted not in KINDS:
        return _refused("text", 400, "Ask for the format html, text, json or otlp.")
    try:
        proven = _proven(job, parameters, request.headers.get("cookie", ""))
        caller = proven.caller
        _limits.require_rate(caller)
        require_allowed(proven, COMMAND, EVERYONE)
        found = call("orchestration", "trace_job", {"job": job, "caller": caller.model_dump()}) if _is_id(job) else None
    except Unauthorized as error:
        return _refused(wanted, 401, error.text)
    except ApiError as error:
        return _refused(wanted, error.code, error.text)
    except Exception as error:
        logger("api").exception("failed", page="trace", error=type(error).__name__)
        return _refused(wanted, 530, "Internal error; an operator finds it in the log of the edge.")
    if found is None:
        return _refused(wanted, 404, ABSENT)
    if wanted in ("json", "otlp"):
        return _answer(wanted, 200, json.dumps(found if wanted == "json" else as_spans(found), ensure_ascii=False))
    if wanted == "text":
        return _answer(wanted, 200, as_text(found, coloured=parameters.get("color", "").lower() in ("yes", "true")))
    return _answer(wanted, 200, as_page(found, links="signature" not in {name.lower() for name in parameters}))


@pages.route("/client/trace/static/{name}", methods=["GET"])
def static(name: str) -> Response:
    """The style, script and icon of the page: the same for everybody."""
    if name not in FILES:
        return _refused("text", 404, "There is no such file.")
    kind = f"{FILES[name]}; charset=utf-8"
    return Response(_file(name), headers={**HEADERS, "Cache-Control": "public, max-age=300", "Content-Type": kind})


def _proven(job: str, parameters: dict[str, str], cookies: str) -> _callers.Proven:
    """Who signed the address, which must name the job, or whose session the browser has. Raises Unauthorized.

    The page changes nothing and no other origin can read it, so that the session's cookies are proof enough.
    """
    lowered = {name.lower(): value for name, value in parameters.items()}
    if "signature" in lowered or "apikey" in lowered:
        if lowered.get("jobid") != job:
            raise Unauthorized("A signed address has a parameter jobid that is the job of its path.")
        return _callers.by_signature(parameters)
    return _callers.by_session(cookies, _callers.read_cookies(cookies).get("sessionkey"), COMMAND)


def _refused(wanted: str, status: int, reason: str) -> Response:
    if wanted in ("json", "otlp"):
        return _answer(wanted, status, json.dumps({"error": reason}))
    if wanted == "text":
        return _answer(wanted, status, f"{reason}\n")
    page = sign_in_page("You are not signed in.") if status == 401 else refusal_page("No trace", reason)
    return _answer(wanted, status, page)


def _answer(wanted: str, status: int, body: str) -> Response:
    return Response(body, status_code=status, headers={**HEADERS, "Content-Type": f"{KINDS[wanted]}; charset=utf-8"})


def _is_id(job: str) -> bool:
    return UUID.fullmatch(job) is not None


@functools.cache
def _file(name: str) -> str:
    return (Path(__file__).parent / "static" / name).read_text()

"""Telling: what a call itself tells of as events, so that one which tells nothing is told of by the edge."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from javelin.contract.errors import ApiError, InvalidParameter

VERB = re.compile(r"^[a-z]+")
IDS = ("id", "virtualmachineid", "networkid", "jobid")  # of a request: what the call is about

Json = dict[str, Any]


class Owner(Protocol):
    """Whose something is: a caller, or anything owned."""

    @property
    def account_id(self) -> str:
        """The account, or that of a project."""

    @property
    def account(self) -> str:
        """Its name."""

    @property
    def domain_id(self) -> str:
        """Its domain."""

    @property
    def domain_path(self) -> str:
        """That domain's path."""


@dataclass
class Heard:
    """The types of the events that were announced, and whose the thing is that the call was about, if not the caller's."""

    types: list[str] = field(default_factory=list)
    owner: dict[str, str] = field(default_factory=dict)


_told: ContextVar[Heard | None] = ContextVar("told", default=None)


def whose(owner: Owner) -> dict[str, str]:
    """The owner, as events and jobs have it."""
    return {
        "account_id": owner.account_id, "account": owner.account, "domain_id": owner.domain_id,
        "domain_path": owner.domain_path,
    }  # fmt: skip


@contextmanager
def listening() -> Iterator[Heard]:
    """Hear of the events that are announced inside."""
    heard = Heard()
    before = _told.set(heard)
    try:
        yield heard
    finally:
        _told.reset(before)


def hear(kind: str) -> None:
    """An event of this type is announced."""
    heard = _told.get()
    if heard is not None:
        heard.types.append(kind)


def concerns(owner: Owner) -> None:
    """The call is about something that is this owner's, and so is the event that tells of its success."""
    heard = _told.get()
    if heard is not None:
        heard.owner = whose(owner)


def of_success(kind: str, command: str, account: str, request: Any, body: Json) -> Json:
    """What is told of a call that tells nothing itself: {type, level, description, resource_type, resource_id, job_id}."""
    made = next((inner for inner in body.values() if isinstance(inner, dict)), {})
    rows = next((inner for inner in body.values() if isinstance(inner, list)), [])
    shown = made or (rows[0] if rows else body)
    id_ = str(shown.get("id") or _about(request))
    named = shown.get("displayname") or shown.get("name") or id_
    said = f"{account} called {command}" + (f" on {named}" if named else "")
    return _event(kind, "INFO", said, command, id_) | {"job_id": str(body.get("jobid", ""))}


def of_refusal(kind: str, command: str, account: str, request: Any, error: ApiError) -> Json:
    """What is told of a call that was refused after its parameters were read.

    An event about a parameter is of no resource: what the parameter names may be somebody else's, or nothing.
    """
    about = "" if isinstance(error, InvalidParameter) else _about(request)
    return _event(kind, "ERROR", f"{account} called {command}, which was refused: {error.text}", command, about)


def _event(kind: str, level: str, description: str, command: str, id_: str) -> Json:
    resource = VERB.sub("", command) if id_ else ""
    return {"type": kind, "level": level, "description": description, "resource_type": resource, "resource_id": id_}


def _about(request: Any) -> str:
    return next((str(value) for name in IDS if (value := getattr(request, name, None))), "")

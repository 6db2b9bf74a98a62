"""What operations answer: response models, and the shapes that the edge wraps into envelopes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from javelin.contract.secret import Secret


def cloudstack_date(moment: datetime) -> str:
    """A date as the contract writes it: 2026-01-31T12:00:00+0000."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


class Response(BaseModel):
    """An object in an answer. Fields that are None are left out; dates take the contract's form."""

    model_config = ConfigDict(extra="forbid")

    def body(self, *, secrets: bool = False) -> dict[str, Any]:
        """The object as it goes over the wire. Raises TypeError if a secret is in it, unless it may have `secrets`."""
        return {name: _plain(value, secrets) for name, value in self.__dict__.items() if value is not None}


class AnnotatedResponse(Response):
    """An object that clients look at for notes of operators."""

    hasannotations: bool = Field(False, description="Whether operators have put notes on it")


class OwnedResponse(Response):
    """An object that an account or a project owns; see javelin.data.owners."""

    account: str | None = Field(None, description="The account that owns it, unless a project does")
    project: str | None = Field(None, description="The project that owns it, if one does")
    projectid: str | None = Field(None, description="That project's id")


def _plain(value: Any, secrets: bool) -> Any:
    if isinstance(value, Secret):
        if not secrets:
            raise TypeError("an answer has a secret and is not declared with secret_answer")
        return value.reveal()
    if isinstance(value, Response):
        return value.body(secrets=secrets)
    if isinstance(value, datetime):
        return cloudstack_date(value)
    if isinstance(value, dict):
        return {name: _plain(inner, secrets) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item, secrets) for item in value]
    return value


@dataclass(frozen=True)
class Item:
    """One object: `{"<command>response": {"<name>": {...}}}`."""

    name: str
    response: Response


@dataclass(frozen=True)
class Listing:
    """Rows of one name; `count` is the number that matches in all."""

    name: str
    rows: Sequence[Response]
    count: int


@dataclass(frozen=True)
class Success:
    """`{"success": true}`."""

    displaytext: str | None = None


@dataclass(frozen=True)
class Accepted:
    """An asynchronous start: the job, and the object when the command creates one."""

    jobid: str
    id: str | None = None


@dataclass(frozen=True)
class Bare:
    """An answer that is not wrapped in an object name (login, logout, job results). `cookies` are for the edge."""

    fields: dict[str, Any]
    cookies: Mapping[str, str | Secret] = field(default_factory=dict)


Answer = Item | Listing | Success | Accepted | Bare


def to_wire(answer: Answer, *, secrets: bool = False) -> dict[str, Any]:
    """What an operation function returns to the edge: the inside of the envelope, and cookies if any.

    Raises TypeError for a secret, unless the answer may have `secrets`.
    """
    match answer:
        case Item(name, response):
            return {"body": {name: response.body(secrets=secrets)}}
        case Listing(name, rows, count):
            if not count:
                return {"body": {}}
            return {
                "body": {"count": count, name: [row.body(secrets=secrets) for row in rows]}
                if rows
                else {"count": count}
            }
        case Success(text):
            return {"body": {"success": True} | ({"displaytext": text} if text else {})}
        case Accepted(job, None):
            return {"body": {"jobid": job}}
        case Accepted(job, created):
            return {"body": {"id": created, "jobid": job}}
        case Bare(fields, cookies):
            wire = {"body": fields} | ({"cookies": cookies} if cookies else {})
            return {name: _plain(part, secrets) for name, part in wire.items()}

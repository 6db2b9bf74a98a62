"""An API operation: its declaration, and the handler that AWS Lambda calls."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from javelin.contract import asof, explaining, telling
from javelin.contract.caller import Caller, RoleType
from javelin.contract.errors import ApiError, InternalError, InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.parameters import Request, bind, moment_of
from javelin.contract.responses import Answer, Response, to_wire
from javelin.observability.log import logger

R = TypeVar("R", bound=Request)
Explain = Callable[[R, Caller, explaining.Picture], None]
READS = re.compile(r"(?!getUpload)(get|list|query|find|diff|isAccountAllowed)")


@dataclass(frozen=True)
class Operation(Generic[R]):
    """The declaration of an operation; calling it is what Lambda does.

    `roles` are those that have it by default; an empty set means that it needs no caller (login). `answers` is the class
    of the object in the answer, None for success answers. `object_name` is its name in the envelope. `flow` is what an
    asynchronous operation starts. `refuses` names documented parameters that are not supported: giving one is an error.
    `secret_answer` says that the answer holds what is shown only once and kept nowhere. `explain` adds to what the
    explanation of a call tells by itself: see explaining.Picture. `event` is the type of the events that tell of a call
    which changes something. The handler or its job tells of success; where neither does, and of every refusal after the
    parameters were read, the answer carries the `event` that the edge tells. What asks for a proof, and counts wrong ones,
    `explains` nothing: an explanation counts nothing, so that it would tell guesses from proofs for ever.
    """

    request: type[R]
    run: Callable[[R, Caller], Answer]
    roles: frozenset[RoleType]
    grants: tuple[Grant, ...]
    answers: type[Response] | None
    object_name: str | None
    response_name: str
    flow: str | None
    asynchronous: bool
    refuses: frozenset[str]
    timeout: int
    memory: int
    post_only: bool
    environment: tuple[str, ...]
    secret_answer: bool = False
    explain: Explain[R] | None = None
    event: str | None = None
    explains: bool = True

    @property
    def command(self) -> str:
        """The command's name in the contract."""
        name = self.request.__name__
        return name[0].lower() + name[1:]

    @property
    def changes(self) -> bool:
        """Whether a call changes something, so that an idempotency key is heeded."""
        return not READS.match(self.command)

    @property
    def tells_past(self) -> bool:
        """Whether a call can be about a moment that has passed."""
        return asof.GRANT in self.grants

    @property
    def module(self) -> str:
        """The module that declares the operation."""
        return self.run.__module__

    @property
    def description(self) -> str:
        """What the command does: the request's docstring."""
        return inspect.cleandoc(self.request.__doc__ or "")

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        """Bind, run, and answer with `body`, or `error` as code, text and CloudStack's own code."""
        log = logger(self.module.split(".")[1])
        caller, request = NOBODY, None
        try:
            caller = Caller.model_validate(event["caller"]) if event.get("caller") else NOBODY
            request = self.bind(event["parameters"])
            if self.asynchronous:
                caller = with_job_id(caller, event["parameters"])
            if self.changes and self.roles and explaining.asked(event["parameters"]):
                return {"body": {"explanation": self._explained(request, caller)}}
            with telling.listening() as heard:
                answer = to_wire(self._answer(request, caller, event["parameters"]), secrets=self.secret_answer)
            return answer if heard.types else answer | self._told(caller, request, answer["body"], heard.owner)
        except ApiError as error:
            log.info("refused", command=self.command, code=error.code, error=type(error).__name__)
            return self._refused(caller, request, error)
        except Exception as error:
            log.exception("failed", command=self.command, error=type(error).__name__)
            request_id = getattr(context, "aws_request_id", "")
            broken = InternalError(f"Internal error; an operator finds it in the log of request {request_id}.")
            return self._refused(caller, request, broken)

    def _refused(self, caller: Caller, request: R | None, error: ApiError) -> dict[str, Any]:
        if self.event is None or request is None or caller is NOBODY:
            return failure(error)
        return failure(error) | {"event": telling.of_refusal(self.event, self.command, caller.account, request, error)}

    def _told(self, caller: Caller, request: R, body: dict[str, Any], owner: dict[str, str]) -> dict[str, Any]:
        """The event of this call's success that the edge is to tell, if any."""
        if self.event is None or caller is NOBODY:
            return {}
        return {"event": telling.of_success(self.event, self.command, caller.account, request, body) | owner}

    def _answer(self, request: R, caller: Caller, parameters: dict[str, str]) -> Answer:
        """What the handler answers, about the moment that the call asks about."""
        with asof.at(asof.asked(parameters, moment_of) if self.roles else None) as past:
            if past is not None and not self.tells_past:
                raise InvalidParameter(f"{self.command} knows the present alone; leave {asof.PARAMETER} out.")
            answer = self.run(request, caller)
        if past is not None and not past.used:
            raise InvalidParameter(f"{self.command} told nothing of the past; leave {asof.PARAMETER} out.")
        return answer

    def _explained(self, request: R, caller: Caller) -> dict[str, Any]:
        """What the call would do; what refuses the call refuses its explanation."""
        if not self.explains:
            raise InvalidParameter(f"{self.command} cannot be explained: it asks for a proof; make the call itself.")
        with explaining.explaining() as would, telling.listening() as heard:
            self.run(request, caller)
            if self.event is not None and not heard.types:
                would.add("events", self.event)
            if self.explain is not None:
                self.explain(request, caller, would)
            return {"command": self.command, **would.told()}

    def bind(self, raw: dict[str, str]) -> R:
        """The typed request. Raises InvalidParameter for unsupported parameters, by name."""
        for name, value in raw.items():
            bare = name.lower().split("[")[0]
            if bare in self.refuses and value != "":
                raise InvalidParameter(f"Parameter {bare} of {self.command} is not supported here; leave it out.")
        return bind(self.request, raw)


NOBODY = Caller(
    user_id="", account_id="", account="", domain_id="", domain_path="-", role_id="", role_type="User",
)  # fmt: skip


def with_job_id(caller: Caller, raw: dict[str, str]) -> Caller:
    """The caller with the job id that it chose by `customjobid`. Raises InvalidParameter if that is no UUID."""
    chosen = next((value for name, value in raw.items() if name.lower() == "customjobid" and value), None)
    if chosen is None:
        return caller
    try:
        return caller.model_copy(update={"job_id": str(UUID(chosen))})
    except ValueError:
        raise InvalidParameter("customjobid is no UUID; make one up, or leave it out.") from None


def failure(error: ApiError) -> dict[str, Any]:
    """How an error travels from an operation to the edge."""
    return {"error": {"code": error.code, "cs_code": error.cs_code, "text": error.text, "name": type(error).__name__}}


def operation(
    request: type[R],
    *,
    roles: frozenset[RoleType],
    grants: Sequence[Grant] = (),
    answers: type[Response] | None = None,
    object_name: str | None = None,
    response_name: str | None = None,
    flow: str | None = None,
    asynchronous: bool | None = None,
    refuses: Sequence[str] = (),
    timeout: int = 29,
    memory: int = 256,
    post_only: bool = False,
    environment: Sequence[str] = (),
    secret_answer: bool = False,
    explain: Explain[R] | None = None,
    event: str | None = None,
    past: bool = True,
    explains: bool = True,
) -> Callable[[Callable[[R, Caller], Answer]], Operation[R]]:
    """Declare an operation. The module's `handler` is the result; see Operation for the fields.

    `timeout` is seconds, `memory` MiB. `asynchronous` defaults to whether there is a `flow`. What reads records can be
    asked about the past, unless `past` says that these are kept only as they are.
    """

    def declare(run: Callable[[R, Caller], Answer]) -> Operation[R]:
        name = response_name or f"{request.__name__.lower()}response"
        reads = READS.match(request.__name__[0].lower() + request.__name__[1:])
        history = (asof.GRANT,) if grants and reads and past else ()
        return Operation(
            request=request, run=run, roles=roles, grants=(*grants, *history), answers=answers, object_name=object_name,
            response_name=name, flow=flow, asynchronous=bool(flow) if asynchronous is None else asynchronous,
            refuses=frozenset(refuses), timeout=timeout, memory=memory, post_only=post_only,
            environment=tuple(environment), secret_answer=secret_answer, explain=explain, explains=explains,
            event=event,
        )  # fmt: skip

    return declare


def operation_of(module_name: str) -> Operation[Any]:
    """The operation that an imported module declares as `handler`."""
    declared = sys.modules[module_name].__dict__["handler"]
    assert isinstance(declared, Operation)
    return declared

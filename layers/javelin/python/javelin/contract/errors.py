"""Every error that a client can see.

ApiError
|-- BadRequest                400  a request in a session without a command
|-- MalformedParameter        430  a map parameter's name cannot be read
|-- InvalidParameter          431  missing, oversized or impossible value, or an object that the caller cannot see
|-- UnsupportedAction         432  unknown command, or not in the caller's role
|-- Unauthorized              401  signature or session
|-- SecondFactorMissing       511  the session's second factor is still to prove
|-- MethodNotAllowed          405
|-- TooManyRequests           429
|-- ServiceUnavailable        503
|-- InternalError             530
|   `-- ConcurrentOperation   530  another job holds the resource
|-- Cancelled                 530  somebody asked the job to stop
|-- PermissionDenied          531
|-- InsufficientCapacity      533
|-- ResourceUnavailable       534
|-- ResourceLimitExceeded     535
|-- ResourceInUse             536
`-- NetworkRuleConflict       537
"""

from __future__ import annotations

from typing import ClassVar

LONGEST_TEXT = 1500  # characters


class ApiError(Exception):
    """An answer with the contract's error code and a sentence that tells the caller what to do."""

    code: ClassVar[int] = 530
    cs_code: ClassVar[int | None] = 9999

    def __init__(self, text: str) -> None:
        self.text = text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"  # it may repeat what was sent
        super().__init__(self.text)


class BadRequest(ApiError):
    """The request says nothing that could be done."""

    code, cs_code = 400, None


class MalformedParameter(ApiError):
    """The name of a map parameter cannot be read."""

    code = 430


class InvalidParameter(ApiError):
    """A parameter is missing, too long, of the wrong kind, or names nothing that the caller can see."""

    code, cs_code = 431, 4350


class UnsupportedAction(ApiError):
    """No such command, or the caller's role does not allow it."""

    code, cs_code = 432, 4555


class Unauthorized(ApiError):
    """The signature or the session does not prove who the caller is."""

    code, cs_code = 401, None


class SecondFactorMissing(ApiError):
    """Who knows the password has still to prove the second factor, or the code is wrong."""

    code, cs_code = 511, None


class MethodNotAllowed(ApiError):
    """The command must come by POST."""

    code = 405


class TooManyRequests(ApiError):
    """The account is over its request rate."""

    code, cs_code = 429, 4545


class ServiceUnavailable(ApiError):
    """The cloud cannot take this request now."""

    code = 503


class InternalError(ApiError):
    """Something failed that the caller cannot mend."""

    code, cs_code = 530, 4250


class ConcurrentOperation(InternalError):
    """Another job holds the resource."""

    cs_code = 4300


class Cancelled(ApiError):
    """Somebody asked the job to stop."""

    code, cs_code = 530, 4250


class PermissionDenied(ApiError):
    """The caller may call the command, but not on this."""

    code, cs_code = 531, 4365


class InsufficientCapacity(ApiError):
    """No host or pool has room; the job says why, host by host."""

    code, cs_code = 533, 4325


class ResourceUnavailable(ApiError):
    """A resource that is needed does not answer."""

    code, cs_code = 534, 4380


class ResourceLimitExceeded(ApiError):
    """The account, domain or project is at its limit."""

    code, cs_code = 535, 4370


class ResourceInUse(ApiError):
    """The resource still has users."""

    code, cs_code = 536, 4375


class NetworkRuleConflict(ApiError):
    """The address or rule is taken."""

    code, cs_code = 537, 4360


def all_errors() -> dict[str, type[ApiError]]:
    """Every class of the tree by its name, which is what flows and jobs record."""
    found: dict[str, type[ApiError]] = {}
    waiting: list[type[ApiError]] = [ApiError]
    while waiting:
        error = waiting.pop()
        found[error.__name__] = error
        waiting.extend(error.__subclasses__())
    return found

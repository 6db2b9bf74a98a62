"""How a host tells what a command did there: beside the answer of one that was done, in the cause of one that failed.

A cause is JSON in the words that Lambda has for its own errors, so that one reader takes both; what is no such JSON is
the plain sentence of something else.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints, ValidationError

from javelin.messaging.host_models import Id, Payload

TRACE = "trace"  # where an answer tells how it was made; no step sees it
MOST_PARTS = 20
MOST_TRIES = 3  # flows ask no oftener again
MOST_TEXT = 500  # characters of an error in a trace
MOST_CAUSE = 30_000  # bytes; Step Functions takes 32,768 characters
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/-]{1,100}$")]
ErrorName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.]{0,99}$")]


class TryError(Payload):
    """Why a command failed: the error's class and its sentence, cut."""

    name: ErrorName
    text: Annotated[str, StringConstraints(max_length=MOST_TEXT)]


class Part(Payload):
    """A part of a try: how many milliseconds after the try's start it began, and how many it took."""

    name: Name
    after: float
    milliseconds: float


class Try(Payload):
    """One try of one command; `parts` are in the order in which they ended."""

    host: Id
    command: Name
    id: Annotated[str, StringConstraints(max_length=200)]
    started: AwareDatetime
    ended: AwareDatetime
    parts: Annotated[tuple[Part, ...], Field(max_length=MOST_PARTS)] = ()
    error: TryError | None = None


class HostTrace(Try):
    """The try that was answered; `tries` are those before it that failed and were asked for again."""

    tries: Annotated[tuple[Try, ...], Field(max_length=MOST_TRIES)] = ()

    @classmethod
    def read(cls, told: object) -> Self | None:
        """What a host told, if it is one: hosts of any version, and worse ones, tell."""
        try:
            return cls.model_validate(told)
        except ValidationError:
            return None

    def each(self) -> list[dict[str, Any]]:
        """All tries as a job notes them, the last one last."""
        last = Try.model_validate(self.model_dump(exclude={"tries"}))
        return [one.model_dump(mode="json", exclude_none=True) for one in (*self.tries, last)]


class HostFailure(Payload):
    """The cause that SendTaskFailure carries."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    name: str = Field(alias="errorType")
    text: str = Field(alias="errorMessage")
    trace: HostTrace

    def cause(self) -> str:
        """As JSON within Step Functions' bounds: of what is too long the end of the sentence is lost."""
        told, text = self._json(self.text), self.text
        while (size := len(told.encode())) > MOST_CAUSE:
            text = text[: len(text) * MOST_CAUSE // size]
            told = self._json(text)
        return told

    def _json(self, text: str) -> str:
        return self.model_copy(update={"text": text}).model_dump_json(by_alias=True, exclude_none=True)


def tries_of(failure: dict[str, Any]) -> list[dict[str, Any]]:
    """What the host tried before it answered with this error: {"Error", "Cause"} as state machines catch it."""
    try:
        told = HostFailure.model_validate_json(str(failure.get("Cause", "")))
    except ValidationError:
        return []
    return told.trace.each()

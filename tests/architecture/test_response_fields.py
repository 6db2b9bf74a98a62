"""Every field of the contract's objects is in ours, or has no value in this cloud: for a reason that is written down.

`fields_without_value.json` names them by reason: `<class>.<field>`, of the contract's class or of ours, with * for any.
"""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from infra.generator.declarations import operations
from javelin.contract.operation import Operation
from javelin.contract.responses import Response
from tests.architecture.responses import Object, answers, objects

REASONS: dict[str, list[str]] = json.loads((Path(__file__).parent / "fields_without_value.json").read_text())
MORE = {  # what libraries of clients read, what one class of ours shows for two of the contract's, or what shows a parameter
    "keypair", "privatekey", "eventtypes",  # of our own
}  # fmt: skip
NAMED_OTHERWISE = {  # the contract declares success, and names the object that it answers
    "registerUserData": "UserDataResponse", "registerCniConfiguration": "UserDataResponse",
}  # fmt: skip
Pair = tuple[type[Response], Object]


def held_by(model: type[Response], field: str) -> type[Response] | None:
    """The class of the objects in a field of ours."""
    waiting = [model.model_fields[field].annotation]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, Response) and one is not Response:
            return one
        waiting += typing.get_args(one)
    return None


def answered() -> Iterator[Pair]:
    """What our commands answer, with what the contract's do."""
    for function in operations():
        declared = function.declaration
        assert isinstance(declared, Operation)
        if declared.answers is not None and declared.command in answers():
            named = NAMED_OTHERWISE.get(declared.command)
            yield declared.answers, objects()[named] if named else answers()[declared.command]


def pairs() -> list[Pair]:
    """Ours and the contract's, with the objects inside of them."""
    found: dict[Pair, None] = {}
    waiting = [*answered()]
    while waiting:
        ours, wanted = pair = waiting.pop()
        if pair in found:
            continue
        found[pair] = None
        for field, inside in wanted.fields.items():
            if inside and field in ours.model_fields and (held := held_by(ours, field)):
                waiting.append((held, objects()[inside]))
    return list(found)


def missing() -> list[tuple[str, str]]:
    """The contract's fields that ours do not have, each by the contract's class and by ours."""
    return [
        (f"{wanted.name}.{field}", f"{ours.__name__}.{field}")
        for ours, wanted in pairs()
        for field in wanted.fields
        if field not in ours.model_fields
    ]


def fits(pattern: str, names: tuple[str, str]) -> bool:
    return any(fnmatchcase(name, pattern) for name in names)


def test_every_field_is_answered_or_has_no_value_here() -> None:
    patterns = [pattern for named in REASONS.values() for pattern in named]
    assert [names[0] for names in missing() if not any(fits(pattern, names) for pattern in patterns)] == []


def test_no_field_is_named_in_vain() -> None:
    left = missing()
    idle = [pattern for named in REASONS.values() for pattern in named if not any(fits(pattern, one) for one in left)]
    assert idle == []


def test_no_field_is_beyond_the_contract() -> None:
    assert {
        f"{ours.__name__}.{field}"
        for ours, wanted in pairs()
        for field in ours.model_fields.keys() - wanted.fields - MORE
    } == set()


def test_reasons_are_sentences() -> None:
    assert [reason for reason in REASONS if len(reason.split()) < 3 or not reason.endswith(".")] == []

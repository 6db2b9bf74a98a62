"""Every parameter that a command takes is looked at by it: none is taken and forgotten.

`parameters_without_effect.json` names those that nothing depends on here, each with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from javelin.contract.parameters import OneOf, Request, kind_of, metadata_of
from tests.cloud import handlers
from tests.unit.furnished.cloud import Furnished, account_name, furnished_cloud
from tests.unit.furnished.ready import ASKED, BEFORE, OWNER, Functions
from tests.unit.furnished.requests import Learner, text_for
from tests.unit.furnished.samples import absent_id, sample_id

REASONS: dict[str, str] = json.loads((Path(__file__).parent / "parameters_without_effect.json").read_text())
CALLERS = {"Admin": "root", "DomainAdmin": "domainadmin", "User": "user"}
SHARED = {"startip": "10.9.9.10", "endip": "10.9.9.20", "vlan": "untagged"}
WITH: dict[str, dict[str, str]] = {  # what is looked at only beside another
    "isrecursive": {"domainid": sample_id("Domain", "own")}, "size": {"diskofferingid": sample_id("DiskOffering")},
    "swapowner": {"account": account_name(OWNER)},
    "currentpassword": {"password": "correct horse battery"},
    "clustername": {"clusterid": ""}, "acltype": SHARED, "subdomainaccess": SHARED | {"acltype": "Domain"},
}  # fmt: skip
COMMANDS = sorted(command for command, operation in handlers().items() if operation.roles)


@pytest.fixture(scope="module")
def learner() -> Iterator[Learner]:
    """One cloud for all."""
    with furnished_cloud() as cloud:
        yield Learner(cloud)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The parameters that handlers read."""
    names: set[str] = set()
    read = Request.__getattribute__

    def note(request: Request, name: str) -> Any:
        names.add(name)
        return read(request, name)

    monkeypatch.setattr(Request, "__getattribute__", note)
    return names


@pytest.mark.parametrize("command", COMMANDS)
def test_every_parameter_is_looked_at(learner: Learner, looked_at: set[str], command: str) -> None:
    fields = handlers()[command].request.model_fields
    learner.furnished.services["lambda"] = Functions()
    base = ASKED.get(command) or learner.known(command, "root", OWNER) or {}
    looked_at.clear()
    _call(learner.furnished, command, base)
    for name in fields.keys() - looked_at:
        given = {name: absent_id(name)} if kind_of(fields[name]).name == "uuid" else text_for(name, fields[name])
        _call(learner.furnished, command, base | WITH.get(name, {}) | given)
    bound = {name for name, field in fields.items() if any(isinstance(one, OneOf) for one in metadata_of(field))}
    ignored = fields.keys() - handlers()[command].refuses - bound - looked_at
    known = {one.split(" ")[1] for one in REASONS if one.split(" ")[0] == command}
    general = {one.split(" ")[1] for one in REASONS if one.split(" ")[0] == "*"}
    assert ignored - general == known


def _call(furnished: Furnished, command: str, parameters: dict[str, str]) -> None:
    BEFORE.get(command, lambda: None)()
    for role, caller in CALLERS.items():
        if role in handlers()[command].roles:
            furnished.call(command, caller, parameters, keep=True)
    furnished.refurnish()


def test_reasons_are_of_commands_that_exist() -> None:
    assert {one.split(" ")[0] for one in REASONS} <= {*COMMANDS, "*"}
    assert all(len(reason.split()) > 3 for reason in REASONS.values())

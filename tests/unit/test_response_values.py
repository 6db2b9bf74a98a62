"""Every field that our answers declare is seen with a value, in a furnished cloud whose records say all that they may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from javelin.contract.responses import Response
from javelin.data import settings
from javelin.data.limited_tags import HOST_TAGS
from tests.architecture.test_response_fields import held_by
from tests.cloud import handlers
from tests.unit.furnished.cloud import account_name, furnished_cloud
from tests.unit.furnished.filled import fill
from tests.unit.furnished.ready import ASKED, BEFORE, OWNER, Functions
from tests.unit.furnished.requests import Learner
from tests.unit.furnished.samples import sample_id

Json = dict[str, Any]
NEVER = (  # lists that have no rows here
    "FirewallRuleResponse.", "IpForwardingRuleResponse.", "LdapConfigurationResponse.",
)  # fmt: skip
ALSO: dict[str, dict[str, str]] = {  # what shows more
    "listVirtualMachines": {"userdata": "true"}, "listUsageRecords": {"includetags": "true"},
    "listZones": {"showcapacities": "true"},
    "listDiskOfferings": {"virtualmachineid": sample_id("VirtualMachine", OWNER)},
    "listPods": {"showcapacities": "true"}, "listClusters": {"showcapacities": "true"},
}  # fmt: skip
APART: dict[str, list[dict[str, str]]] = {  # what else is asked, for what shows in other answers
    "listCapacity": [{"tag": "h"}],
    "listResourceLimits": [{"projectid": sample_id("Project", OWNER)}],
    "updateResourceCount": [
        {"domainid": sample_id("Domain", "own"), "projectid": sample_id("Project", OWNER)},
        {"domainid": sample_id("Domain", "own"), "account": account_name(OWNER)},
        {"domainid": sample_id("Domain", "own"), "tag": "gpu"},
    ],
}


@pytest.fixture(scope="module")
def seen() -> Iterator[dict[type[Response], set[str]]]:
    """The fields of each class that some command answers with a value."""
    found: dict[type[Response], set[str]] = defaultdict(set)
    with furnished_cloud() as furnished:
        furnished.services["lambda"] = Functions()
        learner = Learner(furnished)
        requests = {command: ASKED.get(command) or learner.known(command, "root", OWNER) or {} for command in listed()}
        fill(OWNER)
        settings.change(HOST_TAGS, "gpu")
        furnished.start_from_here()
        for command, request in requests.items():
            BEFORE.get(command, lambda: None)()
            furnished.services["s3"].objects |= {f"userdata/{sample_id('VirtualMachine', OWNER)}": b"x"}
            furnished.services["s3"].objects |= {f"kept-user-data/{sample_id('UserData', OWNER)}": b"x"}
            for asked in (request | ALSO.get(command, {}), *APART.get(command, [])):
                answer = furnished.call(command, "root", asked, keep=True)
                for value in answer.get("body", {}).values():
                    for row in value if isinstance(value, list) else [value]:
                        _note(found, handlers()[command].answers, row)
            furnished.refurnish() if command in BEFORE else furnished.put_back()
        yield found


def _note(found: dict[type[Response], set[str]], model: type[Response], row: Any) -> None:
    if not isinstance(row, dict):
        return
    for name, value in row.items():
        if name in model.model_fields and value is not None:
            found[model].add(name)
            if held := held_by(model, name):
                for inner in value if isinstance(value, list) else [value]:
                    _note(found, held, inner)


def test_every_field_is_seen(seen: dict[type[Response], set[str]]) -> None:
    models = {model for command in listed() for model in inside(handlers()[command].answers)}
    unseen = {f"{model.__name__}.{field}" for model in models for field in model.model_fields.keys() - seen[model]}
    assert sorted(name for name in unseen if not name.startswith(NEVER)) == []
    assert [name for name in NEVER if not any(one.startswith(name) for one in unseen)] == []


def listed() -> list[str]:
    """The commands that answer with objects at once."""
    return [
        command
        for command, operation in handlers().items()
        if operation.answers and operation.roles and not operation.asynchronous
    ]


def inside(model: type[Response]) -> set[type[Response]]:
    """A class of ours and those of the objects in it."""
    held = {one for field in model.model_fields if (one := held_by(model, field))}
    return {model}.union(*(inside(one) for one in held))

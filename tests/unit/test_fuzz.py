"""Every operation with hostile parameters: never an internal error, never a trace, and a refusal changes nothing.

FUZZ_EXAMPLES=1000 looks longer than the gate does, at other examples every time.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.api import _envelope
from javelin.contract.parameters import kind_of
from tests.cloud import handlers
from tests.unit.furnished.cloud import Furnished, furnished_cloud
from tests.unit.furnished.hostile import ADDRESSES, IDS, MAP_KEYS, MOMENTS, NUMBERS, TEXTS
from tests.unit.furnished.requests import Learner, names_things

Json = dict[str, Any]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))
LONGEST = 2000  # characters of a refusal
CALLERS = {"root": "Admin", "domainadmin": "DomainAdmin", "user": "User"}
COMMANDS = sorted(command for command, operation in handlers().items() if operation.roles)

values = st.one_of(
    st.sampled_from(TEXTS),
    st.sampled_from(NUMBERS),
    st.sampled_from(ADDRESSES),
    st.sampled_from(IDS),
    st.text(max_size=20),
)
by_kind = {
    "uuid": st.sampled_from(IDS), "date": st.sampled_from(MOMENTS), "boolean": st.sampled_from(("true", "false", "TRUE", "x")),
    "integer": st.sampled_from(NUMBERS), "long": st.sampled_from(NUMBERS),
}  # fmt: skip
map_keys = st.sampled_from(MAP_KEYS)


@pytest.fixture(scope="module")
def learner() -> Iterator[Learner]:
    """One cloud for all, where no name resolves."""

    def unknown(*asked: Any, **options: Any) -> Any:
        raise socket.gaierror("no names here")

    with furnished_cloud() as cloud, pytest.MonkeyPatch.context() as patches:
        patches.setattr(socket, "getaddrinfo", unknown)
        yield Learner(cloud)


@st.composite
def hostile(draw: st.DrawFn, command: str) -> dict[str, str]:
    """A few parameters that replace those of a request that would be taken."""
    fields = handlers()[command].request.model_fields
    given: dict[str, str] = {}
    if not fields:
        return given
    for name in draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=4, unique=True)):
        kind = kind_of(fields[name]).name
        fitting = by_kind.get("uuid" if names_things(name, fields[name]) else kind, values)
        value = draw(st.one_of(fitting, fitting, values))
        if kind == "map":
            for key in draw(st.lists(map_keys, min_size=1, max_size=3)):
                given[name + key] = draw(values)
        elif kind == "list":
            given[name] = ",".join([value, *draw(st.lists(fitting, max_size=2))])
        else:
            given[name] = value
    return given


@pytest.mark.parametrize("command", COMMANDS)
def test_hostile_parameters_are_refused_or_taken_whole(learner: Learner, command: str) -> None:
    may = [caller for caller, role in CALLERS.items() if role in handlers()[command].roles]
    bases = {caller: learner.known(command, caller, "user") or {} for caller in may}

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize="FUZZ_EXAMPLES" not in os.environ, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(caller=st.sampled_from(may), changes=hostile(command), whole=st.booleans())
    def attack(caller: str, changes: dict[str, str], whole: bool) -> None:
        _judge(learner.furnished, command, caller, {**(bases[caller] if whole else {}), **changes})

    attack()


@pytest.mark.parametrize(
    ("command", "changes"),
    [
        ("createPhysicalNetwork", {"vlan": "²"}),
        ("updatePhysicalNetwork", {"vlan": "1-²"}),
        ("createNetwork", {"vlan": "²"}),
        ("deployVirtualMachine", {"iptonetworklist[0].networkid": "a" * 5000}),
        ("deployVirtualMachine", {"iptonetworklist[0].ip": "10.1.1.9"}),
        ("deployVirtualMachine", {"keypairs": "a" * 5000}),
        ("createTags", {"tags[0].key": "k", "tags[0].value": "a" * 500_000}),
        ("createNetworkOffering", {"supportedservices": ",".join("a" * 200 for _ in range(499))}),
        ("updateZone", {"dns1": "\ufffe"}),
        ("updateZone", {"details[0].\x00": "1"}),
    ],
)
def test_what_was_once_not_refused_well(learner: Learner, command: str, changes: dict[str, str]) -> None:
    base = learner.known(command, "root", "user") or {}
    _judge(learner.furnished, command, "root", {**base, **changes})


def _judge(furnished: Furnished, command: str, caller: str, parameters: dict[str, str]) -> None:
    objects = furnished.services["s3"].objects
    objects.clear()
    answer = furnished.call(command, caller, parameters, keep=True)
    changed = furnished.changed() if "error" in answer else []
    furnished.put_back()
    for wrapped in (answer.get("body"), answer.get("error")):
        ElementTree.fromstring(_envelope.as_xml("answer", wrapped or {}, authenticated=True))  # noqa: S314 - our own
    if "error" not in answer:
        return
    error = answer["error"]
    assert not error["text"].startswith("Internal error"), parameters
    assert "Traceback" not in error["text"]
    assert len(error["text"]) < LONGEST
    assert not changed, f"refused with {error['text']} and changed {changed}"
    assert not objects, f"refused with {error['text']} and left {list(objects)}"

"""Every operation for every role, with the caller's own things and with others': generated from the declarations.

What belongs to others answers exactly as what does not exist. `not_in_matrix.json` holds the parameters that the
generator cannot judge, each with the reason; a test keeps it honest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chalice.test import Client

from functions.api import app as edge_app
from tests.cloud import handlers
from tests.unit.api.edge import Edge
from tests.unit.furnished.cloud import KIN, TENANTS, Furnished, account_name, furnished_cloud
from tests.unit.furnished.ready import Functions
from tests.unit.furnished.requests import MAPS, Learner, id_parameters, kinds, owned
from tests.unit.furnished.samples import absent_id

Json = dict[str, Any]
EXCEPTIONS: dict[str, str] = json.loads((Path(__file__).parent / "not_in_matrix.json").read_text())
COMMANDS = sorted(command for command, operation in handlers().items() if operation.roles)
BY_ROLE = {"Admin": "root", "ResourceAdmin": "operator", "DomainAdmin": "domainadmin", "User": "user"}
# The admin of the domain above, a plain user in ROOT, and one who is in a project that owns as much as tenants do.
PARENT, COMMONER, MEMBER, CREW = "superior", "commoner", "member", "crew"
GOVERNS = {  # whose things it may see
    "user": "user", "domainadmin": "user", PARENT: "user", "operator": "stranger", "root": "stranger",
    COMMONER: COMMONER, MEMBER: CREW,
}  # fmt: skip
OTHERS: dict[str, tuple[str, ...]] = {
    "user": ("neighbour", "sibling", "stranger", PARENT, "root", CREW), "domainadmin": ("sibling", PARENT, "stranger", "root"),
    PARENT: ("stranger", "root"), COMMONER: ("stranger", "root", CREW), MEMBER: ("neighbour", "stranger"),
    "operator": (), "root": (),
}  # fmt: skip
MADE = re.compile(r"01[0-9a-f]{6}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|([0-9a-f]{2}:){5}[0-9a-f]{2}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+.]\d+")
NOBODY = "nobody-at-all"
NOBODYS = {  # lists of what is no account's: of the cloud, of domains, or of nothing yet
    "listDiskOfferings", "listDomainChildren", "listDomains", "listIpForwardingRules", "listLdapConfigurations",
    "listPortForwardingRules", "listServiceOfferings",
}  # fmt: skip
INVITING = {"addAccountToProject"}  # what is there to name accounts of others of the same domain


@pytest.fixture(scope="module")
def furnished() -> Iterator[Furnished]:
    """One cloud for all; every call starts from the same state of it."""
    with furnished_cloud(TENANTS | KIN) as cloud:
        cloud.services["lambda"] = Functions()
        yield cloud


@pytest.fixture(scope="module")
def learner(furnished: Furnished) -> Learner:
    """Finds requests that operations take."""
    return Learner(furnished)


def callers(command: str) -> list[str]:
    """Those who may call it: one of every role, the admin of the domain above, and further plain users."""
    everybody = [*BY_ROLE.items(), ("DomainAdmin", PARENT), ("User", COMMONER), ("User", MEMBER)]
    return [tenant for role, tenant in everybody if role in handlers()[command].roles]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_edge_lets_only_the_declared_roles_in(
    furnished: Furnished, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    let_in: list[str] = []

    def invoke(function: str, payload: Json) -> Json:
        let_in.append(payload["caller"]["role_type"])
        return {"body": {}}

    monkeypatch.setattr(edge_app, "invoke", invoke)
    with Client(edge_app.app) as client:
        refused = {}
        for role, tenant in BY_ROLE.items():
            edge = Edge(client, f"key-of-{tenant}", f"secret-of-{tenant}")
            answer = edge.call(command)
            if answer.status != 200:
                refused[role] = (answer.status, list(answer.json))
    assert set(let_in) == set(handlers()[command].roles)
    assert refused == {role: (432, ["errorresponse"]) for role in BY_ROLE.keys() - handlers()[command].roles}


@pytest.mark.parametrize("command", COMMANDS)
def test_what_belongs_to_others_is_as_if_absent(furnished: Furnished, learner: Learner, command: str) -> None:
    told = []
    for caller in callers(command):
        for name, base in _trials(learner, command, caller):
            absent, where = _ask(learner, command, caller, base, name, absent_id())
            for owner in OTHERS[caller]:
                for kind in where:
                    key = furnished.id_of(kind, owner)
                    if key == furnished.id_of(kind, GOVERNS[caller]):
                        continue
                    answer, _ = _ask(learner, command, caller, base, name, key)
                    if answer != absent:
                        told.append(f"{caller} with {kind} of {owner} as {name}: {answer} is not {absent}")
    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    "command", [one for one in COMMANDS if "account" in handlers()[one].request.model_fields and one not in INVITING]
)
def test_accounts_of_others_are_as_if_absent(furnished: Furnished, learner: Learner, command: str) -> None:
    told = []
    for caller in callers(command):
        base = learner.known(command, caller, GOVERNS[caller])
        if base is None:
            continue
        for owner in OTHERS[caller]:
            there = {"domainid": furnished.id_of("Domain", owner)}
            real = furnished.call(command, caller, {**base, **there, "account": account_name(owner)})
            changed = furnished.changed()
            made_up = furnished.call(command, caller, {**base, **there, "account": NOBODY})
            if _plain(real, account_name(owner)) != _plain(made_up, NOBODY) or changed:
                told.append(f"{caller} for account {owner}: {real} is not {made_up}; changed: {changed}")
    assert not told, "\n".join(told)


@pytest.mark.parametrize("command", [one for one in COMMANDS if "listall" in handlers()[one].request.model_fields])
def test_lists_hold_nothing_of_others(furnished: Furnished, learner: Learner, command: str) -> None:
    told, found = [], False
    for caller in callers(command):
        base = learner.known(command, caller, GOVERNS[caller]) or {}
        base = {name: value for name, value in base.items() if name != "listall"}
        own = {"domainid": furnished.callers[caller].domain_id}
        projects = ({"projectid": "-1"}, {"projectid": furnished.id_of("Project", GOVERNS[caller])})
        for asked in (
            {},
            {"listall": "true"},
            own,
            own | {"isrecursive": "true"},
            own | {"listall": "true"},
            *projects,
        ):
            answer = json.dumps(furnished.call(command, caller, base | asked))
            found = found or any(one in answer for one in _marks(furnished, caller))
            for owner in OTHERS[caller]:
                if any(one in answer for one in _marks(furnished, owner)):
                    told.append(f"{caller} sees what is {owner}'s by {asked}")
    assert not told, "\n".join(told)
    assert found is (command not in NOBODYS), f"{command} shows nobody its own: that it hides others' says nothing"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_parameter_that_names_things_is_judged(furnished: Furnished, learner: Learner, command: str) -> None:
    """A thing that the caller may see makes a difference, or the exceptions say why it need not."""
    names, judged = id_parameters(handlers()[command]), set[str]()
    for caller in callers(command):
        for name, around in _trials(learner, command, caller):
            if name not in judged and _reaches(learner, command, caller, around, name):
                judged.add(name)
    known = {one.split(" ")[1] for one in EXCEPTIONS if one.split(" ")[0] == command}
    general = {one.split(" ")[1] for one in EXCEPTIONS if one.split(" ")[0] == "*"}
    left = set(names) - judged - general
    assert left == known, f"{command}: judge {left - known} or give the reason; take out {known - left}"


@pytest.mark.parametrize("command", [one for one in COMMANDS if "DomainAdmin" in handlers()[one].roles])
def test_the_admin_of_the_domain_above_reaches_what_the_one_below_does(
    furnished: Furnished, learner: Learner, command: str
) -> None:
    """But for a domain without an account in it: that names the caller's own account, in its own domain alone."""
    lost = []
    for name, around in _trials(learner, command, "domainadmin"):
        if name == "domainid" and "account" not in around:
            continue
        absent, where = _ask(learner, command, "domainadmin", around, name, absent_id())
        nothing, _ = _ask(learner, command, PARENT, around, name, absent_id())
        for kind in where:
            key = furnished.id_of(kind, "user")
            below, above = (_ask(learner, command, one, around, name, key)[0] for one in ("domainadmin", PARENT))
            if below != absent and above == nothing:
                lost.append(f"{kind} as {name}")
    assert not lost, f"{command}: {', '.join(lost)}"


def test_exceptions_are_of_operations_that_exist_and_have_reasons() -> None:
    assert {one.split(" ")[0] for one in EXCEPTIONS} <= {*COMMANDS, "*"}
    assert all(len(reason.split()) > 3 for reason in EXCEPTIONS.values())


def _marks(furnished: Furnished, tenant: str) -> list[str]:
    """What is in an answer that shows a thing of a tenant."""
    return [account_name(tenant), *(furnished.id_of(kind, tenant) for kind in sorted(owned() - {"Domain"}))]


def _reaches(learner: Learner, command: str, caller: str, around: dict[str, str], name: str) -> bool:
    """Whether a thing that the caller may see is answered otherwise than one that does not exist."""
    absent, _ = _ask(learner, command, caller, around, name, absent_id())
    for kind in sorted({*kinds().values()}):
        key = learner.furnished.id_of(kind, GOVERNS[caller])
        if _said(_ask(learner, command, caller, around, name, key)[0]) != _said(absent):
            return True
    return False


def _said(answer: str) -> Json:
    """What the caller is told; the event of a refusal names what was refused, whatever else the request names."""
    return {name: part for name, part in json.loads(answer).items() if name != "event"}


def _trials(learner: Learner, command: str, caller: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The parameters to try, each with the request around it."""
    base = learner.known(command, caller, GOVERNS[caller])
    if base is None:
        return
    fields = handlers()[command].request.model_fields
    for name in id_parameters(handlers()[command]):
        instead = {"id": ("account", "domainid"), "projectid": ("account",), "userdataid": ("userdata",)}.get(name, ())
        needed = {key for key, field in fields.items() if field.is_required()}
        around = {key: value for key, value in base.items() if key not in instead or key in needed}
        yield name, around
        if name == "domainid" and "account" in fields:
            yield name, {**around, "account": account_name(GOVERNS[caller])}


def _ask(
    learner: Learner, command: str, caller: str, base: dict[str, str], name: str, key: str
) -> tuple[str, list[str]]:
    """The answer without the id, and the records in somebody's hand that were looked up by it (or all, if none was)."""
    furnished = learner.furnished
    answer = furnished.call(command, caller, {**base, MAPS.get(name, name): key}, keep=True)
    where = [*learner.looked_up(key), *(["Project"] if name == "projectid" else [])]
    changed = furnished.changed() if "error" in answer else []
    furnished.put_back()
    assert not changed, f"{command} was refused and changed {changed}"
    mine = [kind for kind in where if kind in owned()] if where else sorted(owned())
    return _plain(answer, key), mine


def _plain(answer: Json, key: str) -> str:
    text = json.dumps(answer).replace(key, "<it>")
    return MOMENT.sub("<moment>", MADE.sub("<made>", text))


assert set(BY_ROLE.values()) <= set(TENANTS)

"""Tenants of two domains against each other: what is not one's own answers as what does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.api import Row
from tests.e2e.local_cloud import eventually
from tests.e2e.signed import Answer
from tests.e2e.site import Site, Tenant

ABSENT = "00000000-0000-4000-8000-00000000dead"


@dataclass(frozen=True)
class Estate:
    """A domain, its administrator, a user of it and what that user owns, by kind."""

    domain: str
    governor: Tenant
    user: Tenant
    owned: dict[str, str]


def settle(site: Site, name: str) -> Estate:
    """A tenant with one of everything."""
    domain = site.domain(name)
    governor = site.tenant(f"{name}-governor", "DomainAdmin", domain)
    user = site.tenant(f"{name}-user", "User", domain)
    network = site.new_network(user.api, f"{name}-net")
    template = site.new_template(user.api, f"{name}-template")
    begun = user.raw.call("deployVirtualMachine", **site.wish(name=name, networkids=network["id"])).inside
    api = user.api
    machine: Row = api.call("rebootVirtualMachine", id=_running(user, begun)["id"])["virtualmachine"]
    pair = api.call("createSSHKeyPair", name=f"{name}-pair")["keypair"]
    site.cloud.secrets[f"private key of {name}"] = pair["privatekey"].splitlines()[1]
    (volume,) = api.rows("listVolumes", "volume", virtualmachineid=machine["id"])
    return Estate(
        domain, governor, user,
        {"vm": machine["id"], "network": network["id"], "template": template["id"], "pair": pair["name"],
         "volume": volume["id"], "job": begun["jobid"], "nic": machine["nic"][0]["id"], "user": user.user,
         "account": user.account, "domain": domain},
    )  # fmt: skip


def _running(user: Tenant, begun: dict[str, Any]) -> Row:
    """The guest of a deployment under way, once the job has ended: `cs` waits, by asking for a job as clients do."""

    def ended() -> dict[str, Any] | None:
        job = user.raw.call("queryAsyncJobResult", jobid=begun["jobid"]).inside
        return job if job["jobstatus"] else None

    job = eventually(ended, "the deployment") or {}
    assert job["jobstatus"] == 1, job
    row: Row = job["jobresult"]["virtualmachine"]
    return row


@pytest.fixture(scope="module")
def estates(site: Site) -> Iterator[tuple[Estate, Estate]]:
    """Two that have nothing to do with each other."""
    made = settle(site, "tenancy-red"), settle(site, "tenancy-blue")
    yield made
    for estate in made:
        site.api.call("destroyVirtualMachine", id=estate.owned["vm"], expunge="true")


# What acts on one object, with the kind of it; `*` stands for the object's id.
ACTIONS: list[tuple[str, str, dict[str, str]]] = [
    ("startVirtualMachine", "vm", {"id": "*"}),
    ("stopVirtualMachine", "vm", {"id": "*"}),
    ("rebootVirtualMachine", "vm", {"id": "*"}),
    ("destroyVirtualMachine", "vm", {"id": "*"}),
    ("updateVirtualMachine", "vm", {"id": "*", "displayname": "mine"}),
    ("resetSSHKeyForVirtualMachine", "vm", {"id": "*", "keypair": "any"}),
    ("getVirtualMachineUserData", "vm", {"virtualmachineid": "*"}),
    ("createConsoleEndpoint", "vm", {"virtualmachineid": "*"}),
    ("createTags", "vm", {"resourceids": "*", "resourcetype": "UserVm", "tags[0].key": "k", "tags[0].value": "v"}),
    ("createTags", "volume", {"resourceids": "*", "resourcetype": "Volume", "tags[0].key": "k", "tags[0].value": "v"}),
    ("deleteTags", "network", {"resourceids": "*", "resourcetype": "Network"}),
    ("restartNetwork", "network", {"id": "*"}),
    ("updateNetwork", "network", {"id": "*", "displaytext": "mine"}),
    ("deleteNetwork", "network", {"id": "*"}),
    ("updateTemplate", "template", {"id": "*", "displaytext": "mine"}),
    ("deleteTemplate", "template", {"id": "*"}),
    ("updateTemplatePermissions", "template", {"id": "*", "ispublic": "true"}),
    ("listTemplatePermissions", "template", {"id": "*"}),
    ("deleteSSHKeyPair", "pair", {"name": "*"}),
    ("queryAsyncJobResult", "job", {"jobid": "*"}),
]
LISTS: list[tuple[str, str, dict[str, str]]] = [
    ("listVirtualMachines", "vm", {"id": "*"}),
    ("listVirtualMachines", "network", {"networkid": "*"}),
    ("listVolumes", "volume", {"id": "*"}),
    ("listVolumes", "vm", {"virtualmachineid": "*"}),
    ("listNetworks", "network", {"id": "*"}),
    ("listNics", "vm", {"virtualmachineid": "*"}),
    ("listTemplates", "template", {"templatefilter": "executable", "id": "*"}),
    ("listSSHKeyPairs", "pair", {"name": "*"}),
    ("listTags", "vm", {"resourceid": "*"}),
    ("listEvents", "vm", {"resourceid": "*", "resourcetype": "VirtualMachine"}),
    ("listPublicIpAddresses", "network", {"associatednetworkid": "*"}),
]


def ask(tenant: Tenant, command: str, parameters: dict[str, str], id_: str) -> Answer:
    filled = {name: id_ if value == "*" else value for name, value in parameters.items()}
    return tenant.raw.call(command, **filled)


def told(answer: Answer, id_: str) -> tuple[int, str]:
    """What an answer tells, apart from the id that the caller gave."""
    return answer.status, answer.text.replace(id_, "*")


@pytest.mark.parametrize(("command", "kind", "parameters"), ACTIONS, ids=lambda value: str(value)[:30])
def test_to_act_on_anothers_is_to_act_on_nothing(
    estates: tuple[Estate, Estate], command: str, kind: str, parameters: dict[str, str]
) -> None:
    for mine, other in (estates, estates[::-1]):
        id_ = other.owned[kind]
        for tenant in (mine.user, mine.governor):
            foreign, absent = (ask(tenant, command, parameters, one) for one in (id_, ABSENT))
            assert foreign.status in {431, 531}, foreign.text
            assert told(foreign, id_) == told(absent, ABSENT)


@pytest.mark.parametrize(("command", "kind", "parameters"), LISTS, ids=lambda value: str(value)[:30])
def test_lists_do_not_hold_anothers(
    estates: tuple[Estate, Estate], command: str, kind: str, parameters: dict[str, str]
) -> None:
    mine, other = estates
    for tenant in (mine.user, mine.governor):
        for scope in ({}, {"listall": "true"}, {"listall": "true", "isrecursive": "true"}):
            id_ = other.owned[kind]
            foreign, absent = (ask(tenant, command, {**parameters, **scope}, one) for one in (id_, ABSENT))
            assert told(foreign, id_) == told(absent, ABSENT)
            assert foreign.status == 431 or foreign.inside == {}, foreign.text


def test_to_name_anothers_account_or_domain_helps_nobody(estates: tuple[Estate, Estate]) -> None:
    mine, other = estates
    for tenant in (mine.user, mine.governor):
        for scope in (
            {"domainid": other.domain},
            {"domainid": other.domain, "account": other.user.name},
            {"domainid": other.domain, "listall": "true", "isrecursive": "true"},
        ):
            answer = tenant.raw.call("listVirtualMachines", **scope)
            assert answer.status in {431, 531} or answer.inside == {}, answer.text
        taken = tenant.raw.call("createSSHKeyPair", name="planted", domainid=other.domain, account=other.user.name)
        assert taken.status in {431, 531}, taken.text
    assert other.user.api.rows("listSSHKeyPairs", "sshkeypair", name="planted") == []


def test_nothing_of_anothers_goes_into_a_guest(site: Site, estates: tuple[Estate, Estate]) -> None:
    mine, other = estates
    for name, kind in (("networkids", "network"), ("templateid", "template"), ("keypair", "pair")):
        wish = site.wish(networkids=mine.owned["network"], **{})
        foreign = mine.user.raw.call("deployVirtualMachine", **{**wish, name: other.owned[kind]})
        absent = mine.user.raw.call("deployVirtualMachine", **{**wish, name: ABSENT})
        assert foreign.status == 431, foreign.text
        assert told(foreign, other.owned[kind]) == told(absent, ABSENT)


def test_a_governor_governs_its_own_domain_and_root_all(site: Site, estates: tuple[Estate, Estate]) -> None:
    for estate in estates:
        rows = estate.governor.api.rows("listVirtualMachines", "virtualmachine", listall="true")
        assert [row["id"] for row in rows] == [estate.owned["vm"]]
        assert estate.governor.api.rows("listVirtualMachines", "virtualmachine") == []
        assert [row["id"] for row in estate.user.api.rows("listVirtualMachines", "virtualmachine")] == [
            estate.owned["vm"]
        ]
        assert {row["id"] for row in estate.governor.api.rows("listDomains", "domain")} <= {estate.domain}
    everything = {row["id"] for row in site.api.rows("listVirtualMachines", "virtualmachine", listall="true")}
    assert {estate.owned["vm"] for estate in estates} <= everything


def test_power_is_not_lent(estates: tuple[Estate, Estate], site: Site) -> None:
    mine, other = estates
    admin = site.api.rows("listUsers", "user", username="admin")[0]["id"]
    for target in (admin, other.user.user, other.governor.user):
        for command, more in (
            ("registerUserKeys", {}),
            ("updateUser", {"password": "stolen-Password-1"}),
            ("deleteUser", {}),
        ):
            answer = mine.governor.raw.call(command, id=target, **more)
            assert answer.status in {431, 432, 531}, (command, answer.text)
    for parameters in ({"accounttype": "1"}, {"accounttype": "2", "domainid": other.domain}):
        person = {"username": "risen", "password": "risen-Password-1", "email": "a@example.org", "firstname": "a",
                  "lastname": "b"}  # fmt: skip
        answer = mine.governor.raw.call("createAccount", **person, **parameters)
        assert answer.status in {431, 432, 531}, answer.text

"""The furnished cloud in this process: tenants with their things, the tables' state before every call, and an ear."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import boto3
import pytest

from javelin.contract.caller import Caller, RoleType
from javelin.contract.errors import InternalError
from javelin.contract.secret import Secret
from javelin.data import passwords
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.address import Address
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.api_key import ApiKey
from javelin.data.records.domain import ROOT_DOMAIN, Domain
from javelin.data.records.host_key import HostKey
from javelin.data.records.project import Project
from javelin.data.records.project_invitation import ProjectInvitation
from javelin.data.records.project_member import ProjectMember
from javelin.data.records.project_role import ProjectRole
from javelin.data.records.region import Region
from javelin.data.records.role import BUILT_IN, Role
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.discovery import clients
from tests.cloud import Cloud, Context, handlers, in_process_cloud
from tests.flows import tables as wire
from tests.flows.services import Bucket, Queues, Topics
from tests.flows.tables import Tables, TablesClient
from tests.permissions.watch import Heard
from tests.unit.furnished.samples import REGION, ROLE_ID, RULE_IDS, owned_kinds, sample, sample_id, shared_kinds

Json = dict[str, Any]
COUNTERS = frozenset({"Sequence"})  # numbers that a refused request may have used up
# Each with the one that it is in; "ownership" begins as its sibling does, and is not below it.
DOMAINS = {"above": "ROOT", "own": "above", "ownership": "above", "other": "ROOT"}
TENANTS: dict[str, tuple[str, RoleType]] = {
    "user": ("own", "User"), "neighbour": ("own", "User"), "domainadmin": ("own", "DomainAdmin"),
    "stranger": ("other", "User"), "operator": ("ROOT", "ResourceAdmin"), "root": ("ROOT", "Admin"),
}  # fmt: skip
KIN: dict[str, tuple[str, RoleType]] = {  # whom the matrices judge besides
    "superior": ("above", "DomainAdmin"), "sibling": ("ownership", "DomainAdmin"), "commoner": ("ROOT", "User"),
    "member": ("own", "User"),
}  # fmt: skip

PROJECTS = {"crew": "own"}  # that own all that tenants do, each with the domain that it is in; others own nothing
MEMBERS = {"member": ("crew",)}  # who is in them; everybody is in a project of its own
OF_PROJECTS = (ProjectMember, ProjectRole, ProjectInvitation)  # that only projects have
RULE = sample_id("ProjectRolePermission")  # of every project role


def account_name(tenant: str) -> str:
    """The name of a tenant's account, which is in no other word of an answer."""
    if tenant in PROJECTS:
        return Project.account_name(tenant, sample_id("Project", tenant))
    return f"account-of-{tenant}"


class Flows:
    """boto3.client("stepfunctions"): starts are heard, nothing runs."""

    class exceptions:  # noqa: N801 - boto3's name
        """What starting may raise."""

        ExecutionAlreadyExists = KeyError

    def start_execution(self, **given: Any) -> Json:
        """Started."""
        return {"executionArn": given["name"]}


class EmptyQueues(Queues):
    """Queues of hosts that nobody reads."""

    class exceptions:  # noqa: N801 - boto3's name
        """What deleting may raise."""

        QueueDoesNotExist = KeyError

    def delete_queue(self, **given: Any) -> Json:
        """Absent is success."""
        return {}


@dataclass
class Furnished:
    """Every call starts from the same state. `heard` are the requests that the last call made of the tables."""

    cloud: Cloud
    tables: Tables
    services: dict[str, Any]
    tenants: dict[str, tuple[str, RoleType]] = field(default_factory=lambda: TENANTS)
    callers: dict[str, Caller] = field(default_factory=dict)
    heard: list[tuple[str, Json]] = field(default_factory=list)
    _before: bytes = b""
    _plain: dict[str, list[Json]] = field(default_factory=dict)

    def furnish(self) -> None:
        """Bring in the tenants and their things."""
        domains = {"ROOT": Domain.require(ROOT_DOMAIN)}
        for name, upper in DOMAINS.items():
            path = f"{domains[upper].path}{name}/"
            domains[name] = Domain(sample_id("Domain", name), name=name, path=path, parent_id=domains[upper].id)
            _create(domains[name], Domain.claim_name(path))
        for kind, (key, name) in BUILT_IN.items():
            _create(Role(key, name=name, type=kind))
        rules = [
            {"id": key, "rule": rule, "permission": "allow", "description": "to look"}
            for key, rule in zip(RULE_IDS, ("list*", "get*"), strict=True)
        ]
        _create(
            Role(ROLE_ID, name="role-cloud", type="User", built_in=False, rules=rules), Role.claim_name("role-cloud")
        )
        for model in shared_kinds():
            _create(sample(model))
        _claim(Region.number_claim(REGION), sample_id("Region"))
        _create(HostKey(sample_id("Host"), command_key=b"k" * 32))
        for name, (home, role) in self.tenants.items():
            self._furnish_tenant(name, domains[home], role)
        for name, home in PROJECTS.items():
            admin = sample_id("Account", "domainadmin")
            key = self._furnish_project(name, account_name(name), domains[home], admin)
            self._furnish_things(name, key, domains[home])
        self.start_from_here()

    def _furnish_tenant(self, name: str, home: Domain, role: RoleType) -> None:
        key = ROOT_ACCOUNT if name == "root" else sample_id("Account", name)
        user = sample_id("User", name)
        projects = {sample_id("Project", one) for one in (name, *MEMBERS.get(name, ()))}
        if name == "root":
            Account.require(key).change(
                Account.user_ids.set({user}), Account.name.set(account_name(name)), Account.project_ids.set(projects)
            )
            _claim(Account.claim_name(home.id, account_name(name)), key)
        else:
            account = Account(
                key, name=account_name(name), domain_id=home.id, domain_path=home.path, role_id=BUILT_IN[role][0],
                role_type=role, user_ids={user}, project_ids=projects,
            )  # fmt: skip
            _create(account, Account.claim_name(home.id, account_name(name)))
        project = Project.account_name(f"project-of-{name}", sample_id("Project", name))
        self._furnish_project(name, project, home, key)
        self._furnish_things(name, key, home)
        password = passwords.hash_password(Secret("secret"))
        _create(
            sample(User, name, _belonging(key, account_name(name), home) | {"username": name, "password": password})
        )
        _create(ApiKey(f"key-of-{name}", secret=Secret(f"secret-of-{name}"), user_id=user, account_id=key))
        _claim(User.claim_name(home.id, name), user)
        self.callers[name] = Caller(
            user_id=user, username=name, account_id=key, account=account_name(name), domain_id=home.id,
            domain_path=home.path, role_id=BUILT_IN[role][0], role_type=role, project_accounts=frozenset(projects),
        )  # fmt: skip

    def _furnish_project(self, tenant: str, account: str, home: Domain, admin: str) -> str:
        """A project with its account, and who is in it: an account that governs it, and one of its users besides; its id."""
        key = sample_id("Project", tenant)
        owner = Account(
            key, name=account, domain_id=home.id, domain_path=home.path, role_id=BUILT_IN["User"][0], role_type="User"
        )
        _create(owner, Account.claim_name(home.id, account))
        belongs = _belonging(key, account, home)
        _create(
            sample(Project, tenant, belongs | {"admin_ids": {admin}}), Project.claim_name(home.id, f"project-{tenant}")
        )
        members = (
            {"role": "Admin"},
            {"user_id": sample_id("User", tenant), "role_id": sample_id("ProjectRole", tenant)},
        )
        for member in members:
            id_ = ProjectMember.id_of(key, admin, member.get("user_id"))
            _create(ProjectMember(id_, member_id=admin, **belongs, **member))
        rule = {"id": RULE, "rule": "list*", "permission": "allow", "description": "what it is for"}
        _create(sample(ProjectRole, tenant, belongs | {"rules": [rule]}))
        until = int(time.time()) + 3600
        whom = {"member_id": admin, "user_id": sample_id("User", tenant), "role": "Regular", "until": until}
        _create(sample(ProjectInvitation, tenant, belongs | whom))
        return key

    def _furnish_things(self, name: str, key: str, home: Domain) -> None:
        """One of everything that accounts own."""
        for model in owned_kinds():
            if model not in (User, Project, *OF_PROJECTS):
                _create(sample(model, name, _belonging(key, account_name(name), home)))
        for nic in VirtualMachine.require(sample_id("VirtualMachine", name)).nics:
            vm = {"nic_id": nic["id"], "vm_id": sample_id("VirtualMachine", name), "account_id": key}
            _create(Address(nic["networkid"], nic["ipaddress"], **vm))
        _claim(SshKeyPair.key_of(key, f"sshkeypair-{name}"), sample_id("SshKeyPair", name))
        _claim(AffinityGroup.key_of(key, f"affinitygroup-{name}"), sample_id("AffinityGroup", name))

    def id_of(self, kind: str, owner: str) -> str:
        """The id of a tenant's thing, or of the cloud's."""
        if kind == "Domain":
            home = PROJECTS.get(owner) or self.tenants[owner][0]
            return ROOT_DOMAIN if home == "ROOT" else sample_id("Domain", home)
        if kind == "Role":
            return ROLE_ID
        if kind == "Account":
            return sample_id("Project", owner) if owner in PROJECTS else self.callers[owner].account_id
        return sample_id(kind, "" if kind in {one.__name__ for one in shared_kinds()} else owner)

    def call(self, command: str, caller: str, parameters: dict[str, str], keep: bool = False) -> Json:
        """What the operation answers, as it goes to the edge; without `keep` nothing of it stays."""
        self.heard.clear()
        event = {"parameters": parameters, "caller": self.callers[caller].model_dump()}
        try:
            answer: Json = json.loads(json.dumps(handlers()[command](event, Context())))
        finally:
            if not keep:
                self.put_back()
        return answer

    def put_back(self) -> None:
        """As it was furnished, if the last call wrote."""
        if any(operation not in READS for operation, _ in self.heard):
            self.refurnish()

    def refurnish(self) -> None:
        """As it was furnished, whatever was done since."""
        self.tables.put_back(self._before)

    def start_from_here(self) -> None:
        """Have every call start from what is there now."""
        self._before, self._plain = self.tables.save(), self.records()

    def records(self) -> dict[str, list[Json]]:
        """All that is in the tables, but for mere counters."""
        return {name: self.tables.records(name) for name in self.tables.names() if name not in COUNTERS}

    def changed(self) -> list[str]:
        """The tables that are not as they were furnished."""
        if all(operation in READS for operation, _ in self.heard):
            return []
        now = self.records()
        return [name for name, rows in now.items() if rows != self._plain.get(name, [])]

    def client(self, service: str, **options: Any) -> Any:
        """Stands where the clients' module has boto3."""
        opened = self.services.get(service) or boto3.client(service, **options)  # type: ignore[call-overload]  # as there
        return opened if service == "dynamodb" else Heard(service, opened)


READS = frozenset({"GetItem", "BatchGetItem", "Query", "DescribeTable"})


@contextmanager
def furnished_cloud(tenants: dict[str, tuple[str, RoleType]] = TENANTS) -> Iterator[Furnished]:
    """Furnish once, call often."""
    with pytest.MonkeyPatch.context() as patches, in_process_cloud(patches) as cloud:
        services = {
            "sqs": EmptyQueues(), "sns": Topics(), "s3": Bucket(), "dynamodb": TablesClient(), "stepfunctions": Flows(),
        }  # fmt: skip
        furnished = Furnished(cloud, Tables(), services, tenants)
        patches.setattr(passwords, "_COST", 4)  # hashing well takes longer than all else
        ask = wire.call

        def listen(operation: str, parameters: Json, *, must: bool = True) -> Json:
            furnished.heard.append((operation, parameters))
            return ask(operation, parameters, must=must)

        with patch.object(clients, "boto3", furnished), patch.object(wire, "call", listen):
            _forget_clients()
            furnished.furnish()
            yield furnished
        _forget_clients()


def _forget_clients() -> None:
    clients.client.cache_clear()
    clients.queue_url.cache_clear()


def _belonging(account_id: str, account: str, home: Domain) -> Json:
    return {"account_id": account_id, "account": account, "domain_id": home.id, "domain_path": home.path}


def _create(record: Any, claimed: str = "") -> None:
    transaction = Transaction()
    transaction.create(record)
    transaction.commit()
    if claimed:
        _claim(claimed, record.id)


def _claim(name: str, owner: str) -> None:
    transaction = Transaction()
    transaction.claim(name, owner, InternalError(f"{name} is taken"))
    transaction.commit()

"""Clients that call at random, all at once, and remember what they were told: names are everybody's, things are not."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from javelin.contract.caller import Caller
from tests.cloud import Refused
from tests.e2e.site import new_public_key
from tests.flows.stage import Stage

Json = dict[str, Any]
NAMES = [f"mixed-{number}" for number in range(12)]  # fewer than clients want


@dataclass
class Known:
    """What a client was told is there, by kind and id; the value is what it set last."""

    domains: dict[str, Json] = field(default_factory=dict)
    accounts: dict[str, Json] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    tags: dict[tuple[str, str], str] = field(default_factory=dict)
    limits: dict[tuple[str, int], int] = field(default_factory=dict)


class Client:
    """One of several: administers domains and accounts below an arena, and acts for a tenant that all of them share."""

    def __init__(self, stage: Stage, arena: str, number: int, seed: int) -> None:
        self.known, self.jobs = Known(), list[str]()
        self.done, self.refused = 0, list[tuple[str, int, str]]()
        self._stage, self._arena, self._number = stage, arena, number
        self._chance = random.Random(f"{seed}-{number}")
        self._leaving = set[str]()  # until their jobs have ended
        self._acts: list[Callable[[], None]] = [
            self._add_domain, self._change_domain, self._delete_domain, self._add_account, self._add_account,
            self._change_account, self._delete_account, self._add_user, self._change_user, self._delete_user,
            self._add_key, self._delete_key, self._add_group, self._change_group, self._delete_group, self._add_role,
            self._change_role, self._delete_role, self._add_tag, self._add_tag, self._delete_tag, self._limit,
        ]  # fmt: skip

    def call(self) -> None:
        """One call, whichever; an act that finds nothing to act on gives way to another."""
        before = self.calls
        while self.calls == before:
            self._chance.choice(self._acts)()

    @property
    def calls(self) -> int:
        """So many were made."""
        return self.done + len(self.refused)

    def settled(self) -> None:
        """What was leaving is gone."""
        self._leaving.clear()
        self.jobs.clear()

    def _ask(self, command: str, caller: Caller | None = None, **asked: Any) -> Json | None:
        try:
            answer = self._stage.world.cloud.call(command, caller, **asked)
        except Refused as refusal:
            self.refused.append((command, refusal.code, refusal.text))
            return None
        self.done += 1
        return answer

    def _mine(self, kind: dict[str, Any]) -> str | None:
        there = sorted(kind.keys() - self._leaving)
        return self._chance.choice(there) if there else None

    @property
    def _name(self) -> str:
        return self._chance.choice(NAMES)

    @property
    def _word(self) -> str:
        return f"w{self._chance.randrange(1000)}.example"

    def _add_domain(self) -> None:
        if made := self._ask("createDomain", name=self._name, parentdomainid=self._arena):
            row = made["domain"]
            self.known.domains[row["id"]] = {"name": row["name"], "networkdomain": None}

    def _change_domain(self) -> None:
        if (key := self._mine(self.known.domains)) and self._ask(
            "updateDomain", id=key, networkdomain=(word := self._word)
        ):
            self.known.domains[key]["networkdomain"] = word

    def _delete_domain(self) -> None:
        taken = {row["domainid"] for row in self.known.accounts.values()}
        key = self._mine({key: row for key, row in self.known.domains.items() if key not in taken})
        if key and (begun := self._ask("deleteDomain", id=key)):
            self._gone(self.known.domains, key, begun)

    def _add_account(self) -> None:
        domain = self._chance.choice([self._arena, *sorted(self.known.domains.keys() - self._leaving)])
        made = self._ask(
            "createAccount", account=self._name, username=self._name, domainid=domain, accounttype=0, password="not a secret",
            email="m@example.org", firstname="first", lastname="Tester",
        )  # fmt: skip
        if made:
            row = made["account"]
            self.known.accounts[row["id"]] = {"name": row["name"], "domainid": domain, "networkdomain": None}
            self.known.users[row["user"][0]["id"]] = "first"
            self.known.accounts[row["id"]]["users"] = [row["user"][0]["id"]]

    def _change_account(self) -> None:
        key = self._mine(self.known.accounts)
        if key and self._ask("updateAccount", id=key, networkdomain=(word := self._word)):
            self.known.accounts[key]["networkdomain"] = word

    def _delete_account(self) -> None:
        if (key := self._mine(self.known.accounts)) and (begun := self._ask("deleteAccount", id=key)):
            for user in self.known.accounts[key]["users"]:
                self.known.users.pop(user, None)
            self.known.limits = {which: most for which, most in self.known.limits.items() if which[0] != key}
            self._gone(self.known.accounts, key, begun)

    def _add_user(self) -> None:
        if key := self._mine(self.known.accounts):
            account = self.known.accounts[key]
            made = self._ask(
                "createUser", account=account["name"], domainid=account["domainid"], username=self._name,
                password="not a secret", email="m@example.org", firstname="more", lastname="Tester",
            )  # fmt: skip
            if made:
                self.known.users[made["user"]["id"]] = "more"
                account["users"].append(made["user"]["id"])

    def _change_user(self) -> None:
        if (key := self._mine(self.known.users)) and self._ask("updateUser", id=key, firstname=(word := self._word)):
            self.known.users[key] = word

    def _delete_user(self) -> None:
        if (key := self._mine(self.known.users)) and self._ask("deleteUser", id=key):
            del self.known.users[key]

    def _limit(self) -> None:
        if key := self._mine(self.known.accounts):
            account, kind, most = self.known.accounts[key], self._chance.choice((0, 6)), self._chance.randrange(5, 50)
            whose = {"account": account["name"], "domainid": account["domainid"]}
            if self._ask("updateResourceLimit", **whose, resourcetype=kind, max=most):
                self.known.limits[key, kind] = most

    @property
    def _tenant(self) -> Caller:
        return self._stage.ground.tenant

    def _add_key(self) -> None:
        if made := self._ask("registerSSHKeyPair", self._tenant, name=self._name, publickey=new_public_key()):
            self.known.keys[made["keypair"]["id"]] = made["keypair"]["name"]

    def _delete_key(self) -> None:
        if (key := self._mine(self.known.keys)) and self._ask(
            "deleteSSHKeyPair", self._tenant, name=self.known.keys[key]
        ):
            del self.known.keys[key]
            self.known.tags = {which: value for which, value in self.known.tags.items() if which[0] != key}

    def _add_group(self) -> None:
        if made := self._ask("createInstanceGroup", self._tenant, name=self._name):
            self.known.groups[made["instancegroup"]["id"]] = made["instancegroup"]["name"]

    def _change_group(self) -> None:
        key, name = self._mine(self.known.groups), self._name
        if key and self._ask("updateInstanceGroup", self._tenant, id=key, name=name):
            self.known.groups[key] = name

    def _delete_group(self) -> None:
        if (key := self._mine(self.known.groups)) and self._ask("deleteInstanceGroup", self._tenant, id=key):
            del self.known.groups[key]

    def _add_tag(self) -> None:
        shared = self._stage.ground.networks[0]
        resource = self._chance.choice([shared, *sorted(self.known.keys)])
        key, value = f"{self._number}-{self._chance.randrange(4)}", self._word
        tag = {"tags__0__key": key, "tags__0__value": value}
        kind = "Network" if resource == shared else "SSHKeyPair"
        if self._ask("createTags", self._tenant, resourcetype=kind, resourceids=resource, **tag):
            self.known.tags[resource, key] = value

    def _delete_tag(self) -> None:
        if self.known.tags:
            resource, key = self._chance.choice(sorted(self.known.tags))
            kind = "Network" if resource == self._stage.ground.networks[0] else "SSHKeyPair"
            if self._ask("deleteTags", self._tenant, resourcetype=kind, resourceids=resource, tags__0__key=key):
                del self.known.tags[resource, key]

    def _add_role(self) -> None:
        if made := self._ask("createRole", name=self._name, type="User", description="new"):
            self.known.roles[made["role"]["id"]] = "new"

    def _change_role(self) -> None:
        if (key := self._mine(self.known.roles)) and self._ask("updateRole", id=key, description=(word := self._word)):
            self.known.roles[key] = word

    def _delete_role(self) -> None:
        if (key := self._mine(self.known.roles)) and self._ask("deleteRole", id=key):
            del self.known.roles[key]

    def _gone(self, kind: dict[str, Any], key: str, begun: Json) -> None:
        del kind[key]
        self._leaving.add(key)
        self.jobs.append(begun["jobid"])

"""Whose things a list should cover, told naively from the records: what a caller asks for, and which rows that is."""

from __future__ import annotations

import random
from collections.abc import Callable

from javelin.contract.caller import Caller
from javelin.data.record import Owned
from javelin.data.records.affinity_group import AffinityGroup
from javelin.data.records.cni_configuration import CniConfiguration
from javelin.data.records.event import Event
from javelin.data.records.instance_group import InstanceGroup
from javelin.data.records.job import Job
from javelin.data.records.network import Network
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.user_data import UserData
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume
from javelin.data.records.webhook import Webhook
from tests.unit.furnished.cloud import PROJECTS, Furnished, account_name

LISTED: dict[str, type[Owned]] = {  # lists of whatever somebody owns
    "listAffinityGroups": AffinityGroup, "listAsyncJobs": Job, "listCniConfiguration": CniConfiguration,
    "listEvents": Event, "listInstanceGroups": InstanceGroup, "listNetworks": Network, "listSSHKeyPairs": SshKeyPair,
    "listUserData": UserData, "listVirtualMachines": VirtualMachine, "listVolumes": Volume, "listWebhooks": Webhook,
}  # fmt: skip
CALLERS = ("root", "operator", "superior", "domainadmin", "sibling", "user", "member", "commoner")
Rule = Callable[[Owned], bool]


def governs(caller: Caller, path: str) -> bool:
    """Whether the domain at this path is the caller's to administer."""
    return caller.role_type != "User" and path.startswith(caller.domain_path)


def scope(chance: random.Random, furnished: Furnished, name: str) -> tuple[dict[str, str], Rule]:
    """What a caller may ask for, and what its answer has to hold."""
    caller = furnished.callers[name]
    mine: Rule = lambda row: row.account_id == caller.account_id  # noqa: E731 - one of several rules
    kind = chance.choice(("own", "all", "domain", "below", "account", "project"))
    if kind == "own":
        return chance.choice(({}, {"isrecursive": "true"})), mine
    if kind == "all":
        asked = {"listall": "true"}
        return asked, mine if caller.role_type == "User" else lambda row: governs(caller, row.domain_path)
    if kind == "project":
        mates = [one for one in PROJECTS if furnished.id_of("Project", one) in caller.project_accounts]
        project = chance.choice([*PROJECTS] if governs(caller, "/above/own/") else [*mates, name])
        key = furnished.id_of("Project", project)
        return {"projectid": key}, lambda row: row.account_id == key
    whose = chance.choice(
        [one for one, other in furnished.callers.items() if one == name or governs(caller, other.domain_path)]
    )
    other = furnished.callers[whose]
    asked = {"domainid": other.domain_id}
    if kind == "account":
        return asked | {"account": account_name(whose)}, lambda row: row.account_id == other.account_id
    if kind == "below":
        asked["isrecursive"] = "true"
    if not governs(caller, other.domain_path):
        return asked, mine
    if kind == "below":
        return asked, lambda row: row.domain_path.startswith(other.domain_path)
    return asked, lambda row: row.domain_path == other.domain_path

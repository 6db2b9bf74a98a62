"""What every operation is called with: learnt from its declaration, and from where it looks up the ids that it is given."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic.fields import FieldInfo

from javelin.contract.operation import Operation
from javelin.contract.parameters import kind_of, metadata_of
from javelin.discovery.names import PREFIX
from tests.cloud import handlers
from tests.unit.furnished.cloud import RULE, Furnished, account_name
from tests.unit.furnished.samples import (
    PROVIDER,
    REGION,
    ROLE_ID,
    RULE_IDS,
    TEXTS,
    TRAFFIC,
    absent_id,
    owned_kinds,
    sample_id,
    shared_kinds,
)

Json = dict[str, Any]
WORDS = {  # what the declarations of parameters do not tell
    "accounttype": "0", "cidr": "10.9.9.0/24", "clustertype": "CloudManaged", "dns1": "9.9.9.9", "email": "a@b.example",
    "format": "QCOW2", "gateway": "10.9.9.1", "guestiptype": "Isolated", "hypervisor": "KVM", "internaldns1": "8.8.4.4",
    "netmask": "255.255.255.0", "networktype": "Advanced", "password": "correct horse battery", "provider": "S3",
    "resourcetype": "UserVm", "startip": "10.9.9.10", "endip": "10.9.9.20", "templatefilter": "self",
    "userdata": "eA==", "cniconfig": "eA==", "userdatapolicy": "APPEND",
    "redirecturi": "https://cloud.example.org/back",
    "traffictype": "Guest", "url": "http://198.51.100.7/image.qcow2", "forvirtualnetwork": "true",
    "interval": "40", "payloadurl": "https://hooks.example.org/hook",
}  # fmt: skip
ALSO: dict[str, Json] = {  # what is not required by the declaration and yet needed, command by command
    "addHost": {"url": "http://10.0.0.77", "clusterid": sample_id("Cluster")},
    "createStoragePool": {"url": "SharedMountPoint://localhost/mnt/pool", "clusterid": sample_id("Cluster")},
    "createAccount": {"accounttype": "0"}, "createRole": {"roleid": ROLE_ID}, "listRolePermissions": {"roleid": ROLE_ID},
    "importRole": {"type": "User", "rules[0].rule": "list*", "rules[0].permission": "allow"},
    "createRolePermission": {"rule": "createVolume", "permission": "allow"},
    "updateRolePermission": {"roleid": ROLE_ID, "ruleid": RULE_IDS[0], "permission": "deny"},
    "deleteRolePermission": {"id": RULE_IDS[0]},
    "updateResourceLimit": {"resourcetype": "0"},
    "createAffinityGroup": {"type": "host anti-affinity"}, "deleteAffinityGroup": {"name": "affinitygroup-user"},
    "moveUser": {"accountid": sample_id("Account", "neighbour")},
    "createServiceOffering": {"cpunumber": "1", "cpuspeed": "500", "memory": "256"},
    "createDiskOffering": {"disksize": "1"},
    "createVlanIpRange": {"startip": "203.0.113.30", "endip": "203.0.113.40", "gateway": "203.0.113.1",
                          "netmask": "255.255.255.0", "vlan": "untagged"},
    "updateNetworkOffering": {"id": sample_id("NetworkOffering")},
    "archiveAlerts": {"type": "1"}, "deleteAlerts": {"type": "1"}, "generateAlert": {"type": "7"},
    "archiveEvents": {"type": TEXTS["type"]}, "deleteEvents": {"type": TEXTS["type"]},
    "listStorageProviders": {"type": "primary"}, "listUsageRecords": {"startdate": "2026-01-01", "enddate": "2026-01-01"},
    "registerOauthProvider": {"clientid": "client", "details[0].issuer": "https://id.example.org"},
    "registerSSHKeyPair": {"publickey": TEXTS["public_key"]},
    "resetSSHKeyForVirtualMachine": {"keypair": "sshkeypair-user"},
    "updateNetworkServiceProvider": {"id": PROVIDER, "state": "Enabled"},
    "deleteNetworkServiceProvider": {"id": PROVIDER}, "deleteTrafficType": {"id": TRAFFIC},
    "addNetworkServiceProvider": {"name": "VpcVirtualRouter"}, "updateTrafficType": {"id": TRAFFIC, "kvmnetworklabel": "br1"},
    "registerCniConfiguration": {"cniconfig": "eA=="}, "resetUserDataForVirtualMachine": {"userdata": "eA=="},
    "updateInstanceGroup": {"name": "new"},
    "addAnnotation": {"annotation": "a", "entitytype": "VM", "entityid": sample_id("VirtualMachine", "user")},
    "listResourceDetails": {"resourcetype": "Volume", "resourceid": sample_id("Volume", "user")},
    "updateCluster": {"clustername": "new"}, "updatePod": {"name": "new"}, "updateStoragePool": {"name": "new"},
    "addAccountToProject": {"account": account_name("neighbour")}, "addUserToProject": {"username": "neighbour"},
    "createProjectRolePermission": {"permission": "deny", "rule": "create*"},
    "updateProjectRolePermission": {"permission": "deny", "projectrolepermissionid": RULE},
    "deleteProjectRolePermission": {"id": RULE},
    "updateDomain": {"networkdomain": "new.internal"},
    "updateConfiguration": {"name": "cpu.overprovisioning.factor", "value": "2"},
    "resetConfiguration": {"name": "cpu.overprovisioning.factor"},
    "addRegion": {"id": "3", "endpoint": "https://south.example.org"}, "updateRegion": {"id": str(REGION)},
    "removeRegion": {"id": str(REGION)},
}  # fmt: skip


@functools.cache
def kinds() -> dict[str, str]:
    """The record that a table holds, for those that requests name."""
    named = [*(one.__name__ for one in (*owned_kinds(), *shared_kinds())), "Account", "Domain", "Role", "Nic"]
    return {f"{PREFIX}-{name}": name for name in named}


@functools.cache
def owned() -> frozenset[str]:
    """The records that are somebody's."""
    return frozenset({one.__name__ for one in owned_kinds()} | {"Account", "Domain"})


BY_ACCOUNT = frozenset(
    {"disableAccount", "enableAccount", "updateAccount", "updateResourceLimit"}
)  # id, or account with its domain
MAPS = {"iptonetworklist": "iptonetworklist[0].networkid"}  # maps that name things


def names_things(name: str, field: FieldInfo) -> bool:
    """Whether a parameter holds an id, or ids."""
    kind = kind_of(field).name
    return kind == "uuid" or name in MAPS or (kind in ("list", "string") and name.endswith(("id", "ids")))


def id_parameters(operation: Operation[Any]) -> list[str]:
    """The operation's parameters that hold ids."""
    return [name for name, field in operation.request.model_fields.items() if names_things(name, field)]


@dataclass
class Learner:
    """Finds, for a tenant, a request that an operation takes, by trying."""

    furnished: Furnished
    _known: dict[tuple[str, str, str], dict[str, str] | None] = field(default_factory=dict)

    def known(self, command: str, caller: str, owner: str) -> dict[str, str] | None:
        """Such a request, learnt once; None if an id that it needs is not looked up."""
        wish = (command, caller, owner)
        if wish not in self._known:
            try:
                self._known[wish] = self.request(command, caller, owner)
            except LookupError:
                self._known[wish] = None
        return self._known[wish]

    def request(self, command: str, caller: str, owner: str) -> dict[str, str]:
        """Parameters that are enough: texts that fit, and the ids of the owner's things."""
        fields = handlers()[command].request.model_fields
        chosen: dict[str, str] = {}
        for name, one in fields.items():
            if one.is_required() and not names_things(name, one):
                chosen |= text_for(name, one)
        if "account" in chosen or command in BY_ACCOUNT:
            chosen |= {"account": account_name(owner), "domainid": self.furnished.id_of("Domain", owner)}
        if "listall" in fields:
            chosen["listall"] = "true"
        chosen |= ALSO.get(command, {})
        waiting = [name for name, one in fields.items() if one.is_required() and names_things(name, one)]
        waiting = [name for name in waiting if name not in chosen]
        while waiting:
            self.furnished.call(command, caller, {**chosen, **{name: absent_id(name) for name in waiting}})
            settled = {name: _named(name) or self.looked_up(absent_id(name)) for name in waiting}
            chosen |= {name: self.furnished.id_of(where[0], owner) for name, where in settled.items() if where}
            if not any(settled.values()):
                raise LookupError(f"{command} does not look up {', '.join(waiting)}")
            waiting = [name for name in waiting if name not in chosen]
        return chosen

    def looked_up(self, key: str) -> list[str]:
        """The records that the last call read by this id."""
        found: list[str] = []
        for operation, asked in self.furnished.heard:
            if operation == "GetItem" and key in json.dumps(asked["Key"]):
                found.append(asked["TableName"])
            if operation == "BatchGetItem":
                found += [table for table, keys in asked["RequestItems"].items() if key in json.dumps(keys["Keys"])]
        return [kinds()[table] for table in dict.fromkeys(found) if table in kinds()]


def _named(parameter: str) -> list[str]:
    """The record that a parameter's name tells: domainid, and projectid, which is looked up among accounts."""
    return [kind for kind in kinds().values() if f"{kind.lower()}id" == parameter]


def text_for(name: str, field: FieldInfo) -> dict[str, str]:
    """A value that fits a parameter."""
    choices = next((tuple(item.choices) for item in metadata_of(field) if hasattr(item, "choices")), ())
    kind = kind_of(field).name
    if kind == "map":
        return {f"{name}[0].key": "colour", f"{name}[0].value": "blue"}
    yesterday = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%d")
    fallback = {"boolean": "true", "integer": "1", "long": "1", "date": yesterday}.get(kind, f"a-{name}")
    word = WORDS.get(name, fallback)
    return {name: word if not choices or word in choices else choices[0]}

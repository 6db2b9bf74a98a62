"""What makes an operation succeed where the furnished cloud alone has it refuse: command by command."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp

from functions.events.actions.chain_events import run as chain_events
from functions.fabric_admin.delete_zone import INSIDE
from javelin.contract.secret import Secret
from javelin.data import past
from javelin.data.record import Record
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.cluster import Cluster
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.history import History
from javelin.data.records.host import Host
from javelin.data.records.job import Job, JobStatus
from javelin.data.records.lease import Lease
from javelin.data.records.network import Network
from javelin.data.records.project import Project
from javelin.data.records.role import Role
from javelin.data.records.second_factor import SecondFactor
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.vlan_range import VlanRange
from javelin.data.records.volume import Volume
from javelin.data.records.zone import Zone
from javelin.data.transaction import Transaction
from javelin.messaging.events import Event
from tests.cloud import Context
from tests.flows.world import functions_by_name
from tests.unit.furnished.samples import ROLE_ID, owned_kinds, sample_id

Json = dict[str, Any]
OWNER = "user"
PLACES = ("Zone", "Pod", "Cluster", "Host")
ASKED: dict[str, dict[str, str]] = {  # instead of what was learnt
    "createVlanIpRange": {
        "startip": "203.0.113.30", "endip": "203.0.113.40", "gateway": "203.0.113.1", "netmask": "255.255.255.0",
        "vlan": "untagged", "zoneid": sample_id("Zone"),
    },
    "deleteSSHKeyPair": {"name": f"sshkeypair-{OWNER}"},
    "getUser": {"userapikey": f"key-of-{OWNER}"},
    "deleteWebhookDelivery": {"webhookid": sample_id("Webhook", OWNER)},
    "executeWebhookDelivery": {"webhookid": sample_id("Webhook", OWNER)},
    **{f"releaseDedicated{one}": {f"{one.lower()}id": sample_id(one)} for one in PLACES},
    "validateUserTwoFactorAuthenticationCode": {"codefor2fa": "000000"},
    "moveDomain": {"domainid": sample_id("Domain", "empty"), "parentdomainid": sample_id("Domain", "other")},
    "diffResource": {"resourcetype": "Volume", "resourceid": sample_id("Volume", OWNER), "startdate": ""},
}  # fmt: skip


def _is(model: type[Any], **fields: Any) -> None:
    """The example of a record is so."""
    key = sample_id(model.__name__, OWNER if model in owned_kinds() else "")
    assert model.require(key).change(*(getattr(model, name).set(value) for name, value in fields.items()))


def _gone(*models: type[Record]) -> None:
    """The examples of these records are not there."""
    for model in models:
        model.require(sample_id(model.__name__)).delete()


def _none(*models: type[Record]) -> None:
    """No record of these kinds is there."""
    for model in models:
        for row in model.scan():
            row.delete(add_version_condition=False)


def _role(**fields: Any) -> None:
    """The role of somebody's own making is so."""
    assert Role.require(ROLE_ID).change(*(getattr(Role, name).set(value) for name, value in fields.items()))


def _machine(state: str) -> Callable[[], None]:
    return lambda: _is(VirtualMachine, state=state, host_id=sample_id("Host"), host_name="host-cloud")


def _with_console() -> None:
    _machine("Running")()
    _is(Host, console_url="https://console.example.org:6080")


def _last_job(**fields: Any) -> None:
    """The job is the last that worked on its guest."""
    _is(Job, fence=1, **fields)
    Lease(sample_id("VirtualMachine", OWNER), fence=1).save()


def _stopping_failed() -> None:
    _machine("Running")()
    _last_job(status=int(JobStatus.FAILED), flow="compute/stop_virtual_machine")


def _started() -> None:
    _machine("Running")()
    _last_job(flow="compute/start_virtual_machine")


def _with_audit_records() -> None:
    for owner in ("user", "root"):
        account = Account.require(ROOT_ACCOUNT if owner == "root" else sample_id("Account", owner))
        told = Event(
            id=sample_id("Event", owner), type="VM.START", description="It was started.", account_id=account.id,
            account=account.name, domain_id=account.domain_id, domain_path=account.domain_path,
        )  # fmt: skip
        assert not chain_events([told.model_dump_json()])


def _host(**fields: Any) -> Callable[[], None]:
    return lambda: _is(Host, **fields)


def _free_host() -> None:
    _none(Network)
    _is(Host, guests=0)


def _dedicated(kind: str) -> Callable[[], None]:
    """A place is for some alone."""
    domain = sample_id("Domain", "own")
    fields = {
        "kind": kind,
        "name": "n",
        "zone_id": sample_id("Zone"),
        "domain_id": domain,
        "domain_path": "/above/own/",
        "account_id": sample_id("Account", OWNER),
    }
    return lambda: _make(Dedication(sample_id(kind), **fields))


def _make(record: Dedication | Domain, *names: str) -> None:
    transaction = Transaction()
    for name in names:
        transaction.claim(name, record.id, Domain.unknown(record.id))
    transaction.create(record)
    transaction.commit()


def _with_empty_domain() -> None:
    path, above = "/above/empty/", sample_id("Domain", "above")
    empty = Domain(sample_id("Domain", "empty"), name="empty", path=path, parent_id=above)
    _make(empty, Domain.claim_name(path))


def _empty_zone() -> None:
    _none(*INSIDE.values())
    _is(Zone, allocation_state="Disabled")


def _nobodys_user_data() -> None:
    """No template and no guest has the user data."""
    for model in (Template, VirtualMachine):
        _is(model, user_data_id="other")


def _in_no_project() -> None:
    """The account that is deleted may be in none, nor its users."""
    for model in (Account, User):
        for row in model.scan():
            row.change(model.project_ids.remove())


def _may_have_factor() -> None:
    for owner in (OWNER, "root"):
        assert User.require(sample_id("User", owner)).change(User.second_factor_mandated.set(True))


def _with_factor() -> None:
    """The user has a device, and has not used the code that it shows now."""
    codes = pyotp.TOTP(pyotp.random_base32())
    SecondFactor(sample_id("User", OWNER), secret=Secret(codes.secret)).save()
    ASKED["validateUserTwoFactorAuthenticationCode"]["codefor2fa"] = codes.now()


def _renamed() -> None:
    """The volume had another name until yesterday; ASKED says two days ago."""
    volume, now = Volume.require(sample_id("Volume", OWNER)), datetime.now(UTC)
    assert volume.change(Volume.created.set(now - timedelta(days=9)))
    image = volume.serialize() | {"name": {"S": "what it was called"}}
    until = now - timedelta(days=1)
    History(volume.id, History.key_of(int(until.timestamp())), image=past.compressed(image), expires=0).save()
    ASKED["diffResource"]["startdate"] = (now - timedelta(days=2)).isoformat()


BEFORE: dict[str, Callable[[], None]] = {
    "cancelAsyncJob": lambda: _is(Job, status=int(JobStatus.PENDING)),
    "cancelHostAsDegraded": _host(resource_state="Degraded"),
    "cancelHostMaintenance": _host(resource_state="Maintenance"),
    "createConsoleEndpoint": _with_console,
    "declareHostAsDegraded": _host(state="Down"),
    "deleteAccount": _in_no_project,
    "deleteAccountFromProject": lambda: _is(
        Project, admin_ids={sample_id("Account", OWNER), sample_id("Account", "x")}
    ),
    "deleteCluster": lambda: _gone(Host, StoragePool),
    "deletePod": lambda: _gone(Cluster, Host, StoragePool),
    "deleteImageStore": lambda: _none(Template),
    "deleteNetworkOffering": lambda: _none(Network),
    "deleteNetworkServiceProvider": lambda: _none(Network),
    "deletePhysicalNetwork": lambda: _none(Network, VlanRange),
    "deleteZone": _empty_zone,
    "deleteUserData": _nobodys_user_data,
    "diffResource": _renamed,
    "enableRole": lambda: _role(state="disabled"),
    "expungeVirtualMachine": _machine("Destroyed"),
    "listAuditRecords": _with_audit_records,
    "moveDomain": _with_empty_domain,
    "prepareHostForMaintenance": _free_host,
    **{f"releaseDedicated{one}": _dedicated(one) for one in PLACES},
    **{f"listDedicated{one}s": _dedicated(one) for one in PLACES},
    "rebootVirtualMachine": _machine("Running"),
    "recoverVirtualMachine": _machine("Destroyed"),
    "restartNetwork": lambda: _is(Network, state="Implemented"),
    "resumeAsyncJob": _stopping_failed,
    "setupUserTwoFactorAuthentication": _may_have_factor,
    "stopVirtualMachine": _machine("Running"),
    "undoAsyncJob": _started,
    "validateUserTwoFactorAuthenticationCode": _with_factor,
}


@dataclass
class Functions:
    """boto3.client("lambda"): functions run here; `called` are those that did, in MiB."""

    called: list[int] = field(default_factory=list)

    def invoke(self, **given: Any) -> Json:
        """What a function answers."""
        function = functions_by_name()[given["FunctionName"]]
        self.called.append(function.memory)
        answer = function(json.loads(given["Payload"]), Context())
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

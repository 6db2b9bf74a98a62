"""explain=true of every operation that changes something, as every role: nothing is written, sent or started, and what
refuses the call refuses its explanation in the same words."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from infra.generator.declarations import operations
from javelin.contract import explaining
from javelin.data.record import Change, Owned, Record
from javelin.data.records.account import Account
from javelin.data.records.cluster import Cluster
from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from javelin.data.records.network import Network
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.template import Template
from javelin.data.records.user import User
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.stuck import STUCK
from tests.cloud import Context, handlers
from tests.unit.furnished import ready
from tests.unit.furnished.cloud import KIN, READS, TENANTS, Furnished, furnished_cloud
from tests.unit.furnished.requests import Learner, id_parameters
from tests.unit.furnished.samples import absent_id, sample_id
from tests.unit.test_authorization_matrix import GOVERNS, _plain, callers

Json = dict[str, Any]
CHANGES = sorted(command for command, operation in handlers().items() if operation.roles and operation.changes)
COMMANDS = [command for command in CHANGES if handlers()[command].explains]
AS_A_CHECK = {"ConditionCheck"}
OF_A_WEBHOOK = {"webhookid": sample_id("Webhook", "user")}
MORE = {
    "createVlanIpRange": {"physicalnetworkid": sample_id("PhysicalNetwork")},
    "moveDomain": ready.ASKED["moveDomain"],
    "deleteWebhookDelivery": OF_A_WEBHOOK, "executeWebhookDelivery": OF_A_WEBHOOK,
    **{f"releaseDedicated{one}": ready.ASKED[f"releaseDedicated{one}"] for one in ready.PLACES},
}  # fmt: skip


class Functions:
    """boto3.client("lambda"): operations that call others."""

    def invoke(self, FunctionName: str, Payload: bytes) -> Json:  # noqa: N803 - boto3's names
        """What the operation answers."""
        operation = next(one.declaration for one in operations() if one.function_name == FunctionName)
        answer = operation(json.loads(Payload), Context())
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}


def nothing() -> None:
    """As it is furnished."""


def everyone_s(model: type[Owned], *changes: Change) -> Callable[[], None]:
    """Every tenant's thing of a kind, changed."""

    def prepare() -> None:
        for tenant in TENANTS | KIN:
            assert model.require(sample_id(model.__name__, tenant)).change(*changes)

    return prepare


def without(*models: type[Record]) -> Callable[[], None]:
    """Things of the cloud are gone."""

    def prepare() -> None:
        for model in models:
            model.require(sample_id(model.__name__)).delete(add_version_condition=False)

    return prepare


def _running_with_a_screen() -> None:
    everyone_s(VirtualMachine, VirtualMachine.state.set("Running"), VirtualMachine.host_id.set(sample_id("Host")))()
    Host.require(sample_id("Host")).change(Host.console_url.set("http://127.0.0.1:6080"))


def _stuck() -> None:
    everyone_s(Job, Job.status.set(2), Job.error.set(STUCK), Job.flow.set("compute/start_virtual_machine"))()
    for tenant in TENANTS | KIN:
        job = Job.require(sample_id("Job", tenant))
        Lease(str(job.resource_id), owner=job.id, fence=int(job.fence)).save()


def _just_started() -> None:
    RUNNING()
    everyone_s(Job, Job.flow.set("compute/start_virtual_machine"))()
    for tenant in TENANTS | KIN:
        Lease(sample_id("VirtualMachine", tenant), fence=int(Job.require(sample_id("Job", tenant)).fence)).save()


def _neighbours() -> None:
    """The neighbour's account is where the stranger is, whom root moves."""
    neighbour = Account.require(sample_id("Account", "neighbour"))
    assert neighbour.change(Account.domain_id.set(sample_id("Domain", "other")))


def _nobodys_user_data() -> None:
    """No template and no guest has any user data."""
    everyone_s(Template, Template.user_data_id.remove())()
    everyone_s(VirtualMachine, VirtualMachine.user_data_id.remove())()


RUNNING = everyone_s(VirtualMachine, VirtualMachine.state.set("Running"))
DESTROYED = everyone_s(VirtualMachine, VirtualMachine.state.set("Destroyed"))
OF_THE_CLOUD = (  # whose things are the same for every tenant
    "cancelHostAsDegraded", "cancelHostMaintenance", "declareHostAsDegraded", "deleteNetworkOffering",
    "deleteImageStore", "deleteNetworkServiceProvider", "deletePhysicalNetwork", "deleteZone", "moveDomain",
    "prepareHostForMaintenance",
    "releaseDedicatedCluster", "releaseDedicatedHost", "releaseDedicatedPod", "releaseDedicatedZone",
)  # fmt: skip
BEFORE: dict[str, Callable[[], None]] = {  # what must be otherwise than furnished for the call to be taken
    "cancelAsyncJob": everyone_s(Job, Job.status.set(0)),
    "createConsoleEndpoint": _running_with_a_screen,
    "deleteAccountFromProject": ready.BEFORE["deleteAccountFromProject"],
    "deleteCluster": without(Host, StoragePool),
    "deletePod": without(Cluster),
    "deleteUserData": _nobodys_user_data,
    "expungeVirtualMachine": DESTROYED,
    "moveUser": _neighbours,
    "rebootVirtualMachine": RUNNING,
    "recoverVirtualMachine": DESTROYED,
    "resumeAsyncJob": _stuck,
    "undoAsyncJob": _just_started,
    "restartNetwork": everyone_s(Network, Network.state.set("Implemented")),
    "setupUserTwoFactorAuthentication": everyone_s(User, User.second_factor_mandated.set(True)),
    "stopVirtualMachine": RUNNING,
    "deleteAccount": ready.BEFORE["deleteAccount"],
} | {one: ready.BEFORE[one] for one in OF_THE_CLOUD}


@pytest.fixture(scope="module")
def furnished() -> Iterator[Furnished]:
    """One cloud for all; nothing here changes it for long."""
    with furnished_cloud(TENANTS | KIN) as cloud:
        cloud.services["lambda"] = Functions()
        yield cloud


@pytest.fixture(scope="module")
def learner(furnished: Furnished) -> Learner:
    """Finds requests that operations take."""
    return Learner(furnished)


def written(furnished: Furnished) -> list[tuple[str, Json]]:
    """The requests of the last call that wrote."""
    return [
        (operation, asked)
        for operation, asked in furnished.heard
        if operation not in READS
        and not (operation == "TransactWriteItems" and all(set(item) == AS_A_CHECK for item in asked["TransactItems"]))
    ]


def outside(furnished: Furnished) -> str:
    """All that queues, topics and buckets hold."""
    return repr([vars(furnished.services[name]) for name in ("sqs", "sns", "s3")])


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_is_written_and_refusals_are_the_call_s(furnished: Furnished, learner: Learner, command: str) -> None:
    explained = 0
    for caller in callers(command):
        for parameters in _requests(learner, command, caller):
            for prepare in (nothing, BEFORE[command]) if command in BEFORE else (nothing,):
                explained += _explained(furnished, command, caller, parameters, prepare)
    assert explained, f"{command} refuses every request that was tried"


@pytest.mark.parametrize("command", sorted(set(CHANGES) - set(COMMANDS)))
def test_what_asks_for_a_proof_tells_nothing_of_it(furnished: Furnished, command: str) -> None:
    required = {name: "x" for name, one in handlers()[command].request.model_fields.items() if one.is_required()}
    told = furnished.call(command, "user", {**required, "explain": "true"})
    assert (told["error"]["code"], "cannot be explained" in told["error"]["text"]) == (431, True)
    assert READS.issuperset(operation for operation, _ in furnished.heard)


def _explained(
    furnished: Furnished, command: str, caller: str, parameters: dict[str, str], prepare: Callable[[], None]
) -> bool:
    """Whether the call is taken; explained and done from the same state."""
    as_furnished = furnished.tables.save()
    prepare()
    before = furnished.records(), outside(furnished)
    told = furnished.call(command, caller, {**parameters, "explain": "true"}, keep=True)
    assert written(furnished) == []
    assert (furnished.records(), outside(furnished)) == before
    real = furnished.call(command, caller, parameters, keep=True)
    furnished.tables.put_back(as_furnished)
    if "error" in real:
        assert _plain(told, "") == _plain(real, "")
        return False
    assert "error" not in told, (caller, parameters, told)
    assert told["body"]["explanation"]["command"] == command
    return True


def _requests(learner: Learner, command: str, caller: str) -> Iterator[dict[str, str]]:
    """One that is taken as a rule, and one for every id that names nothing."""
    base = learner.known(command, caller, GOVERNS[caller])
    if base is None:
        return
    base = {**base, **MORE.get(command, {})}
    if command == "deleteSSHKeyPair":
        base["name"] = f"sshkeypair-{caller}"
    yield base
    for name in id_parameters(handlers()[command]):
        if name in base:
            yield {**base, name: absent_id()}


def test_what_another_operation_would_be_called_for_is_explained_with_it(furnished: Furnished) -> None:
    as_furnished = furnished.tables.save()
    _just_started()
    asked = {"jobid": sample_id("Job", "user"), "explain": "true"}
    told = furnished.call("undoAsyncJob", "user", asked, keep=True)["body"]["explanation"]
    furnished.tables.put_back(as_furnished)
    assert told["calls"]["command"] == "stopVirtualMachine"
    assert told["calls"]["flow"]["name"] == "compute/stop_virtual_machine"


def test_operations_that_read_heed_no_explain(furnished: Furnished) -> None:
    assert "explanation" not in furnished.call("listZones", "user", {"explain": "true"})["body"]


@pytest.mark.parametrize("value", ["yes", "1", " true", "truefalse"])
def test_a_slip_of_the_pen_does_not_act(furnished: Furnished, learner: Learner, value: str) -> None:
    base = learner.known("stopVirtualMachine", "user", "user") or {}
    answer = furnished.call("stopVirtualMachine", "user", {**base, "EXPLAIN": value}, keep=True)
    assert answer["error"]["code"] == 431
    assert written(furnished) == []


def test_a_mode_ends_with_its_call() -> None:
    with explaining.explaining():
        assert explaining.picture() is not None
    assert explaining.picture() is None

"""For every flow: the cloud before it, the operation that starts it, and what must hold when it is done or undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from functions.storage.actions import find_uploads
from javelin.data.records.account import Account
from javelin.data.records.template import Template
from javelin.messaging.host_commands import HostCommand, RemoveNetwork
from tests.cloud import Context
from tests.flows.differences import (
    ASKS_FOR_RESTART,
    FAILED_TEMPLATE,
    HALF_CLEARED,
    HALF_EMPTIED,
    HALF_EXPUNGED,
    STOPPED_ANYWAY,
    TOLD_ANYWAY,
    but,
)
from tests.flows.engine import all_flows
from tests.flows.movings import MOVINGS
from tests.flows.scenario import Scenario, named
from tests.flows.stage import (
    Stage,
    below,
    below_with_project,
    deploy,
    destroyed,
    emptied,
    fabric,
    moved_away,
    never_started,
    running,
    shared,
    shut_down_from_inside,
    stopped,
)

Json = dict[str, Any]


def on_guest(command: str, **parameters: Any) -> Callable[[Stage], Json]:
    """A command on the guest."""
    return lambda stage: stage.call(command, id=stage.machine_id(), **parameters)


def guest_is(state: str) -> Callable[[Stage], list[str]]:
    """The guest's record says so."""

    def look(stage: Stage) -> list[str]:
        machine = stage.machine()
        return [] if machine and machine["state"] == state else [f"the guest is {machine and machine['state']}"]

    return look


def guest_is_gone(stage: Stage) -> list[str]:
    """Nothing of the guest is left."""
    left = {table: stage.world.records(table) for table in ("VirtualMachine", "Volume")}
    return [f"{table} is left: {rows}" for table, rows in left.items() if rows]


def restart_network(stage: Stage) -> Json:
    """With a new router."""
    return stage.call("restartNetwork", id=stage.ground.networks[0], cleanup=True)


def router_is_whole(stage: Stage) -> list[str]:
    """And it is a new one; the invariants look at the router itself."""
    kinds = [HostCommand.model_validate_json(body).kind for _, body, _ in stage.world.letters]
    found = [] if RemoveNetwork.kind in kinds else ["the router is the old one"]
    return found + [
        f"{row['name']} needs a restart" for row in stage.world.records("Network") if row["restart_required"]
    ]


def delete_network(stage: Stage) -> Json:
    """Which no guest is in any more."""
    return stage.call("deleteNetwork", id=stage.ground.networks[0])


def network_is_gone(stage: Stage) -> list[str]:
    """From the records and the hosts."""
    network = stage.ground.networks[0]
    left = [row for row in stage.world.records("Network") if row["id"] == network]
    on_hosts = [
        key for key, host in stage.world.hosts.items() if network in {*host.network.routers, *host.network.segments}
    ]
    return [f"the network is left: {left}, on hosts {on_hosts}"] if left or on_hosts else []


def reconnect_host(stage: Stage) -> Json:
    """The guest's."""
    return stage.call("reconnectHost", id=stage.ground.hosts[0])


def pools_are_told(stage: Stage) -> list[str]:
    """What the host has in its pools is known, which nobody had told before."""
    pools = stage.world.records("StoragePool")
    return [] if any(pool["used"] for pool in pools) else [f"the host told nothing of its pools: {pools}"]


def register_template(stage: Stage) -> Json:
    """From an address."""
    return stage.call(
        "registerTemplate", name="new", displaytext="new", url="http://images.example.org/new.qcow2", format="QCOW2",
        hypervisor="KVM", zoneid=stage.ground.zone,
    )  # fmt: skip


def upload_template(stage: Stage) -> Json:
    """What was uploaded is found."""
    answer = stage.call(
        "getUploadParamsForTemplate", name="new", displaytext="new", format="QCOW2", hypervisor="KVM",
        zoneid=stage.ground.zone,
    )  # fmt: skip
    template = Template.require(answer["getuploadparams"]["id"])
    stage.world.bucket.objects[template.upload_key] = b"an image"
    find_uploads.handler({}, Context())
    return answer


def template_is_ready(stage: Stage) -> list[str]:
    """The newest one."""
    newest = max((row for row in stage.world.records("Template") if row["name"] == "new"), key=lambda row: row["id"])
    return [] if newest["state"] == "Ready" else [f"the template is {newest['state']}"]


def delete_template(stage: Stage) -> Json:
    """Which nothing is built on any more."""
    return stage.call("deleteTemplate", id=stage.ground.template)


def template_is_gone(stage: Stage) -> list[str]:
    """From the records, the store and the caches."""
    key = stage.ground.template
    left = [row for row in stage.world.records("Template") if row["id"] == key]
    cached = [name for name, host in stage.world.hosts.items() if key in host.storage.cached()]
    return [f"the template is left: {left}, cached on {cached}"] if left or cached else []


def delete_account(stage: Stage) -> Json:
    """Of an account in a domain, by an administrator of the cloud."""
    return stage.world.cloud.call("deleteAccount", id=named(stage, "Account", "two"))


KNOWN_AFTERWARDS = ("Job", "Event", "FormerAccount", "History", "PublicAddress", "Lease", "Sequence")  # or only grows


def account_is_gone(stage: Stage) -> list[str]:
    """With all that it had, but for what is known of what happened."""
    (key,) = {row["resource_id"] for row in stage.world.records("Job") if row["command"] == "deleteAccount"}
    tables = [name for name in stage.world.tables.names() if name not in KNOWN_AFTERWARDS]
    left = {table: [row for row in stage.world.records(table) if key in str(row)] for table in tables}
    return [f"{table} is left: {rows}" for table, rows in left.items() if rows]


def disable_account(stage: Stage) -> Json:
    """By an administrator of the cloud."""
    return stage.world.cloud.call("disableAccount", id=stage.ground.tenant.account_id, lock=False)


def nothing_runs(stage: Stage) -> list[str]:
    """The account is disabled, and its guest stopped."""
    account = Account.require(stage.ground.tenant.account_id)
    return [f"the account is {account.state}"] if account.state != "disabled" else guest_is("Stopped")(stage)


def delete_domain(stage: Stage) -> Json:
    """With what is below it, by an administrator of the cloud."""
    return stage.world.cloud.call("deleteDomain", id=named(stage, "Domain", "upper"), cleanup=True)


def domains_are_gone(stage: Stage) -> list[str]:
    """With their accounts and all names."""
    rows = {
        table: stage.world.records(table)
        for table in ("Domain", "Account", "User", "Project", "SshKeyPair", "Quota", "Claim")
    }
    left = [row for each in rows.values() for row in each if "upper" in str(row) or "lower" in str(row)]
    counted = [row for row in rows["Domain"] if row["children"]]
    return [f"is left: {row}" for row in (*left, *counted)]


def delete_project(stage: Stage) -> Json:
    """With what it owns, by an administrator of the cloud."""
    return stage.world.cloud.call("deleteProject", id=named(stage, "Project", "crew"), cleanup=True)


def project_is_gone(stage: Stage) -> list[str]:
    """With all that it had and all its names, and nobody is in it."""
    tables = [name for name in stage.world.tables.names() if name not in KNOWN_AFTERWARDS]
    (key,) = {row["resource_id"] for row in stage.world.records("Job") if row["command"] == "deleteProject"}
    left = [(table, row) for table in tables for row in stage.world.records(table) if key in str(row)]
    counted = [row["name"] for row in stage.world.records("Account") if row["used_project"]]
    return [f"is left: {one}" for one in (*left, *counted)]


SCENARIOS = {
    one.name: one
    for one in (
        Scenario("compute/deploy_virtual_machine", fabric, deploy, guest_is("Running")),
        Scenario("compute/start_virtual_machine", stopped, on_guest("startVirtualMachine"), guest_is("Running")),
        Scenario(
            "compute/start_virtual_machine", never_started, on_guest("startVirtualMachine"), guest_is("Running"),
            variant="for the first time",
        ),
        Scenario(
            "compute/start_virtual_machine", shut_down_from_inside, on_guest("startVirtualMachine"), guest_is("Running"),
            undone=but("/wanted_host_id", "/domains/"), variant="elsewhere",
        ),
        Scenario(
            "compute/stop_virtual_machine", running, on_guest("stopVirtualMachine"), guest_is("Stopped"), STOPPED_ANYWAY
        ),
        Scenario("compute/reboot_virtual_machine", running, on_guest("rebootVirtualMachine"), guest_is("Running")),
        Scenario(
            "compute/destroy_virtual_machine", running, on_guest("destroyVirtualMachine"), guest_is("Destroyed"),
            STOPPED_ANYWAY,
        ),
        Scenario(
            "compute/expunge_virtual_machine", destroyed, on_guest("expungeVirtualMachine"), guest_is_gone, HALF_EXPUNGED
        ),
        Scenario(
            "compute/expunge_virtual_machine", running, on_guest("destroyVirtualMachine", expunge=True), guest_is_gone,
            HALF_EXPUNGED, variant="at once",
        ),
        Scenario("network/restart_network", running, restart_network, router_is_whole, ASKS_FOR_RESTART),
        Scenario("network/shut_down_network", moved_away, delete_network, network_is_gone, ASKS_FOR_RESTART),
        Scenario("fabric_admin/reconnect_host", running, reconnect_host, pools_are_told, TOLD_ANYWAY),
        Scenario("identity/delete_account", below, delete_account, account_is_gone, HALF_CLEARED),
        Scenario(
            "identity/disable_account", running, disable_account, nothing_runs,
            lambda differences: but("/records/Account")(STOPPED_ANYWAY(differences)),
        ),
        Scenario("identity/delete_project", shared, delete_project, project_is_gone, HALF_EMPTIED),
        Scenario("identity/delete_domain", below, delete_domain, domains_are_gone, HALF_CLEARED),
        Scenario(
            "identity/delete_domain", below_with_project, delete_domain, domains_are_gone,
            lambda differences: HALF_CLEARED(HALF_EMPTIED(but("/records/Quota")(differences))),
            variant="with a project",
        ),
        Scenario("storage/register_template", fabric, register_template, template_is_ready, FAILED_TEMPLATE),
        Scenario(
            "storage/register_template", fabric, upload_template, template_is_ready, FAILED_TEMPLATE,
            variant="from an upload",
        ),
        Scenario("storage/delete_template", emptied, delete_template, template_is_gone, FAILED_TEMPLATE),
        *MOVINGS,
    )
}  # fmt: skip


def covered() -> list[str]:
    """The scenarios of the flows that there are."""
    return [name for name, scenario in SCENARIOS.items() if scenario.flow in all_flows()]


def plain() -> list[str]:
    """The flows that there are, without variants."""
    return [name for name in covered() if not SCENARIOS[name].variant]

"""What the explanations of deploying and starting a guest tell besides: where the planner would put it now, and why."""

from __future__ import annotations

from typing import Any

from functions.compute import _planner
from functions.compute._wanted_place import wanted_place
from javelin.contract.caller import OPERATORS, Caller
from javelin.contract.explaining import Picture
from javelin.contract.parameters import Request
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

Json = dict[str, Any]


def explain_deploy(request: Request, caller: Caller, would: Picture) -> None:
    """The plan for a guest that does not exist: nothing to place if it is not to be started."""
    machine = next(one for one in would.created if isinstance(one, VirtualMachine))
    if machine.state == "Starting":
        _explain(caller, machine, [one for one in would.created if isinstance(one, Volume)], would)


def explain_start(request: Any, caller: Caller, would: Picture) -> None:
    """The plan for a guest that is there."""
    machine = VirtualMachine.visible_to(caller, request.id)
    for name, value in wanted_place(request, caller, machine.zone_id).items():
        setattr(machine, name, value)
    if not request.considerlasthost:
        machine.last_host_id = None
    _explain(caller, machine, Volume.load_all(machine.volume_ids), would)


def _explain(caller: Caller, machine: VirtualMachine, volumes: list[Volume], would: Picture) -> None:
    """Names and reasons for admins, numbers for everybody else; without room, the error that the job would end with."""
    decision = _planner.plan(machine, volumes)
    admin = caller.role_type in OPERATORS
    plan = _for_admins(decision, volumes) if admin else _for_users(decision)
    if decision.host is None:
        refusal = decision.refusal(machine, admin=admin)
        plan["refusal"] = {"errorcode": refusal.code, "errortext": refusal.text}
    would.tell(plan={"placed": decision.host is not None, **plan})


def _for_admins(decision: _planner.Decision, volumes: list[Volume]) -> Json:
    plan: Json = {}
    if decision.host is not None:
        plan["host"] = {"id": decision.host.id, "name": decision.host.name}
    names = {volume.id: volume.name for volume in volumes}
    pools = [
        {"volume": names[key], "id": pool.id, "name": pool.name, "bytes": int(volume.size)}
        for key, pool in decision.pools.items()
        for volume in volumes
        if volume.id == key
    ]
    rows = [*decision.rejected_hosts.rows, *decision.rejected_pools.rows]
    rejected = [{"id": row["id"], "name": row["name"], "reason": row["reason"]} for row in rows]
    return plan | ({"pools": pools} if pools else {}) | ({"rejected": rejected} if rejected else {})


def _for_users(decision: _planner.Decision) -> Json:
    told: Json = {}
    for name, rejected in (("rejectedhosts", decision.rejected_hosts), ("rejectedpools", decision.rejected_pools)):
        if rejected.classes:
            told[name] = [{"reason": reason, "count": count} for reason, count in sorted(rejected.classes.items())]
    return told

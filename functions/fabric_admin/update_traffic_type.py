"""updateTrafficType: say by which bridge of the hosts a physical network carries some traffic from now on."""

from __future__ import annotations

from pydantic import Field

from functions.fabric_admin._physical_network import TrafficTypeResponse, show_traffic
from functions.fabric_admin._wires import check_label, network_with_traffic
from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.physical_network import PhysicalNetwork
from javelin.data.records.sequence import Sequence
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class UpdateTrafficType(Request):
    """Changes the bridge that carries a traffic type. Networks and ranges of addresses that are there keep theirs."""

    id: Uuid = Field(description="The traffic type")
    kvmnetworklabel: Text | None = Field(None, description="The hosts' bridge that carries it")


@operation(
    UpdateTrafficType, roles=ROOT, grants=[PhysicalNetwork.write, Sequence.read, *jobs.START_JOB],
    answers=TrafficTypeResponse, object_name="traffictype", asynchronous=True,
    refuses=("xennetworklabel", "vmwarenetworklabel", "hypervnetworklabel", "ovm3networklabel"),
    event="TRAFFIC.TYPE.UPDATE",
)  # fmt: skip
def handler(request: UpdateTrafficType, caller: Caller) -> Accepted:
    """The traffic type as it is then."""
    check_label(request.kvmnetworklabel)
    network = network_with_traffic(request.id)
    rows = [dict(row) for row in network.traffic_types]
    changed = next(row for row in rows if row["id"] == request.id)
    changed["label"] = request.kvmnetworklabel or changed["label"]
    network.traffic_types = rows
    transaction = Transaction()
    transaction.save(network)
    return jobs.done(
        caller, transaction, command="updateTrafficType", result={"traffictype": show_traffic(network, changed).body()},
        resource_type="TrafficType", resource_id=request.id,
    )  # fmt: skip

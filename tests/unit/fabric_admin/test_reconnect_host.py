"""reconnectHost."""

from __future__ import annotations

import pytest

from javelin.data.records.host import Host
from javelin.data.records.job import Job
from javelin.data.records.lease import Lease
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric
from tests.unit.furnished.samples import absent_id
from tests.unit.site import open_flows

FLOW = "fabric_admin/reconnect_host"


@pytest.mark.parametrize("state", ["Up", "Disconnected", "Down"])
def test_a_host_that_enrolled_is_asked(fabric: Fabric, state: str) -> None:
    open_flows(FLOW)
    host, _ = fabric.enrolled()
    Host.require(host).change(Host.state.set(state))
    job = Job.require(fabric.cloud.call("reconnectHost", id=host)["jobid"])
    assert (job.flow, job.resource_id, job.status) == (FLOW, host, 0)
    assert Lease.get(host).owner == job.id


def test_a_host_that_never_enrolled_is_not(fabric: Fabric) -> None:
    host = fabric.add_host()["id"]
    for key, sentence in ((host, "never enrolled"), (absent_id(), "Unable to find host")):
        with pytest.raises(Refused, match=f"431 .*{sentence}"):
            fabric.cloud.call("reconnectHost", id=key)
    assert list(Job.scan()) == []

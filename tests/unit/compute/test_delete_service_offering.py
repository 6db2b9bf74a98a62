"""deleteServiceOffering, and deleteDiskOffering, which is like it."""

from __future__ import annotations

import pytest

from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.service_offering import ServiceOffering
from tests.cloud import Cloud, Refused

MADE = {
    "ServiceOffering": {"name": "o", "cpunumber": "1", "cpuspeed": "500", "memory": "128"},
    "DiskOffering": {"name": "o", "displaytext": "o", "disksize": "1"},
}
BOTH = pytest.mark.parametrize("kind", list(MADE))


def make(cloud: Cloud, kind: str, **more: str) -> str:
    made: str = cloud.call(f"create{kind}", **MADE[kind], **more)[kind.lower()]["id"]
    return made


@BOTH
def test_it_is_no_longer_offered_and_still_known(cloud: Cloud, kind: str) -> None:
    offering = make(cloud, kind)
    assert cloud.call(f"delete{kind}", id=offering) == {"success": True}
    assert cloud.call(f"list{kind}s") == {}
    assert cloud.call(f"list{kind}s", state="Inactive")["count"] == 1
    record = {"ServiceOffering": ServiceOffering, "DiskOffering": DiskOffering}[kind]
    assert record.require(offering).name == "o"
    with pytest.raises(Refused, match="431 Unable to find"):
        cloud.call(f"delete{kind}", id=offering)


@BOTH
def test_a_domain_admin_deletes_what_is_for_its_domains_alone(cloud: Cloud, kind: str) -> None:
    mine, other = cloud.domain("mine"), cloud.domain("other")
    admin = cloud.caller("boss", mine, "DomainAdmin")
    own = make(cloud, kind, domainid=mine.id)
    for theirs in (make(cloud, kind), make(cloud, kind, domainid=f"{mine.id},{other.id}")):
        with pytest.raises(Refused, match="531 The offering is not for your domains alone"):
            cloud.call(f"delete{kind}", admin, id=theirs)
    with pytest.raises(Refused, match="431 Unable to find"):
        cloud.call(f"delete{kind}", admin, id=make(cloud, kind, domainid=other.id))
    assert cloud.call(f"delete{kind}", admin, id=own) == {"success": True}

"""dedicateZone, dedicatePod, dedicateCluster, dedicateHost, their releases and lists, and what hosts carry of them."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data.records.account import Account
from javelin.data.records.dedication import Dedication
from javelin.data.records.domain import Domain
from javelin.data.records.host import Host
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.zone import Zone
from tests.cloud import Refused
from tests.unit.fabric_admin.fabric import Fabric
from tests.unit.fabric_admin.test_physical_networks import job_result
from tests.unit.furnished.samples import absent_id

KINDS = pytest.mark.parametrize("kind", ["Zone", "Pod", "Cluster", "Host"])


class Places:
    """A zone with pod, cluster and host, and somebody to keep them for."""

    def __init__(self, fabric: Fabric) -> None:
        self.fabric, self.call = fabric, fabric.cloud.call
        self.host, _ = fabric.enrolled()
        self.domain = fabric.cloud.domain("tenant")
        self.owner = fabric.cloud.caller("owner", self.domain).account_id
        self.below = fabric.cloud.caller("below", fabric.cloud.domain("below", self.domain)).account_id
        self.other = fabric.cloud.caller("other", fabric.cloud.domain("other")).account_id

    def id_of(self, kind: str) -> str:
        """The place's id."""
        return str(getattr(self.fabric, kind.lower(), self.host))

    def dedicate(self, kind: str, account: str | None = None, domain: Domain | None = None) -> dict[str, Any]:
        """Keep a place for the domain, or for an account of it."""
        given = {f"{kind.lower()}id": self.id_of(kind), "domainid": (domain or self.domain).id}
        started = self.call(f"dedicate{kind}", **given, **({"account": account} if account else {}))
        return job_result(self.fabric.cloud, started, f"dedicated{kind.lower()}")

    def release(self, kind: str) -> None:
        """Let everybody use it again."""
        started = self.call(f"releaseDedicated{kind}", **{f"{kind.lower()}id": self.id_of(kind)})
        assert job_result(self.fabric.cloud, started, "success")

    def admitted(self) -> list[str]:
        """Who gets the host."""
        host = Host.require(self.host)
        names = ("owner", "below", "other")
        accounts = {name: Account.require(getattr(self, name)) for name in names}
        return [name for name, one in accounts.items() if host.is_for(one.id, one.domain_path)]

    def refused(self, kind: str, code: int, **given: Any) -> str:
        """What is said when a place is not dedicated."""
        with pytest.raises(Refused) as refusal:
            self.dedicate(kind, **given)
        assert refusal.value.code == code
        return refusal.value.text


@pytest.fixture
def places(fabric: Fabric) -> Places:
    """A zone with pod, cluster and host, and somebody to keep them for."""
    return Places(fabric)


@KINDS
def test_a_place_is_for_one_domain_until_it_is_released(places: Places, kind: str) -> None:
    shown, low = places.dedicate(kind), kind.lower()
    assert (shown[f"{low}id"], shown["domainid"], "accountid" in shown) == (places.id_of(kind), places.domain.id, False)
    assert places.admitted() == ["owner", "below"]
    assert places.call(f"listDedicated{kind}s") == {"count": 1, f"dedicated{low}": [shown]}
    assert "already" in places.refused(kind, 431)
    places.release(kind)
    assert places.admitted() == ["owner", "below", "other"]
    assert places.call(f"listDedicated{kind}s") == {}
    with pytest.raises(Refused, match="431"):
        places.release(kind)


@KINDS
def test_a_place_is_for_one_account_alone(places: Places, kind: str) -> None:
    shown = places.dedicate(kind, account="owner")
    assert shown["accountid"] == places.owner
    assert places.admitted() == ["owner"]
    listing, of_domain = f"listDedicated{kind}s", {"domainid": places.domain.id}
    assert places.call(listing, **of_domain, account="owner")["count"] == 1
    assert places.call(listing, **of_domain, account="nobody") == {}
    assert places.call(listing, domainid=absent_id()) == {}
    assert places.call(listing, **{f"{kind.lower()}id": places.id_of(kind)}, keyword="no such name") == {}
    with pytest.raises(Refused, match="431"):
        places.call(listing, account="owner")


def test_what_is_inside_may_be_for_some_of_those_outside_alone(places: Places) -> None:
    other = Domain.require(Account.require(places.other).domain_id)
    places.dedicate("Pod")
    assert "Pod p1" in places.refused("Host", 431, domain=other)
    places.dedicate("Host", account="owner")
    assert places.admitted() == ["owner"]
    places.release("Pod")
    assert places.admitted() == ["owner"]
    assert "Host" in places.refused("Pod", 431, domain=other)
    places.dedicate("Pod")
    places.release("Host")
    assert places.admitted() == ["owner", "below"]


def test_guests_of_others_are_in_the_way(places: Places) -> None:
    theirs = Account.require(places.other)
    machine = VirtualMachine(
        absent_id(), account_id=theirs.id, account=theirs.name, domain_id=theirs.domain_id,
        domain_path=theirs.domain_path, name="g", instance_name="i-1", display_name="g", zone_id=places.fabric.zone,
        zone_name="z1", state="Running", host_id=places.host, cpus=1, mhz=500, memory_mib=128, template_id=absent_id(),
        template_name="t", template_text="t", offering_id=absent_id(), offering_name="o", user_id=absent_id(),
        root_volume_id=absent_id(),
    )  # fmt: skip
    machine.save()
    assert "i-1" in places.refused("Cluster", 536)
    assert places.admitted() == ["owner", "below", "other"]
    assert places.call("listDedicatedClusters") == {}
    places.dedicate("Cluster", domain=Domain.require(theirs.domain_id))


def test_a_host_that_joins_is_for_whom_its_cluster_is(places: Places) -> None:
    places.dedicate("Cluster", account="owner")
    host, _ = places.fabric.enrolled("10.0.0.12")
    assert Host.require(host).dedicated_to == [f"account/{places.owner}"]


def test_a_zone_is_seen_by_whom_it_is_for(places: Places) -> None:
    places.call("updateZone", id=places.fabric.zone, allocationstate="Enabled")
    stranger = places.fabric.cloud.caller("stranger")
    places.dedicate("Zone")
    assert places.call("listZones", stranger) == {}
    with pytest.raises(Refused, match="releaseDedicatedZone"):
        places.call("updateZone", id=places.fabric.zone, ispublic="true")
    places.release("Zone")
    assert places.call("listZones", stranger)["count"] == 1


def test_a_zone_that_is_private_stays_so(places: Places) -> None:
    Zone(places.fabric.zone).change(Zone.domain_id.set(Account.require(places.other).domain_id))
    assert "private" in places.refused("Zone", 431)


def test_a_dedication_goes_with_its_place(places: Places) -> None:
    places.dedicate("Host")
    places.dedicate("Cluster")
    places.call("deleteHost", id=places.host)
    places.call("deleteCluster", id=places.fabric.cluster)
    assert Dedication.load_all([places.host, places.fabric.cluster]) == []


@KINDS
@pytest.mark.parametrize("wrong", ["place", "domain", "account"])
def test_what_is_not_there_is_unknown(places: Places, kind: str, wrong: str) -> None:
    given = {f"{kind.lower()}id": places.id_of(kind), "domainid": places.domain.id, "account": "owner"}
    given |= {"place": {f"{kind.lower()}id": absent_id()}, "domain": {"domainid": absent_id()},
              "account": {"account": "nobody"}}[wrong]  # fmt: skip
    with pytest.raises(Refused, match="Unable to find") as refusal:
        places.call(f"dedicate{kind}", **given)
    assert refusal.value.code == 431
    assert places.call(f"listDedicated{kind}s") == {}

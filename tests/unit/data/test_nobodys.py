"""read_streams: what was for a domain or zone alone is out of use when that is deleted, and nobody else gets it."""

from __future__ import annotations

from typing import Any

import pytest

from functions.data import _nobodys
from functions.data.actions.read_streams import handler
from javelin.data.record import Record
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.disk_offering import DiskOffering
from javelin.data.records.domain import Domain
from javelin.data.records.event import Event
from javelin.data.records.former_account import FormerAccount
from javelin.data.records.network import SHARED, Network
from javelin.data.records.network_offering import NetworkOffering
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.zone import Zone
from javelin.messaging.events import Event as Told
from tests.cloud import Cloud, Context
from tests.flows.streams import told
from tests.unit.furnished.samples import sample
from tests.unit.site import create

OWNER = ("account_id", "account", "domain_id", "domain_path")
OUT = {ServiceOffering: "Inactive", DiskOffering: "Inactive", NetworkOffering: "Disabled"}
USED = {ServiceOffering: "Active", DiskOffering: "Active", NetworkOffering: "Enabled"}
Offerings = type[ServiceOffering] | type[DiskOffering] | type[NetworkOffering]


def deleted(record: Record) -> None:
    """The stream tells, twice, that it went."""
    record.delete()
    was = {name: {"S": value} for name in ("id", "path", "parent_id") if (value := getattr(record, name, None))}
    gone = told(record.Meta.table_name, was, None)
    handler({"Records": [gone]}, Context())
    handler({"Records": [gone]}, Context())


def offering(kind: Offerings, owner: str, **reach: list[str]) -> Any:
    """An offering that is in use."""
    made = sample(kind, owner, {"state": USED[kind], **reach})
    create(made)
    return made


@pytest.mark.parametrize("kind", OUT)
@pytest.mark.parametrize("attribute", ["domain_ids", "zone_ids"])
def test_an_offering_is_for_those_that_are_left(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, kind: Offerings, attribute: str
) -> None:
    heard: list[Told] = []
    monkeypatch.setattr(_nobodys, "announce", heard.append)
    places: list[Record] = [cloud.domain("a"), cloud.domain("b")]
    if attribute == "zone_ids":
        places = [Zone(key, name=key, dns1="9.9.9.9", internal_dns1="9.9.9.9") for key in ("z-1", "z-2")]
        for place in places:
            create(place)
    first, second = (str(place.id) for place in places)  # type: ignore[attr-defined]  # domains and zones have ids
    both, alone = (
        offering(kind, "both", **{attribute: [first, second]}),
        offering(kind, "alone", **{attribute: [first]}),
    )
    public = offering(kind, "public")
    deleted(places[0])
    rows = {one.id: (getattr(one, attribute), one.state) for one in kind.load_all([both.id, alone.id, public.id])}
    assert rows == {
        both.id: ([second], USED[kind]), alone.id: ([first], OUT[kind]), public.id: ([], USED[kind])
    }  # fmt: skip
    assert [event.resource_id for event in heard] == [alone.id]


def test_a_network_that_was_shared_there_is_its_accounts_alone(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Told] = []
    monkeypatch.setattr(_nobodys, "announce", heard.append)
    above, root = cloud.domain("above"), cloud.root
    home, other = cloud.domain("a", above), cloud.domain("b")
    networks = []
    for domain in (home, other):
        owner = {
            "account_id": root.account_id,
            "account": root.account,
            "domain_id": domain.id,
            "domain_path": domain.path,
        }
        networks.append(sample(Network, domain.name, owner | {"shared": SHARED, "acl_type": "Domain"}))
        create(networks[-1])
    deleted(home)
    rows = {one.id: (one.domain_path, one.acl_type, one.shared) for one in Network.load_all(row.id for row in networks)}
    assert rows == {networks[0].id: ("/above/", "Account", None), networks[1].id: ("/b/", "Domain", SHARED)}
    assert [event.resource_id for event in heard] == [networks[0].id]
    Claim(Domain.claim_name(home.path)).delete()
    boss = cloud.caller("boss", cloud.domain("a", above), role="DomainAdmin")
    assert cloud.call("listNetworks", boss, listall="true") == {}


def test_the_next_domain_of_the_name_is_not_told_of_the_last(cloud: Cloud) -> None:
    home, above = cloud.domain("a"), cloud.caller("above", role="Admin")
    leaver = cloud.caller("leaver", home)
    create(sample(Event, "", {name: getattr(leaver, name) for name in OWNER}))
    account = Account.require(leaver.account_id)
    for one in FormerAccount.of(account):
        create(one)
    account.delete()
    boss = cloud.caller("boss", home, role="DomainAdmin")
    assert cloud.call("listEvents", boss, listall="true")["count"] == 1
    deleted(home)
    Claim(Domain.claim_name(home.path)).delete()
    stranger = cloud.caller("stranger", cloud.domain("a"), role="DomainAdmin")
    assert cloud.call("listEvents", stranger, listall="true") == {}
    assert cloud.call("listEvents", above, listall="true")["count"] == 1


def test_a_zone_that_was_private_waits_for_an_operator(cloud: Cloud) -> None:
    home, other = cloud.domain("a"), cloud.domain("b")
    wish: dict[str, Any] = {"networktype": "Advanced", "dns1": "9.9.9.9", "internaldns1": "9.9.9.9",
                            "allocationstate": "Enabled"}  # fmt: skip
    own, others, open_to_all = (
        cloud.call("createZone", name=name, **wish, **({"domainid": domain.id} if domain else {}))["zone"]["id"]
        for name, domain in (("own", home), ("others", other), ("open", None))
    )
    deleted(Domain.require(home.id))
    states = {one.id: (one.allocation_state, one.domain_id) for one in Zone.load_all([own, others, open_to_all])}
    assert states == {own: ("Disabled", home.id), others: ("Enabled", other.id), open_to_all: ("Enabled", None)}
    cloud.call("updateZone", id=own, ispublic="true", allocationstate="Enabled")
    assert own in {row["id"] for row in cloud.call("listZones", cloud.caller("somebody"))["zone"]}

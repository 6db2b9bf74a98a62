"""listConfigurations, updateConfiguration, and what follows a change."""

from __future__ import annotations

import pytest

from functions.fabric_admin import reset_configuration, update_configuration
from javelin.data import settings
from javelin.messaging.events import Event
from tests.cloud import Cloud, Refused
from tests.unit.fabric_admin.fabric import Fabric

THRESHOLDS = [
    f"cluster.{of}.notificationthreshold"
    for of in ("cpu.allocated.capacity", "localStorage.capacity", "memory.allocated.capacity", "storage.allocated.capacity",
               "storage.capacity")
]  # fmt: skip
CPU = "cpu.overprovisioning.factor"


def test_settings_have_defaults_until_they_are_changed(fabric: Fabric) -> None:
    cloud = fabric.cloud
    assert cloud.call("listConfigurations")["count"] == len(settings.SETTINGS)
    shown = cloud.call("listConfigurations", name="expunge.delay")["configuration"][0]
    assert (shown["value"], shown["defaultvalue"], shown["type"], shown["scope"]) == (
        "86400",
        "86400",
        "Number",
        "global",
    )
    cloud.call("updateConfiguration", name="expunge.delay", value="60")
    assert cloud.call("listConfigurations", name="expunge.delay")["configuration"][0]["value"] == "60"
    assert settings.EXPUNGE_DELAY.value() == 60


def test_a_clusters_factor_is_its_hosts_too(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    fabric.cloud.call("updateConfiguration", name=CPU, value="4", clusterid=fabric.cluster)
    assert fabric.cloud.call("listClusters")["cluster"][0]["cpuovercommitratio"] == "4.0"
    shown = fabric.cloud.call("listHosts", id=host)["host"][0]
    assert shown["cpuwithoverprovisioning"] == f"{8 * 2400 * 4:.2f}"
    assert settings.CPU_OVERCOMMIT.value(cluster=fabric.cluster) == 4.0
    assert settings.CPU_OVERCOMMIT.value() == 1.0
    scoped = fabric.cloud.call("listConfigurations", clusterid=fabric.cluster)["configuration"]
    assert [(row["name"], row["value"]) for row in scoped] == [
        *((name, "0.75") for name in THRESHOLDS), (CPU, "4.0"), ("mem.overprovisioning.factor", "1.0"),
    ]  # fmt: skip


def test_a_pools_factor_comes_from_its_zone_or_itself(fabric: Fabric) -> None:
    factor = "storage.overprovisioning.factor"
    fabric.cloud.call("updateConfiguration", name=factor, value="3", zoneid=fabric.zone)
    pool = fabric.cloud.call("createStoragePool", name="p", zoneid=fabric.zone, url="file:///p")["storagepool"]
    assert pool["overprovisionfactor"] == "3.0"
    fabric.cloud.call("updateConfiguration", name=factor, value="1.5", storageid=pool["id"])
    assert fabric.cloud.call("listStoragePools")["storagepool"][0]["overprovisionfactor"] == "1.5"


@pytest.mark.parametrize(
    "wrong",
    [{"name": "no.such"}, {"value": "many"}, {"value": "0"}, {"value": ""}, {"zoneid": "{zone}"},
     {"clusterid": "0197f000-0000-7000-8000-000000000000"}, {"zoneid": "{zone}", "clusterid": "{cluster}"}],
)  # fmt: skip
def test_what_cannot_be_is_refused(fabric: Fabric, wrong: dict[str, str]) -> None:
    given = {name: text.format(zone=fabric.zone, cluster=fabric.cluster) for name, text in wrong.items()}
    with pytest.raises(Refused) as refusal:
        fabric.cloud.call("updateConfiguration", **{"name": CPU, "value": "2", **given})
    assert refusal.value.code == 431
    assert settings.CPU_OVERCOMMIT.value(cluster=fabric.cluster) == 1.0


def test_domain_admins_change_nothing_of_the_cloud(fabric: Fabric) -> None:
    home = fabric.cloud.domain("home")
    admin = fabric.cloud.caller("boss", home, "DomainAdmin")
    seen = {row["name"] for row in fabric.cloud.call("listConfigurations", admin)["configuration"]}
    assert seen == {name for name, one in settings.SETTINGS.items() if "domain" in one.scopes}
    for where in ({}, {"clusterid": fabric.cluster}, {"domainid": fabric.cloud.root.domain_id}):
        with pytest.raises(Refused):
            fabric.cloud.call("updateConfiguration", admin, name=CPU, value="2", **where)
    assert settings.CPU_OVERCOMMIT.value() == 1.0


def test_a_setting_without_a_value_is_shown_and_an_empty_value_is_one(cloud: Cloud) -> None:
    name, admin = "user.password.policy.regex", cloud.caller("boss", cloud.domain("home"), "DomainAdmin")
    cloud.call("updateConfiguration", name=name, value="[a-z]+")
    assert cloud.call("updateConfiguration", name=name)["configuration"]["value"] == "[a-z]+"
    assert settings.setting(name).value() == "[a-z]+"
    with pytest.raises(Refused, match="has no value for one domain"):
        cloud.call("updateConfiguration", admin, name="webhook.allowed.internal.sites")
    assert cloud.call("updateConfiguration", name=name, value="")["configuration"]["value"] == ""


def test_who_changes_a_setting_is_told_of_it(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Event] = []
    for module in (update_configuration, reset_configuration):
        monkeypatch.setattr(module, "announce", told.append)
    admin = cloud.caller("boss", cloud.domain("home"), "DomainAdmin")
    setting = {"name": "user.2fa.issuer", "domainid": admin.domain_id}
    cloud.call("updateConfiguration", admin, value="Ours", **setting)
    cloud.call("resetConfiguration", **setting)
    callers = [(one.account_id, one.user_id) for one in (admin, cloud.root)]
    assert [(one.account_id, one.user_id) for one in told] == callers


def test_a_keyword_is_found_whatever_its_case(cloud: Cloud) -> None:
    for keyword in ("LOCALSTORAGE", "localstorage"):
        (row,) = cloud.call("listConfigurations", keyword=keyword)["configuration"]
        assert row["name"] == "cluster.localStorage.capacity.notificationthreshold"

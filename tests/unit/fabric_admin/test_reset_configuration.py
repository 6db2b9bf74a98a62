"""resetConfiguration, listConfigurationGroups, and what accounts and domains take from those above them."""

from __future__ import annotations

import pytest

from javelin.data import settings
from javelin.data.capacity_settings import CAPACITY_SETTINGS
from javelin.data.inheritance import value_for
from javelin.data.setting_groups import GROUPS
from tests.cloud import Cloud, Refused
from tests.unit.fabric_admin.fabric import Fabric

CPU, JOBS = settings.CPU_OVERCOMMIT.name, settings.MOST_JOBS.name


def jobs_of(cloud: Cloud, account: str) -> str:
    """The setting as it holds for an account."""
    rows = cloud.call("listConfigurations", name=JOBS, accountid=account)["configuration"]
    return str(rows[0]["value"])


def test_the_cloud_has_its_default_again(cloud: Cloud) -> None:
    cloud.call("updateConfiguration", name="expunge.delay", value="60")
    assert cloud.call("resetConfiguration", name="expunge.delay")["configuration"]["value"] == "86400"
    assert settings.EXPUNGE_DELAY.value() == 86400
    assert cloud.call("resetConfiguration", name="expunge.delay")["configuration"]["value"] == "86400"


def test_a_cluster_and_its_hosts_have_what_the_cloud_has(fabric: Fabric) -> None:
    host, _ = fabric.enrolled()
    fabric.cloud.call("updateConfiguration", name=CPU, value="3")
    fabric.cloud.call("updateConfiguration", name=CPU, value="4", clusterid=fabric.cluster)
    reset = fabric.cloud.call("resetConfiguration", name=CPU, clusterid=fabric.cluster)["configuration"]
    assert reset["value"] == "3.0"
    assert fabric.cloud.call("listClusters")["cluster"][0]["cpuovercommitratio"] == "3.0"
    assert fabric.cloud.call("listHosts", id=host)["host"][0]["cpuwithoverprovisioning"] == f"{8 * 2400 * 3:.2f}"


def test_a_pool_has_what_its_zone_has(fabric: Fabric) -> None:
    factor = settings.STORAGE_OVERCOMMIT.name
    pool = fabric.cloud.call("createStoragePool", name="p", zoneid=fabric.zone, url="file:///p")["storagepool"]["id"]
    fabric.cloud.call("updateConfiguration", name=factor, value="3", zoneid=fabric.zone)
    fabric.cloud.call("updateConfiguration", name=factor, value="1.5", storageid=pool)
    fabric.cloud.call("resetConfiguration", name=factor, storageid=pool)
    assert fabric.cloud.call("listStoragePools")["storagepool"][0]["overprovisionfactor"] == "3.0"


def test_accounts_take_from_their_domains_where_the_cloud_says_so(cloud: Cloud) -> None:
    above = cloud.domain("above")
    below = cloud.domain("below", above)
    account = cloud.caller("worker", below).account_id
    with pytest.raises(Refused):  # domains have no such value yet
        cloud.call("updateConfiguration", name=JOBS, value="50", domainid=above.id)
    cloud.call("updateConfiguration", name=settings.ACCOUNTS_INHERIT.name, value="true")
    cloud.call("updateConfiguration", name=JOBS, value="50", domainid=above.id)
    assert jobs_of(cloud, account) == "200"
    cloud.call("updateConfiguration", name=settings.DOMAINS_INHERIT.name, value="true")
    assert jobs_of(cloud, account) == "50"
    cloud.call("updateConfiguration", name=JOBS, value="40", domainid=below.id)
    assert jobs_of(cloud, account) == "40"
    cloud.call("updateConfiguration", name=JOBS, value="30", accountid=account)
    assert jobs_of(cloud, account) == "30"
    cloud.call("resetConfiguration", name=JOBS, accountid=account)
    cloud.call("resetConfiguration", name=JOBS, domainid=below.id)
    assert jobs_of(cloud, account) == "50"
    cloud.call("resetConfiguration", name=settings.ACCOUNTS_INHERIT.name)
    assert jobs_of(cloud, account) == "200"


def test_what_root_says_holds_below_it(cloud: Cloud) -> None:
    home = cloud.domain("home")
    for name in (settings.ACCOUNTS_INHERIT.name, settings.DOMAINS_INHERIT.name):
        cloud.call("updateConfiguration", name=name, value="true")
    cloud.call("updateConfiguration", name=JOBS, value="60", domainid=cloud.root.domain_id)
    worker = cloud.caller("worker", home)
    assert value_for(settings.MOST_JOBS, worker.account_id, home.id, home.path) == 60
    assert jobs_of(cloud, cloud.root.account_id) == "60"
    assert jobs_of(cloud, worker.account_id) == "60"


@pytest.mark.parametrize("wrong", [{"name": "no.such"}, {"zoneid": "{zone}"}, {"imagestoreid": "{zone}"}])
def test_what_cannot_be_is_refused(fabric: Fabric, wrong: dict[str, str]) -> None:
    fabric.cloud.call("updateConfiguration", name=CPU, value="2")
    given = {name: text.format(zone=fabric.zone) for name, text in wrong.items()}
    with pytest.raises(Refused) as refusal:
        fabric.cloud.call("resetConfiguration", **{"name": CPU, **given})
    assert refusal.value.code == 431
    assert settings.CPU_OVERCOMMIT.value() == 2.0


def test_every_setting_is_in_a_group_that_is_listed(cloud: Cloud) -> None:
    groups = {row["name"]: row for row in cloud.call("listConfigurationGroups")["configurationgroup"]}
    assert [row["precedence"] for row in groups.values()] == list(range(1, len(GROUPS) + 1))
    for row in cloud.call("listConfigurations")["configuration"]:
        assert row["subgroup"] in [inside["name"] for inside in groups[row["group"]]["subgroup"]], row["name"]
    assert list(cloud.call("listConfigurationGroups", group="access")["configurationgroup"][0]) == [
        "name", "description", "precedence", "subgroup",
    ]  # fmt: skip
    assert cloud.call("listConfigurationGroups", keyword="stor")["count"] == 1
    assert cloud.call("listConfigurationGroups", group="none") == {}


def test_settings_are_found_by_group(cloud: Cloud) -> None:
    found = cloud.call("listConfigurations", group="compute", subgroup="capacity")["configuration"]
    thresholds = [one.name for one in CAPACITY_SETTINGS]
    assert [row["name"] for row in found] == sorted([CPU, settings.MEMORY_OVERCOMMIT.name, *thresholds])
    assert cloud.call("listConfigurations", group="compute", subgroup="api") == {}

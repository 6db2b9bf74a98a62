"""What CloudStack's web interface asks in its first minute, replayed: the same requests, and the fields that it reads.

The interface itself is not in any package registry, so it cannot be run here.
"""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.api import Row
from tests.e2e.local_cloud import LocalCloud
from tests.e2e.sessions import login, with_session
from tests.e2e.signed import Answer
from tests.e2e.site import Site, Tenant

PAGE = {"page": "1", "pagesize": "20", "listall": "true"}
LISTS = {  # what its pages list, with what they add to the page
    "listVirtualMachines": {"details": "group,nics,secgrp,tmpl,servoff,diskoff,iso,volume,affgrp,backoff"},
    "listVolumes": {},
    "listNetworks": {"projectid": ""},
    "listPublicIpAddresses": {},
    "listTemplates": {"templatefilter": "self", "showunique": "true"},
    "listSSHKeyPairs": {},
    "listEvents": {},
    "listServiceOfferings": {"issystem": "false"},
    "listDiskOfferings": {},
    "listNetworkOfferings": {},
    "listAccounts": {},
    "listUsers": {},
    "listDomains": {"details": "min"},
    "listZones": {},
    "listPods": {},
    "listClusters": {},
    "listHosts": {"type": "routing"},
    "listStoragePools": {},
    "listImageStores": {},
    "listRouters": {},
    "listConfigurations": {},
    "listCapacity": {"fetchlatest": "false"},
}


@pytest.fixture(scope="module")
def session(cloud: LocalCloud) -> Answer:
    """The administrator's."""
    return login(cloud, "admin", cloud.password, domain="/")


def asked(cloud: LocalCloud, session: Answer, command: str, **more: str) -> dict[str, Any]:
    answer = with_session(cloud, session, command, **more)
    assert answer.status == 200, (command, answer.text)
    return answer.inside


def test_a_login_tells_who_it_is(session: Answer) -> None:
    told = session.inside
    assert {"account", "domainid", "type", "firstname", "lastname", "userid", "username", "sessionkey"} <= told.keys()
    assert (told["username"], told["type"], told["is2faenabled"]) == ("admin", "1", "false")


def test_the_features_are_discovered(cloud: LocalCloud, session: Answer) -> None:
    apis = {row["name"]: row for row in asked(cloud, session, "listApis")["api"]}
    for row in apis.values():
        assert {"params", "response", "isasync", "description"} <= row.keys()
        for parameter in row["params"]:
            assert {"name", "type", "required", "description"} <= parameter.keys()
    assert apis["deployVirtualMachine"]["isasync"] is True
    (user,) = asked(cloud, session, "listUsers", id=session.inside["userid"], listall="true")["user"]
    assert (user["username"], user["roletype"], user["rolename"]) == ("admin", "Admin", "Root Admin")
    capability: Row = asked(cloud, session, "listCapabilities")["capability"]
    assert capability["cloudstackversion"].startswith("4.22")
    assert {"defaultuipagesize", "securitygroupsenabled", "kvmsnapshotenabled"} <= capability.keys()


def test_what_it_must_have_an_answer_to_is_answered(cloud: LocalCloud, session: Answer) -> None:
    """A refusal of one of these makes it log out again."""
    assert asked(cloud, session, "listLdapConfigurations") == {}
    assert asked(cloud, session, "listZones")["zone"]
    asked(cloud, session, "listNetworks", restartrequired="true", forvpc="false")
    providers = asked(cloud, session, "listNetworkServiceProviders", name="SecurityGroupProvider", state="Enabled")
    assert not providers.get("networkserviceprovider")


@pytest.mark.parametrize("command", ["listVPCs", "cloudianIsEnabled"])
def test_what_it_can_do_without_is_refused_as_not_served(cloud: LocalCloud, session: Answer, command: str) -> None:
    answer = with_session(cloud, session, command)
    assert (answer.status, answer.envelope, answer.inside["errorcode"]) == (432, "errorresponse", 432)
    assert command in answer.inside["errortext"]


@pytest.mark.parametrize("command", LISTS)
def test_its_pages_can_be_listed(cloud: LocalCloud, session: Answer, command: str) -> None:
    """Parameters that a command does not have do not matter; those that it has are taken."""
    asked(cloud, session, command, showicon="true", **PAGE, **LISTS[command])


def test_its_dashboard_of_the_zone(cloud: LocalCloud, session: Answer, site: Site) -> None:
    zone = asked(cloud, session, "listZones", showicon="true", showcapacities="true")["zone"][0]
    assert {part["name"] for part in zone["capacity"]} >= {"CPU", "MEMORY", "STORAGE_ALLOCATED"}
    whole = asked(cloud, session, "listCapacity", zoneid=site.zone, fetchlatest="false")["capacity"]
    assert {"type", "capacityused", "capacitytotal", "percentused"} <= whole[0].keys()


def test_a_tenant_s_dashboard(cloud: LocalCloud, site: Site) -> None:
    tenant: Tenant = site.tenant("at-the-dashboard")
    session = login(cloud, tenant.name, tenant.password)
    (account,) = asked(cloud, session, "listAccounts", id=tenant.account)["account"]
    for kind in ("vm", "cpu", "memory", "primarystorage", "ip", "network", "volume", "template"):
        assert {f"{kind}total", f"{kind}limit", f"{kind}available"} <= account.keys()
    for state in ("Running", "Stopped"):
        counted = asked(
            cloud, session, "listVirtualMachines", state=state, listall="true", retrieveonlyresourcecount="true"
        )
        assert counted == {}
    assert with_session(cloud, session, "listHosts").status == 432
    assert with_session(cloud, session, "logout").inside == {"description": "success"}

"""Limits of tags of hosts and pools, on the simulated cloud."""

from __future__ import annotations

from contextlib import suppress

import pytest
from cs import CloudStackApiException

from tests.e2e.local_cloud import eventually
from tests.e2e.site import Site


def test_a_tag_is_limited_counted_shown_and_goes_with_its_domain(site: Site) -> None:
    home = site.domain("tagged")
    tenant = site.tenant("tagged-tenant", domain=home)
    with pytest.raises(CloudStackApiException, match=r"resource\.limit\.host\.tags"):
        site.api.call("updateResourceLimit", resourcetype=0, max=1, tag="gpu", domainid=home)
    site.api.call("updateConfiguration", name="resource.limit.host.tags", value="gpu")
    try:
        eventually(lambda: _limit(site, home, 0), "the setting, which is seen within seconds")
        limits = site.api.rows("listResourceLimits", "resourcelimit", domainid=home, tag="gpu", resourcetype=0)
        assert [(row["tag"], row["max"]) for row in limits] == [("gpu", 0)]
        offering = site.api.call(
            "createServiceOffering",
            name="gpu",
            displaytext="gpu",
            cpunumber=1,
            cpuspeed=500,
            memory=128,
            hosttags="gpu",
        )["serviceoffering"]["id"]
        network = site.new_network(tenant.api, "tagged")["id"]
        wish = {"serviceofferingid": offering, "networkids": network, "startvm": "false"}
        with pytest.raises(CloudStackApiException, match="of domain ROOT/tagged for the tag gpu do not allow"):
            site.deploy(tenant.api, **wish)
        assert _limit(site, home, 1)
        site.deploy(tenant.api, **wish)
        (shown,) = site.api.rows("listDomains", "domain", id=home)
        (machines,) = [row for row in shown["taggedresources"] if row["resourcetype"] == 0]
        assert (machines["total"], machines["limit"], machines["available"]) == (1, 1, 0)
        assert site.api.call("deleteDomain", id=home, cleanup="true") == {"success": True}
    finally:
        site.api.call("updateConfiguration", name="resource.limit.host.tags", value="")


def _limit(site: Site, domain: str, most: int) -> bool:
    """Whether the tag could be limited."""
    with suppress(CloudStackApiException):
        site.api.call("updateResourceLimit", resourcetype=0, max=most, tag="gpu", domainid=domain)
        return True
    return False

"""What operators tell of the systems that guests run, and how the tenants' lists follow."""

from __future__ import annotations

import pytest
from cs import CloudStackApiException

from tests.e2e.site import Site


def test_a_family_of_systems_comes_changes_and_goes(site: Site) -> None:
    api, tenant = site.api, site.tenant("systems")
    family = api.call("addOsCategory", name="Hobby systems")["oscategory"]
    changed = api.call("updateOsCategory", id=family["id"], name="Old systems", isfeatured="true", sortkey=-1)
    assert (changed["oscategory"]["name"], changed["oscategory"]["isfeatured"]) == ("Old systems", True)
    assert tenant.api.rows("listOsCategories", "oscategory", isfeatured="true")[0]["id"] == family["id"]
    system = api.call("addGuestOs", oscategoryid=family["id"], osdisplayname="Plan 9", details=[{"since": "1992"}])
    key = system["ostype"]["id"]
    (row,) = tenant.api.rows("listOsTypes", "ostype", oscategoryid=family["id"])
    assert (row["id"], row["description"], row["oscategoryname"]) == (key, "Plan 9", "Old systems")
    with pytest.raises(CloudStackApiException, match="536"):
        api.call("deleteOsCategory", id=family["id"])
    hidden = api.call("updateGuestOs", id=key, osdisplayname="Plan 9, 4th edition", fordisplay="false")["ostype"]
    assert (hidden["description"], hidden["fordisplay"]) == ("Plan 9, 4th edition", False)
    assert tenant.api.rows("listOsTypes", "ostype", id=key) == []
    api.call("removeGuestOs", id=key)
    api.call("deleteOsCategory", id=family["id"])
    assert api.rows("listOsCategories", "oscategory", id=family["id"]) == []
    assert tenant.raw.call("addOsCategory", name="Mine").status == 432

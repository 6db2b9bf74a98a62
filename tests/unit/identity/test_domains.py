"""createDomain and listDomains."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused
from tests.unit.identity.conftest import People


def test_a_tree_is_shown_with_paths_levels_and_parents(cloud: Cloud, people: People) -> None:
    upper = people.domain("a")
    lower = people.domain("b", upper["id"])
    assert (lower["path"], lower["level"], lower["parentdomainname"]) == ("ROOT/a/b", 2, "a")
    rows = {row["name"]: row for row in cloud.call("listDomains")["domain"]}
    assert set(rows) == {"ROOT", "a", "b"}
    assert (rows["a"]["haschild"], rows["b"]["haschild"]) == (True, False)
    assert "parentdomainid" not in rows["ROOT"]


def test_names_are_unique_below_one_domain(people: People) -> None:
    upper = people.domain("a")
    people.domain("a", upper["id"])
    with pytest.raises(Refused, match="already"):
        people.domain("A")
    with pytest.raises(Refused, match="slash"):
        people.domain("a/b")


def test_a_domain_admin_stays_in_its_subtree(cloud: Cloud, people: People) -> None:
    mine, other = people.domain("mine"), people.domain("other")
    admin = people.caller(people.account("boss", 2, mine["id"]))
    made = cloud.call("createDomain", admin, name="inner")["domain"]
    assert made["path"] == "ROOT/mine/inner"
    with pytest.raises(Refused, match="Unable to find domain"):
        cloud.call("createDomain", admin, name="x", parentdomainid=other["id"])
    assert [row["name"] for row in cloud.call("listDomains", admin)["domain"]] == ["mine"]
    assert [row["name"] for row in cloud.call("listDomains", admin, listall="true")["domain"]] == ["mine", "inner"]
    assert cloud.call("listDomains", admin, id=other["id"]) == {}


def test_figures_are_shown_unless_the_least_is_asked_for(cloud: Cloud) -> None:
    for command, name in (("listDomains", "domain"), ("listAccounts", "account")):
        (whole,), (least,) = (cloud.call(command, details=part)[name] for part in ("all", "min"))
        assert (whole["vmlimit"], whole["primarystorageavailable"]) == ("Unlimited", "Unlimited")
        assert not {field for field in least if field.endswith(("limit", "total", "available"))}
        assert cloud.call(command, details="resource")[name] == [whole]


def test_a_domain_changes_its_networks_domain(cloud: Cloud, people: People) -> None:
    made = people.domain("a")
    changed = cloud.call("updateDomain", id=made["id"], name="a", networkdomain="a.internal")["domain"]
    assert (changed["name"], changed["networkdomain"]) == ("a", "a.internal")
    with pytest.raises(Refused, match="Unable to find domain"):
        cloud.call("updateDomain", id="0197f000-0000-7000-8000-000000000000", networkdomain="x.internal")

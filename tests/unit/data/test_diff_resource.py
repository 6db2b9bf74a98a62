"""diffResource: what became of a resource between two times, as the caller's own lists show it."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.contract.caller import Caller
from javelin.data.records.role import Role
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.zone import Zone
from javelin.discovery import clients
from tests.cloud import Cloud, Refused
from tests.unit.data.stories import Story, id_of
from tests.unit.furnished.ready import Functions

Json = dict[str, Any]


@pytest.fixture
def functions(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Functions:
    """Functions that call each other in this process."""
    inner, running = clients.client, Functions()
    monkeypatch.setattr("javelin.messaging.services.client", lambda name: running if name == "lambda" else inner(name))
    return running


def story_of_a_zone() -> tuple[Story, Zone]:
    """A zone that was made at 10, renamed at 20, got a domain at 25 and went at 30."""
    story = Story()
    zone = Zone(
        id_of(story.start + 10, 1), name="old", network_type="Advanced", dns1="8.8.8.8", internal_dns1="8.8.8.8"
    )
    story.make(10, zone)
    story.change(20, zone, name="new")
    story.change(25, zone, network_domain="a.internal")
    story.delete(30, zone)
    story.tell()
    return story, zone


def diff(
    cloud: Cloud, story: Story, key: str, start: int, end: int, caller: Caller | None = None, kind: str = "Zone"
) -> Json:
    """The answer's object."""
    answer = cloud.call(
        "diffResource", caller, resourcetype=kind, resourceid=key, startdate=story.at(start), enddate=story.at(end)
    )
    found: Json = answer["resourcediff"]
    return found


def test_each_field_that_changed_is_told(cloud: Cloud, functions: Functions) -> None:
    story, zone = story_of_a_zone()
    told = diff(cloud, story, zone.id, 15, 27)
    assert told["changes"] == [
        {"field": "displaytext", "before": "old", "after": "new"},
        {"field": "domain", "after": "a.internal"},
        {"field": "name", "before": "old", "after": "new"},
    ]
    assert (told["existedbefore"], told["existsafter"]) == (True, True)
    assert told["changed"] == [story.at(20), story.at(25)]
    assert len(functions.called) == 2


def test_what_was_made_or_went_has_one_side(cloud: Cloud, functions: Functions) -> None:
    story, zone = story_of_a_zone()
    made, gone = diff(cloud, story, zone.id, 5, 12), diff(cloud, story, zone.id, 27, 40)
    assert (made["existedbefore"], made["existsafter"]) == (False, True)
    assert {"field": "name", "after": "old"} in made["changes"]
    assert (gone["existedbefore"], gone["existsafter"]) == (True, False)
    assert {"field": "name", "before": "new"} in gone["changes"]
    assert diff(cloud, story, zone.id, 11, 12)["changes"] == []


def test_what_was_at_neither_time_is_refused(cloud: Cloud, functions: Functions) -> None:
    story, zone = story_of_a_zone()
    with pytest.raises(Refused, match="at either time") as refused:
        diff(cloud, story, zone.id, 1, 5)
    assert refused.value.code == 431
    with pytest.raises(Refused, match="startdate is after enddate"):
        diff(cloud, story, zone.id, 20, 15)


def test_others_things_are_as_if_they_had_never_been(cloud: Cloud, functions: Functions) -> None:
    story, mine, other = Story(), cloud.caller("mine"), cloud.caller("other")
    pair = SshKeyPair(
        id_of(story.start + 10, 1), account_id=mine.account_id, account=mine.account, domain_id=mine.domain_id,
        domain_path=mine.domain_path, name="pair", public_key="k", fingerprint="0",
    )  # fmt: skip
    story.make(10, pair)
    story.delete(20, pair)
    story.tell()
    assert diff(cloud, story, pair.id, 5, 15, mine, "SSHKeyPair")["existsafter"] is True
    with pytest.raises(Refused, match="at either time"):
        diff(cloud, story, pair.id, 5, 15, other, "SSHKeyPair")


def test_a_role_without_the_list_cannot_compare_what_it_shows(cloud: Cloud, functions: Functions) -> None:
    story, zone = story_of_a_zone()
    role = Role("role-1", name="r", type="Admin", built_in=False, rules=[{"rule": "diff*", "permission": "allow"}])
    role.save()
    with pytest.raises(Refused, match="listZones is not in your role") as refused:
        diff(cloud, story, zone.id, 15, 27, cloud.root.model_copy(update={"role_id": role.id}))
    assert refused.value.code == 432

"""addAnnotation, listAnnotations, updateAnnotationVisibility, removeAnnotation, and what their entities tell of them."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.data import notes
from javelin.data.ids import new_id
from javelin.data.records.annotation import Annotation
from javelin.data.records.domain import ROOT_DOMAIN
from javelin.data.records.ssh_key_pair import SshKeyPair
from tests.cloud import Cloud, Refused
from tests.unit.identity.test_ssh_key_pairs import LINE


@pytest.fixture
def pair(cloud: Cloud) -> str:
    """Something to write on."""
    made: str = cloud.call("registerSSHKeyPair", name="k", publickey=LINE)["keypair"]["id"]
    return made


def note(cloud: Cloud, pair: str, text: str = "look here", **more: Any) -> dict[str, Any]:
    given = {"annotation": text, "entitytype": "ssh_keypair", "entityid": pair, **more}
    made: dict[str, Any] = cloud.call("addAnnotation", **given)["annotation"]
    return made


def marked(cloud: Cloud) -> bool:
    """What the list of pairs says."""
    shown: bool = cloud.call("listSSHKeyPairs")["sshkeypair"][0]["hasannotations"]
    return shown


def test_a_note_is_listed_and_told_by_what_it_is_on(cloud: Cloud, pair: str) -> None:
    assert not marked(cloud)
    made = note(cloud, pair)
    assert (made["entitytype"], made["entityid"], made["entityname"]) == ("SSH_KEYPAIR", pair, "k")
    assert (made["annotation"], made["username"], made["adminsonly"]) == ("look here", "admin", False)
    assert marked(cloud)
    assert cloud.call("listAnnotations")["annotation"] == [made]
    assert cloud.call("removeAnnotation", id=made["id"])["annotation"] == made
    assert not marked(cloud)
    assert cloud.call("listAnnotations") == {}
    with pytest.raises(Refused, match="431 Unable to find annotation"):
        cloud.call("removeAnnotation", id=made["id"])


def test_notes_are_found(cloud: Cloud, pair: str) -> None:
    mine, domain = note(cloud, pair), note(cloud, ROOT_DOMAIN, "the root", entitytype="Domain")
    other = cloud.caller("colleague", role="Admin")
    for filters, found in (
        ({}, [mine, domain]), ({"id": mine["id"]}, [mine]), ({"entitytype": "domain"}, [domain]),
        ({"entityid": pair}, [mine]), ({"entityid": new_id()}, []), ({"keyword": "ROOT"}, [domain]),
        ({"userid": cloud.root.user_id}, [mine, domain]), ({"userid": other.user_id}, []),
        ({"annotationfilter": "self"}, [mine, domain]),
    ):  # fmt: skip
        assert cloud.call("listAnnotations", **filters).get("annotation", []) == found, filters
    assert cloud.call("listAnnotations", other, annotationfilter="self") == {}


def test_what_is_for_administrators_alone_is_not_told(cloud: Cloud, pair: str) -> None:
    made = note(cloud, pair, adminsonly="true")
    assert not marked(cloud)
    for admins_only, told in (("false", True), ("false", True), ("true", False)):
        changed = cloud.call("updateAnnotationVisibility", id=made["id"], adminsonly=admins_only)["annotation"]
        assert changed["adminsonly"] is (admins_only == "true")
        assert marked(cloud) is told
    cloud.call("removeAnnotation", id=made["id"])
    assert not SshKeyPair.require(pair).notes


@pytest.mark.parametrize(
    "wrong", [{"annotation": " "}, {"entitytype": ""}, {"entityid": ""}, {"entitytype": "moon"}, {"entityid": "-"}]
)
def test_what_cannot_be_written_is_refused(cloud: Cloud, pair: str, wrong: dict[str, str]) -> None:
    with pytest.raises(Refused, match="431"):
        cloud.call("addAnnotation", **{"annotation": "a", "entitytype": "SSH_KEYPAIR", "entityid": pair, **wrong})
    assert cloud.call("listAnnotations") == {}


def test_notes_on_what_is_gone_can_be_removed_and_go_by_themselves(cloud: Cloud, pair: str) -> None:
    first, second = note(cloud, pair), note(cloud, pair, "more")
    cloud.call("deleteSSHKeyPair", name="k")
    cloud.call("removeAnnotation", id=first["id"])
    notes.forget_gone(pair)
    assert Annotation.find(second["id"]) is None

"""Envelopes: JSON and XML."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from functions.api._envelope import as_json, as_xml, error_body
from javelin.contract.responses import Accepted, Bare, Item, Listing, Response, Success, to_wire
from tests.unit.api.edge import parse_xml

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))


class Thing(Response):
    """A thing."""

    name: str
    size: int | None = None
    parts: list[str] | None = None


def test_shapes() -> None:
    thing = Thing(name="a")
    assert to_wire(Item("thing", thing)) == {"body": {"thing": {"name": "a"}}}
    assert to_wire(Listing("thing", [thing], 7)) == {"body": {"count": 7, "thing": [{"name": "a"}]}}
    assert to_wire(Listing("thing", [], 7)) == {"body": {"count": 7}}
    assert to_wire(Listing("thing", [], 0)) == {"body": {}}
    assert to_wire(Success()) == {"body": {"success": True}}
    assert to_wire(Accepted("j")) == {"body": {"jobid": "j"}}
    assert to_wire(Accepted("j", "i")) == {"body": {"id": "i", "jobid": "j"}}
    assert to_wire(Bare({"a": 1}, {"c": "v"})) == {"body": {"a": 1}, "cookies": {"c": "v"}}


def test_xml_repeats_list_elements_and_nests_objects() -> None:
    body = {"count": 2, "thing": [{"name": "a", "parts": ["x", "y"]}, {"name": "b", "ok": True}]}
    root = parse_xml(as_xml("listthingsresponse", body, authenticated=True))
    assert root.tag == "listthingsresponse"
    assert root.get("cloud-stack-version")
    assert [thing.findtext("name") for thing in root.findall("thing")] == ["a", "b"]
    assert [part.text for part in root.findall("thing/parts")] == ["x", "y"]
    assert root.findtext("thing[2]/ok") == "true"
    assert "cloud-stack-version" not in as_xml("x", {}, authenticated=False)


@given(TEXT)
def test_any_text_survives_both(text: str) -> None:
    assert json.loads(as_json("r", {"t": text})) == {"r": {"t": text}}
    assert (parse_xml(as_xml("r", {"t": text}, authenticated=True)).findtext("t") or "") == text


def test_errors() -> None:
    assert error_body(431, "no", 4350) == {"uuidList": [], "errorcode": 431, "cserrorcode": 4350, "errortext": "no"}
    assert "cserrorcode" not in error_body(401, "no", None)


def test_no_word_of_a_tenant_breaks_the_xml() -> None:
    body = {"details": {"a b><c": "1", "2nd": "2", "": "3", "plain.key": "4"}, "name": "a\x00b\ufffec\ud800"}
    root = parse_xml(as_xml("answer", body, authenticated=False))
    assert [(row.tag, row.text) for row in root[0]] == [("a_b__c", "1"), ("_2nd", "2"), ("_", "3"), ("plain.key", "4")]
    assert root[1].text == "a\ufffdb\ufffdc\ufffd"

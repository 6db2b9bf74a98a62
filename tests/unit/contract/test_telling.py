"""What the edge is given to tell of a call: of success if nothing else told of it, and of every refusal."""

from __future__ import annotations

from typing import Any

import pytest

from javelin.contract.caller import Caller
from tests.cloud import Cloud, Context, handlers
from tests.unit.site import build


def answered(command: str, caller: Caller, **parameters: str) -> dict[str, Any]:
    answer: dict[str, Any] = handlers()[command]({"parameters": parameters, "caller": caller.model_dump()}, Context())
    return answer


ZONE = {"name": "z", "networktype": "Advanced", "dns1": "10.0.0.1", "internaldns1": "10.0.0.1"}


def test_a_call_that_tells_nothing_itself_is_told_of(cloud: Cloud) -> None:
    answer = answered("createZone", cloud.root, **ZONE)
    assert answer["event"] == {
        "type": "ZONE.CREATE", "level": "INFO", "description": "admin called createZone on z", "resource_type": "Zone",
        "resource_id": answer["body"]["zone"]["id"], "job_id": "",
    }  # fmt: skip


def test_a_job_that_is_done_at_once_is_told_of_with_its_id(cloud: Cloud) -> None:
    zone = answered("createZone", cloud.root, **ZONE)["body"]["zone"]["id"]
    answer = answered("createPhysicalNetwork", cloud.root, name="p", zoneid=zone)
    assert answer["event"]["job_id"] == answer["body"]["jobid"]
    assert answer["event"]["resource_id"] == answer["body"]["id"]


def test_a_job_on_what_is_anothers_is_told_to_its_owner(cloud: Cloud) -> None:
    ada = cloud.caller("ada", cloud.domain("d"))
    machine = build(cloud).machine(ada)
    event = answered("stopVirtualMachine", cloud.root, id=machine.id)["event"]
    assert (event["account_id"], event["account"], event["domain_path"]) == (ada.account_id, "ada", "/d/")
    refused = answered("startVirtualMachine", cloud.root, id=machine.id, hostid=machine.id)
    assert "account_id" not in refused["event"], "what is refused is told to who called"


def test_a_call_that_tells_of_itself_is_told_of_once(cloud: Cloud) -> None:
    assert "event" not in answered("createDomain", cloud.root, name="d")


def test_a_refused_call_is_told_of_as_an_error(cloud: Cloud) -> None:
    answered("createZone", cloud.root, **ZONE)
    answer = answered("createZone", cloud.root, **ZONE)
    event = answer["event"]
    assert (event["type"], event["level"]) == ("ZONE.CREATE", "ERROR")
    assert event["description"] == f"admin called createZone, which was refused: {answer['error']['text']}"
    ada = cloud.caller("ada")
    refused = answered("stopVirtualMachine", ada, id="01890000-0000-7000-8000-000000000000")["event"]
    assert (refused["resource_type"], refused["resource_id"]) == ("", ""), "it may be another's, or nothing"


@pytest.mark.parametrize(
    ("command", "parameters"),
    [
        ("listZones", {"page": "1"}),  # it only reads
        ("createZone", {"name": "z"}),  # its parameters could not be read
        ("createZone", ZONE | {"explain": "true"}),
    ],
)
def test_what_is_not_told(cloud: Cloud, command: str, parameters: dict[str, str]) -> None:
    assert "event" not in answered(command, cloud.root, **parameters)


def test_a_call_of_nobody_is_left_to_its_handler(cloud: Cloud) -> None:
    given = {"parameters": {"username": "nobody", "password": "wrong"}}
    assert "event" not in handlers()["login"](given, Context())


def test_an_explanation_tells_which_event_there_would_be(cloud: Cloud) -> None:
    assert answered("createZone", cloud.root, **ZONE, explain="true")["body"]["explanation"]["events"] == [
        "ZONE.CREATE"
    ]


def test_no_event_holds_what_was_secret(cloud: Cloud) -> None:
    given = {"username": "u", "password": "pass-that-nobody-sees", "email": "e", "firstname": "f", "lastname": "l",
             "account": "nobody", "domainid": cloud.root.domain_id}  # fmt: skip
    answer = answered("createUser", cloud.root, **given)
    assert answer["event"]["level"] == "ERROR"
    assert "pass-that-nobody-sees" not in str(answer)

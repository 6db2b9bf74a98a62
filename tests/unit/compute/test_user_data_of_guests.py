"""What user data guests get: their own, registered, their template's; at deployment and later."""

from __future__ import annotations

import base64
import email
from collections.abc import Callable
from typing import Any

import pytest

from functions.network import _commands
from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.records.template import Template
from javelin.data.records.user_data import UserData
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.messaging import objects
from tests.cloud import Refused
from tests.unit.compute.conftest import Site

SCRIPT, CONFIG = "#!/bin/sh\necho hello\n", "#cloud-config\nhostname: é\n"


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def register(site: Site, text: str | bytes, name: str = "boot", caller: Caller | None = None, **more: str) -> str:
    """The id of registered user data."""
    given = {"name": name, "userdata": b64(text), **more}
    return str(site.cloud.call("registerUserData", caller or site.tenant, **given)["userdata"]["id"])


def link(site: Site, **given: str) -> dict[str, Any]:
    """Link the site's template, which is root's."""
    shown: dict[str, Any] = site.cloud.call("linkUserDataToTemplate", templateid=site.template.id, **given)["template"]
    return shown


def content(machine: VirtualMachine) -> bytes | None:
    return objects.get(machine.user_data_key)


def shown(site: Site, machine: VirtualMachine) -> dict[str, Any]:
    """What the list shows of the user data."""
    (row,) = site.cloud.call("listVirtualMachines", site.tenant, id=machine.id)["virtualmachine"]
    return {name: value for name, value in row.items() if name.startswith("userdata")}


def test_a_guest_has_a_copy_of_what_is_registered_and_values_of_its_variables(site: Site) -> None:
    kept = register(site, SCRIPT, params="colour")
    guest = site.guest(userdataid=kept, userdatadetails__0__colour="blue")
    other = site.guest()
    assert content(guest) == SCRIPT.encode()
    assert shown(site, guest) == {"userdataid": kept, "userdataname": "boot", "userdatadetails": "colour=blue"}
    metadata = _commands.guest(guest, guest.nics[0]).metadata
    assert (metadata["colour"], metadata["vm-id"]) == ("blue", guest.id)
    listed = site.cloud.call("listVirtualMachines", site.tenant, userdataid=kept)["virtualmachine"]
    assert [row["id"] for row in listed] == [guest.id] != [other.id]


def test_what_cannot_be_given_is_refused(site: Site) -> None:
    kept = register(site, SCRIPT)
    hers = register(site, SCRIPT, caller=site.cloud.caller("eve"))
    for wrong in (
        {"userdataid": hers}, {"userdataid": new_id()}, {"userdataid": kept, "userdata": b64(SCRIPT)},
        {"userdataid": kept, "userdatadetails__0__colour": "blue"}, {"userdatadetails__0__colour": "blue"},
    ):  # fmt: skip
        with pytest.raises(Refused, match="431"):
            site.deploy(**wrong)
    assert site.cloud.call("listVirtualMachines", site.tenant) == {}
    objects.delete(UserData.require(kept).object_key)
    with pytest.raises(Refused, match="431 The content of user data boot is gone"):
        site.deploy(userdataid=kept)


def test_a_template_gives_its_user_data_unless_the_deployment_brings_its_own(site: Site) -> None:
    kept = register(site, CONFIG, "base", site.cloud.root, params="colour")
    linked = link(site, userdataid=kept)
    said = {name: value for name, value in linked.items() if name.startswith("userdata")}
    assert said == {
        "userdataid": kept, "userdataname": "base", "userdatapolicy": "ALLOWOVERRIDE", "userdataparams": "colour",
    }  # fmt: skip
    plain, own = site.guest(userdatadetails__0__colour="blue"), site.guest(userdata=b64(SCRIPT))
    assert (content(plain), content(own)) == (CONFIG.encode(), SCRIPT.encode())
    assert shown(site, plain)["userdatapolicy"] == "ALLOWOVERRIDE"
    with pytest.raises(Refused, match=r"536 .*templates"):
        site.cloud.call("deleteUserData", id=kept)
    assert "userdataid" not in link(site)
    assert content(site.guest()) is None
    site.cloud.call("deleteUserData", id=kept)


def test_a_template_that_allows_no_other_refuses_it(site: Site) -> None:
    link(site, userdataid=register(site, CONFIG, "base", site.cloud.root), userdatapolicy="DENYOVERRIDE")
    for wrong in ({"userdata": b64(SCRIPT)}, {"userdataid": register(site, SCRIPT)}):
        with pytest.raises(Refused, match=r"431 .*brings user data that nothing replaces"):
            site.deploy(**wrong)
    guest = site.guest()
    assert content(guest) == CONFIG.encode()
    with pytest.raises(Refused, match=r"431 .*nothing replaces"):
        site.cloud.call("updateVirtualMachine", site.tenant, id=guest.id, userdata=b64(SCRIPT))
    assert content(guest) == CONFIG.encode()


def test_a_template_s_and_the_deployment_s_are_parts_of_one_message(site: Site) -> None:
    link(site, userdataid=register(site, CONFIG, "base", site.cloud.root), userdatapolicy="APPEND")
    joined = email.message_from_bytes(content(site.guest(userdata=b64(SCRIPT))) or b"")
    parts = [
        (part.get_content_type(), part.get_payload(decode=True)) for part in joined.walk() if not part.is_multipart()
    ]
    assert parts == [("text/cloud-config", CONFIG.encode()), ("text/x-shellscript", SCRIPT.encode())]
    assert content(site.guest()) == CONFIG.encode()
    for wrong in (b"\x1f\x8b\xff", b"x" * (2**20 - 10)):
        with pytest.raises(Refused, match="431"):
            site.deploy(userdata=b64(wrong))


@pytest.mark.parametrize(
    "wrong", [{"userdatapolicy": "APPEND"}, {"userdataid": "x"}, {"userdatapolicy": "MAYBE"}, {"templateid": ""}]
)
def test_what_cannot_be_linked_is_refused(site: Site, wrong: dict[str, str]) -> None:
    kept = register(site, CONFIG, "base", site.cloud.root)
    foreign = register(site, CONFIG)
    link(site, userdataid=kept)
    given = {"templateid": site.template.id, **wrong} | ({"userdataid": foreign} if "userdataid" in wrong else {})
    with pytest.raises(Refused, match="431"):
        site.cloud.call("linkUserDataToTemplate", **given)
    with pytest.raises(Refused, match="431 Unable to find template"):
        site.cloud.call("linkUserDataToTemplate", site.tenant, templateid=site.template.id)
    assert Template.require(site.template.id).user_data_id == kept


@pytest.mark.parametrize("first", ["link", "delete"])
def test_no_template_loses_its_user_data(site: Site, monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    commit, kept = Transaction.commit, register(site, CONFIG, "base", site.cloud.root)
    calls: dict[str, Callable[[], Any]] = {
        "link": lambda: link(site, userdataid=kept), "delete": lambda: site.cloud.call("deleteUserData", id=kept)
    }  # fmt: skip

    def other_first(transaction: Transaction) -> None:
        """The other call is done between the look and the write of this one."""
        monkeypatch.setattr(Transaction, "commit", commit)
        calls[first]()
        commit(transaction)

    monkeypatch.setattr(Transaction, "commit", other_first)
    with pytest.raises(
        Refused, match="536 A template was linked" if first == "link" else "431 Unable to find user data"
    ):
        calls["delete" if first == "link" else "link"]()
    assert (
        (UserData.find(kept) is None) is (Template.require(site.template.id).user_data_id is None) is (first != "link")
    )


def test_what_no_template_has_any_more_can_be_deleted(site: Site) -> None:
    root = site.cloud.root
    first, second = register(site, CONFIG, "first", root), register(site, CONFIG, "second", root)
    for given in ({"userdataid": first}, {"userdataid": second}, {"userdataid": second, "userdatapolicy": "APPEND"}):
        link(site, **given)
    site.cloud.call("deleteUserData", id=first)
    with pytest.raises(Refused, match="536 User data second"):
        site.cloud.call("deleteUserData", id=second)
    link(site)
    site.cloud.call("deleteUserData", id=second)
    site.template.change(Template.state.set("Deleting"))
    with pytest.raises(Refused, match="530 Template tiny is being deleted"):
        link(site, userdataid=register(site, CONFIG, "third", root))


def test_a_template_whose_user_data_is_gone_says_so(site: Site) -> None:
    site.template.change(Template.user_data_id.set(new_id()))
    with pytest.raises(Refused, match="431 The user data of template tiny is gone"):
        site.deploy()


def test_a_guest_gets_other_user_data(site: Site) -> None:
    kept = register(site, SCRIPT, params="colour")
    guest = site.guest(userdata=b64(CONFIG))
    update = {"id": guest.id, "userdataid": kept, "userdatadetails__0__colour": "red"}
    row = site.cloud.call("updateVirtualMachine", site.tenant, **update)["virtualmachine"]
    assert (row["userdataname"], row["userdatadetails"], content(guest)) == ("boot", "colour=red", SCRIPT.encode())
    with pytest.raises(Refused, match="431 userdatadetails goes with"):
        site.cloud.call("updateVirtualMachine", site.tenant, id=guest.id, userdatadetails__0__colour="red")
    site.cloud.call("updateVirtualMachine", site.tenant, id=guest.id, userdata=b64(CONFIG))
    assert (shown(site, guest), content(guest)) == ({}, CONFIG.encode())


def test_operators_reset_the_user_data_of_a_stopped_guest(site: Site) -> None:
    kept = register(site, SCRIPT)
    guest = site.guest()
    row = site.cloud.call("resetUserDataForVirtualMachine", id=guest.id, userdataid=kept, account="tenant")
    assert row["virtualmachine"]["userdataid"] == kept
    assert content(guest) == SCRIPT.encode()
    for wrong in ({}, {"userdataid": kept, "account": "admin"}, {"userdataid": kept, "domainid": new_id()}):
        with pytest.raises(Refused, match="431"):
            site.cloud.call("resetUserDataForVirtualMachine", id=guest.id, **wrong)
    guest.change(VirtualMachine.state.set("Running"))
    with pytest.raises(Refused, match=r"431 .*Stopped"):
        site.cloud.call("resetUserDataForVirtualMachine", id=guest.id, userdata=b64(CONFIG))
    assert content(guest) == SCRIPT.encode()

"""createConsoleEndpoint: who gets a link, to which guests, and what is in it."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from bridge.console.used_tokens import UsedTokens
from javelin.contract.caller import Caller
from javelin.data.records.host import Host
from javelin.data.records.host_key import HostKey
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging.console_keys import console_key, vnc_password
from javelin.messaging.console_tokens import TokenRefused, open_token
from tests.cloud import Cloud, Refused
from tests.unit.fabric_admin.fabric import Bridge, build
from tests.unit.fabric_monitoring.world import World

CONSOLE = "https://console.example:6443"
NOT_ORIGINS = (
    "javascript:alert(1)",
    "http://u:p@h",
    "http://h/path",
    "http://h?x",
    "http://h:70000",
    "http://h:0",
    "h:1",
)


@pytest.fixture
def world(cloud: Cloud) -> World:
    """A cloud whose first two hosts have no console proxy, and a third that has one."""
    world = World(build(cloud))
    token, bridge = world.fabric.add_host("10.0.0.13")["details"]["enrolment.token"], Bridge()
    assert bridge.enrol(token, console_url=f"{CONSOLE}/")["status"] == 200
    world.bridges[bridge.identity["host"]] = bridge
    return world


def _open(world: World, machine: str, caller: Caller | None = None, **parameters: str) -> dict[str, Any]:
    answer = world.fabric.cloud.call("createConsoleEndpoint", caller, virtualmachineid=machine, **parameters)
    endpoint: dict[str, Any] = answer["consoleendpoint"]
    return endpoint


def _owned_by(caller: Caller) -> dict[str, str]:
    return {"account_id": caller.account_id, "account": caller.account, "domain_id": caller.domain_id,
            "domain_path": caller.domain_path}  # fmt: skip


def test_the_host_opens_what_the_cloud_mints(world: World, tmp_path: Any) -> None:
    host = world.hosts[2]
    machine = world.guest(host)
    world.ear.heard()
    endpoint = _open(world, machine)
    command_key = base64.b64decode(world.bridges[host].identity["command_key"])
    socket, used = endpoint["websocket"], UsedTokens(tmp_path)
    assert (socket["host"], socket["port"], socket["path"]) == ("console.example", "6443", "websockify")
    assert endpoint["success"] is True
    link = urlsplit(endpoint["url"])
    assert f"{link.scheme}://{link.netloc}{link.path}" == f"{CONSOLE}/vnc.html"
    assert link.query == ""
    told = {name: values[0] for name, values in parse_qs(link.fragment).items()}
    assert told["path"] == f"websockify?token={socket['token']}"
    assert told["password"] == vnc_password(command_key, machine)
    assert open_token(console_key(command_key), socket["token"], used).vm == machine
    with pytest.raises(TokenRefused, match="used"):
        open_token(console_key(command_key), socket["token"], used)
    assert world.ear.heard() == [("VM.CONSOLE.ACCESS", "INFO")]


def test_the_key_of_one_host_opens_nothing_of_another(world: World, tmp_path: Any) -> None:
    token = _open(world, world.guest(world.hosts[2]))["websocket"]["token"]
    other = base64.b64decode(world.bridges[world.hosts[0]].identity["command_key"])
    with pytest.raises(TokenRefused, match="not signed"):
        open_token(console_key(other), token, UsedTokens(tmp_path))


def test_a_foreign_guest_is_as_absent(world: World) -> None:
    mallory, alice = world.fabric.cloud.caller("mallory"), world.fabric.cloud.caller("alice")
    machine = world.guest(world.hosts[2], **_owned_by(alice))
    assert _open(world, machine, alice)["success"] is True
    absent = "0197f000-0000-7000-8000-000000000000"
    texts = []
    for asked in (machine, absent):
        with pytest.raises(Refused) as refused:
            _open(world, asked, mallory)
        assert refused.value.code == 431
        texts.append(refused.value.text.replace(asked, "ID"))
    assert texts[0] == texts[1]


def test_a_guest_that_does_not_run_has_no_screen(world: World) -> None:
    for state in ("Stopped", "Starting", "Stopping", "Destroyed", "Error"):
        with pytest.raises(Refused, match=r"431 .*must be Running"):
            _open(world, world.guest(world.hosts[2], state=state))


def test_a_host_without_proxy_says_what_to_do(world: World) -> None:
    alice = world.fabric.cloud.caller("alice")
    machine = world.guest(world.hosts[0], **_owned_by(alice))
    with pytest.raises(Refused, match=r"534 .*10\.0\.0\.11.*--console-url"):
        _open(world, machine)
    with pytest.raises(Refused, match=r"534 .*its host has no console proxy") as refused:
        _open(world, machine, alice)
    assert "10.0.0.11" not in refused.value.text


def test_a_simulated_host_has_no_screens(world: World) -> None:
    host = Host.require(world.hosts[2])
    host.driver = "simulated"
    host.save()
    with pytest.raises(Refused, match=r"534 .*simulated"):
        _open(world, world.guest(world.hosts[2]))


def test_a_guest_between_hosts_is_refused(world: World) -> None:
    machine = world.guest(None, state="Running")
    assert VirtualMachine.require(machine).host_id is None
    with pytest.raises(Refused, match=r"534 .*no host just now"):
        _open(world, machine)


def test_a_revoked_bridge_opens_nothing(world: World) -> None:
    machine = world.guest(world.hosts[2])
    HostKey(world.hosts[2]).update([HostKey.revoked.set(1)])
    with pytest.raises(Refused, match=r"534 .*revoked"):
        _open(world, machine)
    HostKey(world.hosts[2]).delete()
    with pytest.raises(Refused, match=r"534 .*revoked"):
        _open(world, machine)


def test_an_extra_token_is_refused_by_name(world: World) -> None:
    with pytest.raises(Refused, match=r"431 .*token"):
        _open(world, world.guest(world.hosts[2]), token="mine")


def test_a_console_address_that_is_no_origin_is_refused(world: World) -> None:
    token = world.fabric.add_host("10.0.0.14")["details"]["enrolment.token"]
    for url in NOT_ORIGINS:
        assert Bridge().enrol(token, console_url=url)["status"] == 400, url
    assert Bridge().enrol(token, console_url="http://[::1]:6080")["status"] == 200

"""Guests that really boot, through the whole cloud: what they are given, whom they reach, and what happens to them."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest

from infra.local.api import Row
from tests.e2e.local_cloud import eventually
from tests.e2e.real_cloud import BOOTED, RealSite, Serial, qemu_of, text64
from tests.e2e.site import new_public_key, remove

pytestmark = pytest.mark.host
USER_DATA = "#!/bin/sh\necho GUEST computes $((6 * 7))\n"


@pytest.fixture(scope="module")
def hello(real_site: RealSite) -> tuple[Row, Serial]:
    """The launcher's first guest, which has booted."""
    machine = real_site.hello
    serial = Serial(real_site.cloud, machine)
    serial.wait_for(BOOTED)
    return machine, serial


def test_a_guest_is_given_all_that_was_asked_for(real_site: RealSite, hello: tuple[Row, Serial]) -> None:
    """A second one in the network of the first; after it, one in a network of its own."""
    first, first_serial = hello
    key = new_public_key()
    real_site.api.call("registerSSHKeyPair", name="real", publickey=key)
    real_site.api.call("updateTemplate", id=real_site.tiny, passwordenabled="true")
    machine, serial = real_site.boot(
        name="web", templateid=real_site.tiny, networkids=real_site.hello_net, keypair="real",
        userdata=text64(USER_DATA),
    )  # fmt: skip
    real_site.api.call("updateTemplate", id=real_site.tiny, passwordenabled="false")
    address, neighbour = machine["nic"][0]["ipaddress"], first["nic"][0]["ipaddress"]
    said = serial.said
    assert f"GUEST dhcp if=eth0 ip={address}/" in said
    assert "GUEST boot-finished" in said
    assert "hostname=web" in said
    assert f"instance-id={machine['id']}" in said
    assert f"GUEST key {key.rpartition(' ')[0]}" in said, "the key without its comment"
    assert "GUEST computes 42" in said
    assert f"GUEST password length={len(machine['password'])}" in said
    real_site.cloud.secrets["password of a guest"] = machine["password"]
    assert "GUEST boots=1" in said

    serial.ask(f"ping -c 3 -w 20 {neighbour} > /dev/null && echo reached $((40 + 1))", "reached 41")
    first_serial.ask(f"ping -c 3 -w 20 {address} > /dev/null && echo reached $((50 + 1))", "reached 51")
    serial.ask("nslookup hello > /dev/null && echo named $((60 + 1))", "named 61")

    stranger_network = real_site.api.call(
        "createNetwork", name="strangers", displaytext="strangers", zoneid=real_site.zone,
        networkofferingid=real_site.network_offering, gateway="10.9.9.1", netmask="255.255.255.0",
    )["network"]  # fmt: skip
    real_site.api.call("stopVirtualMachine", id=first["id"])
    stranger, stranger_serial = real_site.boot(
        name="stranger", templateid=real_site.tiny, networkids=stranger_network["id"]
    )
    away = stranger["nic"][0]["ipaddress"]
    assert away.startswith("10.9.9.")
    serial.ask(f"ping -c 2 -w 4 {away} > /dev/null || echo apart $((70 + 1))", "apart 71")
    stranger_serial.ask(f"ping -c 2 -w 4 {address} > /dev/null || echo apart $((80 + 1))", "apart 81")
    remove(real_site, stranger)
    real_site.api.call("deleteNetwork", id=stranger_network["id"])

    real_site.api.call("stopVirtualMachine", id=machine["id"])
    started = real_site.api.call("startVirtualMachine", id=machine["id"])["virtualmachine"]
    assert started["nic"][0]["ipaddress"] == address
    serial.wait_for("GUEST boots=2")  # the disk is the one of before
    said = eventually(lambda: _booted_since(serial, "GUEST boots=2"), "the end of the second boot", 240)
    assert f"GUEST dhcp if=eth0 ip={address}/" in said

    with serial.typing("poweroff -f"):
        eventually(lambda: real_site.state(machine) == "Stopped", "the news of a guest that powered itself off")
    eventually(lambda: real_site.events(machine).count("VM.STOP") >= 2, "the event of it")
    assert qemu_of(machine) == 0
    remove(real_site, machine)


def _booted_since(serial: Serial, words: str) -> str:
    """What the guest has said after the words, once it has booted."""
    said = serial.said.partition(words)[2]
    return said if BOOTED in said else ""


def test_a_guest_whose_process_is_killed_runs_again(real_site: RealSite, nano: str) -> None:
    machine, serial = real_site.boot(name="crash", templateid=nano, networkids=real_site.hello_net)
    process = qemu_of(machine)
    os.kill(process, signal.SIGKILL)
    serial.wait_for(BOOTED, times=2)
    eventually(lambda: qemu_of(machine) not in {0, process}, "another process")
    eventually(lambda: "VM.STOP" in real_site.events(machine), "the event of the crash")
    eventually(lambda: real_site.state(machine) == "Running", "the guest to be listed as running")
    rebooted = real_site.api.call("rebootVirtualMachine", id=machine["id"])["virtualmachine"]
    assert rebooted["state"] == "Running"
    remove(real_site, machine)
    assert qemu_of(machine) == 0


def test_what_is_done_by_hand_is_seen(real_site: RealSite, nano: str) -> None:
    machine, serial = real_site.boot(name="hand", templateid=nano, networkids=real_site.hello_net)
    command = ("virsh", "--connect", "qemu:///system", "destroy", machine["id"])
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    eventually(lambda: real_site.state(machine) == "Stopped", "the news of a guest that was switched off by hand")
    eventually(lambda: "VM.STOP" in real_site.events(machine), "the event of it")
    started = real_site.api.call("startVirtualMachine", id=machine["id"])["virtualmachine"]
    assert started["state"] == "Running"
    serial.wait_for(BOOTED, times=2)
    remove(real_site, machine)


def test_a_disk_may_be_bigger_than_its_template(real_site: RealSite, nano: str) -> None:
    machine, _ = real_site.boot(name="big", templateid=nano, networkids=real_site.hello_net, rootdisksize=1)
    (volume,) = real_site.api.rows("listVolumes", "volume", virtualmachineid=machine["id"])
    assert volume["size"] == 2**30
    (file,) = (real_site.cloud.home.folder / "pool/volumes").glob(f"{volume['id']}*")
    remove(real_site, machine)
    assert not file.exists()

"""The libvirt definition of a guest, built from the typed payload: no text of a tenant becomes markup."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree

from bridge.hypervisor.base import Wiring
from javelin.messaging.host_commands import Disk, Domain, Nic

NAMESPACE = "https://javelin.cloud/xmlns/domain/1"
KEYMAP = re.compile(r"[a-z]{2}(-[a-z]{2})?")  # QEMU opens a file of this name
LETTERS = "abcdefghijklmnopqrstuvwxyz"
Element = ElementTree.Element


@dataclass(frozen=True)
class Platform:
    """What differs between hosts: libvirt's domain type, whether it knows our NIC filters, where logs go."""

    type: str
    filters: bool
    serial_log: str | None
    vnc_password: str | None


def domain_xml(domain: Domain, fence: int, wiring: Wiring, platform: Platform) -> str:
    """The definition of `domain` with its id and fence in the metadata."""
    root = Element("domain", type=platform.type)
    _text(root, "name", domain.name)
    _text(root, "uuid", domain.id)
    ElementTree.SubElement(root, "metadata").append(_metadata(domain.id, fence))
    _text(root, "memory", str(domain.memory_mib), unit="MiB")
    _text(root, "vcpu", str(domain.vcpus))
    _add_system(root, platform)
    devices = ElementTree.SubElement(root, "devices")
    for disk in sorted(domain.disks, key=lambda disk: disk.position):
        devices.append(_disk(disk, wiring.disks[disk.volume.id]))
    for nic in sorted(domain.nics, key=lambda nic: nic.position):
        devices.append(_nic(nic, wiring.bridges[nic.id], platform))
    if platform.type != "test":
        _add_consoles(devices, domain, platform)
    return ElementTree.tostring(root, encoding="unicode")


def metadata_xml(domain: str, fence: int) -> str:
    """The metadata element alone, to change a running guest; libvirt puts it into our namespace."""
    return ElementTree.tostring(Element("guest", id=domain, fence=str(fence)), encoding="unicode")


def read_fence(xml: str) -> int | None:
    """The fence that a metadata element tells, None if it is not ours."""
    element = ElementTree.fromstring(xml)  # noqa: S314 - written by us, kept by libvirt
    return int(element.get("fence", "0")) if element.tag.endswith("guest") else None


def read_console(xml: str) -> tuple[str, int, str | None] | None:
    """Address, port and password of the VNC display in a running guest's definition."""
    graphics = ElementTree.fromstring(xml).find("./devices/graphics[@type='vnc']")  # noqa: S314 - from libvirt
    if graphics is None or int(graphics.get("port", "-1")) < 0:
        return None
    return graphics.get("listen", "127.0.0.1"), int(graphics.get("port", "-1")), graphics.get("passwd")


def _metadata(domain: str, fence: int) -> Element:
    ElementTree.register_namespace("javelin", NAMESPACE)
    return Element(f"{{{NAMESPACE}}}guest", id=domain, fence=str(fence))


def _add_system(root: Element, platform: Platform) -> None:
    os = ElementTree.SubElement(root, "os")
    if platform.type == "test":
        _text(os, "type", "hvm")
        return
    _text(os, "type", "hvm", arch="x86_64", machine="pc")
    if platform.type == "kvm":
        ElementTree.SubElement(root, "cpu", mode="host-model")
    features = ElementTree.SubElement(root, "features")
    ElementTree.SubElement(features, "acpi")
    ElementTree.SubElement(features, "apic")
    for event, action in (("on_poweroff", "destroy"), ("on_reboot", "restart"), ("on_crash", "destroy")):
        _text(root, event, action)


def _disk(disk: Disk, path: str) -> Element:
    element = Element("disk", type="file", device="disk")
    ElementTree.SubElement(element, "driver", name="qemu", type="qcow2", discard="unmap")
    ElementTree.SubElement(element, "source", file=path)
    ElementTree.SubElement(element, "target", dev=f"vd{LETTERS[disk.position]}", bus="virtio")
    ElementTree.SubElement(element, "boot", order=str(disk.position + 1))
    _text(element, "serial", disk.volume.id.replace("-", "")[:20])
    return element


def _nic(nic: Nic, bridge: str, platform: Platform) -> Element:
    element = Element("interface", type="bridge")
    ElementTree.SubElement(element, "mac", address=nic.mac)
    ElementTree.SubElement(element, "source", bridge=bridge)
    ElementTree.SubElement(element, "model", type="virtio")
    if platform.filters:
        element.append(_filter(nic))
    return element


def _filter(nic: Nic) -> Element:
    """A guest speaks under its own addresses only: MAC, ARP, and IP when the cloud gave one."""
    if nic.ip is None:
        return Element("filterref", filter="no-mac-spoofing")
    element = Element("filterref", filter="clean-traffic")
    ElementTree.SubElement(element, "parameter", name="IP", value=str(nic.ip))
    return element


def _add_consoles(devices: Element, domain: Domain, platform: Platform) -> None:
    serial = ElementTree.SubElement(devices, "serial", type="pty")
    if platform.serial_log is not None:
        ElementTree.SubElement(serial, "log", file=platform.serial_log, append="on")
    ElementTree.SubElement(serial, "target", port="0")
    graphics = {"type": "vnc", "port": "-1", "autoport": "yes", "listen": "127.0.0.1"}
    if platform.vnc_password is not None:
        graphics["passwd"] = platform.vnc_password
    if domain.keyboard is not None and KEYMAP.fullmatch(domain.keyboard):
        graphics["keymap"] = domain.keyboard
    ElementTree.SubElement(devices, "graphics", graphics)
    video = ElementTree.SubElement(devices, "video")
    ElementTree.SubElement(video, "model", type="vga")
    ElementTree.SubElement(devices, "memballoon", model="virtio")
    rng = ElementTree.SubElement(devices, "rng", model="virtio")
    _text(rng, "backend", "/dev/urandom", model="random")


def _text(parent: Element, tag: str, text: str, **attributes: str) -> None:
    ElementTree.SubElement(parent, tag, attributes).text = text

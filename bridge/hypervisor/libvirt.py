"""The real hypervisor: guests of libvirt (QEMU with KVM, or emulated where KVM does not boot)."""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import Any

import libvirt

from bridge import cancelling
from bridge.errors import DomainNotFound, DomainNotRunning, HostCommandFailed, HostError
from bridge.hypervisor import domain_xml
from bridge.hypervisor.accelerator import kvm_boots
from bridge.hypervisor.base import Capabilities, DomainListener, Load, Wiring
from bridge.hypervisor.connection import Connection, translated
from bridge.hypervisor.states import domain_state, weight
from javelin.messaging.host_commands import ConsoleAddress, Domain, DomainState

log = logging.getLogger(__name__)

POLL = 0.05  # seconds between looks at a guest that was asked to power off
PRESS_AGAIN = 10.0  # seconds; a guest that boots misses the first press of its power button
SERIAL_LIMIT = 16 << 20  # bytes of serial output kept per guest
FILTER = "clean-traffic"


def _random_password(_domain: str) -> str:
    return secrets.token_urlsafe(6)


class LibvirtHypervisor:
    """Guests behind one libvirt URI. `state` is the folder for serial logs and what was probed.

    `vnc_password` gives the password of a guest's display, of which VNC takes eight characters.
    """

    def __init__(self, uri: str, state: Path, vnc_password: Callable[[str], str] = _random_password) -> None:
        self._vnc_password = vnc_password
        self._test = uri.startswith("test:")
        self._serial = state / "serial"
        self._serial.mkdir(parents=True, exist_ok=True)
        self._listeners: list[DomainListener] = []
        self._changed: SimpleQueue[str | None] = SimpleQueue()
        self._reboots: dict[str, Event] = {}
        self._known: set[str] = set()
        self._filters = False
        self._kvm = not self._test and kvm_boots(state / "kvm.json")
        self._connection = Connection(uri, self._prepare)
        self._teller = Thread(target=self._tell, name="domain-events", daemon=True)
        self._teller.start()
        self._connection.get()

    def capabilities(self) -> Capabilities:
        with translated("host"):
            connection = self._connection.get()
            _, memory, cpus, mhz, *_ = connection.getInfo()
            version = connection.getVersion()
            name = f"{connection.getType()} {version // 1_000_000}.{version // 1000 % 1000}.{version % 1000}"
        return Capabilities("libvirt", name, self._kvm, int(cpus), int(mhz) or 2000, int(memory))

    def load(self) -> Load:
        lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        total, free = (int(lines[name].split()[0]) // 1024 for name in ("MemTotal", "MemAvailable"))
        self._trim_serial_logs()
        return Load(total - free, os.getloadavg()[0])

    def domains(self) -> list[DomainState]:
        with translated("guests"):
            found = [self._read(domain) for domain in self._connection.get().listAllDomains()]
        states = [state for state in found if state is not None]
        self._known |= {state.id for state in states}
        return states

    def state(self, domain: str) -> DomainState:
        try:
            with translated(f"guest {domain}"):
                return self._read(self._find(domain)) or DomainState(id=domain, state="Absent")
        except DomainNotFound:
            return DomainState(id=domain, state="Absent")

    def start(self, domain: Domain, fence: int, wiring: Wiring) -> DomainState:
        known = self.state(domain.id)
        self._known.add(domain.id)
        with translated(f"guest {domain.name}"):
            if known.state in ("Running", "Paused"):
                guest = self._find(domain.id)
                if known.fence < fence:
                    self._mark(guest, fence)
                if known.state == "Paused":
                    guest.resume()
                return self.state(domain.id)
            if known.state == "Absent":
                self._expect_no_stranger(domain.id)
            xml = domain_xml.domain_xml(domain, fence, wiring, self._platform(domain.id))
            guest = self._connection.get().defineXML(xml)
            try:
                guest.create()
            except libvirt.libvirtError:
                if known.state == "Absent":
                    guest.undefineFlags(self._undefine_flags())
                raise
            self._weigh(guest, domain)
        return self.state(domain.id)

    def stop(self, domain: str, forced: bool, grace_seconds: int) -> DomainState:
        state = self.state(domain)
        if state.state in ("Absent", "Stopped"):
            return state
        try:
            with translated(f"guest {domain}"):
                guest = self._find(domain)
                if forced or not self._powers_off(guest, grace_seconds):
                    guest.destroy()
        except (DomainNotFound, DomainNotRunning):
            log.info("guest %s went off by itself", domain)
        return self.state(domain)

    def reboot(self, domain: str, forced: bool, grace_seconds: int) -> DomainState:
        done = self._reboots.setdefault(domain, Event())
        done.clear()
        try:
            with translated(f"guest {domain}"):
                guest = self._find(domain)
                if forced:
                    guest.reset()
                else:
                    guest.reboot()
                    if not self._test and not cancelling.wait_for(done, grace_seconds):
                        guest.reset()
        finally:
            self._reboots.pop(domain, None)
        return self.state(domain)

    def destroy(self, domain: str) -> None:
        try:
            with translated(f"guest {domain}"):
                guest = self._find(domain)
                if guest.isActive():
                    guest.destroy()
                guest.undefineFlags(self._undefine_flags())
        except DomainNotFound:
            log.info("guest %s is gone already", domain)
        self._log_of(domain).unlink(missing_ok=True)

    def console(self, domain: str) -> ConsoleAddress:
        with translated(f"guest {domain}"):
            guest = self._find(domain)
            if not guest.isActive():
                raise DomainNotRunning(f"guest {domain} has no power")
            found = domain_xml.read_console(guest.XMLDesc(libvirt.VIR_DOMAIN_XML_SECURE))
        if found is None:
            raise DomainNotRunning(f"guest {domain} has no display")
        address, port, password = found
        return ConsoleAddress(address=address, port=port, password=password)

    def subscribe(self, listener: DomainListener) -> None:
        self._listeners.append(listener)

    def close(self) -> None:
        self._connection.close()
        self._changed.put(None)

    def _find(self, domain: str) -> Any:
        """A guest that carries our mark; others are as good as absent."""
        guest = self._connection.get().lookupByUUIDString(domain)
        if self._read(guest) is None:
            raise DomainNotFound(f"guest {domain} is not of this cloud")
        return guest

    def _expect_no_stranger(self, domain: str) -> None:
        """Defining a guest replaces one with the same UUID, so that one must be ours."""
        strangers = (guest for guest in self._connection.get().listAllDomains() if guest.UUIDString() == domain)
        if any(self._read(guest) is None for guest in strangers):
            raise HostCommandFailed(f"a guest {domain} is here that this cloud did not define")

    def _read(self, guest: Any) -> DomainState | None:
        """One guest, or None if it is not ours or went away meanwhile."""
        try:
            mark = guest.metadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, domain_xml.NAMESPACE)
            state, reason = guest.state()
        except libvirt.libvirtError as error:
            if error.get_error_code() in (libvirt.VIR_ERR_NO_DOMAIN_METADATA, libvirt.VIR_ERR_NO_DOMAIN):
                return None
            raise
        return domain_state(guest.UUIDString(), state, reason, domain_xml.read_fence(mark))

    def _mark(self, guest: Any, fence: int) -> None:
        mark = domain_xml.metadata_xml(guest.UUIDString(), fence)
        flags = libvirt.VIR_DOMAIN_AFFECT_LIVE | libvirt.VIR_DOMAIN_AFFECT_CONFIG
        guest.setMetadata(libvirt.VIR_DOMAIN_METADATA_ELEMENT, mark, "javelin", domain_xml.NAMESPACE, flags)

    def _weigh(self, guest: Any, domain: Domain) -> None:
        """Give the guest its share of the processors; hosts without a CPU cgroup go without."""
        try:
            guest.setSchedulerParametersFlags({"cpu_shares": weight(domain)}, libvirt.VIR_DOMAIN_AFFECT_LIVE)
        except libvirt.libvirtError as error:
            log.debug("no CPU weight for %s: %s", domain.id, error)

    def _powers_off(self, guest: Any, grace_seconds: int) -> bool:
        """Press the power button until the guest is off or the time is up."""
        end, press = monotonic() + grace_seconds, 0.0
        while monotonic() < end:
            if monotonic() >= press:
                guest.shutdown()
                press = monotonic() + PRESS_AGAIN
            if not guest.isActive():
                return True
            cancelling.pause(POLL)
        return not guest.isActive()

    def _platform(self, domain: str) -> domain_xml.Platform:
        if self._test:
            return domain_xml.Platform("test", False, None, None)
        kind = "kvm" if self._kvm else "qemu"
        return domain_xml.Platform(kind, self._filters, str(self._log_of(domain)), self._vnc_password(domain))

    def _undefine_flags(self) -> int:
        flags = libvirt.VIR_DOMAIN_UNDEFINE_MANAGED_SAVE | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
        return int(flags if self._test else flags | libvirt.VIR_DOMAIN_UNDEFINE_NVRAM)

    def _log_of(self, domain: str) -> Path:
        return self._serial / f"{domain}.log"

    def _trim_serial_logs(self) -> None:
        """A guest must not fill the disk by talking; logs are opened for appending, so cutting them is safe."""
        for file in self._serial.glob("*.log"):
            if file.stat().st_size > SERIAL_LIMIT:
                os.truncate(file, 0)

    def _prepare(self, connection: Any) -> None:
        any_domain = None
        connection.domainEventRegisterAny(any_domain, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, self._on_lifecycle, None)
        connection.domainEventRegisterAny(any_domain, libvirt.VIR_DOMAIN_EVENT_ID_REBOOT, self._on_reboot, None)
        if not self._test:
            self._filters = any(each.name() == FILTER for each in connection.listAllNWFilters())

    def _on_lifecycle(self, _connection: Any, guest: Any, _event: int, _detail: int, _opaque: None) -> None:
        self._changed.put(guest.UUIDString())

    def _on_reboot(self, _connection: Any, guest: Any, _opaque: None) -> None:
        if (waiting := self._reboots.get(guest.UUIDString())) is not None:
            waiting.set()

    def _tell(self) -> None:
        """Ask for the state outside libvirt's event loop, which a call from inside would stop."""
        while (domain := self._changed.get()) is not None:
            try:
                state = self.state(domain)
            except HostError as error:
                log.info("a change of guest %s is left to the next comparison: %s", domain, error)
                continue
            if state.state != "Absent" or domain in self._known:
                for listener in self._listeners:
                    listener(state)
            if state.state == "Absent":
                self._known.discard(domain)

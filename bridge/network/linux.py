"""The network driver for Linux hosts: bridges, VXLAN, and a namespace with dnsmasq, nftables and metadata per router.

What it made is remembered under `<state>/networks` and goes on without this process; `restore` makes it again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from ipaddress import IPv4Address
from pathlib import Path
from threading import Lock, RLock

from bridge.errors import HostCommandFailed, HostError
from bridge.network import leftovers, segments, served
from bridge.network.dhcp_dns import DhcpDns
from bridge.network.local_bridge import LocalBridge
from bridge.network.metadata_client import MetadataService
from bridge.network.records import GuestRecord, Records, known_networks, known_routers, record_of
from bridge.network.router import Router
from javelin.messaging.host_commands import ApplyNetwork, Guest, Segment

RUNTIME = Path("/run/javelin")


class LinuxNetwork:
    """Segments and routers of this host; see `bridge.network.base.Network` for what each call promises.

    `local_address` is this host's end of tunnels; `local_bridges` are made by the driver, all other bridges that
    segments and routers name are the operator's.
    """

    def __init__(
        self,
        state: Path,
        *,
        local_address: IPv4Address | None = None,
        local_bridges: Sequence[LocalBridge] = (),
        runtime: Path = RUNTIME,
    ) -> None:
        self._state = state.resolve()
        self._runtime = runtime
        self._local_address = local_address
        self._local_bridges = {bridge.name: bridge for bridge in local_bridges}
        self._metadata = MetadataService(self._state, runtime)
        self._locks: defaultdict[str, RLock] = defaultdict(RLock)
        self._locks_guard = Lock()
        self._metadata_guard = Lock()

    def ensure_segment(self, segment: Segment) -> str:
        """See the interface."""
        with self._lock(segment.network):
            records = Records(self._state, segment.network)
            segment = records.newest(segment)
            if records.segment() != segment or not segments.is_present(segment):
                self._ensure_local_bridge(segment.uplink)
                records.keep_segment(segment)  # first, so that whatever exists is explained
                segments.ensure(segment, self._local_address)
        return segments.bridge_of(segment)

    def update_segment(self, segment: Segment) -> None:
        """See the interface."""
        with self._lock(segment.network):
            records = Records(self._state, segment.network)
            if segments.is_present(records.segment() or segment):
                self.ensure_segment(segment)
            else:
                records.keep_segment(records.newest(segment))

    def release_unused_segment(self, network: str) -> bool:
        """See the interface."""
        with self._lock(network):
            if network in self.networks() or segments.has_guests(network):
                return False
            self.remove(network)
            return True

    def apply(self, command: ApplyNetwork) -> None:
        """See the interface."""
        with self._lock(command.segment.network):
            self._apply(command)

    def _apply(self, command: ApplyNetwork) -> None:
        network = command.segment.network
        records, router = Records(self._state, network), Router(self._runtime, network)
        segment = records.newest(command.segment)
        description = command.model_copy(update={"segment": segment, "guests": (), "gone": (), "complete": False})
        self.ensure_segment(segment)
        if records.network() != description:
            records.keep_network(description)
        server = DhcpDns(self._runtime, network)
        if not router.is_as_described(description):
            self._ensure_local_bridge(command.router.public_bridge)
            router.ensure(description, self._guests(records))
        server.ensure(description, self._guests(records))
        with self._metadata_guard:
            self._metadata.refresh(network)
        gone = set(command.gone)
        if command.complete:
            gone |= set(records.nics()) - {guest.nic for guest in command.guests}
        self._withdraw(records, description, gone)
        self._admit(records, description, command.guests)

    def _withdraw(self, records: Records, network: ApplyNetwork, nics: Iterable[str]) -> None:
        """Take guests out everywhere, their records last, so that a repeat after a crash finds what is left to do."""
        gone = [record.guest for nic in sorted(nics) if (record := records.guest(nic))]
        Router(self._runtime, network.segment.network).dismiss(gone)
        DhcpDns(self._runtime, network.segment.network).withdraw(network, gone)
        for guest in gone:
            served.withdraw(records, guest.ip)
            records.forget_guest(guest.nic)

    def _admit(self, records: Records, network: ApplyNetwork, guests: Iterable[Guest]) -> None:
        """Add or replace guests; one that is there exactly so costs nothing."""
        changed: list[tuple[Guest, GuestRecord, GuestRecord | None]] = []
        for guest in guests:
            record, before = record_of(guest), records.guest(guest.nic)
            if before and record.password_digest is None:
                record = record.model_copy(update={"password_digest": before.password_digest})
            if before and (before.guest.mac, before.guest.ip) != (guest.mac, guest.ip):
                self._withdraw(records, network, [guest.nic])
                before = None
            if record != before:
                changed.append((guest, record, before))
        router, server = Router(self._runtime, network.segment.network), DhcpDns(self._runtime, network.segment.network)
        for guest, record, before in changed:
            served.serve(records, record, before, guest.password)
            server.write(record.guest)
        router.admit(guest for guest, _, _ in changed)
        for _, record, before in changed:
            records.keep_guest(record)
            if before and (before.guest.hostname, before.guest.default) != (
                record.guest.hostname,
                record.guest.default,
            ):
                server.reread()

    def remove(self, network: str) -> None:
        """See the interface."""
        with self._lock(network):
            DhcpDns(self._runtime, network).stop()
            Router(self._runtime, network).remove()
            segments.remove(network)
            DhcpDns(self._runtime, network).remove()
            Records(self._state, network).forget()
        with self._metadata_guard:
            if self.networks():
                self._metadata.forget()
            else:
                self._metadata.stop()

    def remove_router(self, network: str) -> None:
        """See the interface."""
        with self._lock(network):
            DhcpDns(self._runtime, network).stop()
            Router(self._runtime, network).remove()
            DhcpDns(self._runtime, network).remove()
            Records(self._state, network).forget_router()
        with self._metadata_guard:
            if self.networks():
                self._metadata.forget()
            else:
                self._metadata.stop()

    def restore(self) -> None:
        """See the interface."""
        failures = []
        for bridge in self._local_bridges.values():
            bridge.ensure()
        for network in known_networks(self._state):
            try:
                with self._lock(network):
                    self._restore(Records(self._state, network))
            except HostError as error:
                failures.append(f"network {network}: {error}")
        if failures:
            raise HostCommandFailed("; ".join(failures))

    def _restore(self, records: Records) -> None:
        if network := records.network():
            self._apply(network)
        elif segment := records.segment():
            self.ensure_segment(segment)

    def held(self) -> list[str]:
        """See the interface."""
        return known_networks(self._state)

    def networks(self) -> frozenset[str]:
        """See the interface."""
        return frozenset(known_routers(self._state))

    def leftovers(self) -> list[str]:
        """Namespaces, links, processes and folders of ours that nothing remembered here explains."""
        return leftovers.find(self._runtime, known_networks(self._state))

    def _guests(self, records: Records) -> Iterator[Guest]:
        return (record.guest for record in records.guests())

    def _ensure_local_bridge(self, name: str | None) -> None:
        if name in self._local_bridges:
            self._local_bridges[name].ensure()

    def _lock(self, network: str) -> RLock:
        with self._locks_guard:
            return self._locks[network]

"""What the driver remembers on disk: per network its segment, its router and one file per guest.

`<state>/networks/<network id>/`
    `segment.json`, `network.json`     the last Segment and ApplyNetwork (without guests) that were applied
    `guests/<nic id>.json`             one guest, without its password
    `served/<address>/`                what the metadata service answers to that address; see `served.py`
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from bridge.network.tools import write_whole
from javelin.messaging.host_commands import ApplyNetwork, Guest, Segment


class GuestRecord(BaseModel):
    """A guest as it was applied. Of its password only a digest is kept, to know a repeat from a new one."""

    guest: Guest
    password_digest: str | None = None


def record_of(guest: Guest) -> GuestRecord:
    """The record of a guest that was asked for."""
    digest = None
    if guest.password is not None:
        digest = hashlib.scrypt(guest.password.encode(), salt=guest.nic.encode(), n=1024, r=8, p=1).hex()
    return GuestRecord(guest=guest.model_copy(update={"password": None}), password_digest=digest)


class Records:
    """The records of one network."""

    def __init__(self, state: Path, network: str) -> None:
        self.folder = state / "networks" / network
        self.served = self.folder / "served"
        self._guests = self.folder / "guests"

    def segment(self) -> Segment | None:
        """The segment that was applied last."""
        file = self.folder / "segment.json"
        return Segment.model_validate_json(file.read_bytes()) if file.exists() else None

    def newest(self, segment: Segment) -> Segment:
        """This one, or the known one if it is of a later revision."""
        known = self.segment()
        return known if known is not None and known.revision > segment.revision else segment

    def keep_segment(self, segment: Segment) -> None:
        """Remember the segment."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.folder / "segment.json", segment.model_dump_json())

    def network(self) -> ApplyNetwork | None:
        """The router's description that was applied last, without guests."""
        file = self.folder / "network.json"
        return ApplyNetwork.model_validate_json(file.read_bytes()) if file.exists() else None

    def keep_network(self, network: ApplyNetwork) -> None:
        """Remember the router's description."""
        for folder in (self.folder, self._guests, self.served):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(self.folder / "network.json", network.model_dump_json())

    def guest(self, nic: str) -> GuestRecord | None:
        """The guest with this NIC."""
        file = self._guests / f"{nic}.json"
        return GuestRecord.model_validate_json(file.read_bytes()) if file.exists() else None

    def guests(self) -> Iterator[GuestRecord]:
        """All guests of the network."""
        for nic in self.nics():
            yield GuestRecord.model_validate_json((self._guests / f"{nic}.json").read_bytes())

    def nics(self) -> list[str]:
        """The NICs of all guests."""
        return sorted(file.stem for file in self._guests.glob("[0-9a-f]*.json"))

    def keep_guest(self, record: GuestRecord) -> None:
        """Remember a guest."""
        write_whole(self._guests / f"{record.guest.nic}.json", record.model_dump_json())

    def forget_guest(self, nic: str) -> None:
        """Forget a guest. Absent is success."""
        (self._guests / f"{nic}.json").unlink(missing_ok=True)

    def forget_router(self) -> None:
        """Forget all but the segment. Absent is success."""
        (self.folder / "network.json").unlink(missing_ok=True)
        for folder in (self._guests, self.served):
            if folder.exists():
                shutil.rmtree(folder)

    def forget(self) -> None:
        """Forget the network. Absent is success."""
        if self.folder.exists():
            shutil.rmtree(self.folder)


def known_routers(state: Path) -> list[str]:
    """Ids of the networks whose router belongs here."""
    return sorted(file.parent.name for file in (state / "networks").glob("*/network.json"))


def known_networks(state: Path) -> list[str]:
    """Ids of the networks of which anything is remembered."""
    return sorted(folder.name for folder in (state / "networks").glob("*/"))

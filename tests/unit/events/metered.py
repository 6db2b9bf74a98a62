"""Things that are used at known times: what the streams tell of them, in any order and as often as a test likes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from functions.data import _usage
from javelin.contract.caller import Caller
from javelin.data.ids import new_id
from javelin.data.record import Record
from javelin.data.records.network import Network
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.template import Template
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.records.volume import Volume

Json = dict[str, Any]
DAY = datetime(2026, 3, 10, tzinfo=UTC)
START = int(DAY.timestamp())
HOUR = 3600


@dataclass
class Story:
    """A thing and all that the streams tell of it; `told` grows with every change."""

    record: Any
    told: list[Json] = field(default_factory=list)
    _before: Json | None = None

    def change(self, second: int, **values: Any) -> None:
        """It is so from this second of the day on."""
        for name, value in values.items():
            setattr(self.record, name, value)
        self.record.version = int(self.record.version or 0) + 1
        self._tell(second, self.record.serialize())

    def goes(self, second: int) -> None:
        """It is deleted."""
        self._tell(second, None)

    def _tell(self, second: int, after: Json | None) -> None:
        images = {"OldImage": self._before, "NewImage": after}
        name = "INSERT" if self._before is None else "REMOVE" if after is None else "MODIFY"
        self.told.append({
            "eventName": name,
            "eventSourceARN": f"arn:aws:dynamodb:x:1:table/{type(self.record).Meta.table_name}/stream/2026",
            "dynamodb": {
                "ApproximateCreationDateTime": START + second,
                **{side: image for side, image in images.items() if image is not None},
            },
        })  # fmt: skip
        self._before = after


def keep(*stories: Story) -> None:
    """The streams tell them as they happened."""
    for story in stories:
        _usage.keep(story.told)


def of(caller: Caller) -> Json:
    return {
        "account_id": caller.account_id, "account": caller.account, "domain_id": caller.domain_id,
        "domain_path": caller.domain_path,
    }  # fmt: skip


def guest(caller: Caller, **fields: Any) -> Story:
    given: Json = {
        "name": "web", "display_name": "web", "instance_name": "i-1", "user_id": "u", "zone_id": "z", "zone_name": "z",
        "template_id": "t", "template_name": "t", "offering_id": "small", "offering_name": "small", "cpus": 1, "mhz": 500,
        "memory_mib": 256, "root_volume_id": "v",
    }  # fmt: skip
    return Story(VirtualMachine(new_id(), **(given | of(caller) | fields)))


def others(caller: Caller) -> list[tuple[int, Story, Json, Json]]:
    """One of every other kind: its usage type, what it is when it is used, and when it is not any more."""
    zone, gib = {"zone_id": "z", "zone_name": "z"}, 2**30
    image: Json = {"display_text": "t", "physical_size": gib, "size": 2 * gib, **zone, **of(caller)}
    network: Json = {"display_text": "n", "offering_id": "o", "cidr": "c", "gateway": "g", "netmask": "m"}
    address: Json = {"range_id": "r", "ip": "203.0.113.9", "gateway": "g", "netmask": "m"}
    nobody = dict.fromkeys(of(caller))
    rows: list[tuple[int, Record, Json, Json]] = [
        (3, PublicAddress(new_id(), **address, **zone), {"state": "Allocated", **of(caller)}, {"state": "Free", **nobody}),
        (6, Volume(new_id(), name="d", size=gib, **zone, **of(caller)), {"state": "Ready"}, {"state": "Destroy"}),
        (7, Template(new_id(), name="t", **image), {"state": "Ready"}, {"state": "Deleting"}),
        (8, Template(new_id(), name="i", format="ISO", **image), {"state": "Ready"}, {"state": "Deleting"}),
        (30, Network(new_id(), name="n", **network, **zone, **of(caller)), {"state": "Allocated"}, {"state": "Destroy"}),
    ]  # fmt: skip
    return [(number, Story(record), used, gone) for number, record, used, gone in rows]

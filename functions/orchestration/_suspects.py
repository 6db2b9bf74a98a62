"""Differences are repaired when they are seen twice, some time apart, and nothing moved between the two looks: a round takes
long in a large cloud, and a counter that jobs change may look wrong twice, and in the same way, without being so."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from javelin.messaging.events import announce, of_cloud

EVENT = "OPERATION.RECONCILE"
SETTLED = 60  # seconds between the two looks; streams and indexes have caught up by then
FORGOTTEN = 3 * 24 * 3600  # seconds; whatever it was is gone
MOST = 1000  # differences that are kept in mind


@dataclass
class Findings:
    """What a run sees and does. `known` are the suspects of earlier runs."""

    dry: bool
    patience: int
    known: dict[str, list[int]]
    numbers: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def differs(self, key: str, was: int, wanted: int, repair: Callable[[], bool], version: int = 0) -> None:
        """A counter and what it should be, equal or not. `repair` answers False if the counter has moved since.

        `version` is of the record whose every write changes what is counted too: where it is what it was at the first look,
        nothing came or went while the records were added up for the second.
        """
        before, now = self.known.pop(key, None), int(time.time())
        if was == wanted:
            return
        said = f"{key} was {was} and is {wanted} by the records"
        if before is None or [*before[:2], *before[3:]] != [was, wanted, version]:
            self._remember(key, [was, wanted, now, version])
            self._tell("suspect", said)
        elif now - before[2] < self.patience:
            self._remember(key, before)
            self._tell("suspect", said)
        elif not self.dry and repair():
            kind, id_ = re.split("[#/]", key)[:2]
            self.repaired(kind, id_, f"{key} was {was}; the records add up to {wanted}, a difference of {was - wanted}")
        else:
            self._tell("differs", said)

    def repaired(self, kind: str, id_: str, said: str) -> None:
        """Count and announce a repair that was made."""
        self._tell("repaired", said)
        announce(of_cloud(EVENT, f"Reconciled: {said}", resource_type=kind, resource_id=id_, level="WARN"))

    def noticed(self, said: str) -> None:
        """Something that a run which is not dry would put right."""
        self._tell("differs", said)

    def left(self) -> dict[str, list[int]]:
        """The suspects for the next run."""
        oldest = time.time() - FORGOTTEN
        return {key: seen for key, seen in self.known.items() if seen[2] > oldest}

    def report(self) -> dict[str, Any]:
        """Numbers, and the first sentences."""
        return {**self.numbers, "told": self.told}

    def _remember(self, key: str, seen: list[int]) -> None:
        if len(self.known) < MOST:
            self.known[key] = seen

    def _tell(self, what: str, said: str) -> None:
        self.numbers[what] += 1
        if len(self.told) < 100:
            self.told.append(f"{what}: {said}")

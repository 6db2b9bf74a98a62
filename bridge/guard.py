"""Restarts guests that crashed, while the cloud cannot have given them to another host."""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock

from bridge.commands.start_domain import power_on
from bridge.errors import HostError
from bridge.host import Host
from bridge.hypervisor.base import CRASHED
from bridge.journal import Journal
from bridge.lanes import Lanes
from javelin.messaging.host_commands import DomainState

log = logging.getLogger(__name__)

Alert = Callable[[str, str], None]
Clock = Callable[[], datetime]
SAVED_EVERY = timedelta(seconds=5)
MOST_RESTARTS = 3  # of one guest within `WINDOW`: one that crashes more often is not helped by another start
WINDOW = timedelta(minutes=10)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Lease:
    """How long ago the cloud was reached, over restarts of the bridge.

    After a silence as long as `validity` the cloud may have moved any guest: only what it confirms later counts.
    """

    def __init__(self, journal: Journal, validity: timedelta, clock: Clock = utc_now) -> None:
        self._journal = journal
        self._validity = validity
        self._clock = clock
        self._lock = Lock()
        self._contact = self._fact("contact")
        self._unbroken_since = self._fact("contact_since")
        self._saved = self._contact

    def touch(self) -> None:
        """The cloud was reached just now."""
        now = self._clock()
        with self._lock:
            if self._contact is None or self._unbroken_since is None or now - self._contact >= self._validity:
                self._unbroken_since = now
                self._journal.set_fact("contact_since", now.isoformat())
            self._contact = now
            if self._saved is None or now - self._saved >= SAVED_EVERY:
                self._journal.set_fact("contact", now.isoformat())
                self._saved = now

    def covers(self, confirmed: datetime) -> bool:
        """Whether what the cloud said at `confirmed` must still be so."""
        with self._lock:
            if self._contact is None or self._unbroken_since is None:
                return False
            return self._clock() - self._contact < self._validity and confirmed >= self._unbroken_since

    def _fact(self, name: str) -> datetime | None:
        saved = self._journal.fact(name)
        return datetime.fromisoformat(saved) if saved is not None else None


class Guard:
    """Watches changes of guests; restarts happen in the lane of the guest's resource, between its commands."""

    def __init__(
        self, host: Host, journal: Journal, lanes: Lanes, lease: Lease, alert: Alert, clock: Clock = utc_now
    ) -> None:
        self._host = host
        self._journal = journal
        self._lanes = lanes
        self._lease = lease
        self._alert = alert
        self._clock = clock
        self._restarts: dict[str, deque[datetime]] = defaultdict(deque)

    def changed(self, state: DomainState) -> None:
        """A guest changed; one that crashed and should run here is looked after."""
        if state.state == "Stopped" and state.reason == CRASHED:
            wanted = self._journal.wanted(state.id)
            if wanted is not None:
                self._lanes.submit(wanted.resource, lambda: self._look_after(state.id))

    def _look_after(self, domain: str) -> None:
        wanted, state = self._journal.wanted(domain), self._host.hypervisor.state(domain)
        if wanted is None or state.state != "Stopped" or state.reason != CRASHED:
            return
        about = f"Guest {wanted.domain.name} ({domain}) crashed"
        if not self._lease.covers(wanted.confirmed):
            self._alert("Crashed guest left off", f"{about}; the cloud was away too long to be sure of it.")
            return
        if not self._may_restart(domain):
            self._alert("Crashed guest left off", f"{about} again after {MOST_RESTARTS} restarts in ten minutes.")
            return
        try:
            power_on(wanted.domain, self._host.on_behalf_of(wanted.resource, wanted.fence))
        except HostError as error:
            self._alert("Crashed guest did not start", f"{about} and could not be started: {error}")
        else:
            self._alert("Crashed guest restarted", f"{about} and was started again.")

    def _may_restart(self, domain: str) -> bool:
        past, now = self._restarts[domain], self._clock()
        while past and now - past[0] > WINDOW:
            past.popleft()
        if len(past) >= MOST_RESTARTS:
            return False
        past.append(now)
        return True

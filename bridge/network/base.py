"""What a network driver does for the bridge, stated as outcomes."""

from __future__ import annotations

from typing import Protocol

from javelin.messaging.host_commands import ApplyNetwork, Segment


class Network(Protocol):
    """Layer-2 segments and routers of this host.

    Calls for different networks may come at the same time from several threads; the agent serializes the commands of
    one network, but `ensure_segment` and `release_unused_segment` come with the commands of guests, so a driver locks
    each network for itself. Failures are errors of `bridge.errors`: Retryable ones are tried again by the cloud.
    What was applied survives a stop or a crash of the bridge and goes on serving guests meanwhile.
    """

    def ensure_segment(self, segment: Segment) -> str:
        """Make the segment exist and answer the name of the Linux bridge to which the host attaches guests.

        A repeat answers the same name and brings VXLAN peers up to date, unless a later revision of them is known.
        With `uplink` it is the operator's own bridge: it is never changed, and its absence is HostCommandFailed unless
        the driver was told to create it.
        """
        ...

    def update_segment(self, segment: Segment) -> None:
        """Bring the peers of a segment up to date; where it does not exist yet they are remembered until it does."""
        ...

    def release_unused_segment(self, network: str) -> bool:
        """Remove the segment of `network` if neither a router nor a guest uses it here; say whether it is gone.

        An operator's own bridge stays and counts as gone. Absent is True.
        """
        ...

    def apply(self, command: ApplyNetwork) -> None:
        """Make segment and router as described, then add or replace `guests` by NIC id and withdraw `gone`.

        With `complete`, guests that are not listed are withdrawn. A repeat changes nothing and is cheap; adding a
        guest interrupts no other guest.
        """
        ...

    def remove(self, network: str) -> None:
        """Remove router, segment, processes and all state of `network`. Absent is success.

        Guests' interfaces that are still attached lose their connection.
        """
        ...

    def remove_router(self, network: str) -> None:
        """Remove router, processes and what is known of its guests; the segment stays. Absent is success."""
        ...

    def restore(self) -> None:
        """Make everything that was applied exist again, after a restart of the bridge or of the host.

        What already is as it should be is left alone, so that guests notice nothing.
        """
        ...

    def held(self) -> list[str]:
        """The networks of which anything is on this host, in order."""
        ...

    def networks(self) -> frozenset[str]:
        """Ids of the networks whose router was applied here and not removed."""
        ...

"""Which differences from the picture before a run may leave that is undone: what cannot come back, or is true anyway."""

from __future__ import annotations

from collections.abc import Callable


def but(*may_differ: str) -> Callable[[list[str]], list[str]]:
    """Differences other than these, given as parts of their paths."""
    return lambda differences: [line for line in differences if not any(part in line for part in may_differ)]


# The host may have stopped it before the flow failed; then its report says so, and the records follow.
STOPPED_ANYWAY = but(
    "/domains/", "/cpu_used_mhz", "/memory_used_mib", "/guests:", "/host_id", "/host_name", "'Running' became 'Stopped'"
)
# So may it have told of its pools.
TOLD_ANYWAY = but("/StoragePool[0]/used", "/StoragePool[0]/capacity")
# What is deleted does not come back: the guest stays Expunging until it is expunged again.
HALF_EXPUNGED = but("/objects", "became 'Expunging'", "/volumes", "/domains/", "/expunge_")
ASKS_FOR_RESTART = but("/restart_required", "/segments")
# A template that failed stays, and says why, until it is deleted.
FAILED_TEMPLATE = but("/Template", "/used_template", "/objects")
# What is deleted does not come back: it can be deleted again.
HALF_CLEARED = but(
    "/records/Account", "/records/ApiKey", "/records/Claim", "/records/Domain", "/records/SshKeyPair", "/records/User"
)
HALF_EMPTIED = but("/records/Account", "/records/Claim", "/records/Project", "/records/SshKeyPair")

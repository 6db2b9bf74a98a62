"""What identity tells the cloud of."""

from __future__ import annotations

from javelin.contract.caller import Caller
from javelin.messaging.events import Event, announce


def tell(caller: Caller, kind: str, description: str, resource_type: str, resource_id: str) -> None:
    """Announce that the caller did something to a domain, account, user or key."""
    announce(
        Event(
            type=kind, description=description, account_id=caller.account_id, account=caller.account,
            domain_id=caller.domain_id, domain_path=caller.domain_path, user_id=caller.user_id,
            resource_type=resource_type, resource_id=resource_id,
        )
    )  # fmt: skip

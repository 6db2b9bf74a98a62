"""What identity tells the cloud of."""

from __future__ import annotations

from javelin.contract.caller import Caller
from javelin.contract.telling import Owner
from javelin.messaging.events import announce, of_caller


def tell(
    caller: Caller, kind: str, description: str, resource_type: str, resource_id: str, owner: Owner | None = None
) -> None:
    """Announce that the caller did something to a domain, account, user or key, or to anything of this owner's."""
    announce(of_caller(caller, kind, description, resource_type=resource_type, resource_id=resource_id, owner=owner))

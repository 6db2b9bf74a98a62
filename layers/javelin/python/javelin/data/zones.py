"""Who may use a zone: everybody, or those in the domain that it is private to and below."""

from __future__ import annotations

from javelin.contract.caller import Caller
from javelin.data.records.domain import Domain
from javelin.data.records.zone import Zone


def open_to(zone: Zone, caller: Caller) -> bool:
    """Whether the zone is for all, or for a domain that the caller is in or below."""
    if not zone.domain_id:
        return True
    home = Domain.find(zone.domain_id)
    return home is not None and caller.domain_path.startswith(home.path)


def require_open(zone: Zone, caller: Caller) -> None:
    """Raise InvalidParameter, as for a zone that does not exist, if the caller may not use it."""
    if not caller.is_root and not open_to(zone, caller):
        raise Zone.unknown(zone.id)

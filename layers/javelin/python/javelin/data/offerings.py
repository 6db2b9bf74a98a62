"""Offerings' reach: the domains and zones that an offering is for, who may use it, and how that is shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter, PermissionDenied
from javelin.contract.grants import Grant
from javelin.data import sort_keys
from javelin.data.inheritance import READ_INHERITED, value_for
from javelin.data.record import Record, Shared
from javelin.data.records.domain import Domain
from javelin.data.records.zone import Zone
from javelin.data.settings import TAGGED_OFFERINGS

REACH: tuple[Grant, ...] = (Domain.read, Zone.read)
MAY_TAG = READ_INHERITED


class Offering(Protocol):
    """What all offerings have: no domain means all domains, no zone all zones."""

    id: Any
    domain_ids: Any
    zone_ids: Any


S = TypeVar("S", bound=Shared)
R = TypeVar("R", bound=Record)


def reach(caller: Caller, domain_ids: list[str] | None, zone_ids: list[str] | None) -> tuple[list[str], list[str]]:
    """The domains and zones that a new offering is for, checked. A domain admin must say for which of its domains."""
    domains = _all(Domain, domain_ids)
    if not domains and not caller.is_root:
        raise PermissionDenied("Only the cloud's own administrators make offerings for all: give domainid.")
    for domain in domains:
        if not caller.sees_domain(domain.path):
            raise Domain.unknown(domain.id)
    zones = _all(Zone, zone_ids)
    return [domain.id for domain in domains], [zone.id for zone in zones]


def usable(record: type[S], caller: Caller, key: str) -> S:
    """The offering if the caller may use it. Otherwise the same error as for one that does not exist."""
    found = record.find(key)
    if found is None or not Viewer(caller).may_use(found):  # type: ignore[arg-type]  # every offering fits the protocol
        raise record.unknown(key)
    return found


def rewrite(
    caller: Caller, offering: Offering, *, sort_key: int | None, domain_ids: str | None, zone_ids: str | None, **values: Any
) -> None:  # fmt: skip
    """Give an offering these values, its place in lists, and the domains and zones that it is for: ids, or "public" and
    "all". None leaves what it is about as it is."""
    for name, value in values.items():
        if value is not None:
            setattr(offering, name, value)
    if sort_key is not None:
        sort_keys.put(offering, sort_key)
    if domain_ids is not None:
        offering.domain_ids, _ = reach(caller, _ids(domain_ids, "public"), None)
    if zone_ids is not None:
        offering.zone_ids = [zone.id for zone in _all(Zone, _ids(zone_ids, "all"))]


def check_tags(caller: Caller, *tags: list[str] | None) -> None:
    """Raise PermissionDenied for tags of an offering by who may not ask for certain hosts and pools."""
    if any(tags) and not caller.is_root and not may_tag(caller.account_id, caller.domain_id, caller.domain_path):
        raise PermissionDenied("You may not make offerings with tags; leave them out, or ask an operator to allow it.")


def may_tag(account_id: str, domain_id: str, domain_path: str) -> bool:
    """Whether the admin of a domain, with this account, may make offerings that ask for tags."""
    return value_for(TAGGED_OFFERINGS, account_id, domain_id, domain_path)


def governed(record: type[S], caller: Caller, key: str) -> S:
    """The offering if the caller may change or do away with it: operators any, others what is for domains of theirs alone.

    Raises PermissionDenied for what they may merely use.
    """
    offering = usable(record, caller, key)
    domains: Iterable[str] = offering.domain_ids  # type: ignore[attr-defined]  # every offering fits the protocol
    if caller.is_root or (domains and all(_governs(caller, Domain.find(one)) for one in domains)):
        return offering
    raise PermissionDenied("The offering is not for your domains alone; ask an operator.")


def _governs(caller: Caller, domain: Domain | None) -> bool:
    return domain is not None and caller.sees_domain(domain.path)


class Viewer:
    """Looks at offerings for one caller; domains and zones are read once."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._domains: dict[str, Domain | None] = {}
        self._zones: dict[str, Zone | None] = {}

    def may_use(self, offering: Offering) -> bool:
        """Whether it is for everybody, for a domain above the caller's, or for one that the caller governs."""
        if not offering.domain_ids or self._caller.is_root:
            return True
        return any(
            self._caller.domain_path.startswith(domain.path) or self._caller.sees_domain(domain.path)
            for domain in self._known(Domain, self._domains, offering.domain_ids)
        )

    def shown(self, offering: Offering) -> dict[str, str | None]:
        """The response's fields domainid, domain, zoneid and zone; absent for an offering that is for all."""
        domains = self._known(Domain, self._domains, offering.domain_ids)
        zones = self._known(Zone, self._zones, offering.zone_ids)
        return {
            "domainid": ",".join(offering.domain_ids) or None,
            "domain": ",".join(domain.shown_path for domain in domains) or None,
            "zoneid": ",".join(offering.zone_ids) or None,
            "zone": ",".join(zone.name for zone in zones) or None,
        }

    @staticmethod
    def _known(record: type[R], cache: dict[str, R | None], keys: Iterable[str]) -> list[R]:
        for key in keys:
            if key not in cache:
                cache[key] = record.find(key)
        return [found for key in keys if (found := cache[key]) is not None]


def fits(offering: Offering, *, domain_id: str | None, zone_id: str | None) -> bool:
    """Whether the offering is for this domain and zone, where they are given."""
    return (domain_id is None or not offering.domain_ids or domain_id in offering.domain_ids) and (
        zone_id is None or not offering.zone_ids or zone_id in offering.zone_ids
    )


def never(request: Any, *names: str) -> None:
    """Refuse what clients may say no to, but not yes. Raises InvalidParameter."""
    for name in names:
        if getattr(request, name):
            raise InvalidParameter(f"{name} is not supported here; leave it out or say false.")


def _all(record: type[R], keys: list[str] | None) -> list[R]:
    return [record.require(key) for key in dict.fromkeys(keys or [])]


def _ids(text: str, everything: str) -> list[str]:
    """The ids in a comma-separated text; none if it is the word for all."""
    return [] if text.lower() == everything else [piece.strip() for piece in text.split(",") if piece.strip()]

"""What counts goes from one domain to another: its counters, and in a domain that is moved its limit, go along with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from javelin.data.counters import RESOURCES, domains_of
from javelin.data.record import Change
from javelin.data.records.quota import Quota
from javelin.data.transaction import Transaction

Amounts = Mapping[str, int]


def domains_only(before: str, after: str) -> tuple[list[str], list[str]]:
    """The paths of the domains that what is at one path is in, and what is at the other is not; and the other way."""
    old, new = domains_of(before), domains_of(after)
    return [path for path in old if path not in new], [path for path in new if path not in old]


@dataclass
class Carrier:
    """`moved` are the beginnings of the paths at which a domain that is moved is, or was.

    What is limited there does not change while it is moved, so that it is read once.
    """

    moved: frozenset[str]
    _limited: dict[str, frozenset[str]] = field(default_factory=dict)

    def carry(
        self, transaction: Transaction, before: str, after: str, amounts: Amounts, tagged: Mapping[str, Amounts]
    ) -> None:
        """Count at the path after what was counted at the one before, whatever the limits."""
        left, entered = domains_only(before, after)
        for sign, paths in ((-1, left), (1, entered)):
            for path in paths:
                also: list[Change] = [Quota.tagged.add(set(tagged))] if tagged and sign > 0 else []
                self._count(transaction, path, path, amounts, sign, also)
                for tag, of_tag in tagged.items():
                    self._count(transaction, path, Quota.of_tag(path, tag), of_tag, sign)

    def _count(
        self, transaction: Transaction, path: str, scope: str, amounts: Amounts, sign: int, also: list[Change] | None = None
    ) -> None:  # fmt: skip
        along = self._limited_at(scope) if any(path.startswith(start) for start in self.moved) else frozenset()
        changes = list(also or ())
        for resource, amount in amounts.items():
            other = "limit" if resource in along else "over"
            changes += [getattr(Quota, f"{name}_{resource}").add(sign * amount) for name in ("used", other)]
        if changes:
            transaction.update(Quota(scope), changes)

    def _limited_at(self, scope: str) -> frozenset[str]:
        if scope not in self._limited:
            quota = Quota.of(scope)
            self._limited[scope] = frozenset(one for one in RESOURCES if quota.limit(one) is not None)
        return self._limited[scope]

"""Webhook: an address that is told of events as they happen."""

from __future__ import annotations

from collections.abc import Iterable

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from javelin.contract.rules import fits
from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name
from javelin.data.secret_attribute import SecretAttribute

EVERYTHING = "all"
MOST = 20  # of an account: each event of it may be told so often


class Webhook(Owned):
    """`scope` is Local (events of its account), Domain (of its domain and those below) or Global (all).

    `audience` names those events, see `audience_of`; one that is disabled has none, so that nobody finds it. `slot` is its
    number among those of its account. `event_types` are patterns, in which * stands for anything, of the types of events that
    it is told of; None for all.
    """

    noun = "webhook"

    class Meta:
        table_name = table_name("Webhook")

    name = FoldedAttribute()
    description = FoldedAttribute(default="")
    state = FoldedAttribute()
    payload_url = UnicodeAttribute()
    secret_key = SecretAttribute(null=True)
    ssl_verification = BooleanAttribute(default=True)
    scope = FoldedAttribute()
    audience = UnicodeAttribute(null=True)
    slot = NumberAttribute(default=0)
    event_types = JSONAttribute(null=True)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_shelf, by_owner = directories("name", "description", "state", "scope", "slot")
    by_audience = relation("audience")

    @staticmethod
    def slot_name(account_id: str, slot: int) -> str:
        """The claim of a slot: of two that are made at once, one takes it."""
        return f"webhook/{account_id}/{slot}"

    def hears(self, event_type: str) -> bool:
        """Whether it is told of events of this type."""
        return self.event_types is None or any(fits(pattern, event_type) for pattern in self.event_types)

    def audience_of(self) -> str | None:
        """What `audience` has to be."""
        if self.state != "Enabled":
            return None
        return {"Local": f"account/{self.account_id}", "Domain": f"domain/{self.domain_id}", "Global": EVERYTHING}[
            self.scope
        ]


def audiences(account_id: str, domain_ids: Iterable[str]) -> list[str]:
    """Whom an event of this account concerns; the domains are its own and all above it."""
    return [f"account/{account_id}", *(f"domain/{key}" for key in domain_ids), EVERYTHING]

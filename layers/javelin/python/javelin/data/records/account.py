"""Account: the tenant that owns things; its users act for it."""

from __future__ import annotations

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from javelin.data.counters import Counted
from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import cloud_directory
from javelin.data.record import ByCloud, Shared, table_name

ROOT_ACCOUNT = "00000000-0000-7000-8000-000000000002"
OF_PROJECT = "PrjAcct-"  # what the names of projects' accounts, and of no others, begin with


class ByDomain(GlobalSecondaryIndex["Account"]):
    """Answers: which accounts are in this domain?"""

    class Meta:
        index_name = "by_domain"
        projection = KeysOnlyProjection()

    domain_id = UnicodeAttribute(hash_key=True)
    id = UnicodeAttribute(range_key=True)


class Account(Shared, Counted):
    """`user_ids` are its users; `closing` says since when it is deleted: nothing new is counted for it.

    `former_name` says that what it owns may still tell that name. `project_ids` are the projects that all its users are
    in; `project_roles` what they are there, if it is more than a member: "<project id>/<project role id>". An account of a
    project has the project's id and no users, and is in no list of accounts.
    """

    noun = "account"

    class Meta:
        table_name = table_name("Account")

    name = FoldedAttribute()
    domain_id = UnicodeAttribute()
    domain_path = UnicodeAttribute()
    role_id = UnicodeAttribute()
    role_type = UnicodeAttribute()
    state = FoldedAttribute(default="enabled")
    network_domain = UnicodeAttribute(null=True)
    api_key_access = BooleanAttribute(null=True)
    details = JSONAttribute(null=True)
    user_ids = UnicodeSetAttribute(null=True)
    project_ids = UnicodeSetAttribute(null=True)
    project_roles = UnicodeSetAttribute(null=True)
    closing = UTCDateTimeAttribute(null=True)
    former_name = UnicodeAttribute(null=True)

    by_cloud = ByCloud()
    by_shelf = cloud_directory("name", "domain_id", "domain_path", "role_type", "state", "closing")
    by_domain = ByDomain()

    @property
    def of_project(self) -> bool:
        """Whether it is the account of a project."""
        return bool(self.name.startswith(OF_PROJECT))

    @property
    def listed(self) -> bool:
        """Accounts of projects are in no list of accounts: projects are listed in their place."""
        return not self.of_project

    @property
    def account_id(self) -> str:
        """Its own id, as what it owns has it."""
        return self.id

    @property
    def account(self) -> str:
        """Its own name, as what it owns has it."""
        return str(self.name)

    @staticmethod
    def claim_name(domain_id: str, name: str) -> str:
        """What makes an account's name unique in its domain, and finds the account by it."""
        return f"account/{domain_id}/{name}"

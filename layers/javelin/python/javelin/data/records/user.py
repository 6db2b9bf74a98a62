"""User: a person or program that acts for an account."""

from __future__ import annotations

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UnicodeSetAttribute

from javelin.data.folded import FoldedAttribute
from javelin.data.indexes import directories, relation
from javelin.data.record import ByAccount, ByCloud, Owned, table_name
from javelin.data.secret_attribute import SecretAttribute

ROOT_USER = "00000000-0000-7000-8000-000000000003"


class User(Owned):
    """`password` is a salted hash, never the password; `api_key` is the public half of the user's key pair.

    `project_ids` and `project_roles` are as an account's, for projects that the user alone is in.
    `second_factor` is its kind, once the user has proved it; where it is mandated the user sets one up when it logs in.
    """

    noun = "user"

    class Meta:
        table_name = table_name("User")

    username = FoldedAttribute()
    password = SecretAttribute(null=True)
    first_name = UnicodeAttribute()
    last_name = UnicodeAttribute()
    email = UnicodeAttribute()
    timezone = UnicodeAttribute(null=True)
    state = FoldedAttribute(default="enabled")
    api_key = UnicodeAttribute(null=True)
    api_key_access = BooleanAttribute(null=True)
    project_ids = UnicodeSetAttribute(null=True)
    project_roles = UnicodeSetAttribute(null=True)
    second_factor = UnicodeAttribute(null=True)
    second_factor_mandated = BooleanAttribute(default=False)

    by_cloud = ByCloud()
    by_account = ByAccount()
    by_email = relation("email")
    by_shelf, by_owner = directories("username", "state")

    @staticmethod
    def claim_name(domain_id: str, username: str) -> str:
        """What makes a user name unique in its domain."""
        return f"user/{domain_id}/{username}"

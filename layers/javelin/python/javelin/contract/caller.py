"""Who calls: proved by the edge, passed to the operation, never taken from parameters."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, field_serializer

RoleType = Literal["Admin", "ResourceAdmin", "DomainAdmin", "User"]

ROOT: frozenset[RoleType] = frozenset({"Admin"})
ADMINS: frozenset[RoleType] = frozenset({"Admin", "ResourceAdmin", "DomainAdmin"})
OPERATORS: frozenset[RoleType] = frozenset({"Admin", "ResourceAdmin"})
EVERYONE: frozenset[RoleType] = frozenset({"Admin", "ResourceAdmin", "DomainAdmin", "User"})

ACCOUNT_TYPES: dict[str, int] = {"User": 0, "Admin": 1, "DomainAdmin": 2, "ResourceAdmin": 3}


class Caller(BaseModel):
    """The user behind a request, with the account, domain and role that the edge found.

    `domain_path` is `/` for ROOT and ends with `/` always, so that a prefix test is a subtree test.
    `job_id` is the id that the caller chose for the job of this call, if it did. `project_accounts` are the accounts of
    projects in which it may make this call. `session` is the digest by which its session is kept, empty for signed requests;
    `unproved` is a session whose second factor is still to prove.
    """

    model_config = ConfigDict(frozen=True)

    user_id: str
    username: str = ""
    account_id: str
    account: str
    domain_id: str
    domain_path: str
    role_id: str
    role_type: RoleType
    job_id: str = ""
    session: str = ""
    unproved: bool = False
    project_accounts: frozenset[str] = frozenset()

    @field_serializer("project_accounts")
    def _plain(self, ids: frozenset[str]) -> list[str]:
        return sorted(ids)

    @property
    def is_root(self) -> bool:
        """Whether the caller may see every tenant."""
        return self.role_type in OPERATORS and self.domain_path == "/"

    def sees_domain(self, path: str) -> bool:
        """Whether a domain admin (or root) governs the domain at `path`."""
        return self.is_root or (self.role_type in ADMINS and path.startswith(self.domain_path))

    def sees(self, account_id: str, domain_path: str) -> bool:
        """Whether something that this account in this domain owns is the caller's to see."""
        return self.acts_for(account_id) or self.sees_domain(domain_path)

    def acts_for(self, account_id: str) -> bool:
        """Whether this is the caller's own account, or that of a project of the caller's."""
        return account_id == self.account_id or account_id in self.project_accounts

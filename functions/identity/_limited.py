"""What has limits: an account, a project by its account, or a domain; as requests name it and answers show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from functions.identity._rights import governed_domain
from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.responses import OwnedResponse
from javelin.data.counters import RESOURCES, Counted
from javelin.data.limited_tags import HOST_TAGS, OF_HOSTS, OF_STORAGE, STORAGE_TAGS, limited_tags
from javelin.data.owners import owner_named
from javelin.data.reach import account_named
from javelin.data.records.account import Account
from javelin.data.records.domain import ROOT_DOMAIN, name_of, shown_path
from javelin.data.records.quota import Quota


class LimitedResponse(OwnedResponse):
    """Whose limit or count it is, and of what."""

    domainid: str = Field(description="The domain, or that of the account")
    domain: str = Field(description="That domain's name")
    domainpath: str = Field(description="That domain's path")
    resourcetype: str = Field(description="The kind of resource, as a number")
    resourcetypename: str = Field(description="The kind of resource")
    tag: str | None = Field(None, description="The tag of hosts or pools that it is about, if it is about one")


class ResourceLimitResponse(LimitedResponse):
    """A limit."""

    max: int = Field(description="The most that there may be; -1 for any number. Storage in GiB, memory in MiB")


@dataclass(frozen=True)
class Limited:
    """An account, or (None) the domain itself."""

    domain_id: str
    domain_path: str
    account: Account | None = None

    @property
    def scope(self) -> str:
        """What begins the keys of what counts for it by tag."""
        return self.account.id if self.account else self.domain_path

    def record(self, tag: str | None = None) -> Counted:
        """What counts for it now, or for it and a tag."""
        if tag is not None:
            return Quota.of(Quota.of_tag(self.scope, tag))
        return Account.require(self.account.id) if self.account else Quota.of(self.domain_path)

    def shown(self, resource: str, tag: str | None = None) -> dict[str, Any]:
        """The fields of a LimitedResponse."""
        owner = owner_named(self.account.name, self.account.id) if self.account else {}
        return {
            **owner, "domainid": self.domain_id, "domain": name_of(self.domain_path),
            "domainpath": shown_path(self.domain_path), "resourcetype": str(RESOURCES[resource].number),
            "resourcetypename": resource, "tag": tag,
        }  # fmt: skip


def limited(caller: Caller, account: str | None, domain_id: str | None, project_id: str | None) -> Limited:
    """What is named: a project, an account, or else the domain; the caller's own account if nothing is."""
    if account is not None or project_id is not None or domain_id is None:
        named = account_named(caller, account, domain_id, project_id, adds=False)
        return Limited(named.domain_id, named.domain_path, named)
    domain = governed_domain(caller, domain_id)
    return Limited(domain.id, domain.path)


def refuse_root(wanted: Limited) -> None:
    """Raise InvalidParameter for ROOT, in which all are: nothing is counted of it."""
    if wanted.account is None and wanted.domain_id == ROOT_DOMAIN:
        raise InvalidParameter("ROOT has no limits and counts of its own; name a domain below it, or an account.")


def require_limited(tag: str, resource: str) -> None:
    """Raise InvalidParameter for a tag that operators have not listed for this kind of resource."""
    if resource not in limited_tags().get(tag, ()):
        raise InvalidParameter(
            f"The tag {tag} has no limit of {resource}; operators list tags in {HOST_TAGS.name} ({', '.join(OF_HOSTS)})"
            f" and {STORAGE_TAGS.name} ({', '.join(OF_STORAGE)})."
        )


def resource_numbered(number: int) -> str:
    """The kind of resource that the contract has this number for. Raises InvalidParameter."""
    found = next((resource for resource, about in RESOURCES.items() if about.number == number), None)
    if found is None:
        known = ", ".join(f"{about.number} {resource}" for resource, about in RESOURCES.items())
        raise InvalidParameter(f"There is no resourcetype {number}; there are: {known}.")
    return found

"""How a setting is shown, and the part of the cloud that a request is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field

from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.responses import Response
from javelin.data.records.account import Account
from javelin.data.records.cluster import Cluster
from javelin.data.records.domain import Domain
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.zone import Zone
from javelin.data.settings import Setting

READ_PARTS: tuple[Grant, ...] = (Zone.read, Cluster.read, StoragePool.read, Account.read, Domain.read)
PARAMETERS = {
    "zone": "zoneid",
    "cluster": "clusterid",
    "storage": "storageid",
    "account": "accountid",
    "domain": "domainid",
}


class ConfigurationResponse(Response):
    """A setting."""

    name: str = Field(description="The setting's name")
    value: str = Field(description="What it is")
    defaultvalue: str = Field(description="What it is where nobody changed it")
    description: str = Field(description="What it does")
    displaytext: str = Field(description="Its name in words")
    category: str = Field(description="What it is about")
    group: str = Field(description="What it is about")
    subgroup: str = Field("Others", description="What it is about")
    component: str = Field("javelin", description="What reads it")
    scope: str = Field(description="The parts of the cloud that may have their own value; global if none")
    type: str = Field(description="Number, Decimal, Boolean or String")
    isdynamic: bool = Field(description="Whether a change takes effect at once")


@dataclass(frozen=True)
class Part:
    """A part of the cloud: a scope's name and an id."""

    scope: str
    id: str


def part_of(request: Any, caller: Caller) -> Part | None:
    """The part that the request names, None for the whole cloud. A domain admin names one of its own."""
    given = [(scope, getattr(request, name)) for scope, name in PARAMETERS.items() if getattr(request, name)]
    if len(given) > 1:
        raise InvalidParameter(f"Name one part of the cloud at a time: one of {', '.join(PARAMETERS.values())}.")
    if not given:
        return None if caller.is_root else Part("domain", caller.domain_id)
    scope, key = given[0]
    if not caller.is_root and scope not in ("account", "domain"):
        raise InvalidParameter(
            f"{PARAMETERS[scope]} is for the cloud's own administrators; give domainid or accountid."
        )
    _require(caller, scope, key)
    return Part(scope, key)


def show(one: Setting[Any], part: Part | None) -> ConfigurationResponse:
    """A setting with the value that holds for the part."""
    value = one.value(**({part.scope: part.id} if part else {}))
    words = one.name.replace(".", " ")
    return ConfigurationResponse(
        name=one.name, value=one.text(value), defaultvalue=one.text(one.default), description=one.description,
        displaytext=words[0].upper() + words[1:], category=one.category, group=one.category,
        scope=",".join(one.scopes) or "global", type=one.kind, isdynamic=not one.static,
    )  # fmt: skip


def _require(caller: Caller, scope: str, key: str) -> None:
    match scope:
        case "zone":
            Zone.require(key)
        case "cluster":
            Cluster.require(key)
        case "storage":
            StoragePool.require(key)
        case "account":
            account = Account.require(key)
            if not caller.sees(account.id, account.domain_path):
                raise Account.unknown(key)
        case _:
            if not caller.sees_domain(Domain.require(key).path):
                raise Domain.unknown(key)

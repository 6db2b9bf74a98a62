"""How a setting is shown, and the part of the cloud that a request is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from javelin.contract.caller import Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.grants import Grant
from javelin.contract.responses import Response
from javelin.data.inheritance import READ_INHERITED, with_those_above
from javelin.data.records.account import Account
from javelin.data.records.cluster import Cluster
from javelin.data.records.domain import Domain
from javelin.data.records.storage_pool import StoragePool
from javelin.data.records.zone import Zone
from javelin.data.settings import Setting, values

READ_PARTS: tuple[Grant, ...] = (
    Zone.read, Cluster.read, StoragePool.read, Account.read, Domain.read, *READ_INHERITED,
)  # fmt: skip
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
    group: str = Field(description="The group that it is shown in")
    subgroup: str = Field(description="The group inside of that")
    component: str = Field("javelin", description="What reads it")
    scope: str = Field(description="The parts of the cloud that may have their own value; global if none")
    type: str = Field(description="Number, Decimal, Boolean or String")
    isdynamic: bool = Field(description="Whether a change takes effect at once")


@dataclass(frozen=True)
class Part:
    """A part of the cloud: a scope's name and an id; `within` is where its settings are looked for, itself first."""

    scope: str
    id: str
    within: dict[str, str | list[str]]


def part_of(request: Any, caller: Caller) -> Part | None:
    """The part that the request names, None for the whole cloud. A domain admin names one of its own."""
    given = [(scope, getattr(request, name)) for scope, name in PARAMETERS.items() if getattr(request, name)]
    if len(given) > 1:
        raise InvalidParameter(f"Name one part of the cloud at a time: one of {', '.join(PARAMETERS.values())}.")
    if not given:
        return None if caller.is_root else _domain(caller.domain_id, caller.domain_path)
    scope, key = given[0]
    if not caller.is_root and scope not in ("account", "domain"):
        raise InvalidParameter(
            f"{PARAMETERS[scope]} is for the cloud's own administrators; give domainid or accountid."
        )
    return _required(caller, scope, key)


def show(several: Sequence[Setting[Any]], part: Part | None) -> list[ConfigurationResponse]:
    """Settings with the values that hold for the part."""
    holding = values(*several, **(part.within if part else {}))
    return [_show(one, one.text(value)) for one, value in zip(several, holding, strict=True)]


def _show(one: Setting[Any], value: str) -> ConfigurationResponse:
    words = one.name.replace(".", " ")
    return ConfigurationResponse(
        name=one.name, value=value, defaultvalue=one.text(one.default), description=one.description,
        displaytext=words[0].upper() + words[1:], category=one.category, group=one.group, subgroup=one.subgroup,
        scope=",".join(one.scopes) or "global", type=one.kind, isdynamic=not one.static,
    )  # fmt: skip


def _domain(domain_id: str, path: str) -> Part:
    return Part("domain", domain_id, {"domain": with_those_above(domain_id, path)})


def _required(caller: Caller, scope: str, key: str) -> Part:
    match scope:
        case "zone":
            Zone.require(key)
        case "cluster":
            Cluster.require(key)
        case "storage":
            return Part(scope, key, {"storage": key, "zone": StoragePool.require(key).zone_id})
        case "account":
            account = Account.require(key)
            if not caller.sees(account.id, account.domain_path):
                raise Account.unknown(key)
            return Part(scope, key, {"account": key, **_domain(account.domain_id, account.domain_path).within})
        case _:
            domain = Domain.require(key)
            if not caller.sees_domain(domain.path):
                raise Domain.unknown(key)
            return _domain(domain.id, domain.path)
    return Part(scope, key, {scope: key})

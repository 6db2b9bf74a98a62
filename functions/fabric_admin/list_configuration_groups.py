"""listConfigurationGroups: what settings are about."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import ROOT, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import ListRequest, Text
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window
from javelin.data.setting_groups import GROUPS, Group


class ListConfigurationGroups(ListRequest):
    """Lists the groups that settings are shown in."""

    group: Text | None = Field(None, description="Only the group of this name")


class ConfigurationSubGroupResponse(Response):
    """A group inside of a group."""

    name: str = Field(description="The group's name")
    precedence: int = Field(description="Its place, from 1")


class ConfigurationGroupResponse(Response):
    """A group of settings."""

    name: str = Field(description="The group's name")
    description: str = Field(description="What its settings are about")
    precedence: int = Field(description="Its place, from 1")
    subgroup: list[ConfigurationSubGroupResponse] = Field(description="The groups inside of it")


@operation(
    ListConfigurationGroups, roles=ROOT, answers=ConfigurationGroupResponse, object_name="configurationgroup",
)  # fmt: skip
def handler(request: ListConfigurationGroups, caller: Caller) -> Listing:
    """In the order in which they are shown."""
    page, keyword = window(request), (request.keyword or "").lower()
    found = [
        _show(group, place)
        for place, group in enumerate(GROUPS, 1)
        if (request.group is None or request.group.lower() == group.name.lower()) and keyword in group.name.lower()
    ]
    return Listing("configurationgroup", page.of(found), len(found))


def _show(group: Group, place: int) -> ConfigurationGroupResponse:
    inside = [ConfigurationSubGroupResponse(name=name, precedence=at) for at, name in enumerate(group.subgroups, 1)]
    return ConfigurationGroupResponse(name=group.name, description=group.description, precedence=place, subgroup=inside)

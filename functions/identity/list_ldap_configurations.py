"""listLdapConfigurations: the LDAP servers that vouch for users, of which there are none."""

from __future__ import annotations

from pydantic import Field

from javelin.contract.caller import EVERYONE, Caller
from javelin.contract.operation import operation
from javelin.contract.parameters import Flag, Integer, ListRequest, Text, Uuid
from javelin.contract.responses import Listing, Response
from javelin.data.lists import window


class ListLdapConfigurations(ListRequest):
    """Lists LDAP servers: none, since users prove who they are to the cloud itself. The web interface asks at its start."""

    id: Uuid | None = Field(None, description="Only this one")
    hostname: Text | None = Field(None, description="Only that of this name")
    port: Integer | None = Field(None, description="Only those of this port")
    domainid: Uuid | None = Field(None, description="Only those of this domain")
    listall: Flag = Field(False, description="Accepted; there are none")


class LdapConfigurationResponse(Response):
    """An LDAP server."""

    id: str = Field(description="Its id")
    hostname: str = Field(description="Its name")
    port: int = Field(description="Its port")
    domainid: str | None = Field(None, description="The domain whose users it vouches for")


@operation(
    ListLdapConfigurations, roles=EVERYONE, answers=LdapConfigurationResponse, object_name="LdapConfiguration",
    response_name="ldapconfigurationresponse",
)  # fmt: skip
def handler(request: ListLdapConfigurations, caller: Caller) -> Listing:
    """What a list refuses is refused here too: half a page."""
    window(request)
    return Listing("LdapConfiguration", [], 0)

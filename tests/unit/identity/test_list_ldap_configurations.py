"""listLdapConfigurations: there are none, and that is an answer."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused


def test_there_are_none_for_anybody(cloud: Cloud) -> None:
    for caller in (cloud.root, cloud.caller("tenant")):
        assert cloud.call("listLdapConfigurations", caller, listall="true") == {}


def test_half_a_page_is_refused(cloud: Cloud) -> None:
    with pytest.raises(Refused, match="pagesize"):
        cloud.call("listLdapConfigurations", page="1")

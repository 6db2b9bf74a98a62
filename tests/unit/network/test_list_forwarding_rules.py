"""Lists of rules that clients read beside every list of guests: empty, and as strict as other lists."""

from __future__ import annotations

import pytest

from tests.cloud import Cloud, Refused

COMMANDS = ("listPortForwardingRules", "listIpForwardingRules")


@pytest.mark.parametrize("command", COMMANDS)
def test_there_are_none(cloud: Cloud, command: str) -> None:
    assert cloud.call(command) == {}
    assert cloud.call(command, cloud.caller("somebody"), listall="true", page=1, pagesize=10) == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_anothers_account_and_half_a_page_are_refused(cloud: Cloud, command: str) -> None:
    home = cloud.domain("elsewhere")
    for wrong in ({"page": 1}, {"account": "nobody", "domainid": home.id}, {"domainid": home.id}):
        with pytest.raises(Refused) as refused:
            cloud.call(command, cloud.caller(f"tenant{len(wrong)}{'page' in wrong}"), **wrong)
        assert refused.value.code == 431

"""What AWS would not carry is refused in words before it is sent."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

import pytest

from javelin.contract.errors import InvalidParameter, ResourceUnavailable
from javelin.data.ids import new_id
from javelin.messaging import hosts, services
from javelin.messaging.host_commands import ApplyNetwork
from javelin.messaging.host_models import Guest, Router, Segment

USER_DATA = "https://bucket.test/userdata?X-Amz-Security-Token=" + "t" * 1500  # as long as AWS's addresses are


def network(guests: int) -> ApplyNetwork:
    """A router that has this many guests, each with user data and a key of usual length."""
    key = new_id()
    return ApplyNetwork(
        segment=Segment(network=key), cidr=IPv4Network("10.1.0.0/16"), complete=True,
        router=Router(id=key, gateway=IPv4Interface("10.1.0.1/16"), domain="cs.internal"),
        guests=tuple(
            Guest(
                nic=new_id(), vm=new_id(), mac="02:00:00:00:00:01", ip=IPv4Address("10.1.0.2"), hostname="guest",
                metadata={"public-keys": "ssh-rsa " + "k" * 740}, user_data_url=USER_DATA,
            )
            for _ in range(guests)
        ),
    )  # fmt: skip


def test_a_full_isolated_network_fits_a_message() -> None:
    assert len(network(253).model_dump_json()) < hosts.LARGEST - 2048  # what surrounds a command


def test_a_command_that_no_message_holds_is_refused() -> None:
    with pytest.raises(ResourceUnavailable, match="guests"):
        hosts.send(network(600), host=new_id(), command_id="1", resource=new_id(), fence=1)


def test_a_call_that_lambda_would_refuse_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="send less"):
        services.invoke("javelin-api-list-apis", {"caller": "x" * services.LARGEST})

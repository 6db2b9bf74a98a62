"""resetSSHKeyForVirtualMachine."""

from __future__ import annotations

import pytest

from javelin.data.records.virtual_machine import VirtualMachine
from tests.cloud import Refused
from tests.unit.compute.conftest import Site
from tests.unit.identity.test_ssh_key_pairs import LINE


def test_a_stopped_guest_gets_other_keys(site: Site) -> None:
    for name in ("one", "two"):
        site.cloud.call("registerSSHKeyPair", site.tenant, name=name, publickey=LINE)
    machine = site.guest(keypair="one")
    own = {"account": site.tenant.account, "domainid": site.tenant.domain_id}
    job = site.cloud.call("resetSSHKeyForVirtualMachine", site.tenant, id=machine.id, keypairs="two,one", **own)[
        "jobid"
    ]
    shown = site.cloud.call("queryAsyncJobResult", site.tenant, jobid=job)["jobresult"]["virtualmachine"]
    assert shown["keypairs"] == "two,one"
    assert VirtualMachine.require(machine.id).key_pairs == ["two", "one"]


@pytest.mark.parametrize(
    ("state", "wrong", "says"),
    [
        ("Stopped", {}, "Give keypair"),
        ("Stopped", {"keypair": "none"}, "none"),
        ("Stopped", {"keypair": "one", "account": "other"}, "leave account, domainid and projectid out"),
        (
            "Stopped",
            {"keypair": "one", "domainid": "0197f000-0000-7000-8000-000000000000"},
            "leave account, domainid",
        ),
        ("Running", {"keypair": "one"}, "Stopped"),
    ],
)
def test_what_cannot_be_is_refused_and_the_keys_stay(site: Site, state: str, wrong: dict[str, str], says: str) -> None:
    site.cloud.call("registerSSHKeyPair", site.tenant, name="one", publickey=LINE)
    machine = site.guest(state, keypair="one")
    with pytest.raises(Refused, match=says):
        site.cloud.call("resetSSHKeyForVirtualMachine", site.tenant, id=machine.id, **wrong)
    assert VirtualMachine.require(machine.id).key_pairs == ["one"]

"""Virtual machines written straight into their table, by the batch: lists and their counts are as if they were deployed."""

from __future__ import annotations

from javelin.data.ids import new_id
from javelin.data.records.account import ROOT_ACCOUNT, Account
from javelin.data.records.sequence import BUCKET, CLOUD, bucket_key, issue, list_key, standings
from javelin.data.records.virtual_machine import VirtualMachine
from tests.e2e.local_cloud import eventually

KIND = VirtualMachine.__name__


def seed(count: int, account: Account, zone: str) -> None:
    """Add machines to an account; returns when the streams have counted them."""
    before = counted()
    left = count
    while left:
        size = min(left, BUCKET)
        machines = [_machine(account, zone) for _ in range(size)]
        _enlist(machines, CLOUD, "cloud_bucket")
        _enlist(machines, account.id, "account_bucket")
        with VirtualMachine.batch_write() as batch:
            for machine in machines:
                batch.save(machine)
        left -= size
    eventually(lambda: counted() == before + count, f"the count of {before + count} machines", 600)


def counted() -> int:
    """Machines in the cloud, by the counts of their buckets."""
    return sum(sum(standing.counts) for standing in standings(KIND, [CLOUD]).values())


def owner() -> Account:
    """Whose machines they are: the administrator's."""
    accounts = list(Account.by_domain.query(Account.require(ROOT_ACCOUNT).domain_id))
    return Account.require(accounts[0].id)


def _enlist(machines: list[VirtualMachine], scope: str, attribute: str) -> None:
    first = issue(scope, {KIND: len(machines)})[KIND]
    for place, machine in enumerate(machines):
        setattr(machine, attribute, bucket_key(list_key(KIND, scope), (first + place) // BUCKET))


def _machine(account: Account, zone: str) -> VirtualMachine:
    key, network, template, offering, host = (new_id() for _ in range(5))
    number = int(key[-6:], 16)
    nic = {
        "id": new_id(), "networkid": network, "networkname": "wide", "type": "Isolated", "isdefault": True,
        "macaddress": "1e:00:" + ":".join(key[-8:][place : place + 2] for place in (0, 2, 4, 6)),
        "ipaddress": f"10.{64 + number % 64}.{number // 256 % 256}.{number % 256}", "gateway": "10.64.0.1",
        "netmask": "255.192.0.0", "cidr": "10.64.0.0/10",
    }  # fmt: skip
    return VirtualMachine(
        key, account_id=account.id, account=account.name, domain_id=account.domain_id, domain_path=account.domain_path,
        name=f"VM-{key}", display_name=f"VM-{key}", instance_name=f"i-{key[-12:]}-VM", user_id=new_id(),
        state="Stopped", zone_id=zone, zone_name="local", last_host_id=host, template_id=template,
        template_name="simulated", offering_id=offering, offering_name="Small", cpus=1, mhz=500, memory_mib=128,
        root_volume_id=new_id(), volume_ids=[new_id()], nics=[nic],
    )  # fmt: skip

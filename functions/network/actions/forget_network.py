"""No host knows the network any more: take it out of the records and give back what it had. After it nothing can fail:
no undo.
"""

from __future__ import annotations

from functions.network._counted import COUNT_NETWORKS, discount
from functions.network._public_ip import give_back_all
from javelin.data import limits
from javelin.data.records.address import Address
from javelin.data.records.claim import Claim
from javelin.data.records.network import Network
from javelin.data.records.public_address import PublicAddress
from javelin.data.records.tag import Tag
from javelin.data.transaction import Transaction
from javelin.flow import jobs
from javelin.flow.steps import Run, step


def do(run: Run) -> None:
    """Its addresses, its segment's number, its place in the account's limits, and the record."""
    if run.job.ended:
        return
    network = Network.require(str(run.job.resource_id))
    give_back_all(network)
    transaction = Transaction()
    if network.vni:
        transaction.delete(Claim(Network.vni_claim(int(network.vni))))
    if network.router_ip:
        transaction.delete(Address(network.id, network.router_ip))
    transaction.delete(network, (Network.nics == 0) & (Network.state == "Destroy") & limits.in_place(network))
    limits.give_back(transaction, network, network=1)
    discount(transaction, network)
    jobs.succeed(run.job, transaction, None, None, "NETWORK.DELETE", f"Deleted network {network.name}")


handler = step(
    do,
    grants=[
        Network.write,
        Address.write,
        Claim.write,
        *limits.COUNT,
        *COUNT_NETWORKS,
        PublicAddress.write,
        Tag.write,
        *jobs.END_JOB,
    ],
)

"""Have a network's router forget a guest that is expunged.

There is no undo: the guest is going, and a router that forgot it too early does no harm to a guest without power.
"""

from __future__ import annotations

from functions.network._withdraw import withdraw
from javelin.data.records.host import Host
from javelin.data.records.network import Network
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.flow.steps import step

handler = step(withdraw, asks_hosts=True, grants=[VirtualMachine.read, Network.read, Host.read])

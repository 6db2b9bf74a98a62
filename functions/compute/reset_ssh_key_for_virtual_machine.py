"""resetSSHKeyForVirtualMachine: give a stopped virtual machine other SSH keys."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from functions.compute import _lifecycle, _requests
from functions.compute._virtual_machine import VirtualMachineResponse, show
from javelin.contract.caller import EVERYONE, OPERATORS, Caller
from javelin.contract.errors import InvalidParameter
from javelin.contract.operation import operation
from javelin.contract.parameters import Request, Text, TextList, Uuid
from javelin.contract.responses import Accepted
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.data.transaction import Transaction
from javelin.flow import jobs


class ResetSSHKeyForVirtualMachine(Request):
    """Replaces the SSH keys of a stopped virtual machine; its metadata has them when it is started."""

    id: Uuid = Field(description="The virtual machine")
    keypair: Text | None = Field(None, description="The key pair to put in")
    keypairs: TextList = Field(default_factory=list, description="The key pairs to put in")
    account: Text | None = Field(None, description="Must be the virtual machine's: the key pairs are its account's")
    domainid: Uuid | None = Field(None, description="Must be the virtual machine's")
    projectid: Uuid | None = Field(None, description="Must be the virtual machine's, if a project owns it")


@operation(
    ResetSSHKeyForVirtualMachine, roles=EVERYONE, answers=VirtualMachineResponse, object_name="virtualmachine",
    grants=[*_lifecycle.GRANTS, *jobs.START_JOB, Account.read, Claim.read, SshKeyPair.read], asynchronous=True,
    response_name="resetSSHKeyforvirtualmachineresponse",
    event="VM.RESETSSHKEY",
)  # fmt: skip
def handler(request: ResetSSHKeyForVirtualMachine, caller: Caller) -> Accepted:
    """The machine must be stopped, as in CloudStack."""
    machine = VirtualMachine.visible_to(caller, request.id)
    asked = (request.account, request.domainid, request.projectid)
    if any(
        one not in (None, own)
        for one, own in zip(asked, (machine.account, machine.domain_id, machine.account_id), strict=True)
    ):
        raise InvalidParameter(
            f"Virtual machine {machine.name} takes the key pairs of its own account or project; leave account, domainid"
            " and projectid out."
        )
    _lifecycle.require_state(machine, ("Stopped",), "Resetting the SSH keys of")
    names = list(dict.fromkeys([*request.keypairs, *filter(None, [request.keypair])]))
    if not names:
        raise InvalidParameter("Give keypair or keypairs: the names of registered key pairs.")
    pairs = _requests.key_pairs(Account.require(machine.account_id), names)
    machine.key_pairs = [pair.name for pair in pairs]
    machine.updated = datetime.now(UTC)
    transaction = Transaction()
    changes = [
        VirtualMachine.key_pairs.set(machine.key_pairs), VirtualMachine.updated.set(machine.updated),
        VirtualMachine.public_keys.set([pair.public_key for pair in pairs]),
    ]  # fmt: skip
    stopped = _lifecycle.wrong_state(machine, ("Stopped",), "Resetting the SSH keys of")
    transaction.update(machine, changes, VirtualMachine.state == "Stopped", stopped)
    shown = show(machine, admin=caller.role_type in OPERATORS).body()
    return jobs.done(
        caller, transaction, command="resetSSHKeyForVirtualMachine", result={"virtualmachine": shown},
        resource_type="VirtualMachine", resource_id=machine.id, owner=machine,
    )  # fmt: skip

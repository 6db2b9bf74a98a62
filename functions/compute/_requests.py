"""What a deploy asks for, worked out: sizes, disks, networks and keys. Reads only."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from javelin.contract.errors import InvalidParameter
from javelin.contract.secret import Secret
from javelin.data.records.account import Account
from javelin.data.records.claim import Claim
from javelin.data.records.network import Network
from javelin.data.records.service_offering import ServiceOffering
from javelin.data.records.ssh_key_pair import SshKeyPair
from javelin.data.records.template import Template

GIB = 2**30
MAX_USER_DATA = 2**20


@dataclass(frozen=True)
class Sizes:
    """CPU cores, MHz per core, MiB."""

    cpus: int
    mhz: int
    memory_mib: int


def sizes(offering: ServiceOffering, details: dict[str, str]) -> Sizes:
    """What the guest gets: the offering's, or the caller's choice within the offering's bounds."""
    given = {name.lower(): value for name, value in details.items()}

    def choose(name: str, fixed: float | None, low: float | None, high: float | None) -> int:
        if fixed is not None:
            return int(fixed)
        text = given.get(name)
        if text is None or not text.isdecimal() or not 1 <= int(text) < 2**31:
            raise InvalidParameter(
                f"Offering {offering.name} lets you choose: give details[0].{name} as a number, with cpuNumber, memory (MiB)"
                " and cpuSpeed (MHz) as far as the offering leaves them open."
            )
        value = int(text)
        if (low is not None and value < low) or (high is not None and value > high):
            raise InvalidParameter(f"{name} must be from {low or 1} to {high or 'any'} in offering {offering.name}.")
        return value

    return Sizes(
        choose("cpunumber", offering.cpus, offering.min_cpus, offering.max_cpus),
        choose("cpuspeed", offering.mhz, None, None),
        choose("memory", offering.memory_mib, offering.min_memory_mib, offering.max_memory_mib),
    )


def root_size(template: Template, offering: ServiceOffering, wanted_gib: int | None) -> int:
    """Bytes of the root disk: the caller's, the offering's, or the template's own; never less than the template."""
    gib = wanted_gib or offering.root_disk_gib
    if not gib:
        return int(template.size)
    size = int(gib) * GIB
    if size < int(template.size):
        raise InvalidParameter(
            f"The root disk of {gib} GiB is smaller than template {template.name} ({int(template.size) / GIB:.2f} GiB);"
            " ask for more or leave rootdisksize out."
        )
    return size


def user_data(given: Secret | None) -> bytes | None:
    """The decoded user data. Raises InvalidParameter if it is not base64 or larger than 1 MiB."""
    if given is None:
        return None
    text = given.reveal()
    padded = text + "=" * (-len(text) % 4)
    try:
        decoded = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidParameter("userdata is not base64; encode it before you send it.") from None
    if len(decoded) > MAX_USER_DATA:
        raise InvalidParameter("userdata is larger than 1 MiB; let the guest fetch what is larger.")
    return decoded


def key_pairs(account: Account, names: list[str]) -> list[SshKeyPair]:
    """The account's key pairs of these names."""
    found = []
    for name in names:
        try:
            claim = Claim.get(f"sshkey/{account.id}/{name}".lower())
        except Claim.DoesNotExist:
            raise InvalidParameter(
                f"There is no SSH key pair {name} in account {account.name}; register it, or list those there are."
            ) from None
        found.append(SshKeyPair.require(claim.owner))
    return found


def usable(network: Network, account: Account) -> bool:
    """Whether an account may put guests into a network: its own, or a shared one that is for everybody."""
    if network.account_id == account.id:
        return True
    return bool(
        network.type == "Shared"
        and network.acl_type == "Domain"
        and account.domain_path.startswith(network.domain_path)
    )

"""The parts of a virtual machine that `details` chooses, and the user data that `userdata` asks for."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from javelin.contract.errors import InvalidParameter
from javelin.contract.parts import Parts
from javelin.data.records.virtual_machine import VirtualMachine
from javelin.messaging import objects

PARTS: Parts = {
    "group": ("group", "groupid"),
    "nics": ("nic", "ipaddress", "forvirtualnetwork"),
    "stats": (),
    "secgrp": ("securitygroup",),
    "tmpl": (
        "templateid", "templatename", "templatedisplaytext", "templatetype", "templateformat", "passwordenabled",
    ),
    "servoff": ("serviceofferingid", "serviceofferingname", "cpunumber", "cpuspeed", "memory"),
    "diskoff": ("diskofferingid", "diskofferingname"),
    "backoff": (),
    "iso": (),
    "volume": ("rootdeviceid", "rootdevicetype"),
    "affgrp": ("affinitygroup",),
}  # fmt: skip
MOST_USER_DATA = 3  # machines: an answer holds no more of what may be a MiB each


def user_data(machines: Iterable[VirtualMachine]) -> dict[str, str]:
    """What machines were deployed with, in base64, by machine. Raises InvalidParameter if too many have any."""
    having = [machine for machine in machines if machine.has_user_data]
    if len(having) > MOST_USER_DATA:
        raise InvalidParameter(
            f"userdata=true shows the user data of at most {MOST_USER_DATA} virtual machines, and {len(having)} of these"
            " have some; name them by id or ids, or ask for smaller pages."
        )
    found = {machine.id: objects.get(machine.user_data_key) for machine in having}
    return {key: base64.b64encode(data).decode() for key, data in found.items() if data is not None}

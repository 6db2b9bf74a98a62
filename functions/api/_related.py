"""Which commands list what a parameter's id names: clients complete values by it."""

from __future__ import annotations

import re
from collections.abc import Collection

_VERB = re.compile(r"^[a-z]+(?:For|From|To|In|On)?")
_OTHER_NAMES = {
    "vm": "virtualmachine", "vmid": "virtualmachine", "account": "account", "parentdomain": "domain",
    "ipaddress": "publicipaddress", "diskoffering": "diskoffering", "acl": "networkacllist", "job": "asyncjob",
    "guest": "guestos", "ostype": "ostype", "storage": "storagepool", "pool": "storagepool", "image": "template",
}  # fmt: skip


def related(command: str, parameter: str, commands: Collection[str]) -> str:
    """The list commands among `commands` for ids in this parameter, comma-separated; empty when there is none."""
    stem = re.sub(r"ids?$", "", parameter)
    noun = _OTHER_NAMES.get(stem, stem) if stem else _VERB.sub("", command).lower()
    wanted = {f"list{noun}", f"list{noun}s", f"list{noun}es", f"list{noun.removesuffix('y')}ies"}
    return ",".join(sorted(name for name in commands if name.lower() in wanted))

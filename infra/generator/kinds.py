"""What kind of object a command answers with, and what kind the ids in a parameter name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from javelin.contract.operation import Operation

_VERB = re.compile(r"^[a-z]+(?=[A-Z])")
_OTHER_NAMES = {  # what is not named as the list of its kind is, in parameters and commands
    "acl": "networkacllist", "associatednetwork": "network", "group": "instancegroup", "guestos": "ostype", "image": "template",
    "ipaddress": "publicipaddress", "job": "asyncjob", "parentdomain": "domain", "pool": "storagepool",
    "rule": "rolepermission", "start": "event", "storage": "storagepool", "vlan": "vlaniprange", "vm": "virtualmachine",
}  # fmt: skip
_OTHER_IDS = {
    "updateTemplatePermissions": "template"
}  # what `id` is of, where the command's name begins with another list


def kinds_of_answers(operations: Iterable[Operation[Any]]) -> dict[str, str]:
    """The kind by command; none for those that answer with nothing but success.

    What says more of an object than others do, as a start tells a password, is of the same kind.
    """
    declared = {one.command: one.answers for one in operations if one.answers is not None}
    classes = set(declared.values())
    return {name: [each for each in model.__mro__ if each in classes][-1].__name__ for name, model in declared.items()}


def kind_of_ids(command: str, parameter: str, kinds: Mapping[str, str]) -> str | None:
    """The kind of what this parameter holds ids of: that of the list which is named as it."""
    lists = {name.removeprefix("list").lower(): kind for name, kind in kinds.items() if name.startswith("list")}
    named = {singular: kind for noun, kind in lists.items() for singular in _singulars(noun)}
    named |= {other: named[noun] for other, noun in _OTHER_NAMES.items() if noun in named}
    stem = re.sub(r"ids?$", "", parameter)
    if stem:
        return named.get(stem)
    if command in _OTHER_IDS:
        return named.get(_OTHER_IDS[command])
    objects = _VERB.sub("", command)
    for words in (
        objects.rpartition("For")[2].lower(),
        objects.lower(),
    ):  # resetSSHKeyForVirtualMachine takes a guest's
        if begun := [noun for noun in named if words.startswith(noun)]:  # getUserKeys takes a user's
            return named[max(begun, key=len)]
    return None


def _singulars(noun: str) -> set[str]:
    return {noun, noun.removesuffix("s"), noun.removesuffix("es"), re.sub("ies$", "y", noun)}

"""What listApis tells is what the contract says: types, since when, and which commands know the ids of a parameter."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from infra.generator.catalog import catalog
from tests import conformance

pytestmark = pytest.mark.skipif(not conformance.CONTRACT.is_dir(), reason="the contract is not beside the project")
TYPES = {  # parameters that we read more or less strictly, in a way that takes all that the contract's type takes
    "generateAlert.type": "integer", "listVolumes.storageid": "uuid", "login.domainid": "string",
    "oauthlogin.domainid": "string", **dict.fromkeys(
        ("createDiskOffering.tags", "createServiceOffering.hosttags", "createServiceOffering.tags", "createStoragePool.tags",
         "updateDiskOffering.tags", "updateServiceOffering.hosttags", "updateServiceOffering.storagetags"), "list"),
}  # fmt: skip
NO_IDS = {  # the contract names a kind, and the parameter holds names, an order or a word
    "deployVirtualMachine.affinitygroupnames", "listImageStores.readonly", "listStoragePools.scope",
    "updateProjectRolePermission.ruleorder", "updateRolePermission.ruleorder", "updateStoragePool.name",
    "updateVMAffinityGroup.affinitygroupnames",
}  # fmt: skip
OWN_KIND = {"listIpForwardingRules.id", "listRouters.id"}  # the contract names another kind than the list answers
NO_LIST = {"vpcid", "resourceid"}  # nothing lists VPCs yet; the other is of what the type beside it says
Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def wanted() -> dict[str, Rows]:
    """The contract's parameters of each command of ours that it has."""
    contract = conformance.contract()
    return {
        name: {row["name"].lower(): row for row in contract[name]["params"]} for name in catalog() if name in contract
    }


@pytest.fixture(scope="module")
def told(wanted: dict[str, Rows]) -> dict[str, dict[str, Any]]:
    """Ours: each parameter that the contract has, by its command and name."""
    return {
        f"{name}.{row['name']}": row
        for name, rows in wanted.items()
        for row in catalog()[name]["params"]
        if row["name"] in rows
    }


def of_contract(wanted: dict[str, Rows], parameter: str) -> dict[str, Any]:
    command, _, name = parameter.partition(".")
    return wanted[command][name]


def test_types_are_the_contracts(wanted: dict[str, Rows], told: dict[str, dict[str, Any]]) -> None:
    other = {
        name: row["type"] for name, row in told.items() if row["type"] != of_contract(wanted, name)["type"].lower()
    }
    assert other == TYPES


def test_ids_are_known_by_the_commands_of_their_kind(wanted: dict[str, Rows], told: dict[str, dict[str, Any]]) -> None:
    contract, ours, theirs = conformance.contract(), defaultdict(set), defaultdict(set)
    for name in wanted:
        ours[catalog()[name]["answers"]].add(name)
        theirs[contract[name].get("actualResponse") or contract[name]["response"]].add(name)
    wrong = {}
    for parameter in told.keys() - NO_IDS - OWN_KIND:
        kinds = of_contract(wanted, parameter).get("entityType", [])
        lacks = {name for kind in kinds for name in theirs[kind]} - ours[told[parameter].get("names", "")]
        if lacks - {"verifyOAuthCodeAndGetUser"}:  # which answers an address, not a user
            wrong[parameter] = lacks
    assert wrong == {}


def test_every_id_is_known_by_a_list() -> None:
    entries = catalog()
    listed = {entry["answers"] for name, entry in entries.items() if name.startswith("list")}
    unknown = {
        row["name"] for entry in entries.values() for row in entry["params"]
        if row["type"] == "uuid" and row.get("names") not in listed
    }  # fmt: skip
    assert unknown == NO_LIST


def test_what_came_when_is_told() -> None:
    assert conformance.SINCE.read_text() == conformance.since(), "run make conformance"
    versions = json.loads(conformance.SINCE.read_text())
    assert (versions["addAnnotation"][""], versions["addAnnotation"]["adminsonly"]) == ("4.11", "4.16.0")

"""What a snapshot has of functions and layers.

AWS: code is stored by content. ministack writes the bytes of every layer into each snapshot, and hashes the code
once per function that has it. Here both are files named by their digest, written once.
"""

import base64
import copy
from typing import Any

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import lambda_svc

from infra.local.aws.adapters.lambda_packages import packages
from infra.local.aws.settings import Settings

APPLIES_TO = frozenset({"1.5.33"})
REFERENCE = "code_blob_ref"
STORES = ("esms", "function_urls", "kinesis_positions", "dynamodb_stream_positions")
Json = dict[str, Any]
_written: set[str] = set()


def reference(package: bytes, wanted: set[str]) -> Json:
    """Store `package` unless it is stored, and name it."""
    digest = packages().digest(package)
    if digest not in _written:
        lambda_svc._write_code_blob(package)
        _written.add(digest)
    wanted.add(digest)
    return {REFERENCE: digest}


def state() -> Json:
    """Functions, layers and mappings, with names in the place of code."""
    wanted: set[str] = set()

    def bare(record: Json, field: str) -> Json:
        kept = {key: value for key, value in record.items() if key not in (field, "versions")}
        kept = copy.deepcopy(kept)
        if isinstance(record.get(field), bytes):
            kept[field] = reference(record[field], wanted)
        return kept

    functions, layers = AccountRegionScopedDict(), AccountRegionScopedDict()
    for key, function in lambda_svc._functions.all_items():
        versions = {name: bare(version, "code_zip") for name, version in function.get("versions", {}).items()}
        functions._data[key] = {**bare(function, "code_zip"), "versions": versions}
    for key, layer in lambda_svc._layers.all_items():
        versions_of_layer = [bare(version, "_zip_data") for version in layer.get("versions") or []]
        layers._data[key] = {**bare(layer, "_zip_data"), "versions": versions_of_layer}
    lambda_svc._prune_orphan_code_blobs(wanted)
    _written.intersection_update(wanted)
    return {
        "functions": functions,
        "layers": layers,
        **{name: copy.deepcopy(getattr(lambda_svc, f"_{name}")) for name in STORES},
    }


def apply(settings: Settings) -> None:
    """Replace what is saved, and read it back."""
    del settings
    restore, store = lambda_svc._restore_state, packages()

    def restore_by_name(data: Json) -> None:
        for layer in data["layers"]._data.values() if data else ():
            for version in layer.get("versions") or []:
                named = version.get("_zip_data")
                if isinstance(named, dict):
                    version["_zip_data"] = lambda_svc._read_code_blob(named[REFERENCE])
        restore(data)
        for function in lambda_svc._functions._data.values():
            for record in (function, *function.get("versions", {}).values()):
                if isinstance(record.get("code_zip"), bytes):
                    digest = base64.b64decode(record["config"]["CodeSha256"]).hex()
                    record["code_zip"] = store.intern(record["code_zip"], digest)

    lambda_svc.get_state = state
    lambda_svc._restore_state = restore_by_name

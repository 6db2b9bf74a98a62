"""Prove an exported audit chain, or name its first broken record: python -m infra.verify_audit FILE.

It needs Python alone, so that an auditor can take this one file away. FILE holds the answers of listAuditRecords as they
came, or records one a line. What docs/audit.md says of digests is written here once more, on purpose.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FIRST = "0" * 64
NEEDED = {"accountid": str, "number": int, "previous": str, "digest": str, "event": str, "id": str}

Json = dict[str, Any]


class Broken(Exception):
    """What the chain fails with."""


def verify(records: list[Json], after: str | None = None, until: str | None = None) -> str:
    """What is proved. `after` is the digest that the records must follow, `until` the one they must end with. Raises Broken."""
    if not records:
        raise Broken("There are no records.")
    expected = after
    for place, record in enumerate(records):
        _require_fields(place, record)
        number = record["number"]
        if place == 0:
            expected = expected if expected is not None else (FIRST if number == 1 else record["previous"])
        _require_next(records[0], place, record)
        if record["previous"] != expected:
            raise Broken(
                f"Record {number} does not follow the one before: it says {record['previous']}, not {expected}."
            )
        expected = _digest(record)
        if record["digest"] != expected:
            raise Broken(f"Record {number} was changed: its digest is {expected}, not {record['digest']}.")
        if _event_id(record) != record["id"]:
            raise Broken(f"Record {number} is not of the event that it names.")
    if until is not None and until != expected:
        raise Broken(f"The chain ends with record {records[-1]['number']}, digest {expected}, and not with {until}.")
    start = "from its beginning" if records[0]["number"] == 1 else f"after {after or records[0]['previous']}"
    return (
        f"{len(records)} records of account {records[0]['accountid']}, {records[0]['number']} to {records[-1]['number']},"
        f" hold, {start}. Keep the last digest as a checkpoint: {expected}"
    )


def read(text: str) -> list[Json]:
    """The records of a file, in its order. Raises Broken for what is no export."""
    try:
        return list(_records(json.loads(text)))
    except ValueError:
        pass
    try:
        return [record for line in text.splitlines() if line.strip() for record in _records(json.loads(line))]
    except ValueError as error:
        raise Broken(f"The file is no JSON: {error}.") from None


def _records(value: Any) -> Iterator[Json]:
    if isinstance(value, list):
        for one in value:
            yield from _records(one)
    elif not isinstance(value, dict):
        raise Broken("The file holds something else than records.")
    elif "listauditrecordsresponse" in value:
        yield from _records(value["listauditrecordsresponse"])
    elif "auditrecord" in value:
        yield from _records(value["auditrecord"])
    elif value:
        yield value


def _require_fields(place: int, record: Json) -> None:
    wrong = [name for name, kind in NEEDED.items() if not isinstance(record.get(name), kind)]
    if wrong:
        raise Broken(f"The record in place {place + 1} of the file has no {', '.join(wrong)}.")


def _require_next(first: Json, place: int, record: Json) -> None:
    if record["accountid"] != first["accountid"]:
        raise Broken(f"Record {record['number']} is of another account, {record['accountid']}.")
    wanted = first["number"] + place
    if record["number"] != wanted:
        raise Broken(f"Record {wanted} is missing, or not in its place: record {record['number']} is there.")


def _digest(record: Json) -> str:
    held = {"account": record["accountid"], "event": record["event"], "number": record["number"],
            "previous": record["previous"]}  # fmt: skip
    text = json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _event_id(record: Json) -> Any:
    try:
        event = json.loads(record["event"])
    except ValueError:
        return None
    return event.get("id") if isinstance(event, dict) else None


def main(arguments: list[str] | None = None) -> int:
    """Say what is proved, or what is broken. The exit code is 1 for a chain that does not hold."""
    parser = argparse.ArgumentParser(prog="python -m infra.verify_audit", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="the answers of listAuditRecords, or records one a line")
    parser.add_argument(
        "--after", metavar="DIGEST", help="the digest of the record before the first, from an earlier export"
    )
    parser.add_argument("--until", metavar="DIGEST", help="the digest that the last record must have")
    given = parser.parse_args(arguments)
    try:
        print(verify(read(given.file.read_text(encoding="utf-8")), given.after, given.until))
    except (Broken, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The audit chain: what is put into it and by how many, who reads it, and that the verifier finds whatever was done to it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from functions.events import _chain
from functions.events.actions.chain_events import handler, run
from infra import verify_audit
from infra.verify_audit import Broken, main, read, verify
from javelin.contract.caller import Caller
from javelin.contract.errors import ConcurrentOperation
from javelin.data.records.audit_record import AuditHead, AuditRecord
from javelin.data.transaction import Transaction
from tests.cloud import Cloud, Context, Refused
from tests.unit.events.test_event_log import happened

Json = dict[str, Any]


def chained(caller: Caller, number: int) -> list[str]:
    """So many events of the caller's, in the chain; answers the messages."""
    told = [happened(caller, description=f'number {n} says "ü"').model_dump_json() for n in range(number)]
    assert run(told) == []
    return told


def records(cloud: Cloud, caller: Caller | None = None, **given: str) -> list[Json]:
    rows: list[Json] = cloud.call("listAuditRecords", caller, **given).get("auditrecord", [])
    return rows


def test_the_records_of_an_account_hold_and_tell_its_events(cloud: Cloud) -> None:
    ada, eve = cloud.caller("ada"), cloud.caller("eve")
    chained(ada, 2)
    chained(eve, 1)
    chained(ada, 2)
    rows = records(cloud, ada)
    assert verify(rows).startswith(f"4 records of account {ada.account_id}, 1 to 4, hold, from its beginning.")
    assert [json.loads(row["event"])["description"] for row in rows[:2]] == ['number 0 says "ü"', 'number 1 says "ü"']
    assert len(records(cloud, eve)) == 1


def test_a_message_that_comes_again_makes_no_second_record(cloud: Cloud) -> None:
    first = chained(cloud.root, 3)
    assert run([*first, *first]) == []
    again = chained(cloud.root, 1)
    assert run([first[1], again[0]]) == []
    assert [row["number"] for row in records(cloud)] == [1, 2, 3, 4]
    verify(records(cloud))


def test_many_consumers_at_once_keep_one_chain(cloud: Cloud) -> None:
    told = [happened(cloud.root).model_dump_json() for _ in range(12)]
    batches = [told[0:4], told[2:8], told[6:12], told]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, batches)) == [[], [], [], []]
    assert verify(records(cloud)).startswith("12 records")


def test_what_could_not_be_added_comes_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(self: Transaction) -> None:
        raise ConcurrentOperation("others are quicker")

    monkeypatch.setattr(Transaction, "commit", busy)
    monkeypatch.setattr(_chain, "ATTEMPTS", 2)
    message = {"messageId": "m", "body": happened(cloud.root).model_dump_json()}
    assert handler({"Records": [message]}, Context()) == {"batchItemFailures": [{"itemIdentifier": "m"}]}
    assert AuditHead.find(cloud.root.account_id) is None


def test_a_head_that_moved_is_looked_at_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    chained(cloud.root, 1)
    stale, find = AuditHead.find(cloud.root.account_id), AuditHead.find
    chained(cloud.root, 1)
    answers = [stale]
    monkeypatch.setattr(AuditHead, "find", lambda key: answers.pop() if answers else find(key))
    chained(cloud.root, 1)
    assert verify(records(cloud)).startswith("3 records")


def test_pages(cloud: Cloud) -> None:
    chained(cloud.root, 5)
    page = cloud.call("listAuditRecords", page="2", pagesize="2")
    assert (page["count"], [row["number"] for row in page["auditrecord"]]) == (5, [3, 4])
    assert cloud.call("listAuditRecords", page="4", pagesize="2") == {"count": 5}
    for wrong in ({"page": "1"}, {"page": "1", "pagesize": "501"}, {"pagesize": "-1"}):
        with pytest.raises(Refused, match="431"):
            cloud.call("listAuditRecords", **wrong)


def test_what_expired_leaves_the_rest_provable(cloud: Cloud) -> None:
    chained(cloud.root, 4)
    before = records(cloud)
    for row in before[:2]:
        AuditRecord.require(row["id"]).delete()
    page = cloud.call("listAuditRecords", page="1", pagesize="1")
    assert (page["count"], page["auditrecord"][0]["number"]) == (2, 3)
    assert f"hold, after {before[1]['digest']}." in verify(records(cloud), after=before[1]["digest"])
    with pytest.raises(Broken, match="does not follow"):
        verify(records(cloud), after=before[0]["digest"])


def test_nobody_reads_another_account_s_chain(cloud: Cloud) -> None:
    ada, eve = cloud.caller("ada"), cloud.caller("eve")
    chained(ada, 1)
    for name in ("ada", "nobody"):
        with pytest.raises(Refused, match="531"):
            records(cloud, eve, account=name, domainid=ada.domain_id)
    assert len(records(cloud, account="ada", domainid=ada.domain_id)) == 1


def swapped(rows: list[Json]) -> list[Json]:
    return [rows[0], rows[2], rows[1], *rows[3:]]


def told_otherwise(rows: list[Json]) -> list[Json]:
    return [{**row, "event": row["event"].replace("number 1", "number 9")} for row in rows]


def forged(rows: list[Json]) -> list[Json]:
    """A changed record with a digest that is right for it."""
    event = rows[1]["event"].replace("number 1", "number 9")
    digest = _chain.digest_of(rows[1]["accountid"], 2, rows[1]["previous"], event)
    return [rows[0], {**rows[1], "event": event, "digest": digest}, *rows[2:]]


def inserted(rows: list[Json]) -> list[Json]:
    digest = _chain.digest_of(rows[0]["accountid"], 3, rows[1]["digest"], rows[1]["event"])
    extra = {**rows[1], "number": 3, "previous": rows[1]["digest"], "digest": digest}
    return [*rows[:2], extra, *({**row, "number": row["number"] + 1} for row in rows[2:])]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (told_otherwise, "Record 2 was changed"),
        (forged, "Record 3 does not follow"),
        (lambda rows: [rows[0], *rows[2:]], "Record 2 is missing"),
        (swapped, "Record 2 is missing, or not in its place: record 3"),
        (inserted, "Record 4 does not follow"),
        (lambda rows: [rows[0], rows[0], *rows[1:]], "Record 2 is missing, or not in its place: record 1"),
        (lambda rows: [{**rows[0], "digest": "0" * 64}, *rows[1:]], "Record 1 was changed"),
        (lambda rows: [{**rows[0], "previous": "1" * 64}, *rows[1:]], "Record 1 does not follow"),
        (lambda rows: [{**rows[0], "id": "other"}, *rows[1:]], "Record 1 is not of the event"),
        (lambda rows: [*rows[:3], {**rows[3], "accountid": "other"}], "Record 4 is of another account"),
        (lambda rows: rows[:3], "The chain ends with record 3"),
        (lambda rows: [{"number": 1}], "The record in place 1 of the file has no"),
        (lambda rows: [], "no records"),
    ],
)
def test_whatever_was_done_to_an_export_is_found(
    cloud: Cloud, change: Callable[[list[Json]], list[Json]], found: str
) -> None:
    chained(cloud.root, 4)
    rows = records(cloud)
    verify(rows, until=rows[-1]["digest"])
    with pytest.raises(Broken, match=found):
        verify(change(rows), until=rows[-1]["digest"])


def test_files_are_read_as_they_are_saved(cloud: Cloud, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chained(cloud.root, 4)
    rows, export = records(cloud), tmp_path / "export"
    pages = [{"listauditrecordsresponse": {"count": 4, "auditrecord": rows[:2]}}, {"auditrecord": rows[2:]}]
    for text in (
        json.dumps(rows), json.dumps(pages), "\n".join(map(json.dumps, rows)), "\n".join(map(json.dumps, pages)),
    ):  # fmt: skip
        assert read(text) == rows
    export.write_text(json.dumps(pages))
    assert main([str(export), "--until", rows[-1]["digest"]]) == 0
    assert rows[-1]["digest"] in capsys.readouterr().out
    export.write_text(json.dumps(rows[1:]))
    assert main([str(export), "--after", "0" * 64]) == 1
    assert "Record 2 does not follow" in capsys.readouterr().err
    export.write_text("no JSON")
    assert main([str(export)]) == 1


def test_an_auditor_needs_one_file_and_python(cloud: Cloud, tmp_path: Path) -> None:
    chained(cloud.root, 2)
    rows, alone = records(cloud), shutil.copy(verify_audit.__file__, tmp_path)
    (tmp_path / "export.json").write_text(json.dumps(rows))
    options = ["export.json", "--after", rows[0]["previous"], "--until", rows[1]["digest"]]
    done = subprocess.run(
        [sys.executable, "-I", "-S", alone, *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.startswith("2 records")

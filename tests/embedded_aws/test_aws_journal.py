"""The journal without a server: compaction loses nothing, damage is not passed over, an unknown emulator is refused."""

from contextlib import closing
from pathlib import Path

import pytest

from infra.local.aws import adapters
from infra.local.aws.journal import Journal, JournalDamagedError, bases, compact, load, segments
from infra.local.aws.replica import Record
from infra.local.aws.settings import Settings

TABLE, QUEUE = "arn:table", "arn:queue"


def write(journal: Journal, *records: Record) -> None:
    journal.begin()
    for record in records:
        journal.record(record)
    journal.commit()


def busy_day(directory: Path) -> None:
    """Some of everything that a journal can say."""
    with closing(Journal(directory, fsync=True)) as journal:
        fill(journal)


def fill(journal: Journal) -> None:
    for number in range(20):
        put = ["P", TABLE, f"k{number % 7}", "s", {"n": {"N": str(number)}}]
        write(journal, put, ["S", TABLE, "MODIFY", f"event-{number}", str(number), 1.0])
    write(journal, ["D", TABLE, "k3", "s"], ["S", TABLE, "REMOVE", "event-x", "20", 1.0])
    write(journal, ["A", "mapping", TABLE, 15])
    write(journal, ["P", "arn:other", "k", "s", {}], ["X", "arn:other"])
    for number in range(3):
        write(journal, ["M", QUEUE, {"id": str(number), "body": "b"}])
    write(journal, ["G", QUEUE, ["1"]], ["E", "arn:one", {"name": "one"}], ["E", "arn:two", {"name": "two"}])
    write(journal, ["E", "arn:one", None])


def test_compaction_changes_nothing_that_is_read(tmp_path: Path) -> None:
    busy_day(tmp_path)
    before = load(tmp_path)
    with closing(Journal(tmp_path, fsync=False)) as again:
        write(again, ["P", TABLE, "late", "s", {"n": {"N": "1"}}])
    compact(tmp_path, 0)
    after = load(tmp_path)
    assert [path.name for path in (*bases(tmp_path), *segments(tmp_path))] == ["base.0.jsonl", "log.1.jsonl"]
    assert after.tables[TABLE].pop("late") == {"s": {"n": {"N": "1"}}}
    for field in ("tables", "positions", "executions", "messages"):
        assert getattr(after, field) == getattr(before, field)
    assert after.streams[TABLE].first == 15
    assert after.streams[TABLE].records == before.streams[TABLE].records
    assert [record[1] for record in after.streams[TABLE].records][-1] == "event-x"


def test_a_segment_closed_by_its_size_is_compacted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.local.aws.journal.SEGMENT_BYTES", 1000)
    busy_day(tmp_path)
    assert bases(tmp_path)
    assert load(tmp_path).executions == {"arn:two": {"name": "two"}}


def test_damage_before_the_end_is_not_passed_over(tmp_path: Path) -> None:
    busy_day(tmp_path)
    segment = segments(tmp_path)[0]
    segment.write_bytes(segment.read_bytes().replace(b'"k3"', b'"k3', 1))
    with pytest.raises(JournalDamagedError, match="line 4"):
        load(tmp_path)


def test_adapters_refuse_an_emulator_that_they_do_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: "9.9.9")
    monkeypatch.setattr(adapters, "ORDER", ("state_lock",))
    with pytest.raises(adapters.WrongVersionError, match=r"installed is 9\.9\.9"):
        adapters.apply_all(Settings.from_environment())

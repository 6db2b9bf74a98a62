"""The journal: what it keeps over a restart, what it refuses, what it forgets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge import journal as journals
from bridge.journal import Journal, Result
from javelin.messaging.host_commands import Pool
from tests.bridge.guests import a_domain, new_id


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    journal = Journal(file)
    yield journal
    journal.close()


def test_only_root_reads_it(journal: Journal, file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_result_outlives_the_bridge_with_its_answer(journal: Journal, file: Path) -> None:
    assert journal.begin("one", "stop_domain", "r", 3)
    assert journal.result("one") is None
    journal.finish("one", Result(output="{}"), keep=True, token="t")
    journal.close()
    again = Journal(file)
    assert again.result("one") == Result(output="{}")
    assert again.answers() == [("t", Result(output="{}"))]
    again.answered("t")
    assert again.answers() == []
    again.close()


def test_a_result_that_is_not_kept_is_answered_once(journal: Journal) -> None:
    journal.begin("one", "open_console", "r", 1)
    journal.finish("one", Result(error="HostBusy", cause="x"), keep=False, token="t")
    assert journal.result("one") is None
    assert journal.running() == []
    assert [token for token, _ in journal.answers()] == ["t"]


def test_answers_keep_their_order_and_empty_tokens_want_none(journal: Journal) -> None:
    for token in ("c", "", "a", "b"):
        journal.answer(token, Result(output="{}"))
    assert [token for token, _ in journal.answers()] == ["c", "a", "b"]


@pytest.mark.parametrize(("fence", "begun"), [(4, False), (5, True), (6, True)])
def test_an_older_fence_does_not_begin(journal: Journal, fence: int, begun: bool) -> None:
    assert journal.begin("one", "k", "r", 5)
    assert journal.begin("two", "k", "r", fence) is begun
    assert journal.begin("other", "k", "s", 0)
    assert ("two" in journal.running()) is begun


def test_wanted_guests(journal: Journal) -> None:
    domain = a_domain(nic=True)
    journal.want(domain, "r", 7)
    wanted = journal.wanted(domain.id)
    assert wanted is not None
    assert (wanted.domain, wanted.resource, wanted.fence) == (domain, "r", 7)
    journal.unwant(domain.id)
    assert journal.wanted(domain.id) is None
    assert journal.segments(domain.id) == [domain.nics[0].segment.network]
    journal.forget(domain.id)
    assert journal.segments(domain.id) == []


def test_pools_are_kept_once(journal: Journal) -> None:
    pool = Pool(id=new_id(), path="/a")
    journal.keep_pool(pool)
    journal.keep_pool(pool.model_copy(update={"path": "/b"}))
    assert [kept.path for kept in journal.pools()] == ["/b"]


def test_of_too_many_reports_the_newest_stay(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "MOST_REPORTS", 3)
    for number in range(5):
        journal.report("alert", str(number))
    assert [report.body for report in journal.unsent(10)] == ["2", "3", "4"]
    journal.sent([report.id for report in journal.unsent(2)])
    assert [report.body for report in journal.unsent(10)] == ["4"]


def test_age_forgets_commands_and_keeps_fences(journal: Journal) -> None:
    journal.begin("one", "k", "r", 5)
    journal.finish("one", Result(output="{}"), keep=True, token="t")
    journal.purge(datetime.now(UTC) - timedelta(days=1))
    assert journal.result("one") is not None
    journal.purge(datetime.now(UTC) + timedelta(seconds=1))
    assert journal.result("one") is None
    assert journal.answers() == []
    assert not journal.begin("two", "k", "r", 4)


def test_a_failure_inside_changes_nothing(journal: Journal) -> None:
    journal.begin("one", "k", "r", 1)
    with pytest.raises(AttributeError):
        journal.finish("one", None, keep=True, token="t")  # type: ignore[arg-type]  # the failure
    assert journal.running() == ["one"]
    assert journal.answers() == []

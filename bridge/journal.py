"""What a bridge must not forget: commands with their results, fences, guests that should run here, what is unsent."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock

from javelin.messaging.host_commands import Domain, Pool

SCHEMA = """
CREATE TABLE IF NOT EXISTS commands (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, state TEXT NOT NULL, output TEXT, error TEXT, cause TEXT, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fences (resource TEXT PRIMARY KEY, fence INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS domains (
    id TEXT PRIMARY KEY, resource TEXT NOT NULL, fence INTEGER NOT NULL, spec TEXT NOT NULL,
    confirmed TEXT NOT NULL, wanted INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pools (id TEXT PRIMARY KEY, spec TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (
    token TEXT PRIMARY KEY, output TEXT, error TEXT, cause TEXT, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reports (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS commands_by_age ON commands (at);
"""
KEPT = timedelta(days=7)
MOST_REPORTS = 10_000


@dataclass(frozen=True)
class Result:
    """How a command ended: `output` (JSON) or `error` (a class name) with its `cause`."""

    output: str | None = None
    error: str | None = None
    cause: str | None = None


@dataclass(frozen=True)
class Wanted:
    """A guest that should run here, as it was last started; `confirmed` is when the cloud last said so."""

    domain: Domain
    resource: str
    fence: int
    confirmed: datetime


@dataclass(frozen=True)
class Unsent:
    """A report that has not reached the cloud."""

    id: int
    kind: str
    body: str
    at: datetime


class Journal:
    """One SQLite file per host. Every method is one transaction; threads may share it.

    With `durable` a commit survives a power cut, without it only the death of the process (for simulated hosts).
    """

    def __init__(self, path: Path, durable: bool = True) -> None:
        path.touch(mode=0o600)
        self._lock = RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, query: str, *values: object) -> list[tuple[str, ...]]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def begin(self, command: str, kind: str, resource: str, fence: int) -> bool:
        """Note that `command` runs and raise the fence of `resource`; False and no note if a newer one was seen."""
        with self._transaction() as db:
            seen = db.execute("SELECT fence FROM fences WHERE resource = ?", (resource,)).fetchone()
            if seen is not None and fence < seen[0]:
                return False
            if seen is None or fence > seen[0]:
                db.execute("INSERT OR REPLACE INTO fences VALUES (?, ?)", (resource, fence))
            row = (command, kind, "running", now())
            db.execute("INSERT OR REPLACE INTO commands (id, kind, state, at) VALUES (?, ?, ?, ?)", row)
            return True

    def finish(self, command: str, result: Result, keep: bool, token: str) -> None:
        """End a command and queue its answer, together; without `keep` a repeat will run it again."""
        with self._transaction() as db:
            if keep:
                done = (result.output, result.error, result.cause, now(), command)
                db.execute(
                    "UPDATE commands SET state = 'done', output = ?, error = ?, cause = ?, at = ? WHERE id = ?", done
                )
            else:
                db.execute("DELETE FROM commands WHERE id = ?", (command,))
            self._queue_answer(db, token, result)

    def result(self, command: str) -> Result | None:
        """The result of a command that is done."""
        rows = self._rows("SELECT output, error, cause FROM commands WHERE id = ? AND state = 'done'", command)
        return Result(*rows[0]) if rows else None

    def running(self) -> list[str]:
        """Ids of commands that were begun and not finished."""
        return [row[0] for row in self._rows("SELECT id FROM commands WHERE state = 'running'")]

    def answer(self, token: str, result: Result) -> None:
        """Queue an answer."""
        with self._transaction() as db:
            self._queue_answer(db, token, result)

    @staticmethod
    def _queue_answer(db: sqlite3.Connection, token: str, result: Result) -> None:
        if token:
            row = (token, result.output, result.error, result.cause, now())
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", row)

    def answers(self) -> list[tuple[str, Result]]:
        """Undelivered answers by token, oldest first."""
        return [
            (token, Result(*rest))
            for token, *rest in self._rows("SELECT token, output, error, cause FROM answers ORDER BY rowid")
        ]

    def answered(self, token: str) -> None:
        with self._transaction() as db:
            db.execute("DELETE FROM answers WHERE token = ?", (token,))

    def want(self, domain: Domain, resource: str, fence: int) -> None:
        """Remember that the cloud wants `domain` to run here."""
        row = (domain.id, resource, fence, domain.model_dump_json(), now())
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO domains VALUES (?, ?, ?, ?, ?, 1)", row)

    def unwant(self, domain: str) -> None:
        """Remember that the cloud does not want `domain` to run here any more."""
        with self._transaction() as db:
            db.execute("UPDATE domains SET wanted = 0 WHERE id = ?", (domain,))

    def want_again(self, domain: str) -> None:
        """Take `unwant` back."""
        with self._transaction() as db:
            db.execute("UPDATE domains SET wanted = 1 WHERE id = ?", (domain,))

    def segments(self, domain: str) -> list[str]:
        """The networks that `domain` was connected to when it was last started."""
        rows = self._rows("SELECT spec FROM domains WHERE id = ?", domain)
        nics = [nic for (spec,) in rows for nic in Domain.model_validate_json(spec).nics]
        return sorted({nic.segment.network for nic in nics})

    def forget(self, domain: str) -> None:
        """Nothing of `domain` is left here."""
        with self._transaction() as db:
            db.execute("DELETE FROM domains WHERE id = ?", (domain,))

    def wanted(self, domain: str) -> Wanted | None:
        rows = self._rows("SELECT spec, resource, fence, confirmed FROM domains WHERE id = ? AND wanted", domain)
        for spec, resource, fence, confirmed in rows:
            when = datetime.fromisoformat(confirmed)
            return Wanted(Domain.model_validate_json(spec), resource, int(fence), when)
        return None

    def keep_pool(self, pool: Pool) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO pools VALUES (?, ?)", (pool.id, pool.model_dump_json()))

    def pools(self) -> list[Pool]:
        return [Pool.model_validate_json(row[0]) for row in self._rows("SELECT spec FROM pools ORDER BY id")]

    def report(self, kind: str, body: str) -> None:
        """Queue a report; of too many the oldest are dropped."""
        with self._transaction() as db:
            cursor = db.execute("INSERT INTO reports (kind, body, at) VALUES (?, ?, ?)", (kind, body, now()))
            db.execute("DELETE FROM reports WHERE id <= ?", ((cursor.lastrowid or 0) - MOST_REPORTS,))

    def unsent(self, most: int) -> list[Unsent]:
        rows = self._rows("SELECT id, kind, body, at FROM reports ORDER BY id LIMIT ?", most)
        return [Unsent(int(id_), kind, body, datetime.fromisoformat(at)) for id_, kind, body, at in rows]

    def sent(self, reports: list[int]) -> None:
        with self._transaction() as db:
            db.executemany("DELETE FROM reports WHERE id = ?", [(report,) for report in reports])

    def fact(self, name: str) -> str | None:
        rows = self._rows("SELECT value FROM facts WHERE name = ?", name)
        return rows[0][0] if rows else None

    def set_fact(self, name: str, value: str) -> None:
        with self._transaction() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def purge(self, before: datetime | None = None) -> None:
        """Forget commands and undelivered answers older than a week; fences and wanted guests stay."""
        limit = (before or datetime.now(UTC) - KEPT).isoformat()
        with self._transaction() as db:
            db.execute("DELETE FROM commands WHERE at < ?", (limit,))
            db.execute("DELETE FROM answers WHERE at < ?", (limit,))


def now() -> str:
    return datetime.now(UTC).isoformat()

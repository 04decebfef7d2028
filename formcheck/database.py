"""The file of the history: opened, brought to the newest version of its tables, its refusals told in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

from formcheck.errors import HistoryError
from formcheck.home import FOLDER_VARIABLE
from formcheck.text import why

FILE = "history.sqlite3"
WAIT_S = 20.0
"""How long a writer waits for another one; a write takes milliseconds."""
RETRY_S = 0.05

VERSIONS = (
    """
    CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        date TEXT,
        started_at TEXT,
        kept_at TEXT NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        recording TEXT,
        exercise TEXT,
        reps INTEGER NOT NULL,
        clean INTEGER NOT NULL,
        partial INTEGER NOT NULL,
        hold_s REAL,
        peak_deg REAL,
        UNIQUE (person, recording)
    );
    CREATE INDEX sessions_by_date ON sessions (person, date);
    CREATE TABLE results (
        id INTEGER PRIMARY KEY,
        session TEXT NOT NULL REFERENCES sessions ON DELETE CASCADE,
        judged_at TEXT NOT NULL,
        version TEXT NOT NULL,
        report TEXT NOT NULL
    );
    CREATE INDEX results_by_session ON results (session);
    """,
    """
    CREATE TABLE opinions (
        result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
        rep INTEGER NOT NULL,
        verdict TEXT NOT NULL,
        faults TEXT NOT NULL,
        note TEXT NOT NULL,
        said_at TEXT NOT NULL,
        PRIMARY KEY (result, rep)
    );
    """,
    """
    CREATE TABLE selfchecks (
        id INTEGER PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES people ON DELETE CASCADE,
        date TEXT NOT NULL,
        answers TEXT NOT NULL
    );
    """,
)
"""`VERSIONS[n]` turns version n into n + 1; version 0 is an empty file. Only ever add to the end."""
NEWEST = len(VERSIONS)


def version_of(database: sqlite3.Connection) -> int:
    """The version of the tables, 0 for a new file."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def migrate(database: sqlite3.Connection) -> None:
    """Bring the tables to the newest version, each step whole or not at all. Two processes may try at once."""
    while version_of(database) < NEWEST:
        database.execute("BEGIN IMMEDIATE")
        try:
            found = version_of(database)  # another process may have been first
            if found < NEWEST:
                for statement in VERSIONS[found].split(";"):
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {found + 1}")
            database.execute("COMMIT")
        except BaseException:
            database.execute("ROLLBACK")
            raise


def open_database(path: Path) -> sqlite3.Connection:
    """The history's file, made where there is none; HistoryError when it is damaged, newer or cannot be written."""
    with told_in_one_line(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=WAIT_S, isolation_level=None)
        try:
            _prepare(database, path)
        except BaseException:
            database.close()
            raise
        return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    database.row_factory = sqlite3.Row
    if version_of(database) > NEWEST:
        raise HistoryError.about(
            path,
            en="kept by a newer formcheck; update formcheck to open it",
            ja="新しいformcheckで保存された記録です。formcheckを更新してください",
        )
    _write_ahead(database)
    database.execute("PRAGMA synchronous = FULL")  # a power cut loses nothing that was confirmed
    database.execute("PRAGMA foreign_keys = ON")
    migrate(database)


def _write_ahead(database: sqlite3.Connection) -> None:
    """Let others read while one writes. SQLite does not wait by itself where two processes switch a new file."""
    for tries_left in reversed(range(round(WAIT_S / RETRY_S))):
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or not tries_left:
                raise
            sleep(RETRY_S)


def damaged(path: Path) -> HistoryError:
    """The error of a history that cannot be read."""
    return HistoryError.about(
        path,
        en="this history is damaged; move the file away and bring a backup back with formcheck history import",
        ja="記録のファイルが壊れています。別の場所に移し、formcheck history import でバックアップから戻してください",
    )


@contextmanager
def told_in_one_line(path: Path) -> Iterator[None]:
    """What the database or the disk refuses, as an error that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        reason = str(error)
        if "locked" in reason:
            raise HistoryError.about(
                path,
                en="another program holds it; close that one and try again",
                ja="ほかのプログラムが使っています。終わらせてから、もう一度お試しください",
            ) from error
        raise HistoryError.about(
            path,
            en=f"the history cannot be opened or written ({reason}); look at free space and permissions, or set"
            f" {FOLDER_VARIABLE} to another folder",
            ja=f"記録を開けないか、書き込めません（{reason}）。空き容量と許可を確かめるか、{FOLDER_VARIABLE} で別の"
            "フォルダを指定してください",
        ) from error
    except sqlite3.DatabaseError as error:
        raise damaged(path) from error
    except OSError as error:
        reason_text = why(error)
        raise HistoryError.about(
            path,
            en=f"the history cannot be written ({reason_text.en}); look at free space and permissions",
            ja=f"記録を書き込めません（{reason_text.ja}）。空き容量と許可を確かめてください",
        ) from error

"""Every session kept on this computer, in one SQLite file: results in it, landmarks as files beside it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from formcheck.database import FILE, damaged, open_database, told_in_one_line
from formcheck.entries import (
    Kept,
    Opinion,
    Result,
    insert_opinion,
    insert_result,
    kept,
    person_number,
    put_session,
    stamp,
)
from formcheck.errors import RequestError
from formcheck.home import data_folder
from formcheck.records import SourceInfo, Track
from formcheck.report import Report
from formcheck.saved import save_landmarks

ME = ""
"""The person of a computer that only one uses."""


class History:
    """The sessions of one folder. Safe with several processes; a write is whole and on the disk when it returns."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_folder()
        self.path = self.folder / FILE
        self._database = open_database(self.path)

    def close(self) -> None:
        """Free the file."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: everything in the block is kept, or nothing."""
        with told_in_one_line(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """What a question to the database gives."""
        with told_in_one_line(self.path):
            return self._database.execute(query, values).fetchall()

    def keep(
        self, report: Report, track: Track | None = None, info: SourceInfo | None = None, *, person: str = ME,
        recording: str | None = None, at: datetime | None = None,
    ) -> str:  # fmt: skip
        """Keep a session; returns its id.

        The same `recording` (a fingerprint) again is the same session: a new judgement stands beside the older ones,
        and what the person said of those stays.
        """
        with self.writing() as database:
            number = person_number(database, person)
            there = database.execute(
                "SELECT id FROM sessions WHERE (person = ? AND recording = ?) OR id = ? ORDER BY recording IS ? DESC",
                (number, recording, report.session_id, recording),
            ).fetchone()
            name = str(there["id"]) if there else report.session_id
            if track is not None and info is not None:
                self.landmarks_path(name).parent.mkdir(exist_ok=True)
                save_landmarks(self.landmarks_path(name), info, track)
            report = report.model_copy(update={"session_id": name})
            put_session(database, number, report, recording, stamp(at))
            if not self._judged_so(name, report):
                insert_result(database, name, report, stamp(at))
        return name

    def _judged_so(self, session: str, report: Report) -> bool:
        """Whether that is what the newest judgement says already."""
        results = self.results(session)
        apart = {"source", "started_at"}
        return bool(results) and results[-1].report.model_dump_json(exclude=apart) == report.model_dump_json(
            exclude=apart
        )

    def landmarks_path(self, session: str) -> Path:
        """Where a session's landmarks are, or would be."""
        return self.folder / "landmarks" / f"{session}.npz"

    def people(self) -> list[str]:
        """Everybody who has kept something."""
        return [row["name"] for row in self.rows("SELECT name FROM people ORDER BY name")]

    def sessions(self, person: str = ME, since: date | None = None) -> list[Kept]:
        """Sessions in order of time, with `since` only those dated from then on.

        One whose time is unknown stands where it was kept.
        """
        columns = ", ".join(f"s.{name}" for name in Kept.__slots__)
        query = f"SELECT {columns} FROM sessions s JOIN people p ON p.id = s.person WHERE p.name = ?"
        order = (
            " ORDER BY coalesce(s.date, substr(s.kept_at, 1, 10)), julianday(coalesce(s.started_at, s.kept_at)), s.id"
        )
        if since:
            return [kept(row) for row in self.rows(f"{query} AND s.date >= ?{order}", person, since.isoformat())]
        return [kept(row) for row in self.rows(query + order, person)]

    def training_days(self, person: str = ME) -> set[date]:
        """Local dates on which repetitions were done."""
        query = (
            "SELECT DISTINCT date FROM sessions WHERE date IS NOT NULL AND reps + partial > 0"
            " AND person = (SELECT id FROM people WHERE name = ?)"
        )
        return {date.fromisoformat(row["date"]) for row in self.rows(query, person)}

    def find(self, name: str, person: str = ME) -> str:
        """The id of a session named by its id, the beginning of it, or "last"; RequestError when there is none."""
        if name == "last":
            found = self.rows(
                "SELECT s.id FROM sessions s JOIN people p ON p.id = s.person WHERE p.name = ?"
                " ORDER BY julianday(s.kept_at) DESC, s.id DESC LIMIT 1", person,
            )  # fmt: skip
        else:
            found = self.rows("SELECT id FROM sessions WHERE substr(id, 1, ?) = ?", len(name), name.upper())
        if len(found) == 1 and name:
            return str(found[0]["id"])
        raise RequestError(
            en=f"no session '{name}' (or more than one begins so); formcheck history lists them",
            ja=f"「{name}」にあたる記録が1つに決まりません。formcheck history で一覧を見てください",
        )

    def person_of(self, session: str) -> str:
        """Whose session it is."""
        query = "SELECT p.name FROM sessions s JOIN people p ON p.id = s.person WHERE s.id = ?"
        return str(self.rows(query, session)[0]["name"])

    def results(self, session: str) -> list[Result]:
        """Every judgement of a session, the first one first."""
        rows = self.rows("SELECT * FROM results WHERE session = ? ORDER BY id", session)
        return [Result(row["id"], row["judged_at"], row["version"], self._report(row["report"])) for row in rows]

    def _report(self, document: str) -> Report:
        try:
            return Report.model_validate_json(document)
        except ValidationError as error:
            raise damaged(self.path) from error

    def add_result(self, session: str, report: Report, at: datetime | None = None) -> None:
        """Keep what a newer version judged, beside what is there unless it says the same; the lists show the newest."""
        with self.writing() as database:
            if self._judged_so(session, report):
                return
            row = database.execute(
                "SELECT person, recording, kept_at FROM sessions WHERE id = ?", (session,)
            ).fetchone()
            put_session(database, row["person"], report, row["recording"], row["kept_at"])
            insert_result(database, session, report, stamp(at))

    def say_wrong(self, result: int, opinion: Opinion, at: datetime | None = None) -> None:
        """Keep the person's own verdict on a repetition of a result, replacing an earlier one."""
        with self.writing() as database:
            insert_opinion(database, result, opinion, stamp(at))

    def take_back(self, result: int, rep: int) -> None:
        """Forget the person's own verdict on a repetition."""
        with self.writing() as database:
            database.execute("DELETE FROM opinions WHERE result = ? AND rep = ?", (result, rep))

    def opinions(self, result: int) -> dict[int, Opinion]:
        """The person's own verdicts on a result, by the repetition's number."""
        rows = self.rows("SELECT * FROM opinions WHERE result = ? ORDER BY rep", result)
        return {
            row["rep"]: Opinion(
                rep=row["rep"], verdict=row["verdict"], faults=tuple(json.loads(row["faults"])), note=row["note"]
            )
            for row in rows
        }  # fmt: skip

    def keep_selfcheck(self, answers: Sequence[bool], on: date, person: str = ME) -> None:
        """Keep the answers of the self-check."""
        with self.writing() as database:
            database.execute(
                "INSERT INTO selfchecks (person, date, answers) VALUES (?, ?, ?)",
                (person_number(database, person), on.isoformat(), json.dumps([bool(answer) for answer in answers])),
            )

    def selfchecks(self, person: str = ME) -> list[tuple[date, list[bool]]]:
        """The kept answers, oldest first."""
        query = "SELECT date, answers FROM selfchecks WHERE person = (SELECT id FROM people WHERE name = ?) ORDER BY id"
        return [(date.fromisoformat(row["date"]), json.loads(row["answers"])) for row in self.rows(query, person)]

    def delete(self, session: str) -> None:
        """Forget one session and everything that hangs on it."""
        with self.writing() as database:
            database.execute("DELETE FROM sessions WHERE id = ?", (session,))
        self.landmarks_path(session).unlink(missing_ok=True)

    def delete_person(self, person: str = ME) -> int:
        """Forget everything of one person; returns how many sessions that were."""
        ids = [kept.id for kept in self.sessions(person)]
        with self.writing() as database:
            database.execute("DELETE FROM people WHERE name = ?", (person,))
        for session in ids:
            self.landmarks_path(session).unlink(missing_ok=True)
        return len(ids)

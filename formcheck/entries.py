"""What the history holds: sessions, judgements, people's own verdicts, and how each becomes a row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Literal

from pydantic import BaseModel, ConfigDict

from formcheck.report import Report
from formcheck.restdays import local_date

OwnVerdict = Literal["clean", "fault", "partial", "none"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One session as the lists show it. `date` is the local one, None where the time of recording is unknown."""

    id: str
    date: date | None
    started_at: str | None
    kept_at: str
    kind: str
    name: str
    exercise: str | None
    reps: int
    clean: int
    partial: int
    hold_s: float | None
    peak_deg: float | None


@dataclass(frozen=True, slots=True)
class Result:
    """What one version of formcheck judged of a session."""

    id: int
    judged_at: str
    version: str
    report: Report


class Opinion(BaseModel):
    """The person's own verdict on one repetition, kept beside ours; "none": it was no repetition at all."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rep: int
    verdict: OwnVerdict
    faults: tuple[str, ...] = ()
    note: str = ""


def person_number(database: sqlite3.Connection, name: str) -> int:
    """The number of a person, who is added when new."""
    database.execute("INSERT OR IGNORE INTO people (name) VALUES (?)", (name,))
    return int(database.execute("SELECT id FROM people WHERE name = ?", (name,)).fetchone()["id"])


def put_session(database: sqlite3.Connection, person: int, report: Report, recording: str | None, kept_at: str) -> None:
    """One row for the lists, new or in place of the session's older one, with what they show of the report."""
    day = local_date(report.started_at)
    full = [rep for rep in report.reps if rep.verdict != "partial"]
    counts = report.summary
    values = (
        report.session_id, person, day and day.isoformat(), report.started_at, kept_at, report.source.kind,
        report.source.name, recording, report.exercise, counts.reps, counts.clean, counts.partial,
        counts.median_hold_s, median(rep.peak_deg for rep in full) if full else None,
    )  # fmt: skip
    newer = ", ".join(f"{name} = excluded.{name}" for name in Kept.__slots__ if name != "id")
    database.execute(
        f"INSERT INTO sessions VALUES ({', '.join('?' * len(values))}) ON CONFLICT (id) DO UPDATE SET {newer}", values
    )


def insert_result(
    database: sqlite3.Connection, session: str, report: Report, judged_at: str, opinions: Sequence[Opinion] = ()
) -> None:
    """One judgement of a session, with what the person said of it."""
    cursor = database.execute(
        "INSERT INTO results (session, judged_at, version, report) VALUES (?, ?, ?, ?)",
        (session, judged_at, report.formcheck_version, report.model_dump_json()),
    )
    for own in opinions:
        insert_opinion(database, int(cursor.lastrowid or 0), own, judged_at)


def insert_opinion(database: sqlite3.Connection, result: int, own: Opinion, said_at: str) -> None:
    """A person's own verdict on a repetition, in place of an earlier one."""
    values = (result, own.rep, own.verdict, json.dumps(own.faults), own.note, said_at)
    database.execute("INSERT OR REPLACE INTO opinions VALUES (?, ?, ?, ?, ?, ?)", values)


def kept(row: sqlite3.Row) -> Kept:
    """A row of the list."""
    values = dict(row)
    return Kept(**values | {"date": date.fromisoformat(values["date"]) if values["date"] else None})


def stamp(at: datetime | None) -> str:
    """A time as kept, with its offset; by default now."""
    return (at or datetime.now()).astimezone().isoformat(timespec="seconds")

"""The history out of the database and back: as JSON, as a zip with landmarks, without names."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Sequence, Set
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from formcheck import sinks
from formcheck.entries import Opinion, insert_result, person_number, put_session
from formcheck.errors import SourceError
from formcheck.history import History
from formcheck.report import Report

DOCUMENT, LANDMARKS = "history.json", "landmarks/"
SessionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
"""Becomes a file's name, so nothing else is taken in."""
FIRST_MONDAY = date(2000, 1, 3)


class Part(BaseModel):
    """Base of all parts: nothing unknown."""

    model_config = ConfigDict(extra="forbid")


class ResultOut(Part):
    """One judgement of a session with the person's own verdicts on it."""

    judged_at: str
    report: Report
    opinions: list[Opinion] = Field(default_factory=list)


class SessionOut(Part):
    """One kept session."""

    id: SessionId
    kept_at: str
    recording: str | None
    results: Annotated[list[ResultOut], Field(min_length=1)]


class SelfcheckOut(Part):
    """Answers of the self-check."""

    date: date
    answers: list[bool]


class PersonOut(Part):
    """Everything of one person."""

    name: str
    sessions: list[SessionOut]
    selfchecks: list[SelfcheckOut] = Field(default_factory=list)


class Document(Part):
    """A whole history."""

    formcheck_history: Literal[1] = 1
    people: list[PersonOut]


def document_of(history: History, person: str | None = None) -> Document:
    """The history of one person, or of everybody."""
    names = history.people() if person is None else [person]
    return Document(people=[_person(history, name) for name in names])


def _person(history: History, name: str) -> PersonOut:
    checks = [SelfcheckOut(date=on, answers=answers) for on, answers in history.selfchecks(name)]
    return PersonOut(name=name, sessions=list(_sessions(history, name)), selfchecks=checks)


def _sessions(history: History, name: str) -> Iterator[SessionOut]:
    recordings = {row["id"]: row["recording"] for row in history.rows("SELECT id, recording FROM sessions")}
    for kept in history.sessions(name):
        results = [
            ResultOut(
                judged_at=result.judged_at, report=result.report, opinions=list(history.opinions(result.id).values())
            )
            for result in history.results(kept.id)
        ]  # fmt: skip
        yield SessionOut(id=kept.id, kept_at=kept.kept_at, recording=recordings[kept.id], results=results)


def anonymous(document: Document) -> Document:
    """Without names of people and files, notes and times of day; dates are moved by whole weeks, so weekdays stay."""
    days = [
        result.report.started_at[:10] for p in document.people for s in p.sessions for result in s.results
        if result.report.started_at
    ]  # fmt: skip
    first = date.fromisoformat(min(days)) if days else FIRST_MONDAY
    shift = FIRST_MONDAY - (first - timedelta(days=first.weekday()))
    mark = secrets.token_hex(3).upper()  # what two people gave away without names must not become one person's
    people = []
    for number, person in enumerate(document.people, 1):
        sessions = [_nameless(s, f"{mark}P{number}S{k}", shift) for k, s in enumerate(person.sessions, 1)]
        checks = [SelfcheckOut(date=c.date + shift, answers=c.answers) for c in person.selfchecks]
        people.append(PersonOut(name=f"person {mark}-{number}", sessions=sessions, selfchecks=checks))
    return Document(people=people)


def _nameless(session: SessionOut, name: str, shift: timedelta) -> SessionOut:
    def moved(stamp: str) -> str:
        return f"{(date.fromisoformat(stamp[:10]) + shift).isoformat()}T12:00:00"

    results = []
    for result in session.results:
        report = result.report
        source = report.source.model_copy(update={"name": name})
        started = moved(report.started_at) if report.started_at else None
        plain = report.model_copy(update={"session_id": name, "started_at": started, "source": source})
        opinions = [own.model_copy(update={"note": ""}) for own in result.opinions]
        results.append(ResultOut(judged_at=moved(result.judged_at), report=plain, opinions=opinions))
    return SessionOut(id=name, kept_at=moved(session.kept_at), recording=None, results=results)


def export(history: History, path: Path, person: str | None = None, *, nameless: bool = False) -> int:
    """Write the history to a .json file, or to a .zip with the landmarks (a backup); returns the number of sessions."""
    document = document_of(history, person)
    document = anonymous(document) if nameless else document
    text = document.model_dump_json(indent=1) + "\n"
    ids = [s.id for p in document.people for s in p.sessions]
    with sinks.written(path) as file:
        if path.suffix.lower() != ".zip":
            file.write(text.encode())
            return len(ids)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(DOCUMENT, text)
            for kept in [] if nameless else map(history.landmarks_path, ids):
                if kept.exists():
                    archive.write(kept, LANDMARKS + kept.name, zipfile.ZIP_STORED)
    return len(ids)


def bring_in(history: History, path: Path) -> tuple[int, int]:
    """Read what `export` wrote, all or nothing; returns how many sessions were added and how many were there.

    A session that is there without its landmarks gets those.
    """
    document = _read(path)
    ids = {s.id for p in document.people for s in p.sessions}
    with history.writing() as database:
        known = {row["id"] for row in database.execute("SELECT id FROM sessions")}
        for person in document.people:
            number = person_number(database, person.name)
            for session in person.sessions:
                if session.id not in known:
                    _add_session(database, number, session)
            _add_selfchecks(database, number, person.selfchecks)
        if zipfile.is_zipfile(path):
            _bring_landmarks(history, path, ids)  # a disk too full for them leaves the sessions out too
    return len(ids - known), len(ids & known)


def _add_session(database: sqlite3.Connection, person: int, session: SessionOut) -> None:
    taken = session.recording and database.execute(
        "SELECT 1 FROM sessions WHERE person = ? AND recording = ?", (person, session.recording)
    ).fetchone()  # fmt: skip
    newest = session.results[-1].report.model_copy(update={"session_id": session.id})
    put_session(database, person, newest, None if taken else session.recording, session.kept_at)
    for result in session.results:
        insert_result(database, session.id, result.report, result.judged_at, result.opinions)


def _add_selfchecks(database: sqlite3.Connection, person: int, checks: Sequence[SelfcheckOut]) -> None:
    have = {row["date"] for row in database.execute("SELECT date FROM selfchecks WHERE person = ?", (person,))}
    for check in checks:
        if check.date.isoformat() not in have:
            values = (person, check.date.isoformat(), json.dumps(check.answers))
            database.execute("INSERT INTO selfchecks (person, date, answers) VALUES (?, ?, ?)", values)


def _bring_landmarks(history: History, path: Path, ids: Set[str]) -> None:
    """Copy the landmarks of sessions out of a backup, one after the other: together they may not fit into memory."""
    brought: list[Path] = []
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                match = re.fullmatch(LANDMARKS + r"([A-Za-z0-9_-]{1,40})\.npz", name)
                if not match or match[1] not in ids or (kept := history.landmarks_path(match[1])).exists():
                    continue
                kept.parent.mkdir(exist_ok=True)
                with archive.open(name) as packed, sinks.replacing(kept) as file:
                    shutil.copyfileobj(packed, file)
                brought.append(kept)
    except BaseException:
        for kept in brought:
            kept.unlink(missing_ok=True)
        raise


def _read(path: Path) -> Document:
    try:
        if not zipfile.is_zipfile(path):
            return Document.model_validate_json(path.read_bytes())
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise ValueError("a damaged part")
            return Document.model_validate_json(archive.read(DOCUMENT))
    except FileNotFoundError as error:
        raise SourceError.about(
            path, en="not found; check the name", ja="見つかりません。名前を確かめてください"
        ) from error
    except (OSError, KeyError, ValueError, ValidationError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise SourceError.about(
            path,
            en="not a history exported by formcheck, or damaged; nothing was changed, name another file",
            ja="formcheckが書き出した記録ではないか、壊れています。何も変えていません。別のファイルを選んでください",
        ) from error

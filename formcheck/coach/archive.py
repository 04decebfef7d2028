"""A live session on disk: kept after every repetition, so that a crash loses the open one at most."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from ulid import ULID

from formcheck.coach.plan import Plan
from formcheck.coach.progress import Progress
from formcheck.errors import OutputError, SourceError
from formcheck.exercises import get_exercise
from formcheck.hindsight import look_back, positions_s
from formcheck.history import ME, History
from formcheck.records import SourceInfo, Track
from formcheck.report import Report, SetSpan, build_report, within_sets
from formcheck.saved import SavedLandmarks, save_landmarks

RESUME_S = 60.0
"""How long after its last sign of life a session can be gone on with."""
DAMAGED = (OSError, ValueError, ValidationError, LookupError, SourceError)


class Card(BaseModel):
    """What must be known of a session besides its landmarks. `zero_ms` is the camera's clock at its first frame."""

    model_config = ConfigDict(extra="forbid")

    id: str
    plan: Plan
    info: dict[str, Any]
    model: str
    started_at: str
    zero_ms: float
    progress: dict[str, Any]
    person: str = ME
    runtime: str = "mediapipe"
    """What ran the model."""
    keep: bool = True
    """Whether the session goes into the history once it is over."""
    complete: bool = False


class Archive:
    """Keeps one session in a folder of its own."""

    def __init__(self, folder: Path, card: Card) -> None:
        self.folder, self.card = folder, card
        self._kept_s = -np.inf
        for part in self._parts():
            self._kept_s = max(self._kept_s, SavedLandmarks(part).duration_s or -np.inf)

    @classmethod
    def new(
        cls, root: Path, plan: Plan, info: SourceInfo, *, model: str, zero_ms: float, person: str = ME,
        runtime: str = "mediapipe", keep: bool = True,
    ) -> Archive:  # fmt: skip
        """Begin a session; OutputError when nothing can be kept there."""
        name = str(ULID())
        folder = root / "open" / name
        try:
            folder.mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise OutputError.refused(folder, error) from error
        started_at = info.started_at or datetime.now().astimezone().isoformat(timespec="seconds")
        archive = cls(
            folder,
            Card(
                id=name, plan=plan, info=asdict(info), model=model, started_at=started_at, zero_ms=zero_ms,
                progress=asdict(Progress()), person=person, runtime=runtime, keep=keep,
            ),
        )  # fmt: skip
        archive._write_card()
        return archive

    @classmethod
    def resume(cls, root: Path, name: str) -> Archive | None:
        """A session that was alive within RESUME_S and is not finished; None where there is none."""
        archive = cls.open(root / "open" / name) if name.isalnum() else None
        if archive is None or archive.card.complete:
            return None
        alive_s = time.time() - (archive.folder / "session.json").stat().st_mtime
        return archive if alive_s <= RESUME_S else None

    @classmethod
    def open(cls, folder: Path) -> Archive | None:
        """A kept session; None where there is none, or a damaged one."""
        try:
            return cls(folder, Card.model_validate_json((folder / "session.json").read_bytes()))
        except DAMAGED:
            return None

    @property
    def info(self) -> SourceInfo:
        """The camera's picture."""
        return SourceInfo(**self.card.info)

    @property
    def last_s(self) -> float:
        """Time of the newest landmarks kept, -1 before the first."""
        return max(float(self._kept_s), -1.0)

    @property
    def progress(self) -> Progress:
        """How far the session is."""
        return TypeAdapter(Progress).validate_python(self.card.progress)

    def keep(self, track: Track, progress: Progress) -> None:
        """Store what came since the last time; OutputError when it cannot be written."""
        new = track[int(np.searchsorted(track.t_s, self._kept_s, side="right")) :]
        if len(new):
            save_landmarks(self.folder / f"part-{len(self._parts()):05d}.npz", self.info, new)
            self._kept_s = float(new.t_s[-1])
        self.card.progress = asdict(progress)
        self._write_card()

    def touch(self) -> None:
        """Note that the session is alive."""
        os.utime(self.folder / "session.json")

    def finish(self) -> Report | None:
        """Judge the whole session as `analyze` would, and keep it if wanted; None where nobody was filmed."""
        track = self.track()
        report = report_of(self.card, self.info, track, self.progress) if track else None
        if track and report and self.card.keep:
            with History(self.folder.parent.parent) as history:
                history.keep(report, track, self.info, person=self.card.person)
        self.card.complete = True
        shutil.rmtree(self.folder, ignore_errors=True)
        return report

    def track(self) -> Track | None:
        """All landmarks kept so far."""
        parts = [SavedLandmarks(path).track for path in self._parts()]
        if not parts:
            return None
        return Track(
            *(np.concatenate([getattr(p, f) for p in parts]) for f in ("t_s", "xy_px", "visibility", "world_m"))
        )

    def _parts(self) -> list[Path]:
        return sorted(self.folder.glob("part-*.npz"))

    def _write_card(self) -> None:
        _write(self.folder / "session.json", self.card.model_dump_json(indent=1))


def _write(path: Path, words: str) -> None:
    """Write a file whole or not at all."""
    aside = path.with_suffix(".part")
    try:
        aside.write_text(words, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise OutputError.refused(path, error) from error


def report_of(card: Card, info: SourceInfo, track: Track, progress: Progress) -> Report:
    """The report of a live session: what `analyze` finds in its landmarks, less what was practice or rest."""
    exercise = get_exercise(card.plan.exercise)
    verdict, unjudged = look_back(track, info, exercise, hold_s=card.plan.hold_s)
    whole = build_report(
        session_id=card.id, info=info, track=track, positions_s=positions_s(track, info), verdict=verdict,
        unjudged=unjudged, given=True, model=card.model, runtime=card.runtime, complete=progress.done,
    )  # fmt: skip
    sets = [SetSpan(number=number, start_s=start_s, end_s=end_s) for number, start_s, end_s in progress.sets]
    return within_sets(whole, sets).model_copy(update={"started_at": card.started_at})


def unfinished(root: Path) -> list[Archive]:
    """Sessions that broke off and cannot be gone on with any more."""
    found = [Archive.open(card.parent) for card in sorted((root / "open").glob("*/session.json"))]
    old_s = time.time() - RESUME_S
    return [a for a in found if a and not a.card.complete and (a.folder / "session.json").stat().st_mtime < old_s]

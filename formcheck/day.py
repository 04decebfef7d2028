"""A day at the desk: one folder with the page and the report, begun anew or gone on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from ulid import ULID

from formcheck import sinks
from formcheck.attendance import Attendance, attendance_report
from formcheck.errors import OutputError
from formcheck.models import model_label
from formcheck.monitors.spec import Monitor
from formcheck.pages.day import day_page
from formcheck.records import SourceInfo
from formcheck.report import Report
from formcheck.text import Lang


@dataclass(slots=True)
class Day:
    """What was seen before on the same day counts as well; `later_s` is when this stretch began, in its time."""

    folder: Path
    monitor: Monitor
    info: SourceInfo
    model: str
    lang: Lang
    session_id: str
    before: Attendance = field(default_factory=Attendance)
    later_s: float = 0.0
    _report: Report | None = None

    @classmethod
    def open(cls, folder: Path, monitor: Monitor, info: SourceInfo, now: datetime, *, model: str, lang: Lang) -> Day:
        """Begin a day, or go on with the one that is in the folder; OutputError where that holds something else."""
        sinks.require_writable(folder)
        label = model_label(model)
        earlier = _earlier(folder, monitor, now)
        if earlier is None:
            info = replace(info, started_at=now.isoformat())
            return cls(folder, monitor, info, label, lang, str(ULID()))
        assert earlier.started_at
        info = replace(info, started_at=earlier.started_at)
        passed_s = (now - datetime.fromisoformat(earlier.started_at)).total_seconds()
        before = Attendance.of(earlier)
        return cls(folder, monitor, info, label, lang, earlier.session_id, before, max(passed_s, before.end_s))

    @property
    def page(self) -> Path:
        """Where the page is."""
        return (self.folder / sinks.PAGE).absolute()

    @property
    def report(self) -> Report:
        """The report as it was written last."""
        return self._report or self._told(Attendance(), ())

    def write(self, attendance: Attendance, *, going_on: bool = False, warnings: Sequence[str] = ()) -> None:
        """Write the report and the page, each whole or not at all."""
        self._report = self._told(attendance, warnings)
        self.folder.mkdir(parents=True, exist_ok=True)
        with sinks.written(self.folder / sinks.PAGE) as file:
            file.write(day_page(self._report, self.lang, going_on=going_on).encode())
        sinks.write_json(self.folder / sinks.REPORT, self._report)

    def _told(self, attendance: Attendance, warnings: Sequence[str]) -> Report:
        return attendance_report(
            self.monitor, self.before.then(attendance, self.later_s), self.info, session_id=self.session_id, given=True,
            model=self.model, warnings=warnings,
        )  # fmt: skip


def _earlier(folder: Path, monitor: Monitor, now: datetime) -> Report | None:
    """The report of the same day in the folder; None where there is none yet."""
    path = folder / sinks.REPORT
    if not path.exists():
        return None
    try:
        report = Report.model_validate_json(path.read_bytes())
        began = datetime.fromisoformat(report.started_at or "")
    except (OSError, ValueError, ValidationError):
        report, began = None, now
    if report is None or report.exercise != monitor.id or began.date() != now.date() or report.source.kind == "file":
        raise OutputError.about(
            folder,
            en="this folder holds another report; choose another folder with --out",
            ja="このフォルダには別のレポートがあります。--out で別のフォルダを選んでください",
        )
    return report

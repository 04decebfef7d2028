"""One recording of many: what is asked, and the row that it becomes. Both travel between processes as JSON."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from formcheck.report import Report
from formcheck.text import Lang


class Job(BaseModel):
    """One recording to judge.

    `recording` is a path or URL, `out` the folder or URL of all results, `name` the folder in it for this one (with
    "/" between its parts); `version` is that of the formcheck which asks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recording: str
    name: str
    out: str
    exercise: str = "auto"
    model: str = "full"
    runtime: str = "mediapipe"
    lang: Lang = "en"
    version: str


class Row(BaseModel):
    """What became of one recording. `done` and `nothing` (judged, but there was nothing to judge) have a report;
    `failed` has a `reason`, one line in the language asked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    recording: str
    status: Literal["done", "nothing", "failed"]
    reason: str = ""
    exercise: str = ""
    reps: int | None = None
    clean: int | None = None
    partial: int | None = None
    median_hold_s: float | None = None
    faults: str = ""
    duration_s: float | None = None
    warnings: str = ""
    folder: str = ""
    sha256: str = ""
    formcheck_version: str = ""
    model: str = ""
    asked: str = ""

    @classmethod
    def of(cls, job: Job, report: Report, folder: str, digest: str) -> Self:
        """The row of a report that lies in `folder`."""
        counts = report.summary
        return cls(
            recording=job.recording,
            status="done" if report.exercise and report.tracking.frames_judged else "nothing",
            exercise=report.exercise or "",
            reps=counts.reps,
            clean=counts.clean,
            partial=counts.partial,
            median_hold_s=None if counts.median_hold_s is None else round(counts.median_hold_s, 3),
            faults=";".join(f"{code}:{count}" for code, count in counts.fault_counts.items()),
            duration_s=round(report.source.duration_s, 3),
            warnings=";".join(report.tracking.warnings),
            folder=folder,
            sha256=digest,
            formcheck_version=report.formcheck_version,
            model=job.model,
            asked=asked(job),
        )

    @classmethod
    def failure(cls, job: Job, reason: str) -> Self:
        """The row of a recording without a report."""
        return cls(recording=job.recording, status="failed", reason=" ".join(reason.split()), asked=asked(job))

    def answers(self, job: Job) -> bool:
        """Whether the same was asked, of the same version, so that the work need not be done again."""
        return (self.formcheck_version, self.model, self.asked) == (job.version, job.model, asked(job))


def asked(job: Job) -> str:
    """What shapes a report beside recording, version and model."""
    return f"{job.exercise} {job.runtime} {job.lang}"

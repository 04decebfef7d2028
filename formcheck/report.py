"""The result of a session as one document (schema_version 1), for files, pages and other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from statistics import median
from typing import Annotated, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from formcheck.events import RepDone
from formcheck.hindsight import Unjudged, Verdict
from formcheck.records import SourceInfo, Track
from formcheck.study import Study, frame_rate_hz

SET_PAUSE_S = 20.0
"""A pause longer than this between repetitions begins a new set: pauses within one are under 10 s, rests 30-60 s."""
STRAIGHT_DEG = 180.0

Number = Annotated[float, PlainSerializer(lambda value: round(value, 3), return_type=float)]
"""A measured number, written with three decimals."""
Reason = Literal[
    "person_lost",
    "not_in_picture",
    "other_position",
    "unclear",
    "not_side_on",
    "not_calibrated",
    "cut_off",
    "not_analysed",
]
Verdicts = Literal["clean", "fault", "partial"]
Side = Literal["both", "left", "right", "unknown"]


class Part(BaseModel):
    """Base of all parts: frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Part):
    """What was analysed; sizes as displayed."""

    kind: Literal["file", "camera", "landmarks"]
    name: str
    width: int
    height: int
    fps: Number | None
    duration_s: Number
    frames: int
    rotation_deg: int


class Tracking(Part):
    """How well the person was seen, and what the angles were measured against.

    `line_deg` is the straight line as the landmarks show it (180 + their bias); reported angles are corrected by it.
    `positions_s` says how long the person was seen in which position.
    """

    frames_with_pose: int
    frames_judged: int
    head_at: Literal["left", "right"] | None = None
    near_side: Literal["left", "right"] | None = None
    view_yaw_deg: Number | None = None
    rest_deg: Number | None = None
    line_deg: Number | None = None
    line_sd_deg: Number | None = None
    calibrated: bool = False
    hold_target_s: Number | None = None
    positions_s: dict[str, Number] = Field(default_factory=dict)
    warnings: list[str] = Field(default_factory=list)


class FaultFound(Part):
    """One fault of one repetition, with the number and the limit it passed."""

    code: str
    severity: Literal["mild", "severe"]
    value: Number
    limit: Number
    unit: str
    at_s: Number


class RepFound(Part):
    """One repetition. Definitions of every field: docs/DEFINITIONS.md."""

    index: int
    set: int
    side: Side
    verdict: Verdicts
    confidence: Number
    start_s: Number
    top_start_s: Number
    top_end_s: Number
    end_s: Number
    peak_deg: Number
    rest_deg: Number
    hold_s: Number
    up_s: Number
    down_s: Number
    faults: list[FaultFound]


class SideCount(Part):
    """Repetitions (clean and fault) of one side."""

    reps: int
    clean: int


class Summary(Part):
    """The counts; `reps` is clean + fault, partial ones are counted apart."""

    reps: int
    clean: int
    partial: int
    left: SideCount | None
    right: SideCount | None
    median_hold_s: Number | None
    fault_counts: dict[str, int]


class Gap(Part):
    """A stretch that could not be judged, and why."""

    start_s: Number
    end_s: Number
    reason: Reason


class SetSpan(Part):
    """The stretch of a live session in which the repetitions of one set counted."""

    number: int
    start_s: Number
    end_s: Number


class Episode(Part):
    """A stretch in one state, for monitors such as seated posture."""

    start_s: Number
    end_s: Number
    state: str


class Spoken(Part):
    """A reminder, and the state that it was about."""

    at_s: Number
    state: str


class Report(Part):
    """One session, analysed or live. `sets` are those of a live session; without any, the whole recording counts.
    `episodes` and `reminders` are those of a monitor, which counts no repetitions."""

    schema_version: Literal[1] = 1
    session_id: str
    started_at: str | None
    complete: bool = True
    source: Source
    exercise: str | None
    exercise_source: Literal["given", "detected"]
    model: str
    runtime: str
    formcheck_version: str
    tracking: Tracking
    summary: Summary
    reps: list[RepFound]
    unjudged: list[Gap]
    episodes: list[Episode] = Field(default_factory=list)
    reminders: list[Spoken] = Field(default_factory=list)
    sets: list[SetSpan] = Field(default_factory=list)

    def to_json(self) -> str:
        """The document as written to report.json."""
        return self.model_dump_json(indent=1) + "\n"


def build_report(
    *,
    session_id: str,
    info: SourceInfo,
    track: Track,
    positions_s: dict[str, float],
    verdict: Verdict | None,
    unjudged: Sequence[Unjudged],
    given: bool,
    model: str,
    runtime: str = "mediapipe",
    warnings: Sequence[str] = (),
    complete: bool = True,
) -> Report:
    """Put everything that was judged into one document."""
    reps = list_reps(verdict) if verdict else []
    fps = frame_rate_hz(track.t_s)
    return Report(
        session_id=session_id,
        started_at=info.started_at,
        complete=complete,
        source=Source(
            kind=info.kind, name=info.name, width=info.width_px, height=info.height_px, fps=info.fps or fps or None,
            duration_s=float(track.t_s[-1]) + (1 / fps if fps else 0.0) if len(track) else 0.0,
            frames=len(track), rotation_deg=info.rotation_deg,
        ),
        exercise=verdict.exercise.id if verdict else None,
        exercise_source="given" if given else "detected",
        model=model,
        runtime=runtime,
        formcheck_version=version("formcheck"),
        tracking=_tracking(track, verdict, positions_s, [*warnings, *rate_warnings(verdict, fps)]),
        summary=summarise(reps),
        reps=reps,
        unjudged=[Gap(start_s=gap.start_s, end_s=gap.end_s, reason=gap.reason) for gap in unjudged],  # type: ignore[arg-type]
    )  # fmt: skip


def rate_warnings(verdict: Verdict | None, fps: float) -> list[str]:
    """One sentence for every fault that needs more frames a second than there are."""
    faults = verdict.exercise.faults if verdict and fps else ()
    return [f"{f.code} is not judged below {round(f.least_fps)} frames per second" for f in faults if fps < f.least_fps]


def _tracking(track: Track, verdict: Verdict | None, positions_s: dict[str, float], warnings: list[str]) -> Tracking:
    studies = verdict.studies if verdict else []
    judged = sum(int(study.usable.sum()) for study in studies)
    seen = int(track.seen.sum())
    main: Study | None = max(studies, key=lambda study: int(study.usable.sum()), default=None)
    if main is None or not judged:
        return Tracking(frames_with_pose=seen, frames_judged=judged, positions_s=positions_s, warnings=warnings)
    rest = [value for value in main.baseline.rest_deg.values() if np.isfinite(value)]
    return Tracking(
        frames_with_pose=seen,
        frames_judged=judged,
        head_at=main.scene.head_at,
        near_side=main.near_side,
        view_yaw_deg=main.view_yaw_deg if np.isfinite(main.view_yaw_deg) else None,
        rest_deg=median(rest) if rest else None,
        line_deg=main.line.observed_deg if main.line else None,
        line_sd_deg=main.line.sd_deg if main.line else None,
        calibrated=bool(main.line and main.line.calibrated),
        hold_target_s=verdict.exercise.rep.hold_target_s if verdict else None,
        positions_s=positions_s,
        warnings=warnings,
    )


def list_reps(verdict: Verdict) -> list[RepFound]:
    """The repetitions in order of time, numbered, divided into sets."""
    out: list[RepFound] = []
    number, last_end_s = 1, None
    for index, done in enumerate(verdict.reps, 1):
        number += last_end_s is not None and done.rep.start_s - last_end_s > SET_PAUSE_S
        last_end_s = done.rep.end_s
        out.append(_rep_found(index, number, done, verdict.exercise.rep.held(done.rep).value))
    return out


def _rep_found(index: int, number: int, done: RepDone, held_s: float) -> RepFound:
    rep = done.rep
    faults = [
        FaultFound(code=f.code, severity=f.severity, value=f.value, limit=f.limit, unit=f.unit, at_s=f.at_s)
        for f in done.faults
    ]
    return RepFound(
        index=index, set=number, side=done.side, verdict=done.verdict, confidence=done.confidence,
        start_s=rep.start_s, top_start_s=rep.top_start_s, top_end_s=rep.top_end_s, end_s=rep.end_s,
        peak_deg=rep.peak_deg, rest_deg=rep.rest_deg, hold_s=held_s, up_s=rep.up_s, down_s=rep.down_s, faults=faults,
    )  # fmt: skip


def summarise(reps: Sequence[RepFound]) -> Summary:
    """Counts over all repetitions."""
    full = [rep for rep in reps if rep.verdict != "partial"]
    return Summary(
        reps=len(full),
        clean=sum(rep.verdict == "clean" for rep in full),
        partial=len(reps) - len(full),
        left=_side(full, "left"),
        right=_side(full, "right"),
        median_hold_s=median(rep.hold_s for rep in full) if full else None,
        fault_counts=dict(sorted(Counter(fault.code for rep in reps for fault in rep.faults).items())),
    )


def within_sets(report: Report, sets: Sequence[SetSpan]) -> Report:
    """Only the repetitions whose top lies within a set, numbered anew, each with its set: no practice, no rest."""
    inside = [
        (span.number, rep)
        for rep in report.reps
        for span in sets
        if span.start_s <= (rep.top_start_s + rep.top_end_s) / 2 <= span.end_s
    ]
    reps = [rep.model_copy(update={"index": index, "set": number}) for index, (number, rep) in enumerate(inside, 1)]
    return report.model_copy(update={"reps": reps, "summary": summarise(reps), "sets": list(sets)})


def _side(reps: Sequence[RepFound], side: str) -> SideCount | None:
    mine = [rep for rep in reps if rep.side == side]
    return SideCount(reps=len(mine), clean=sum(rep.verdict == "clean" for rep in mine)) if mine else None

"""A recording from its file to its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ulid import ULID

from formcheck.attendance import attendance_report, recognise, watch_track
from formcheck.estimate import Snapshots, choose_runtime
from formcheck.events import RepDone
from formcheck.exercises import get_exercise
from formcheck.hindsight import Verdict, look_back, positions_s
from formcheck.models import model_label
from formcheck.monitors import MONITORS
from formcheck.monitors.pace import Pace
from formcheck.monitors.spec import Monitor
from formcheck.records import Recorder, SourceInfo, Track
from formcheck.report import Report, SetSpan, build_report, within_sets
from formcheck.saved import SavedLandmarks
from formcheck.stretches import Progress, Span, Watch
from formcheck.video import VideoFile


@dataclass(frozen=True, slots=True)
class Analysis:
    """A report with what it was made from."""

    report: Report
    verdict: Verdict | None
    track: Track
    info: SourceInfo

    def within(self, sets: Sequence[SetSpan]) -> Analysis:
        """The same with those repetitions only that lie within the sets of a live session."""
        report = within_sets(self.report, sets)
        if self.verdict is None:
            return replace(self, report=report)
        counted = {rep.start_s for rep in report.reps}
        events = [e for e in self.verdict.events if not isinstance(e, RepDone) or e.rep.start_s in counted]
        return replace(self, report=report, verdict=replace(self.verdict, events=events))


def open_source(path: str | Path) -> VideoFile | SavedLandmarks:
    """Open a recording, or landmarks saved as `.npz`; SourceError when it cannot be read."""
    return SavedLandmarks(path) if Path(path).suffix.lower() == ".npz" else VideoFile(path)


def analyze(
    video: str | Path,
    *,
    exercise: str = "auto",
    model: str | Path = "full",
    runtime: str = "auto",
    workers: int | None = None,
    hold_s: float | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Judge a recording (or landmarks saved as .npz) of hip lifts, leg curls or any other known exercise.

    `exercise` is an id or "auto"; with that of a monitor `verdict` is None and the report has episodes. `model` is
    "full", "heavy" or a .task file; `runtime` "auto", "mediapipe" or "openvino"; `workers` how many cores to use, by
    default all: the result is the same for any number; `hold_s` how many seconds the top is to be held, by default what
    the exercise asks. An interrupt (Ctrl-C) ends the watching: what was seen until then is judged and the report's
    `complete` is false. Raises RequestError, SourceError and ModelError, each with one line that says what to do.
    """
    if exercise in MONITORS:
        return _attend(video, MONITORS[exercise], model, progress)
    given = None if exercise == "auto" else get_exercise(exercise)
    runtime = choose_runtime(runtime, model)
    with open_source(video) as source:
        if isinstance(source, SavedLandmarks):
            # They do not tell which it was.
            seen, runtime = _Seen(source.track), "mediapipe"
        else:
            seen = _watched(Watch(source, model, workers, runtime=runtime), progress)
        verdict, unjudged = look_back(seen.track, source.info, given, seen.missing, hold_s)
        monitor = None if verdict or given else recognise(seen.track, source.info)
        if monitor:
            report = attendance_report(
                monitor, watch_track(monitor, seen.track, source.info), source.info, session_id=str(ULID()),
                given=False, model=model_label(model), runtime=runtime, warnings=source.warnings,
                complete=seen.complete,
            )  # fmt: skip
            return Analysis(report, None, seen.track, source.info)
        report = build_report(
            session_id=str(ULID()),
            info=source.info,
            track=seen.track,
            positions_s=positions_s(seen.track, source.info),
            verdict=verdict,
            unjudged=unjudged,
            given=given is not None,
            model=model_label(model),
            runtime=runtime,
            warnings=source.warnings,
            complete=seen.complete,
        )
        return Analysis(report, verdict, seen.track, source.info)


def _attend(video: str | Path, monitor: Monitor, model: str | Path, progress: Progress | None) -> Analysis:
    """Watch a recording for what lasts: single pictures, as far apart as the monitor asks."""
    with open_source(video) as source:
        seen = _Seen(source.track) if isinstance(source, SavedLandmarks) else _snapped(source, monitor, model, progress)
        report = attendance_report(
            monitor, watch_track(monitor, seen.track, source.info), source.info, session_id=str(ULID()), given=True,
            model=model_label(model), warnings=source.warnings, complete=seen.complete,
        )  # fmt: skip
        return Analysis(report, None, seen.track, source.info)


def _snapped(source: VideoFile, monitor: Monitor, model: str | Path, progress: Progress | None) -> _Seen:
    recorder, pace, complete = Recorder(), Pace(monitor.period_s), True
    with Snapshots(model) as snapshots:
        try:
            for frame in source:
                if pace.wants(frame.t_s):
                    recorder.step(snapshots.step(frame, source.info))
                    if progress:
                        progress(frame.t_s, source.duration_s)
        except KeyboardInterrupt:
            complete = False
    return _Seen(recorder.finish(), complete=complete)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What there is to judge; `missing` are the spans that were not watched."""

    track: Track
    missing: Sequence[Span] = ()
    complete: bool = True


def _watched(watch: Watch, progress: Progress | None) -> _Seen:
    complete = True
    try:
        watch.run(progress)
    except KeyboardInterrupt:
        complete = False
    return _Seen(*watch.finish(), complete)

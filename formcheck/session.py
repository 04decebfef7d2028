"""A recording from its file to its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ulid import ULID

from formcheck.estimate import Landmarker, model_label
from formcheck.events import RepDone
from formcheck.exercises import get_exercise
from formcheck.hindsight import Verdict, look_back, positions_s
from formcheck.records import Recorder, Sighting, SourceInfo, Track
from formcheck.report import Report, SetSpan, build_report, within_sets
from formcheck.saved import SavedLandmarks
from formcheck.video import VideoFile

Progress = Callable[[float, float | None], None]
"""Called with the seconds done and the length in seconds, where known."""


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
    video: str | Path, *, exercise: str = "auto", model: str | Path = "full", progress: Progress | None = None
) -> Analysis:
    """Judge a recording (or landmarks saved as .npz) of hip lifts, leg curls or any other known exercise.

    `exercise` is an id or "auto"; `model` "full", "heavy" or a .task file. An interrupt (Ctrl-C) ends the reading:
    what was seen until then is judged and the report's `complete` is false. Raises RequestError, SourceError and
    ModelError, each with one line that says what to do.
    """
    given = None if exercise == "auto" else get_exercise(exercise)
    with open_source(video) as source:
        recorder = Recorder(expected_rows(source.duration_s, source.info.fps))
        complete = True
        try:
            for sighting in sightings(source, model):
                recorder.step(sighting)
                if progress:
                    progress(sighting.t_s, source.duration_s)
        except KeyboardInterrupt:
            complete = False
        track = recorder.finish()
        verdict, unjudged = look_back(track, source.info, given)
        report = build_report(
            session_id=str(ULID()),
            info=source.info,
            track=track,
            positions_s=positions_s(track, source.info),
            verdict=verdict,
            unjudged=unjudged,
            given=given is not None,
            model=model_label(model),
            warnings=source.warnings,
            complete=complete,
        )
        return Analysis(report, verdict, track, source.info)


def sightings(source: VideoFile | SavedLandmarks, model: str | Path) -> Iterator[Sighting]:
    """What is seen in each frame of a source, by the network or as saved."""
    if isinstance(source, SavedLandmarks):
        yield from source
        return
    with Landmarker(model) as landmarker:
        for frame in source:
            yield landmarker.step(frame, source.info)


def expected_rows(duration_s: float | None, fps: float | None) -> int:
    """About how many frames will come, with some to spare; 1024 where nobody knows."""
    return round(duration_s * fps * 1.02) + 16 if duration_s and fps else 1024

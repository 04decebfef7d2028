"""How somebody sat for a while, as a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from formcheck.hindsight import LEAST_UNJUDGED_S
from formcheck.monitors import MONITORS
from formcheck.monitors.engine import Episode as Stretch
from formcheck.monitors.engine import Observer, best_posture, thinned
from formcheck.monitors.events import Reminded
from formcheck.monitors.spec import Monitor
from formcheck.records import SourceInfo, Track
from formcheck.report import Episode, Gap, Report, Source, Spoken, Tracking, summarise

LEAST_SITTING_S, SITTING_SHARE = 15.0, 0.8
"""How long, and in how much of a recording, somebody must sit that nobody said so of."""
POSITIONS = {
    "person_lost": "none", "not_analysed": "none", "other_position": "other", "not_in_picture": "partly_seen",
}  # fmt: skip
"""The position (of `posture.Posture`) behind a reason not to judge; who cannot be judged for another one sits."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """What was seen of a stretch of time. Of `pictures` looked at, somebody was in `seen`; `calibrated` says whether
    the good posture is known.
    """

    course: Sequence[Stretch] = ()
    reminders: Sequence[Spoken] = ()
    pictures: int = 0
    seen: int = 0
    calibrated: bool = False

    @classmethod
    def of(cls, report: Report) -> Attendance:
        """What an earlier report tells."""
        why = {gap.start_s: gap.reason for gap in report.unjudged}
        course = [Stretch(e.start_s, e.end_s, e.state, why.get(e.start_s)) for e in report.episodes]
        tracking = report.tracking
        return cls(course, report.reminders, report.source.frames, tracking.frames_with_pose, tracking.calibrated)

    @property
    def end_s(self) -> float:
        """Until when it reaches."""
        return max((each.end_s for each in self.course), default=0.0)

    def then(self, other: Attendance, later_s: float) -> Attendance:
        """This, and what was seen later, whose times count from `later_s`."""
        moved = [replace(each, start_s=each.start_s + later_s, end_s=each.end_s + later_s) for each in other.course]
        said = [Spoken(at_s=each.at_s + later_s, state=each.state) for each in other.reminders]
        return Attendance(
            [*self.course, *moved], [*self.reminders, *said], self.pictures + other.pictures, self.seen + other.seen,
            self.calibrated or other.calibrated,
        )  # fmt: skip


def recognise(track: Track, info: SourceInfo) -> Monitor | None:
    """The monitor that a recording without an exercise is for: somebody is filmed sitting still nearly all the time."""
    for monitor in MONITORS.values():
        attendance = watch_track(monitor, track, info)
        judged_s = _seconds(each for each in attendance.course if monitor.tells(each.state))
        if attendance.calibrated and judged_s >= max(LEAST_SITTING_S, SITTING_SHARE * _seconds(attendance.course)):
            return monitor
    return None


def watch_track(monitor: Monitor, track: Track, info: SourceInfo) -> Attendance:
    """Watch a recording. As nobody was asked to sit tall, the good posture is found in it."""
    observer = Observer(monitor, info, best_posture(monitor, track, info))
    looked = list(thinned(track, monitor.period_s))
    noticed = [event for sighting in looked for event in observer.step(sighting)] + observer.finish()
    said = [Spoken(at_s=event.t_s, state=event.state) for event in noticed if isinstance(event, Reminded)]
    seen = sum(sighting.pose is not None for sighting in looked)
    return Attendance(observer.course, said, len(looked), seen, observer.own is not None)


def attendance_report(
    monitor: Monitor,
    attendance: Attendance,
    info: SourceInfo,
    *,
    session_id: str,
    given: bool,
    model: str,
    runtime: str = "mediapipe",
    warnings: Sequence[str] = (),
    complete: bool = True,
) -> Report:
    """Put everything that was noticed into one document."""
    course = attendance.course
    judged = [each for each in course if monitor.tells(each.state)]
    share = _seconds(judged) / _seconds(course) if course else 0.0
    return Report(
        session_id=session_id,
        started_at=info.started_at,
        complete=complete,
        source=Source(
            kind=info.kind, name=info.name, width=info.width_px, height=info.height_px, fps=info.fps,
            duration_s=attendance.end_s, frames=attendance.pictures, rotation_deg=info.rotation_deg,
        ),
        exercise=monitor.id,
        exercise_source="given" if given else "detected",
        model=model,
        runtime=runtime,
        formcheck_version=version("formcheck"),
        tracking=Tracking(
            frames_with_pose=attendance.seen, frames_judged=round(share * attendance.pictures),
            calibrated=attendance.calibrated, positions_s=positions_s(course), warnings=list(warnings),
        ),
        summary=summarise([]),
        reps=[],
        unjudged=[
            Gap(start_s=each.start_s, end_s=each.end_s, reason=each.why)  # type: ignore[arg-type]
            for each in course if each.why and each.end_s - each.start_s >= LEAST_UNJUDGED_S
        ],
        episodes=[Episode(start_s=each.start_s, end_s=each.end_s, state=each.state) for each in course],
        reminders=list(attendance.reminders),
    )  # fmt: skip


def _seconds(course: Iterable[Stretch]) -> float:
    return sum(each.end_s - each.start_s for each in course)


def positions_s(course: Iterable[Stretch]) -> dict[str, float]:
    """Seconds spent in each position, in order of name."""
    out: dict[str, float] = {}
    for each in course:
        position = POSITIONS.get(each.why or "", "seated")
        out[position] = out.get(position, 0.0) + each.end_s - each.start_s
    return dict(sorted(out.items()))

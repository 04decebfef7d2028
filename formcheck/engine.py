"""Poses in, events out. With hindsight the whole recording is known before the first verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.events import Event, RepDone
from formcheck.exercises import all_exercises
from formcheck.filters import local_fit, spans, without_outliers
from formcheck.judge import Baseline, Judge, Sample
from formcheck.line import Line
from formcheck.measures import Body, distance, yaw_deg
from formcheck.posture import Posture, Scene, classify, scenes
from formcheck.records import Floats, SourceInfo, Track
from formcheck.spec import Exercise

SMOOTH_S = 0.08
"""Gaussian width of all smoothing: noise of the landmarks falls to a third, a lift of 0.5 s loses 3 % of its speed."""
STILL_DPS, STILL_S = 8.0, 0.4
REST_SPREAD_DEG = 8.0
"""Still stretches within this of the lowest one are rest; holds at the top are further away."""
BONE_TOLERANCE = 0.35
"""Limb lengths may differ this much from their median: the bias of the hip alone moves them by 10-15 %."""
LEAST_UNJUDGED_S = 0.5
PRACTICE_S = 3.0
"""Time in an exercise's position from which a recording without repetitions still counts as that exercise."""


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A stretch about which nothing can be said, and why."""

    start_s: float
    end_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class Study:
    """One scene as one exercise sees it: smoothed signals, where they can be judged, and the person's baseline."""

    scene: Scene
    t_s: Floats
    values: dict[str, Floats]
    speeds: dict[str, Floats]
    usable: NDArray[np.bool_]
    baseline: Baseline
    line: Line | None
    view_yaw_deg: float
    near_side: str


@dataclass(slots=True)
class Verdict:
    """Everything judged of one recording as one exercise."""

    exercise: Exercise
    studies: list[Study] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def reps(self) -> list[RepDone]:
        """The repetitions in order of time."""
        return sorted((event for event in self.events if isinstance(event, RepDone)), key=lambda done: done.rep.start_s)

    @property
    def usable_s(self) -> float:
        """Seconds in which the exercise could have been judged."""
        return sum(float(np.diff(s.t_s)[s.usable[1:]].sum()) for s in self.studies if len(s.t_s) > 1)


def frame_rate_hz(t_s: Floats) -> float:
    """Usual frames per second, by the median interval; 0 for less than two frames."""
    return float(1 / np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0


def bones_whole(body: Body) -> NDArray[np.bool_]:
    """(N,) frames in which the near trunk, thigh and shank have about their usual lengths."""
    whole = body.track.seen
    for a, b in (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle")):
        length = distance(body.joint(a), body.joint(b))
        usual = np.nanmedian(length) if whole.any() else np.nan
        whole = whole & (np.abs(length / usual - 1) < BONE_TOLERANCE)
    return whole


def study(track: Track, scene: Scene, exercise: Exercise) -> Study:
    """Measure, clean and smooth everything an exercise asks of one scene, and learn the person's rest and line."""
    body = Body(track[scene.rows], scene.position, scene.head_at)
    t_s = body.track.t_s
    usable = bones_whole(body) & exercise.in_position(body)
    line = exercise.line(body) if exercise.line else None
    driving = set(exercise.rep.signals.values())
    values, speeds = {}, {}
    for name, measure in exercise.measures.items():
        raw = np.where(body.track.seen, measure(body), np.nan)
        bias = line.bias_deg if line and name in driving else 0.0
        values[name], speeds[name] = local_fit(t_s, without_outliers(t_s, raw) - bias, SMOOTH_S)
    rest_rows = at_rest(t_s, [values[name] for name in driving], [speeds[name] for name in driving], usable)
    for name in exercise.relative:
        values[name] = values[name] - _median(values[name][rest_rows])
    rest = {name: _median(values[name][rest_rows]) for name in driving}
    baseline = Baseline(rest, line.sd_deg if line else 0.0, frame_rate_hz(t_s))
    return Study(
        scene,
        t_s,
        values,
        {name: speeds[name] for name in driving},
        usable,
        baseline,
        line,
        _median(yaw_deg(body)),
        body.near,
    )


def _median(x: Floats) -> float:
    return float(np.nanmedian(x)) if np.isfinite(x).any() else np.nan


def at_rest(t_s: Floats, signals: list[Floats], speeds: list[Floats], usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(N,) frames of lying still at the bottom; where nobody ever lies still, the lowest frames."""
    still, low = usable.copy(), usable.copy()
    for x, speed in zip(signals, speeds, strict=True):
        still &= np.abs(speed) < STILL_DPS
        low &= np.isfinite(x)
    quiet = np.zeros(len(t_s), bool)
    for a, b in spans(t_s, still):
        quiet[a:b] = t_s[b - 1] - t_s[a] >= STILL_S
    for x in signals:
        pool = x[quiet & low] if (quiet & low).any() else x[low]
        if len(pool):
            lowest = np.nanpercentile(x[low], 2)
            quiet = quiet & (x < lowest + REST_SPREAD_DEG)
            low = low & (x < np.nanpercentile(x[low], 5))
    return quiet if quiet.any() else low


def samples(data: Study) -> Iterator[Sample]:
    """The usable frames of a scene, in order."""
    for row in np.flatnonzero(data.usable):
        yield Sample(
            float(data.t_s[row]),
            {name: float(x[row]) for name, x in data.values.items()},
            {name: float(x[row]) for name, x in data.speeds.items()},
        )


def judge_as(track: Track, found: list[Scene], exercise: Exercise) -> Verdict:
    """Judge all scenes in the exercise's position."""
    verdict = Verdict(exercise)
    for scene in found:
        if scene.position != exercise.position:
            continue
        data = study(track, scene, exercise)
        verdict.studies.append(data)
        if all(np.isfinite(list(data.baseline.rest_deg.values()))):
            judge = Judge(exercise, data.baseline)
            for sample in samples(data):
                verdict.events += judge.step(sample)
            verdict.events += judge.finish(float(data.t_s[-1]))
    return verdict


def look_back(track: Track, info: SourceInfo, exercise: Exercise | None) -> tuple[Verdict | None, list[Unjudged]]:
    """Judge a whole recording; without a given exercise the one that fits best, or None."""
    postures = classify(track, info)
    found = scenes(track, postures)
    candidates = [exercise] if exercise else list(all_exercises().values())
    verdicts = [judge_as(track, found, candidate) for candidate in candidates]
    best = max(verdicts, key=lambda verdict: (len(verdict.reps), verdict.usable_s))
    fits = exercise is not None or best.reps or best.usable_s >= PRACTICE_S
    return (best if fits else None), unjudged(track, postures, best if fits else None)


REASONS = {
    Posture.NONE: "person_lost",
    Posture.PARTLY_SEEN: "not_in_picture",
}


def unjudged(track: Track, postures: NDArray[np.str_], verdict: Verdict | None) -> list[Unjudged]:
    """Stretches without a usable person, or in a position of no exercise, with the reason."""
    reason = np.array([REASONS.get(Posture(p), "other_position") for p in postures], dtype=object)
    judged = np.zeros(len(track), bool)
    for data in verdict.studies if verdict else []:
        judged[data.scene.rows] = track.seen[data.scene.rows]
    out = []
    for name in sorted(set(reason)):
        for a, b in spans(track.t_s, (reason == name) & ~judged, 0.2):
            start_s, end_s = float(track.t_s[a]), float(track.t_s[min(b, len(track) - 1)])
            if end_s - start_s >= LEAST_UNJUDGED_S:
                out.append(Unjudged(start_s, end_s, name))
    return sorted(out, key=lambda u: u.start_s)


def positions_s(track: Track, info: SourceInfo) -> dict[str, float]:
    """Seconds spent in each position, in order of name."""
    postures = classify(track, info)
    seconds = np.diff(track.t_s, append=track.t_s[-1:])
    return {str(name): float(seconds[postures == name].sum()) for name in np.unique(postures)}

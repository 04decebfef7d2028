"""One scene as an exercise sees it: measured, cleaned, smoothed, with the person's rest and line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.filters import fit_at, spans, without_outliers
from formcheck.judge import Baseline, Sample
from formcheck.landmarks import Side
from formcheck.limbs import legs_kept, quality
from formcheck.line import Line
from formcheck.measures import Body, bone_lengths, limbs_in_picture, yaw_deg
from formcheck.movement import QUALITY
from formcheck.posture import Scene
from formcheck.records import Floats, Track
from formcheck.spec import Exercise

SMOOTH_S = 0.08
"""Gaussian width of all smoothing. A lift of 0.5 s loses 17 % of its peak speed, one of 1.1 s 4 % (measured:
tests/test_filters.py); edges and durations stay."""
STILL_DPS, STILL_S = 8.0, 0.4
"""Lying still: slower than this for at least so long; landmarks at rest move by under 3 deg/s on rendered clips."""
REST_SPREAD_DEG = 8.0
"""Still stretches within this of the lowest one are rest; holds at the top are further away."""
REST_ABOVE_DEG = 12.0
"""Rest that lies further than this above the lowest frames is a pause on the way: nobody lay still at the bottom."""
REST_LEAST_PERCENT = 5.0
"""Least share of all lying still that is believed to be rest: landmarks that jump away for half a second are not."""
MOST_YAW_DEG = 40.0
"""A view that reads further from square than this is not judged. It mostly reads less than it is (30 deg as 12 to 33,
measured on rendered clips), so the camera truly stands 40 deg off and more, where knees read 10 deg too straight
(SCIENCE.md 1.2) and lines mean nothing."""
BONE_TOLERANCE = 0.35
"""Limb lengths may differ this much from their median: the bias of the hip alone moves them by 10-15 %."""


Signals = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Study:
    """Smoothed signals (N,) of one scene, where they can be judged, and the person's baseline.

    `quality` says how far the limbs could be believed at each time (`limbs.quality`), which visibility does not.
    """

    scene: Scene
    t_s: Floats
    values: Signals
    speeds: Signals
    visible: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    quality: Floats
    baseline: Baseline
    line: Line | None
    view_yaw_deg: float
    near_side: Side

    @property
    def side_on(self) -> bool:
        """Whether the camera stands near enough to the side to judge anything."""
        return is_side_on(self.view_yaw_deg)


def is_side_on(view_yaw_deg: float) -> bool:
    """Whether anything is judged in a view; NaN, of somebody who stands, shows nothing against it."""
    return not abs(view_yaw_deg) > MOST_YAW_DEG


def usable_rows(body: Body, exercise: Exercise) -> NDArray[np.bool_]:
    """(N,) frames in the exercise's position whose near limbs have about their usual lengths."""
    return body.track.seen & limbs_in_picture(body) & exercise.in_position(body) & believable_rows(body)


def believable_rows(body: Body) -> NDArray[np.bool_]:
    """(N,) frames whose near limbs have about their usual lengths."""
    off = [np.abs(length / usual - 1) for length, usual in zip(bone_lengths(body), body.size.bones_px, strict=True)]
    believable: NDArray[np.bool_] = np.max(off, axis=0) < BONE_TOLERANCE
    return believable


def raw_signals(body: Body, exercise: Exercise, line: Line | None) -> Floats:
    """(N, M) every measure of the exercise without outliers, the driving ones corrected by the line's bias.

    Frames with impossible limbs are left out before smoothing, so that they do not reach into their neighbours.
    """
    driving = set(exercise.rep.signals.values())
    bias_deg = [line.bias_deg if line and name in driving else 0.0 for name in exercise.measures]
    measured = np.stack([measure(body) for measure in exercise.measures.values()], axis=1)
    measured[~believable_rows(body)] = np.nan
    return without_outliers(body.track.t_s, measured) - bias_deg


def smoothed(t_s: Floats, raw: Floats, rows: NDArray[np.int_], exercise: Exercise) -> tuple[Signals, Signals]:
    """Value and speed per second of every measure at the given rows, (len(rows),) each."""
    fitted = fit_at(t_s, raw, rows, SMOOTH_S)
    value, speed = (dict(zip(exercise.measures, part.T, strict=True)) for part in fitted)
    return value, speed


def study(track: Track, scene: Scene, exercise: Exercise, picture_px: tuple[float, float]) -> Study:
    """Measure, clean and smooth everything an exercise asks of one scene, and learn the person's rest and line."""
    body = Body.of(legs_kept(track[scene.rows]), scene.position, scene.head_at, picture_px)
    t_s = body.track.t_s
    usable = usable_rows(body, exercise)
    line = exercise.line(body) if exercise.line else None
    values, every_speed = smoothed(t_s, raw_signals(body, exercise, line), np.arange(len(t_s)), exercise)
    driving = sorted(set(exercise.rep.signals.values()))
    speeds = {name: every_speed[name] for name in driving}
    rest_rows = at_rest(t_s, [values[name] for name in driving], list(speeds.values()), usable)
    rest = {name: median_of(values[name][rest_rows]) for name in values}
    for name in exercise.relative:
        values[name] = values[name] - rest[name]
    baseline = Baseline(exercise.zero_deg(rest), doubts_deg(body, exercise, line), frame_rate_hz(t_s))
    found = Study(
        scene, t_s, values, speeds, limbs_in_picture(body), usable, quality(body), baseline, line,
        median_of(yaw_deg(body)), body.near,
    )  # fmt: skip
    return found if found.side_on else replace(found, usable=np.zeros_like(usable))


def doubts_deg(body: Body, exercise: Exercise, line: Line | None) -> Mapping[str, float]:
    """Standard deviation of what is not known about each driving angle."""
    if line:
        return dict.fromkeys(exercise.rep.signals.values(), line.sd_deg)
    return exercise.doubt(body) if exercise.doubt else {}


def median_of(x: Floats) -> float:
    """Median of what is known, NaN where nothing is."""
    return float(np.nanmedian(x)) if np.isfinite(x).any() else np.nan


def frame_rate_hz(t_s: Floats) -> float:
    """Usual frames per second, by the median interval; 0 for less than two frames."""
    return float(1 / np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0


def at_rest(t_s: Floats, signals: list[Floats], speeds: list[Floats], usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(N,) frames of lying still at the bottom; where nobody ever lies still, the lowest frames."""
    still, low = usable.copy(), usable.copy()
    for x, speed in zip(signals, speeds, strict=True):
        still &= np.abs(speed) < STILL_DPS
        low &= np.isfinite(x)
    quiet = np.zeros(len(t_s), bool)
    for a, b in spans(t_s, still):
        quiet[a:b] = t_s[b - 1] - t_s[a] >= STILL_S
    lowest = low.copy()
    for x in signals:
        if quiet.any():
            quiet &= x < np.percentile(x[quiet], REST_LEAST_PERCENT) + REST_SPREAD_DEG
            quiet &= median_of(x[quiet]) < np.percentile(x[low], 2) + REST_ABOVE_DEG
        if lowest.any():
            lowest &= x <= np.percentile(x[lowest], REST_LEAST_PERCENT)
    return quiet if quiet.any() else lowest


def samples(data: Study) -> Iterator[Sample]:
    """The usable frames of a scene, in order, each with its quality."""
    for row in np.flatnonzero(data.usable):
        yield Sample(
            float(data.t_s[row]),
            {**{name: float(x[row]) for name, x in data.values.items()}, QUALITY: float(data.quality[row])},
            {name: float(x[row]) for name, x in data.speeds.items()},
        )

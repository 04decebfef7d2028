"""What a recording shows from which the bias of the hip landmark can be told.

A clue is one number about the person and the camera. Angles along a lift are looked at in steps of the observed hip
angle that count once each, however long they were held.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.measures import Body, across_trunk, distance, elevation_deg, near_knee_deg
from formcheck.records import Floats

STEP_DEG, LEAST_ROWS, LEAST_STEPS = 4.0, 3, 4
"""Width of a step of the hip angle, the frames it needs, and the steps a lift needs."""
RANGE_DEG = 25.0
"""Least range of observed hip angles from which a lift tells anything."""
LINE_OBSERVED_DEG = 186.0
"""Where the line usually reads; how far the knees are bent there is a clue."""
BIAS_RANGE_DEG = np.arange(-20.0, 30.0, 0.25)


@dataclass(frozen=True, slots=True)
class Steps:
    """Frames of hook-lying sorted into steps of their hip angle; `angle_deg` (S,) is the median of each."""

    rows: tuple[np.ndarray, ...]
    angle_deg: Floats

    @classmethod
    def of(cls, angle_deg: Floats) -> Steps:
        """The steps that enough frames (N,) fall into."""
        number = np.floor(angle_deg / STEP_DEG)
        rows = [np.flatnonzero(number == k) for k in np.unique(number[np.isfinite(number)])]
        full = tuple(found for found in rows if len(found) >= LEAST_ROWS)
        return cls(full, np.array([np.median(angle_deg[found]) for found in full]))

    @property
    def lifting(self) -> bool:
        """Whether they span a lift."""
        return len(self.rows) >= LEAST_STEPS and bool(np.ptp(self.angle_deg) >= RANGE_DEG)

    def median(self, x: Floats) -> Floats:
        """(S,) median of a signal (N,) in each step."""
        return np.array([np.nanmedian(x[rows]) for rows in self.rows])

    def at_line(self, x: Floats) -> float:
        """What a signal is at the line, on the straight fit through all steps."""
        slope, start = np.polyfit(self.angle_deg - LINE_OBSERVED_DEG, self.median(x), 1)
        return float(start)


def resting_clues(body: Body, angle_deg: Floats) -> dict[str, float]:
    """What the lowest step of hook-lying frames tells; empty where there is none. `angle_deg` is the observed one."""
    steps = Steps.of(angle_deg)
    if not steps.rows:
        return {}
    rows = steps.rows[0]

    def rest(x: Floats) -> float:
        return float(np.nanmedian(x[rows]))

    hip, knee, shoulder = (body.middle(name) for name in ("hip", "knee", "shoulder"))
    trunk_px = rest(distance(shoulder, hip))
    return {
        "hip_deg": rest(angle_deg),
        "knee_deg": rest(near_knee_deg(body)),
        "trunk_deg": rest(elevation_deg(shoulder, hip)),
        "thigh_share": rest(distance(hip, knee)) / trunk_px,
        "wrist_trunk": rest(hip[:, 1] - body.joint("wrist")[:, 1]) / trunk_px,
        "ankles_trunk": rest(across_trunk(body, "ankle")),
        "shoulders_trunk": rest(body.joint("shoulder")[:, 1] - body.joint("shoulder", body.far)[:, 1]) / trunk_px,
    }


def lifting_clues(body: Body, angle_deg: Floats) -> dict[str, float]:
    """The same and what a lift adds: chord and knees; empty without a lift."""
    steps = Steps.of(angle_deg)
    if not steps.lifting:
        return {}
    return {
        **resting_clues(body, angle_deg),
        "chord_deg": chord_bias_deg(body, steps),
        "knee_at_line_deg": steps.at_line(near_knee_deg(body)),
    }


def chord_bias_deg(body: Body, steps: Steps) -> float:
    """Bias that makes the distance shoulder-knee follow the law of cosines best, mean of near side and midpoints.

    A wrong hip moves neither shoulder nor knee. With trunk a, thigh b and true angle q:
    |SK|^2 = (a^2 + b^2) (1 - c cos q), c = 2ab / (a^2 + b^2). The scale is free; q = observed - bias.
    """
    sides = ([f(name) for name in ("shoulder", "hip", "knee")] for f in (body.joint, body.middle))
    return float(np.mean([_chord_fit(steps, *points) for points in sides]))


def _chord_fit(steps: Steps, shoulder: Floats, hip: Floats, knee: Floats) -> float:
    trunk, thigh = np.nanmedian(distance(shoulder, hip)), np.nanmedian(distance(hip, knee))
    c = 2 * trunk * thigh / (trunk**2 + thigh**2)
    chord = np.log(steps.median(distance(shoulder, knee)))
    left = chord - 0.5 * np.log(1 - c * np.cos(np.radians(steps.angle_deg - BIAS_RANGE_DEG[:, None])))
    return float(BIAS_RANGE_DEG[left.std(axis=1).argmin()])

"""One pose of somebody who sits, seen from the side, and why a pose is not one."""

from __future__ import annotations

from cmath import phase
from collections.abc import Sequence
from dataclasses import dataclass
from math import copysign, degrees
from statistics import median
from typing import Literal

from formcheck.landmarks import Side, side_landmark
from formcheck.records import Pose, SourceInfo

Missing = Literal["person_lost", "not_in_picture", "other_position", "not_side_on"]
"""Nobody there; a part of the body outside the picture; standing or lying; turned to the camera or away from it."""

SIDES: tuple[Side, Side] = ("left", "right")
NEEDED = ("ear", "shoulder", "hip", "knee")
MARGIN = 0.02
"""Share of the picture by which landmarks may lie outside it."""
HEAD = 0.35
"""How far a whole head reaches above the ears, as a share of their distance from the shoulders: of a head that is cut
the network guesses where it is (measured: a head held forward by 20 deg seemed not to have moved)."""
UPRIGHT_ABOVE_DEG, SEATED_BELOW_DEG = 40.0, 45.0
"""Elevation of the trunk and of the thighs: sitting, the trunk is above the one and the thighs are within the other."""
TURNED_TRUNKS = 0.45
"""Distance of the shoulders across the picture, in trunk lengths, from which somebody is turned by about 40 deg: they
are 0.68 trunk lengths apart (engineering judgement, as in `measures.yaw_deg`)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Where the joints are: forward (the way the person faces) + 1j * up, in pixels, the middles of left and right.

    `ankles` are those of the left and the right foot; None for one that is outside the picture.
    """

    ear: complex
    shoulder: complex
    hip: complex
    knee: complex
    ankles: tuple[complex | None, complex | None]

    @property
    def thigh_px(self) -> float:
        """Length of the thighs."""
        return abs(self.knee - self.hip)

    @property
    def trunk_px(self) -> float:
        """Length of the trunk from hips to shoulders."""
        return abs(self.shoulder - self.hip)


def look(pose: Pose | None, info: SourceInfo) -> Figure | Missing:
    """The figure of a pose, or why there is none."""
    if pose is None:
        return "person_lost"
    points = {joint: [complex(*pose.xy_px[side_landmark(joint, side)].tolist()) for side in SIDES] for joint in JOINTS}
    if not all(inside(point, info) for joint in NEEDED for point in points[joint]):
        return "not_in_picture"
    middles = {joint: sum(points[joint]) / 2 for joint in NEEDED}
    if middles["ear"].imag < HEAD * abs(middles["ear"] - middles["shoulder"]):
        return "not_in_picture"
    trunk, thigh = middles["shoulder"] - middles["hip"], middles["knee"] - middles["hip"]
    left, right = points["shoulder"]
    if not -trunk.imag > 0 or steepness_deg(trunk) < UPRIGHT_ABOVE_DEG:
        return "other_position"
    if abs(left.real - right.real) > TURNED_TRUNKS * abs(trunk):
        return "not_side_on"
    if steepness_deg(thigh) > SEATED_BELOW_DEG:
        return "other_position"
    forward = copysign(1.0, thigh.real)
    ahead = {joint: complex(forward * point.real, -point.imag) for joint, point in middles.items()}
    ankles = [complex(forward * p.real, -p.imag) if inside(p, info) else None for p in points["ankle"]]
    return Figure(**ahead, ankles=(ankles[0], ankles[1]))


JOINTS = (*NEEDED, "ankle")


def middle(figures: Sequence[Figure]) -> Figure:
    """The figure in the middle of several: the median of every joint; an ankle that is seldom seen is not seen."""
    joints = {joint: _middle([getattr(figure, joint) for figure in figures]) for joint in NEEDED}
    feet = [[foot for figure in figures if (foot := figure.ankles[side]) is not None] for side in (0, 1)]
    ankles = [_middle(seen) if 2 * len(seen) > len(figures) else None for seen in feet]
    return Figure(**joints, ankles=(ankles[0], ankles[1]))


def _middle(points: Sequence[complex]) -> complex:
    return complex(median(point.real for point in points), median(point.imag for point in points))


def inside(point: complex, info: SourceInfo) -> bool:
    """Whether a point lies in the picture; the network guesses what is outside."""
    x, y = point.real / info.width_px, point.imag / info.height_px
    return -MARGIN < x < 1 + MARGIN and -MARGIN < y < 1 + MARGIN


def steepness_deg(step: complex) -> float:
    """Angle of a line against the horizontal, 0..90."""
    return degrees(phase(complex(abs(step.real), abs(step.imag))))


def lean_deg(step: complex) -> float:
    """Angle of a step from straight up, positive forward, -180..180."""
    return degrees(phase(complex(step.imag, step.real)))

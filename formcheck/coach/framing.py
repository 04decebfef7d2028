"""Whether the camera sees what judging needs: one problem at a time, the first that can be mended."""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from formcheck.filters import running_median
from formcheck.landmarks import Landmark
from formcheck.measures import Body, Edge, Position, yaw_deg
from formcheck.posture import NEEDED
from formcheck.records import Floats, SourceInfo, Track


class Problem(StrEnum):
    """What stands in the way, named like the cue that says so."""

    NOBODY = "nobody"
    PORTRAIT = "portrait"
    DARK = "dark"
    TWO_PEOPLE = "two_people"
    NO_HEAD = "no_head"
    NO_TRUNK = "no_trunk"
    NO_KNEES = "no_knees"
    NO_FEET = "no_feet"
    OUT_OF_FRAME = "out_of_frame"
    TOO_FAR = "too_far"
    SIDE_ON = "side_on"


PARTS: dict[Problem, tuple[Landmark, ...]] = {
    Problem.NO_HEAD: (Landmark.NOSE, Landmark.LEFT_EAR, Landmark.RIGHT_EAR),
    Problem.NO_TRUNK: tuple(Landmark(number) for number in NEEDED),
    Problem.NO_KNEES: (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE),
    Problem.NO_FEET: (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE, Landmark.LEFT_TOE, Landmark.RIGHT_TOE),
}
"""The parts of the body that must be in the picture; the network guesses points outside of it."""
EDGE_SHARE = 0.005
"""Landmarks may lie this far outside the picture, in shares of its size, before a part counts as missing."""
LEAST_SEEN = 0.5
"""Share of a second in which something must be so."""
DARK_GRAY = 35.0
"""Mean gray (0..255) under which the picture is too dark: the dim rendered clip, which is still judged, has 43."""
LEAST_EXTENT: dict[Position, float] = {"supine": 0.30, "prone": 0.30, "standing": 0.50}
"""A body shorter than this share of the picture, of its width when lying, of its height when standing, is too far away;
0.70-0.85 is best. In a picture of 16:9 both are about as many pixels."""
ASK_YAW_DEG = 25.0
"""Angle off the pure side view from which one is asked to turn. It mostly reads less than it is; nothing is judged from
`study.MOST_YAW_DEG` on."""


def missing_part(track: Track, info: SourceInfo) -> Problem | None:
    """What of the body is outside the picture for most of a track of about a second; OUT_OF_FRAME for several parts."""
    missing = [problem for problem, points in PARTS.items() if _outside(track, points, info) > LEAST_SEEN]
    return (missing[0] if len(missing) == 1 else Problem.OUT_OF_FRAME) if missing else None


def _outside(track: Track, points: tuple[Landmark, ...], info: SourceInfo) -> float:
    """Share of frames in which most of some points are outside the picture."""
    size = np.array((info.width_px, info.height_px))
    xy = track.xy_px[track.seen][:, list(points)]
    outside = ((xy < -EDGE_SHARE * size) | (xy > (1 + EDGE_SHARE) * size)).any(axis=2)
    return float((outside.mean(axis=1) > 0.5).mean()) if len(xy) else 0.0


def extent(track: Track, info: SourceInfo, position: Position) -> float:
    """Length of the body across the picture, or up it when standing, as a share of the picture; NaN for nobody."""
    along, whole_px = (1, info.height_px) if position == "standing" else (0, info.width_px)
    places = track.xy_px[track.seen][..., along]
    return float(np.median(np.ptp(places, axis=1))) / whole_px if len(places) else float("nan")


def yaw_off_side_deg(track: Track, info: SourceInfo, position: Position, head_at: Edge) -> float:
    """How far a lying body is turned away from the pure side view, in degrees; 0 for one that stands."""
    body = Body.of(track, position, head_at, (float(info.width_px), float(info.height_px)))
    turned: Floats = running_median(track.t_s, yaw_deg(body), 0.5)
    return abs(float(np.nanmedian(turned))) if np.isfinite(turned).any() else 0.0


def find_problem(
    track: Track, info: SourceInfo, *, gray: float, people: int, position: Position, head_at: Edge | None
) -> Problem | None:
    """The first problem of about a second of track, or None.

    `gray` is the mean gray of the picture (0..255), `people` how many persons are in it, `position` that of the
    exercise, `head_at` the picture's side where the head is, or which the person faces; None until that is known.
    """
    if info.height_px > info.width_px and position != "standing":
        return Problem.PORTRAIT
    if gray < DARK_GRAY:
        return Problem.DARK
    if not len(track) or track.seen.mean() < LEAST_SEEN:
        return Problem.NOBODY
    if people > 1:
        return Problem.TWO_PEOPLE
    missing = missing_part(track, info)
    if missing or head_at is None:
        return missing
    if extent(track, info, position) < LEAST_EXTENT[position]:
        return Problem.TOO_FAR
    return Problem.SIDE_ON if yaw_off_side_deg(track, info, position, head_at) > ASK_YAW_DEG else None

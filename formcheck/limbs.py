"""Which limb is whose, and how far a frame can be believed, by geometry: the network's own visibility stays near 1.

The network may exchange the legs for a moment, or put both on one ("ghost leg"). Whole legs are exchanged back, never
the knee of one with the ankle of the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.filters import neighbours
from formcheck.landmarks import Landmark
from formcheck.measures import Body, bone_lengths, distance, flexion_deg
from formcheck.records import Floats, Pose, Track

LEFT_LEG = np.array([Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE, Landmark.LEFT_HEEL, Landmark.LEFT_TOE])
RIGHT_LEG = LEFT_LEG + 1
LEGS, EXCHANGED = np.r_[LEFT_LEG, RIGHT_LEG], np.r_[RIGHT_LEG, LEFT_LEG]
CROSSED = np.r_[4:8, 0:4]
"""The same of eight joints taken out by LEGS."""
ANKLES = (Landmark.LEFT_ANKLE, Landmark.RIGHT_ANKLE)
HIPS, KNEES = (Landmark.LEFT_HIP, Landmark.RIGHT_HIP), (Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE)

SWITCH_COST = 0.15
"""What exchanging the legs must save, in squared thigh lengths over the eight joints: legs a third of a thigh apart
differ by 0.4, the fastest curl moves a leg by 0.05 from one frame to the next."""
EXCHANGED_COST_S = 0.02
"""Cost of one second of exchanged legs: where nothing tells the two stories apart, the network is believed."""
FARTHEST = 1.0
"""Largest cost of one step: where a leg is wrong altogether, how wrong does not matter."""
BLINK_S, LEAPT = 0.2, 0.7
"""Legs that leap so far either way are looked away from for so long: the network loses a bent leg for a frame or
three."""
FORGET_S = 0.5
"""After so long without a pose nothing is continued."""
CLEARLY, APART_THIGHS, OVERLAP_THIGHS = 0.6, 0.25, 0.15
"""Live: exchanged legs must fit better than this share, and the ankles be so far apart; else identity is frozen. Once
the legs lie on each other, or straight, the network is believed again, so that no mistake lasts."""
STRAIGHT_DEG = 20.0
"""Both knees are bent by less than this where a person rests between curls."""
GHOST_BENT_DEG, GHOST_THIGHS = 40.0, 0.2
"""Both legs bent by more than this with knees and ankles so close together are one leg seen twice."""

QUALITY_S = 0.3
"""How far wrong limbs make their neighbours doubtful: a box that crosses the legs of a rendered body bends the hip
angle by up to 10 deg for so long after the last impossible bone."""


def exchanged(points: NDArray[np.float32], rows: NDArray[np.bool_]) -> NDArray[np.float32]:
    """A copy of (N, 33, ...) landmarks with the legs exchanged in some rows."""
    out = points.copy()
    out[np.ix_(rows, LEGS)] = points[np.ix_(rows, EXCHANGED)]
    return out


def legs_kept(track: Track) -> Track:
    """A lying person's track in which the legs keep their identity: the cheapest way through the recording.

    In every frame the legs are as the network says or exchanged; a change costs SWITCH_COST, and every leg is to be
    where it was one frame before (Viterbi). While the legs overlap nothing is gained by a change, so none happens;
    frames in which they are elsewhere altogether are passed over.
    """
    swap = _cheapest(track)
    if not swap.any():
        return track
    return Track(track.t_s, *(exchanged(a, swap) for a in (track.xy_px, track.visibility, track.world_m)))


def _cheapest(track: Track) -> NDArray[np.bool_]:
    """(N,) in which frames the legs are exchanged."""
    swap = np.zeros(len(track), bool)
    seen = _steady(track, np.flatnonzero(track.seen))
    if len(seen) < 2:
        return swap
    same, other = _story_costs(track, seen)
    seconds = np.diff(track.t_s[seen])
    best = np.zeros(2)
    came_from = np.empty((len(seen), 2), np.intp)
    for row, (keep, change) in enumerate(zip(same, other, strict=True), 1):
        ways = best[:, None] + np.array([[keep, change], [change, keep]])
        came_from[row] = ways.argmin(axis=0)
        best = ways.min(axis=0) + np.array([0.0, EXCHANGED_COST_S * seconds[row - 1]])
    state = int(best.argmin())
    for row in range(len(seen) - 1, -1, -1):
        swap[seen[row] : seen[row + 1] if row + 1 < len(seen) else None] = bool(state)
        state = int(came_from[row][state]) if row else state
    return swap


def _story_costs(track: Track, seen: NDArray[np.int_]) -> tuple[Floats, Floats]:
    """(len(seen) - 1,) what it costs to go on from one pose to the next, and to change.

    Nothing where both legs are drawn on one: which drawing is which then means nothing, and the network is believed.
    """
    same, other = step_costs(track, seen)
    ghost = ghost_rows(track.xy_px[seen])
    either = ghost[1:] | ghost[:-1]
    return np.where(either, 0.0, same), np.where(either, 0.0, other + SWITCH_COST)


def _steady(track: Track, seen: NDArray[np.int_]) -> NDArray[np.int_]:
    """The frames without those in which both legs have leapt and, within BLINK_S, come back."""
    kept: list[int] = seen[:1].tolist()
    away: list[int] = []
    leaps = np.minimum(*step_costs(track, seen)) >= LEAPT if len(seen) > 1 else np.empty(0, bool)
    for row, leapt in zip(seen[1:].tolist(), leaps.tolist(), strict=True):
        if track.t_s[row] - track.t_s[kept[-1]] > BLINK_S:
            kept += away
            away = []
        if away:
            leapt = np.minimum(*step_costs(track, np.array([kept[-1], row])))[0] >= LEAPT
        if leapt:
            away.append(row)
        else:
            kept.append(row)
            away = []
    return np.array([*kept, *away], np.intp)


def step_costs(track: Track, seen: NDArray[np.int_]) -> tuple[Floats, Floats]:
    """(len(seen) - 1,) squared thigh lengths that the legs move from one pose to the next, as said and if exchanged."""
    legs = track.xy_px[seen][:, LEGS].astype(np.float64)
    thigh_px = np.median(_thighs_px(track.xy_px[seen]))
    crossed = legs[:, CROSSED]
    same, other = (
        np.minimum(((now - legs[:-1]) ** 2).sum(axis=(1, 2)) / thigh_px**2, FARTHEST) for now in (legs[1:], crossed[1:])
    )
    lost = np.diff(track.t_s[seen]) > FORGET_S
    return np.where(lost, 0.0, same), np.where(lost, 0.0, other)


def _thighs_px(xy_px: NDArray[np.float32]) -> Floats:
    """Mean length of both thighs, of (..., 33, 2) landmarks."""
    both = [distance(xy_px[..., hip, :].astype(np.float64), xy_px[..., knee, :].astype(np.float64))
            for hip, knee in zip(HIPS, KNEES, strict=True)]  # fmt: skip
    mean: Floats = np.mean(both, axis=0)
    return mean


class LegKeeper:
    """The same while it happens: each pose against where its legs were heading, knowing nothing of what comes."""

    def __init__(self) -> None:
        self._before: list[tuple[float, Floats]] = []
        self._swap = False

    def step(self, t_s: float, pose: Pose) -> Pose:
        """The pose with its legs as they have been."""
        if self._before and t_s - self._before[-1][0] > FORGET_S:
            self._before, self._swap = [], False
        thigh_px = float(_thighs_px(pose.xy_px))
        if self._resting(pose.xy_px, thigh_px):
            self._before, self._swap = [], False
        legs = pose.xy_px[EXCHANGED if self._swap else LEGS].astype(np.float64)
        if self._before and not self._blinks(t_s, legs, thigh_px):
            if self._fits_exchanged(t_s, legs, thigh_px):
                self._swap = not self._swap
                legs = legs[CROSSED]
            self._before = [*self._before[-1:], (t_s, legs)]
        self._before = self._before or [(t_s, legs)]
        if not self._swap:
            return pose
        one = np.ones(1, bool)
        return Pose(*(exchanged(a[None], one)[0] for a in (pose.xy_px, pose.visibility, pose.world_m)))

    def _resting(self, xy_px: NDArray[np.float32], thigh_px: float) -> bool:
        """Whether the legs lie on each other or straight, so that they can be called as the network does."""
        apart = distance(xy_px[LEFT_LEG[:2]], xy_px[RIGHT_LEG[:2]])
        legs = (xy_px[list(leg)].astype(np.float64) for leg in zip(HIPS, KNEES, ANKLES, strict=True))
        straight = all(flexion_deg(*leg) < STRAIGHT_DEG for leg in legs)
        return bool((apart < OVERLAP_THIGHS * thigh_px).all()) or straight

    def _blinks(self, t_s: float, legs: Floats, thigh_px: float) -> bool:
        """Whether both legs have just leapt, to either's place."""
        last_s, last = self._before[-1]
        ways = (legs, legs[CROSSED])
        leap = min(((way - last) ** 2).sum() for way in ways) >= LEAPT * thigh_px**2
        return bool(leap) and t_s - last_s < BLINK_S

    def _fits_exchanged(self, t_s: float, legs: Floats, thigh_px: float) -> bool:
        """Whether the legs are clearly apart, and nearer to each other's place than to their own.

        Clearly nearer, to call them other than the network does; back to its names, they need not be clearly farther.
        """
        if distance(legs[1], legs[5]) < APART_THIGHS * thigh_px:
            return False
        keep, swap = (self._far(t_s, x) / thigh_px**2 for x in (legs, legs[CROSSED]))
        return bool(CLEARLY * swap < keep if self._swap else swap < CLEARLY * keep and keep - swap > SWITCH_COST)

    def _far(self, t_s: float, legs: Floats) -> float:
        """Squared pixels from where the legs were, or would be at constant velocity if that is nearer: what trembles
        does not go on as it was heading."""
        (last_s, last), (first_s, first) = self._before[-1], self._before[0]
        ahead = min((t_s - last_s) / (last_s - first_s), 1.0) if last_s > first_s else 0.0
        return float(min(((legs - place) ** 2).sum() for place in (last, last + (last - first) * ahead)))


def ghost_rows(xy_px: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(N,) frames of (N, 33, 2) landmarks in which both legs are seen on the one that bends."""
    legs = [xy_px[:, list(leg)].astype(np.float64) for leg in zip(HIPS, KNEES, ANKLES, strict=True)]
    bent = np.logical_and(*(flexion_deg(*leg.swapaxes(0, 1)) > GHOST_BENT_DEG for leg in legs))
    apart_px = distance(*(leg[:, 1:] for leg in legs)).max(axis=1)
    together: NDArray[np.bool_] = apart_px < GHOST_THIGHS * _thighs_px(xy_px)
    return bent & together


def consistency(body: Body) -> Floats:
    """(N,) 0..1: how well the near limbs keep their lengths; 1 as usual, 0.6 when the worst is off by 20 %.

    On rendered clips good frames lie above 0.8; a person walking through gives 0 to 0.1 (bench/company.py).
    """
    off = [length / usual - 1 for length, usual in zip(bone_lengths(body), body.size.bones_px, strict=True)]
    worst = np.abs(off).max(axis=0)
    return np.where(np.isfinite(worst), np.exp(-0.5 * (worst / 0.2) ** 2), 0.0)


def quality(body: Body) -> Floats:
    """(N,) 0..1: mean `consistency` within QUALITY_S, since a limb that is lost is also seen badly before and after."""
    index = neighbours(body.track.t_s, np.arange(len(body.track)), QUALITY_S, QUALITY_S)
    near = np.where(index >= 0, consistency(body)[index], np.nan) if len(index) else np.empty((0, 1))
    mean: Floats = np.nanmean(near, axis=1)
    return mean

"""How the person is placed in each frame, and the scenes in which that stays the same."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from formcheck.filters import running_median, spans
from formcheck.landmarks import Landmark
from formcheck.measures import Edge, Position, distance, elevation_deg, flexion_deg, in_picture
from formcheck.records import Floats, SourceInfo, Track


class Posture(StrEnum):
    """What the whole body does; NONE where nobody is seen."""

    SUPINE = "supine"
    PRONE = "prone"
    SIDE_LYING = "side_lying"
    LYING = "lying"
    """Lies, and no frame near enough shows which way up."""
    STANDING = "standing"
    SEATED = "seated"
    OTHER = "other"
    PARTLY_SEEN = "partly_seen"
    NONE = "none"


LYING_BELOW_DEG = 50.0
"""Trunk elevation under which a person lies: flat is 0, the top of a hip lift 25-35, sitting up 70 and more."""
SIDE_BELOW_DEG = 35.0
"""The same where the shoulders do not say which way up, and nothing lifts the trunk: between the two somebody bends or
squats."""
UPRIGHT_ABOVE_DEG = 60.0
STANDING_BENT_DEG = 50.0
"""Who stands bends the knees by less, also where they help a heel raise (30 deg, read as up to 40)."""
FACING_LEAST = 0.5
"""Vote for supine (+1) or prone (-1) from which it counts; lying on the side gives -0.3..0.3 on real clips. The network
loses the chest of some bodies: one in 20 rendered ones votes -0.9 and +0.3 in turn, curling, and never turns."""
KNEE_TELLS_DEG = 30.0
"""A knee bends one way only, so one bent by more than this shows in the picture itself which way up the body lies."""
SIDE_VOTE, SIDE_STACKED = 0.4, 0.35
"""Lying on the side votes less than this either way, and has one shoulder so far above the other, in trunk lengths:
0.39-0.6 on real clips, 0-0.33 lying flat."""
SETTLE_S = 0.5
"""Postures are medians over this long before and after a frame, so that single wrong frames do not count."""
BREAK_S = 3.0
"""A scene ends when its posture is interrupted for longer; shorter interruptions leave the body where it was."""
JUMP_TRUNKS = 0.2
"""Movement of the trunk's middle from one frame to the next, in trunk lengths, that only a cut in the film makes."""
JUMP_SPEED_TRUNKS_S = 4.0
"""The same per second: a fall or a fast lift stays under 3."""

LYING: tuple[tuple[Position, Edge], ...] = tuple(product(("supine", "prone"), ("left", "right")))
NEEDED = np.array([Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP])


def _middle(track: Track, left: Landmark) -> Floats:
    both = track.xy_px[:, [left, left + 1]].astype(np.float64)
    middle: Floats = both.mean(axis=1)
    return middle


def facing(track: Track) -> Floats:
    """(N,) -1..1: how much the front of the body points up (supine +1) or down (prone -1).

    0.7 x the vertical part of the chest's normal from the world landmarks, 0.3 x nose above ear.
    """
    torso = (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP)
    left, right, *hips = (track.world_m[:, landmark].astype(np.float64) for landmark in torso)
    normal = np.cross((hips[0] + hips[1]) / 2 - (left + right) / 2, left - right)
    chest = -normal[:, 1] / np.linalg.norm(normal, axis=1)
    ear, nose = _middle(track, Landmark.LEFT_EAR), track.xy_px[:, Landmark.NOSE].astype(np.float64)
    head = (ear[:, 1] - nose[:, 1]) / np.maximum(distance(ear, nose), 1e-9)
    vote: Floats = 0.7 * chest + 0.3 * head
    return vote


def bent_knees(track: Track) -> Floats:
    """(N,) -1..1: which way up the body lies by the way its bent knees point (supine +1, prone -1); 0 where none is."""
    toward_feet = np.sign(_middle(track, Landmark.LEFT_HIP)[:, 0] - _middle(track, Landmark.LEFT_SHOULDER)[:, 0])
    votes = []
    for side in (0, 1):
        hip, knee, ankle = (
            track.xy_px[:, joint + side].astype(np.float64)
            for joint in (Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE)
        )
        thigh, shank = knee - hip, ankle - knee
        turn = toward_feet * (thigh[:, 0] * shank[:, 1] - thigh[:, 1] * shank[:, 0])
        votes.append(np.where(flexion_deg(hip, knee, ankle) > KNEE_TELLS_DEG, np.sign(turn), 0.0))
    vote: Floats = np.sign(votes[0] + votes[1])
    return vote


def classify(track: Track, info: SourceInfo) -> NDArray[np.str_]:
    """(N,) `Posture` of every frame, each decided on medians over a second.

    Who lies with straight legs, or does not clearly face up, down or aside, goes on as before: nobody turns over
    without being seen to.
    """
    t_s = track.t_s
    shoulder, hip = _middle(track, Landmark.LEFT_SHOULDER), _middle(track, Landmark.LEFT_HIP)
    knee, ankle = _middle(track, Landmark.LEFT_KNEE), _middle(track, Landmark.LEFT_ANKLE)
    inside = in_picture(track, NEEDED, info.width_px, info.height_px)
    momentary = (
        np.abs(elevation_deg(shoulder, hip)), facing(track), _shoulders_stacked(track),
        np.abs(elevation_deg(hip, knee)), flexion_deg(hip, knee, ankle), inside.astype(float), bent_knees(track),
    )  # fmt: skip
    trunk, face, stacked, thigh, bent, in_view, knees = running_median(t_s, np.stack(momentary, axis=1), SETTLE_S).T
    lying, upright = trunk < LYING_BELOW_DEG, trunk > UPRIGHT_ABOVE_DEG
    aside = (np.abs(face) < SIDE_VOTE) & (stacked > SIDE_STACKED)
    told = (np.abs(knees) > 0.5) & (trunk < SIDE_BELOW_DEG) & ~aside
    face = np.where(told, knees, face)
    rules = [
        (~track.seen, Posture.NONE),
        (in_view < 0.5, Posture.PARTLY_SEEN),
        (lying & (face >= FACING_LEAST), Posture.SUPINE),
        (lying & (face <= -FACING_LEAST), Posture.PRONE),
        (aside & (trunk < SIDE_BELOW_DEG), Posture.SIDE_LYING),
        (trunk < SIDE_BELOW_DEG, Posture.LYING),
        (upright & (thigh > 60) & (bent < STANDING_BENT_DEG), Posture.STANDING),
        (upright & (thigh < 30) & (bent > 60), Posture.SEATED),
    ]
    seen_so = np.select([rule for rule, _ in rules], [posture.value for _, posture in rules], Posture.OTHER.value)
    return _continued(seen_so, told)


def placed(recent: Track, info: SourceInfo, position: Position, before: bool) -> bool:
    """Whether somebody is in a position at the end of a second of track; `before`: whether that was so just before.

    On the back or the front it stays so until they are seen on the side or up, or until bent knees tell otherwise.
    """
    posture = classify(recent, info)[-1]
    up_or_down = (Posture.SUPINE, Posture.PRONE, Posture.LYING)
    if not before or position == "standing" or posture not in up_or_down:
        return bool(posture == position)
    told = float(np.median(bent_knees(recent)))
    return bool(abs(told) < 0.5 or (told > 0) == (position == "supine"))


def _continued(postures: NDArray[np.str_], told: NDArray[np.bool_]) -> NDArray[np.str_]:
    """The postures, where somebody just lies as right before, or else as right after; first as the knees tell."""
    up_or_down = {Posture.SUPINE.value, Posture.PRONE.value}
    doubted = np.where(np.isin(postures, list(up_or_down)) & ~told, Posture.LYING.value, postures)
    by_knees = _filled(doubted, up_or_down)
    by_all = np.where(by_knees == Posture.LYING.value, postures, by_knees)
    return _filled(by_all, up_or_down | {Posture.SIDE_LYING.value})


def _filled(postures: NDArray[np.str_], ways: Set[str]) -> NDArray[np.str_]:
    """Runs of lying as the run right before, or else right after, where that is one of some ways."""
    starts = np.flatnonzero(np.r_[True, postures[1:] != postures[:-1]]) if len(postures) else np.empty(0, int)
    runs = [str(postures[start]) for start in starts]
    said = list(runs)
    for k, run in enumerate(runs):
        if run == Posture.LYING.value:
            beside = [r for r in (*said[max(k - 1, 0) : k], *runs[k + 1 : k + 2]) if r in ways]
            said[k] = beside[0] if beside else run
    return np.repeat(np.array(said, postures.dtype), np.diff(np.r_[starts, len(postures)]))


def _shoulders_stacked(track: Track) -> Floats:
    """Height difference of the shoulders in trunk lengths: 0 lying flat seen from the side, 1 lying on the side."""
    left, right = track.xy_px[:, Landmark.LEFT_SHOULDER], track.xy_px[:, Landmark.RIGHT_SHOULDER]
    trunk_px = distance(_middle(track, Landmark.LEFT_SHOULDER), _middle(track, Landmark.LEFT_HIP))
    return np.abs(np.subtract(left[:, 1], right[:, 1], dtype=np.float64)) / np.maximum(trunk_px, 1e-9)


@dataclass(frozen=True, slots=True)
class Scene:
    """Frames [start, stop) in which one person keeps position and direction; who stands has `head_at` in front."""

    start: int
    stop: int
    position: Position
    head_at: Edge

    @property
    def rows(self) -> slice:
        """The scene's frames as a slice of its track."""
        return slice(self.start, self.stop)


def cuts(track: Track) -> NDArray[np.int_]:
    """Frames at which the film was cut: the trunk is suddenly elsewhere, faster than anybody moves, and stays so.

    Landmarks that leap away while something passes in front come back to where they were. Shoulders, because hips that
    are on their way up are not where they were before, either.
    """
    shoulder, hip = _middle(track, Landmark.LEFT_SHOULDER), _middle(track, Landmark.LEFT_HIP)
    centre, trunk_px = (shoulder + hip) / 2, distance(shoulder, hip)
    usual = np.nanmedian(trunk_px) if track.seen.any() else np.nan
    leap = distance(centre[:-1], centre[1:]) / usual
    seconds = np.maximum(np.diff(track.t_s), 1e-6)
    leaps = np.flatnonzero((leap > JUMP_TRUNKS) & (leap / seconds > JUMP_SPEED_TRUNKS_S)) + 1
    return leaps[[_elsewhere(track.t_s, shoulder, row) > JUMP_TRUNKS * usual for row in leaps.tolist()]]


def _elsewhere(t_s: Floats, place: Floats, row: int) -> float:
    """Pixels between where something mostly is before and from a row on, each over `BREAK_S`."""
    before, after = (t_s >= t_s[row] - BREAK_S) & (t_s < t_s[row]), (t_s >= t_s[row]) & (t_s < t_s[row] + BREAK_S)
    return float(distance(np.nanmedian(place[before], axis=0), np.nanmedian(place[after], axis=0)))


def scenes(track: Track, postures: NDArray[np.str_]) -> list[Scene]:
    """The stretches of standing, lying on the back or on the front, split at cuts and where the head changes ends."""
    ends = np.sort(np.r_[0, cuts(track), len(track)])
    at_left = head_left(track)
    found = []
    for cut, stop in pairwise(ends.tolist()):
        for position, edge in LYING:
            on = (postures[cut:stop] == position) & (at_left[cut:stop] == (edge == "left"))
            found += [Scene(cut + a, cut + b, position, edge) for a, b in spans(track.t_s[cut:stop], on, BREAK_S)]
        for a, b in spans(track.t_s[cut:stop], postures[cut:stop] == "standing", BREAK_S):
            edge = "left" if facing_left(track[cut + a : cut + b]) else "right"
            found.append(Scene(cut + a, cut + b, "standing", edge))
    return _apart(sorted(found, key=lambda scene: scene.start))


def facing_left(track: Track) -> bool:
    """Whether somebody who stands faces the left of the picture: the way of toes and nose most of the time."""
    forward = _middle(track, Landmark.LEFT_TOE) - _middle(track, Landmark.LEFT_HEEL)
    forward += track.xy_px[:, Landmark.NOSE] - _middle(track, Landmark.LEFT_EAR)
    return bool(np.nanmedian(forward[:, 0]) < 0) if track.seen.any() else False


def _apart(found: Sequence[Scene]) -> list[Scene]:
    """Scenes without overlap: bridging may have laid a short one inside a long one, which then wins."""
    kept: list[Scene] = []
    for scene in sorted(found, key=lambda s: s.start - s.stop):
        if all(scene.stop <= other.start or scene.start >= other.stop for other in kept):
            kept.append(scene)
    return sorted(kept, key=lambda scene: scene.start)


def head_left(track: Track) -> NDArray[np.bool_]:
    """(N,) whether the head is at the left of the picture, on medians over a second."""
    across = _middle(track, Landmark.LEFT_HIP)[:, 0] - _middle(track, Landmark.LEFT_SHOULDER)[:, 0]
    result: NDArray[np.bool_] = running_median(track.t_s, across, SETTLE_S) > 0
    return result

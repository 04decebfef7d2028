"""A jointed figure with 33 landmarks before a camera, returned with its truth.

Every part of a film is drawn with the head (of a lying person) at the left of the picture. The trunk rests on its
shoulders, the feet stand on the floor, and the hip is put where the asked angle is exact. All joints of a side lie
at one depth, so that the picture of the near side, and of the middle, shows the body's angles as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from synthetic import Curve, Floats, Move, Truth, frame_times, minimum_jerk, noise, script, truths

from formcheck.exercises import heel_raise, leg_curl
from formcheck.knee import short_deg
from formcheck.landmarks import LANDMARK_COUNT, MIRROR, Landmark
from formcheck.measures import FOLLOWED_SHARE, Body, Size
from formcheck.records import SourceInfo, Track
from formcheck.standing import BONES_STATURE

TRUNK_M, THIGH_M, SHANK_M, FOOT_M, HALF_WIDTH_M = 0.52, 0.42, 0.41, 0.15, 0.15
ANKLE_M = 0.07
"""Height of the ankle over the floor."""
REST_DEG = 128.0
CURL_REST_DEG = 6.0
USUAL_BIAS_DEG = 5.0
"""How much straighter the landmarks show the hip than it is: the middle of what was measured (docs/ACCURACY.md)."""
NEAR = {"supine": "right", "prone": "left", "upright": "right"}
"""Anatomical side that faces the camera with the head at the left, or facing right: left = superior x anterior."""

Limbs = dict[str, Floats]
Draw = Callable[[Floats], Floats]
"""Times within a part to (N, 33, 3) points in metres: x right, y up from the floor, z away from the camera."""


@dataclass(frozen=True)
class Part:
    """A stretch of a film."""

    duration_s: float
    draw: Draw
    truth: tuple[Truth, ...] = ()


@dataclass(frozen=True)
class Camera:
    """Where and how the picture is taken, and how badly the landmarks follow it."""

    width_px: int = 640
    height_px: int = 360
    px_per_m: float = 200.0
    shift_px: tuple[float, float] = (0.0, 0.0)
    head_at: Literal["left", "right"] = "left"
    roll_deg: float = 0.0
    bias_deg: float = USUAL_BIAS_DEG
    white_px: float = 0.0
    slow_px: float = 0.0
    seed: int = 1


@dataclass(frozen=True)
class Film:
    """A recording's landmarks with what truly happened."""

    track: Track
    info: SourceInfo
    truth: list[Truth] = field(default_factory=list)

    def between(self, start_s: float, end_s: float) -> Film:
        """The film cut at both ends; repetitions that are not whole any more are dropped."""
        first, last = np.searchsorted(self.track.t_s, [start_s, end_s])
        track = self.track[first:last]
        zero_s = float(track.t_s[0]) if len(track) else 0.0
        truth = [rep.later(-zero_s) for rep in self.truth if rep.start_s >= start_s and rep.end_s <= end_s]
        return Film(replace(track, t_s=track.t_s - zero_s), self.info, truth)

    def unseen(self, start_s: float, end_s: float) -> Film:
        """The same with nobody seen for a while."""
        hidden = (self.track.t_s >= start_s) & (self.track.t_s < end_s)
        track = self.track
        arrays = (np.where(hidden.reshape(-1, *[1] * (a.ndim - 1)), np.float32(np.nan), a) for a in arrays_of(track))
        return replace(self, track=Track(track.t_s, *arrays))


def chest_lost(taken: Film, start_s: float, end_s: float) -> Film:
    """The same where for a while the depth of the shoulders tells neither front nor back, as the network loses it."""
    lost = (taken.track.t_s >= start_s) & (taken.track.t_s < end_s)
    world_m = taken.track.world_m.copy()
    for joint in (Landmark.LEFT_SHOULDER, Landmark.LEFT_HIP):
        left, right = world_m[lost, joint], world_m[lost, joint + 1]
        half = np.linalg.norm(left - right, axis=1, keepdims=True) / 2 * np.array([0.0, 1.0, 0.0], np.float32)
        middle = (left + right) / 2
        world_m[lost, joint], world_m[lost, joint + 1] = middle + half, middle - half
    return replace(taken, track=replace(taken.track, world_m=world_m))


def arrays_of(track: Track) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return track.xy_px, track.visibility, track.world_m


def film(
    *parts: Part, camera: Camera | None = None, fps: float = 30.0, jitter: float = 0.0, t_s: Floats | None = None
) -> Film:
    """Take the parts one after the other."""
    camera = camera or Camera()
    starts = np.cumsum([0.0, *(part.duration_s for part in parts)])
    t_s = frame_times(starts[-1], fps, jitter, camera.seed) if t_s is None else t_s
    points = np.full((len(t_s), LANDMARK_COUNT, 3), np.nan)
    truth: list[Truth] = []
    for part, start_s, end_s in zip(parts, starts[:-1], starts[1:], strict=True):
        rows = (t_s >= start_s) & (t_s < end_s)
        points[rows] = part.draw(t_s[rows] - start_s)
        truth += [rep.later(start_s) for rep in part.truth]
    if camera.head_at == "right":
        points, truth = _turned(points), [_other(rep) for rep in truth]
    info = SourceInfo("file", "synthetic.mp4", camera.width_px, camera.height_px, fps)
    return Film(_taken(t_s, _biased(points, camera.bias_deg), camera), info, truth)


def turned(part: Part) -> Part:
    """The same person lying (or facing) the other way round."""
    return Part(part.duration_s, lambda t_s: _turned(part.draw(t_s)), tuple(_other(rep) for rep in part.truth))


def _turned(points: Floats) -> Floats:
    return points[:, list(MIRROR)] * (-1.0, 1.0, 1.0)


def _other(rep: Truth) -> Truth:
    return replace(rep, side={"left": "right", "right": "left", "both": "both"}[rep.side])


def _biased(points: Floats, bias_deg: float) -> Floats:
    """The hip landmarks moved off the joints, across the trunk, by what shows a straight body at 180 + bias."""
    off_m = np.radians(bias_deg) / (1 / TRUNK_M + 1 / THIGH_M)
    shoulders, hips = ([Landmark[f"{side}_{joint}"] for side in ("LEFT", "RIGHT")] for joint in ("SHOULDER", "HIP"))
    trunk = points[:, hips, :2] - points[:, shoulders, :2]
    across = np.stack([-trunk[..., 1], trunk[..., 0]], axis=-1)
    across *= np.sign(across[..., 1:]) / np.maximum(np.linalg.norm(trunk, axis=-1, keepdims=True), 1e-9)
    points = points.copy()
    points[:, hips, :2] += off_m * across
    return points


def _taken(t_s: Floats, points: Floats, camera: Camera) -> Track:
    """Pixels and world landmarks of points in metres; the camera stands a little above the body."""
    roll = np.radians(camera.roll_deg)
    turn = np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    seen = np.stack([points[..., 0], -(points[..., 1] - 0.7 + 0.12 * points[..., 2])], axis=-1) @ turn
    centre = np.array([camera.width_px / 2, camera.height_px / 2]) + camera.shift_px
    xy_px = centre + camera.px_per_m * seen
    xy_px += noise(t_s, camera.white_px, camera.slow_px, camera.seed, shape=(LANDMARK_COUNT, 2))
    hips = points[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1, keepdims=True)
    world_m = (points - hips) * (1.0, -1.0, 1.0)
    world_m[..., :2] = world_m[..., :2] @ turn
    visibility = np.where(np.isnan(points[..., 0]), np.nan, 0.99)
    return Track(t_s, *(array.astype(np.float32) for array in (xy_px, visibility, world_m)))


def xy(x_m: float, y_m: float) -> Floats:
    """A step."""
    return np.array([x_m, y_m])


def towards(angle_deg: Floats | float, length_m: float) -> Floats:
    """(N, 2) a step of this length at an angle above the x axis."""
    angle = np.radians(np.atleast_1d(angle_deg))
    return length_m * np.stack([np.cos(angle), np.sin(angle)], axis=-1)


def whole(near: Limbs, far: Limbs, near_side: str) -> Floats:
    """All landmarks around the joints of both sides."""
    count = max(len(joint) for joint in near.values())
    points = np.zeros((count, LANDMARK_COUNT, 3))
    for side, limbs, depth_m in ((near_side, near, -HALF_WIDTH_M), (_OTHER[near_side], far, HALF_WIDTH_M)):
        for landmark in Landmark:
            if landmark.name.startswith(side.upper()) or landmark.name.endswith(side.upper()):
                points[:, landmark, :2], points[:, landmark, 2] = (
                    limbs[_JOINT_OF.get(_joint(landmark), "wrist")],
                    depth_m,
                )
    points[:, Landmark.NOSE, :2] = near["nose"]
    return points


_OTHER = {"left": "right", "right": "left"}
_JOINT_OF = {
    **{joint: joint for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe", "ear")},
    **dict.fromkeys(("eye_inner", "eye", "eye_outer", "mouth"), "nose"),
}


def _joint(landmark: Landmark) -> str:
    return (
        landmark.name.removeprefix("LEFT_").removeprefix("RIGHT_").removesuffix("_LEFT").removesuffix("_RIGHT").lower()
    )


SHOULDER = np.array([[-0.6, 0.1]])
"""Where a lying person's shoulders are, in metres from the middle of the picture and above the floor."""


def _lying(hip: Floats, knee: Floats, ankle: Floats, head_m: Floats, nose_m: float) -> Limbs:
    """The limbs of a side of a lying person, the arms beside the body."""
    rise = np.stack([0 * head_m, head_m], axis=-1)
    ear = SHOULDER + xy(-0.2, 0.0) + rise
    toe = ankle + xy(0.1, 0.01 - ANKLE_M)
    limbs = {
        "shoulder": SHOULDER, "hip": hip, "knee": knee, "ankle": ankle, "toe": toe,
        "heel": toe + xy(-FOOT_M, 0.0), "ear": ear, "nose": ear + xy(0.0, nose_m),
        "elbow": SHOULDER + xy(0.25, -0.05), "wrist": SHOULDER + xy(0.5, -0.07),
    }  # fmt: skip
    return {name: np.broadcast_to(joint, hip.shape) for name, joint in limbs.items()}


def meeting(a: Floats, reach_a: Floats | float, b: Floats, reach_b: float) -> Floats:
    """(N, 2) the upper point that lies at given distances from two others."""
    step = b - a
    apart = np.linalg.norm(step, axis=-1)
    along = (apart**2 + reach_a**2 - reach_b**2) / (2 * apart)
    up = np.sqrt(np.maximum(reach_a**2 - along**2, 0.0))
    unit = step / apart[:, None]
    return a + along[:, None] * unit + up[:, None] * np.stack([-unit[:, 1], unit[:, 0]], axis=-1)


def ankle_for(rest_deg: float, tucked: bool = False) -> Floats:
    """(1, 2) where the feet stand when the hip lies on the floor at this angle, 116 deg or more; `tucked`, drawn in."""
    knee = SHOULDER + xy(TRUNK_M, 0.0) + towards(180 - rest_deg, THIGH_M)
    drop = knee[0, 1] - ANKLE_M
    return np.array([[knee[0, 0] + (-1 if tucked else 1) * np.sqrt(SHANK_M**2 - drop**2), ANKLE_M]])


def supine(hip_deg: Floats, ankle: Floats, foot_shank: Floats, head_trunk: Floats) -> Floats:
    """Lying on the back, feet on the floor: shoulder and ankle stay, the hip is where its angle is as asked."""
    q = np.radians(hip_deg)
    start = np.broadcast_to(SHOULDER, (len(q), 2))
    ankle = ankle + np.stack([0 * q, foot_shank * SHANK_M], axis=-1)
    chord = np.sqrt(TRUNK_M**2 + THIGH_M**2 - 2 * TRUNK_M * THIGH_M * np.cos(q))
    knee = meeting(start, chord, ankle, SHANK_M)
    slope = np.arctan2(*(knee - start).T[::-1]) - np.arctan2(THIGH_M * np.sin(q), TRUNK_M - THIGH_M * np.cos(q))
    hip = start + towards(np.degrees(slope), TRUNK_M)
    limbs = _lying(hip, knee, ankle, TRUNK_M * head_trunk, nose_m=0.08)
    return whole(limbs, limbs, NEAR["supine"])


def trunk_down(ankle: Floats) -> Floats:
    """Lying on the back with the hip on the floor, wherever the feet are."""
    hip = np.broadcast_to(SHOULDER + xy(TRUNK_M, 0.0), ankle.shape)
    still = np.zeros(len(ankle))
    limbs = _lying(hip, meeting(hip, THIGH_M, ankle, SHANK_M), ankle, still, nose_m=0.08)
    return whole(limbs, limbs, NEAR["supine"])


def _extra(moves: Sequence[Move], curve: Curve, name: str) -> Curve:
    """The course of what else moves, by its name."""
    levels = script([replace(move, peak_deg=move.extra.get(name, 0.0)) for move in moves], 0.0).levels
    return Curve(curve.knots_s, levels)


def lifts(
    moves: Sequence[Move], rest_deg: float = REST_DEG, lead_s: float = 1.5, tail_s: float = 1.5, tucked: bool = False
) -> Part:
    """A set of hip lifts. `extra`: foot_shank, head_trunk (rise of the feet in shank, of the head in trunk lengths)."""
    curve = script(moves, rest_deg, lead_s, tail_s)
    foot, head = (_extra(moves, curve, name) for name in ("foot_shank", "head_trunk"))
    ankle = ankle_for(rest_deg, tucked)
    return Part(
        curve.duration_s, lambda t: supine(curve(t), ankle, foot(t), head(t)), tuple(truths(moves, curve))
    )  # fmt: skip


STRAIGHT_ANKLE = SHOULDER + xy(TRUNK_M + 0.998 * (THIGH_M + SHANK_M), ANKLE_M - SHOULDER[0, 1])


def flat(duration_s: float) -> Part:
    """Lying on the back with straight legs."""
    return Part(duration_s, lambda t: trunk_down(np.repeat(STRAIGHT_ANKLE, len(t), axis=0)))


def slide_in(duration_s: float, rest_deg: float = REST_DEG, back: bool = False) -> Part:
    """The heels slid from straight legs to where a lift begins, or `back`."""

    def draw(t: Floats) -> Floats:
        way = minimum_jerk(t / duration_s)[:, None]
        return trunk_down(STRAIGHT_ANKLE + (1 - way if back else way) * (ankle_for(rest_deg) - STRAIGHT_ANKLE))

    return Part(duration_s, draw)


def leg(hip: Floats, flexion_deg: Floats, tilt_deg: Floats) -> tuple[Floats, Floats]:
    """Knee and ankle of a leg stretched away from the head, the thigh `tilt_deg` above the floor."""
    knee = hip + towards(tilt_deg, THIGH_M)
    return knee, knee + towards(tilt_deg + flexion_deg, SHANK_M)


def curls(
    moves: Sequence[Move],
    rest_deg: float = CURL_REST_DEG,
    shadow: float = 0.0,
    lead_s: float = 1.5,
    tail_s: float = 1.5,
) -> Part:
    """A set of leg curls. `extra`: rise_thigh (hips, in thigh lengths), thigh_deg (tilt), other_deg (other knee).

    `shadow` is the share of a leg's bend that the other one seems to follow.
    """
    curve = script(moves, rest_deg, lead_s, tail_s)
    bend = {
        side: Curve(curve.knots_s, script([_seen_on(move, side, rest_deg, shadow) for move in moves], rest_deg).levels)
        for side in ("left", "right")
    }
    tilt = {
        side: _extra(moves, curve, "thigh_deg") if all(m.side == side for m in moves) else None
        for side in ("left", "right")
    }
    rise = _extra(moves, curve, "rise_thigh")

    def draw(t: Floats) -> Floats:
        up = rise(t) * FOLLOWED_SHARE * THIGH_M
        hip = SHOULDER + xy(TRUNK_M, 0.0) + np.stack([0 * up, up], axis=-1)
        sides = {}
        near = NEAR["prone"]
        for side in ("left", "right"):
            course = tilt[side]
            bends = bend[side](t), bend[_OTHER[side]](t)
            sunk_deg = leg_curl.SUNK_DEG * leg_curl.bent_share(*bends) if side == near else 0 * t
            tilt_deg = (course(t) if course else 0 * t) - sunk_deg
            knee, ankle = leg(hip, shown_deg(*bends, side, hip, tilt_deg), tilt_deg)
            sides[side] = _lying(hip, knee, ankle, 0 * t, nose_m=-0.03)
        return whole(sides[near], sides[_OTHER[near]], near)

    return Part(curve.duration_s, draw, tuple(truths(moves, curve, curl=True)))


def shown_deg(bend_deg: Floats, other_deg: Floats, side: str, hip: Floats, tilt_deg: Floats) -> Floats:
    """A bent knee as the landmarks show it: too straight, by what formcheck adds (bisection)."""
    idle = _lying(hip, *leg(hip, other_deg, 0 * other_deg), 0 * other_deg, nose_m=-0.03)

    def corrected_deg(shown: Floats) -> Floats:
        bent = _lying(hip, *leg(hip, shown, tilt_deg), 0 * shown, nose_m=-0.03)
        points = whole(bent, idle, side)
        blank = np.zeros((*points.shape[:2], 3), np.float32)
        track = Track(np.arange(float(len(points))), points[..., :2] * [1, -1], blank[..., 0], blank)
        body = Body(track, "prone", "left", Size((np.nan, np.nan, np.nan), np.nan))
        return shown + leg_curl.bent_share(shown, other_deg) * short_deg(side, body)

    least, most = 0 * bend_deg, bend_deg
    for _ in range(16):
        middle = (least + most) / 2
        over = corrected_deg(middle) > bend_deg
        least, most = np.where(over, least, middle), np.where(over, middle, most)
    return most


def _seen_on(move: Move, side: str, rest_deg: float, shadow: float) -> Move:
    """What a move does to one leg: its bend, or the shadow of the other leg's."""
    if move.side == side:
        return move
    return replace(move, peak_deg=move.extra.get("other_deg", rest_deg + shadow * (move.peak_deg - rest_deg)))


def upright(at_m: Floats, thigh_deg: Floats, shank_deg: Floats, trunk_deg: Floats) -> Floats:
    """Standing, squatting or sitting, facing right: each limb's angle above the x axis, ankle at `at_m`."""
    ankle = np.stack([at_m, np.full(len(at_m), ANKLE_M)], axis=-1)
    knee = ankle + towards(shank_deg, SHANK_M)
    hip = knee + towards(thigh_deg, THIGH_M)
    shoulder = hip + towards(trunk_deg, TRUNK_M)
    limbs = {
        "shoulder": shoulder, "hip": hip, "knee": knee, "ankle": ankle, "toe": ankle + xy(0.14, 0.01 - ANKLE_M),
        "heel": ankle + xy(-0.03, 0.01 - ANKLE_M), "ear": shoulder + xy(0.02, 0.2), "nose": shoulder + xy(0.12, 0.19),
        "elbow": shoulder + xy(0.0, -0.28), "wrist": shoulder + xy(0.02, -0.5),
    }  # fmt: skip
    return whole(limbs, limbs, NEAR["upright"])


def heel_raises(
    moves: Sequence[Move], lead_s: float = 1.5, tail_s: float = 1.5, left: bool = True, right: bool = True
) -> Part:
    """A set of heel raises, facing right; peaks are foot pitches. `extra`: knee_deg, lean_deg, sway_stature at the top.

    The feet turn about their toes, and everything above goes up with the ankles; a foot that is not asked for stays.
    """
    curve = script(moves, 0.0, lead_s, tail_s)
    knee, lean, sway = (_extra(moves, curve, name) for name in ("knee_deg", "lean_deg", "sway_stature"))

    def draw(t: Floats) -> Floats:
        tip = np.arcsin(np.radians(curve(t)))
        toe, back = xy(0.14, 0.01 - ANKLE_M), heel_raise.LEVER_SHANK * SHANK_M
        rise = np.stack([-0.14 * np.cos(tip) + 0.06 * np.sin(tip), 0.14 * np.sin(tip) + 0.06 * np.cos(tip)], axis=-1)
        up = rise + toe
        points = upright(up[:, 0], 90 + knee(t) / 2, 90 - knee(t) / 2, 90 - lean(t))
        points[..., 1] += up[:, None, 1]
        shift = sway(t) * (TRUNK_M + THIGH_M + SHANK_M) / BONES_STATURE - up[:, 0]
        points[:, ABOVE_KNEE, 0] += shift[:, None]
        points[:, [Landmark.LEFT_KNEE, Landmark.RIGHT_KNEE], 0] += shift[:, None] * SHANK_M / (SHANK_M + THIGH_M)
        heel = toe + np.stack([-back * np.cos(tip), back * np.sin(tip)], axis=-1) + xy(0.0, ANKLE_M)
        flat_heel = toe + xy(-back, ANKLE_M)
        for side, lifted in (("LEFT", left), ("RIGHT", right)):
            points[:, Landmark[f"{side}_TOE"], :2] = toe + xy(0.0, ANKLE_M)
            points[:, Landmark[f"{side}_HEEL"], :2] = heel if lifted else flat_heel
        return points

    return Part(curve.duration_s, draw, tuple(truths(moves, curve, curl=True)))


def seen_obliquely(taken: Film, yaw_deg: float) -> Film:
    """The shoulders moved apart along the trunk, as a camera further towards the feet sees them."""
    xy_px = taken.track.xy_px.copy()
    trunk_px = np.linalg.norm(xy_px[:, 12] - xy_px[:, 24], axis=1).mean()
    xy_px[:, [11, 12], 0] += np.array([0.5, -0.5]) * 0.68 * trunk_px * np.sin(np.radians(yaw_deg))
    return replace(taken, track=replace(taken.track, xy_px=xy_px))


def seen_from(part: Part, yaw_deg: float) -> Part:
    """The same with the camera so far off the side."""
    turn = np.radians(yaw_deg)

    def draw(t_s: Floats) -> Floats:
        points = part.draw(t_s)
        x, z = points[..., 0], points[..., 2]
        seen = x * np.cos(turn) + z * np.sin(turn), points[..., 1], z * np.cos(turn) - x * np.sin(turn)
        return np.stack(seen, axis=-1)

    return Part(part.duration_s, draw, part.truth)


ABOVE_KNEE = [m for m in Landmark if _joint(m) not in ("knee", "ankle", "heel", "toe")]


def marches(moves: Sequence[Move], lead_s: float = 1.5, tail_s: float = 1.5) -> Part:
    """Stepping on the spot, facing right; peaks are thigh elevations of the move's `side`. `extra`: lean_deg.

    The shank of the lifted leg hangs down, the other leg carries. The lifted knee is drawn down as the network does.
    """
    curve = script(moves, 0.0, lead_s, tail_s)
    lift = {
        side: Curve(curve.knots_s, script([_seen_on(move, side, 0.0, 0.0) for move in moves], 0.0).levels)
        for side in ("left", "right")
    }
    lean = _extra(moves, curve, "lean_deg")

    def draw(t: Floats) -> Floats:
        points = upright(0 * t, 90 + 0 * t, 90 + 0 * t, 90 - lean(t))
        hip = xy(0.0, ANKLE_M + SHANK_M + THIGH_M)
        for side, course in lift.items():
            knee = hip + towards(course(t) - 90, THIGH_M)
            ankle = knee - xy(0.0, SHANK_M)
            foot = {"KNEE": knee, "ANKLE": ankle, "HEEL": ankle + xy(-0.03, 0.01 - ANKLE_M),
                    "TOE": ankle + xy(0.14, 0.01 - ANKLE_M)}  # fmt: skip
            for joint, place in foot.items():
                points[:, Landmark[f"{side.upper()}_{joint}"], :2] = place
        return points

    return Part(curve.duration_s, draw, tuple(truths(moves, curve, curl=True)))


def standing(duration_s: float, at_m: float = 0.0) -> Part:
    return Part(duration_s, lambda t: upright(at_m + 0 * t, 90 + 0 * t, 90 + 0 * t, 90 + 0 * t))


def seated(duration_s: float) -> Part:
    return Part(duration_s, lambda t: upright(0.3 + 0 * t, 180 + 0 * t, 90 + 0 * t, 90 + 0 * t))


def squats(count: int, each_s: float = 4.0) -> Part:
    def draw(t: Floats) -> Floats:
        depth = 0.5 - 0.5 * np.cos(2 * np.pi * t / each_s)
        return upright(0 * t, 90 + 75 * depth, 90 - 25 * depth, 90 - 40 * depth)

    return Part(count * each_s, draw)


def walking(duration_s: float) -> Part:
    """Through the picture, from beyond one edge to beyond the other."""
    return Part(
        duration_s, lambda t: upright(-2.2 + 4.4 * t / duration_s, 90 + 15 * np.sin(7 * t), 90 + 0 * t, 88 + 0 * t)
    )


def side_lying(duration_s: float, every_s: float = 3.0) -> Part:
    """On the side with the chest to the camera, raising the upper leg again and again."""

    def draw(t: Floats) -> Floats:
        lift = 20 - 20 * np.cos(2 * np.pi * t / every_s)
        sides = {}
        for side, height_m, tilt in (("left", 0.36, lift), ("right", 0.0, 0 * t)):
            shift = np.array([0.0, height_m])
            hip = np.broadcast_to(SHOULDER + xy(TRUNK_M, 0.0) + shift * 0.6, (len(t), 2))
            limbs = _lying(hip, *leg(hip, 0 * t, tilt), 0 * t, nose_m=0.0)
            sides[side] = {**limbs, "shoulder": limbs["shoulder"] + shift, "ear": limbs["ear"] + (0.0, 0.18)}
        points = whole(sides["left"], sides["right"], "left")
        points[..., 2] = 0.0
        return points

    return Part(duration_s, draw)


def absent(duration_s: float) -> Part:
    return Part(duration_s, lambda t: np.full((len(t), LANDMARK_COUNT, 3), np.nan))


def between(before: Part, after: Part, duration_s: float) -> Part:
    """From how a part ends to how the next begins, such as getting up."""

    def draw(t: Floats) -> Floats:
        last, first = before.draw(np.array([before.duration_s])), after.draw(np.zeros(1))
        return last + minimum_jerk(t / duration_s)[:, None, None] * (first - last)

    return Part(duration_s, draw)

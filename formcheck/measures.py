"""Poses to numbers: angles, tilts and lengths in aspect-corrected pixels.

All functions take arrays whose last axis is (x, y) in pixels, y downward, and return NaN where a point
is missing or a limb has no length. Angles are in degrees; 180 is straight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.landmarks import OTHER_SIDE, Side, side_landmark
from formcheck.records import Floats, Track

Position = Literal["supine", "prone", "standing"]
Edge = Literal["left", "right"]
"""A side of the picture, not of the person: where the head of a lying body is, and which way a standing one faces."""


def cross(u: Floats, v: Floats) -> Floats:
    """z component of u x v; positive when v is clockwise of u as seen on the screen."""
    product: Floats = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    return product


def turn_deg(a: Floats, b: Floats, c: Floats) -> Floats:
    """Signed angle at b from b->a to b->c, in -180..180; positive clockwise on the screen."""
    u, v = a - b, c - b
    turn = np.degrees(np.arctan2(cross(u, v), (u * v).sum(-1)))
    return np.where((np.abs(u).sum(-1) > 0) & (np.abs(v).sum(-1) > 0), turn, np.nan)


def interior_deg(a: Floats, b: Floats, c: Floats) -> Floats:
    """Angle a-b-c in 0..180."""
    inner: Floats = np.abs(turn_deg(a, b, c))
    return inner


def flexion_deg(a: Floats, b: Floats, c: Floats) -> Floats:
    """How far the joint b is bent away from straight, 0..180."""
    return 180.0 - interior_deg(a, b, c)


def elevation_deg(a: Floats, b: Floats) -> Floats:
    """Angle of the line a->b above the horizontal, -90..90, whichever way it points along x."""
    step = b - a
    return np.degrees(np.arctan2(-step[..., 1], np.abs(step[..., 0])))


def distance(a: Floats, b: Floats) -> Floats:
    """Length of a-b in pixels."""
    return np.hypot(b[..., 0] - a[..., 0], b[..., 1] - a[..., 1])


def near_side(position: Position, head_at: Edge) -> Side:
    """The person's own side that faces the camera, by the body's handedness (left = superior x anterior)."""
    return "right" if (position == "supine") == (head_at == "left") else "left"


def handedness(position: Position, head_at: Edge) -> int:
    """+1 where the front of the body is clockwise of hip->shoulder on the screen, else -1."""
    return 1 if (position == "supine") == (head_at == "left") else -1


@dataclass(frozen=True, slots=True)
class Size:
    """Usual lengths of one person: near trunk, thigh and shank, trunk between the middles, from hip to hip across the
    picture; and the picture's size.
    """

    bones_px: tuple[float, float, float]
    trunk_px: float
    hips_px: float = np.nan
    picture_px: tuple[float, float] = (np.inf, np.inf)

    @property
    def thigh_px(self) -> float:
        """Length of the near thigh, the unit of heights."""
        return self.bones_px[1]


@dataclass(frozen=True, slots=True)
class Body:
    """A track of one person with the geometry that stays the same: which way up, where the head is, how large."""

    track: Track
    position: Position
    head_at: Edge
    size: Size
    _known: dict[str, Floats] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, measure: Callable[[], Floats]) -> Floats:
        """What several measures need, worked out the first time."""
        if name not in self._known:
            self._known[name] = measure()
        return self._known[name]

    @classmethod
    def of(cls, track: Track, position: Position, head_at: Edge, picture_px: tuple[float, float]) -> Body:
        """A body whose size is learned from the track itself."""
        unsized = cls(track, position, head_at, Size((np.nan, np.nan, np.nan), np.nan))
        known = track.seen.any()
        near, thigh, shank = (float(np.nanmedian(length)) if known else np.nan for length in bone_lengths(unsized))
        trunk = float(np.nanmedian(unsized.trunk_px())) if known else np.nan
        hips = float(np.nanmedian(unsized.hips_px())) if known else np.nan
        return cls(track, position, head_at, Size((near, thigh, shank), trunk, hips, picture_px))

    def hips_px(self) -> Floats:
        """(N,) from hip to hip across the picture."""
        return np.abs(self.joint("hip", "left")[:, 0] - self.joint("hip", "right")[:, 0])

    @property
    def near(self) -> Side:
        """The person's own side that faces the camera."""
        return near_side(self.position, self.head_at)

    @property
    def far(self) -> Side:
        """The person's own side that faces away from the camera."""
        return OTHER_SIDE[self.near]

    def joint(self, name: str, side: Side | None = None) -> Floats:
        """(N, 2) pixels of a joint on `side`, by default the near one."""
        return self.track.xy_px[:, side_landmark(name, side or self.near)].astype(np.float64)

    def middle(self, name: str) -> Floats:
        """(N, 2) pixels midway between the left and right joint."""
        return (self.joint(name, "left") + self.joint(name, "right")) / 2

    def front_turn_deg(self, a: Floats, b: Floats, c: Floats) -> Floats:
        """Angle a-b-c measured on the front of the body, 0..360; 180 straight, above it bent backward."""
        return (handedness(self.position, self.head_at) * turn_deg(a, b, c)) % 360.0

    def toward_feet_px(self, points: Floats) -> Floats:
        """How far points (..., 2), or steps between them, lie along the picture away from the edge of the head."""
        return points[..., 0] if self.head_at == "left" else -points[..., 0]

    def trunk_px(self) -> Floats:
        """(N,) length from the middle of the shoulders to the middle of the hips."""
        return distance(self.middle("shoulder"), self.middle("hip"))


LIMBS = ("shoulder", "hip", "knee", "ankle")
"""Joints of the near side without which nothing can be measured."""


def bone_lengths(body: Body) -> tuple[Floats, Floats, Floats]:
    """(N,) lengths in pixels of the near trunk, thigh and shank."""
    shoulder, hip, knee, ankle = (body.joint(name) for name in LIMBS)
    return distance(shoulder, hip), distance(hip, knee), distance(knee, ankle)


def limbs_in_picture(body: Body) -> NDArray[np.bool_]:
    """(N,) whether the near side is inside the picture from shoulder to ankle; the network guesses what is outside."""
    wanted = np.array([side_landmark(name, body.near) for name in LIMBS])
    return in_picture(body.track, wanted, *body.size.picture_px)


Measure = Callable[[Body], Floats]
"""A function from a body to one number per frame, (N,)."""


def hip_deg(body: Body) -> Floats:
    """Signed hip angle shoulder-hip-knee, mean of the near side's and the midpoints'.

    180 straight, above 180 when the hip is beyond the shoulder-knee line on the front (docs/DEFINITIONS.md). The
    midpoints cancel perspective (shoulders are wider than hips), the near side is seen better: mixing both
    measured best on rendered bodies.
    """
    near = body.front_turn_deg(body.joint("shoulder"), body.joint("hip"), body.joint("knee"))
    middle = body.front_turn_deg(body.middle("shoulder"), body.middle("hip"), body.middle("knee"))
    return (near + middle) / 2


def knee_deg(side: Side) -> Measure:
    """Knee flexion hip-knee-ankle of the person's `side`: 0 straight, about 130 heel to buttock."""

    def measure(body: Body) -> Floats:
        return flexion_deg(body.joint("hip", side), body.joint("knee", side), body.joint("ankle", side))

    return measure


def near_knee_deg(body: Body) -> Floats:
    """Knee flexion of the leg that faces the camera."""
    return knee_deg(body.near)(body)


def trunk_deg(body: Body) -> Floats:
    """Elevation of hip over shoulder against the horizontal: 0 lying flat, about 27 at the top of a hip lift."""
    return elevation_deg(body.middle("shoulder"), body.middle("hip"))


SHOULDERS_SHARE, FOLLOWED_SHARE = 0.75, 0.8
"""The network draws the shoulders of a prone body down when its hips rise: this share of their height is taken off. In
films it follows a small rise by the second share (eight curls of two rendered bodies, rises of 0.075-0.125)."""


def hip_rise_thigh(body: Body) -> Floats:
    """Height of the hips in thigh lengths; only changes mean something.

    Over the shoulders, so that a moved camera is less of a rise; both sides, since a hip's own landmark moves by 0.03
    when its leg curls. On stills of 36 rendered bodies, rises of 0.12 and none stand apart (AUC 0.99:
    `python -m bench.bias`).
    """
    rise_px = SHOULDERS_SHARE * body.middle("shoulder")[..., 1] - body.middle("hip")[..., 1]
    return rise_px / (FOLLOWED_SHARE * body.size.thigh_px)


def thigh_tilt_deg(side: Side) -> Measure:
    """Elevation of the knee over the hip against the horizontal on the person's `side`."""

    def measure(body: Body) -> Floats:
        return elevation_deg(body.joint("hip", side), body.joint("knee", side))

    return measure


def foot_rise_shank(joint: str) -> Measure:
    """How far the near ankle or heel is up and half as far towards the feet, in shank lengths; only changes mean
    something.

    The pitch of the foot does not show a lifted heel: 22 deg read as 4-8, and flat feet as up to 17. The landmarks show
    the whole foot moved instead.
    """

    def measure(body: Body) -> Floats:
        place = body.joint(joint)
        rise: Floats = (body.toward_feet_px(place) / 2 - place[..., 1]) / body.size.bones_px[2]
        return rise

    return measure


def head_height_trunk(body: Body) -> Floats:
    """Height of the near ear above the near shoulder, in trunk lengths."""
    rise = body.joint("shoulder")[..., 1] - body.joint("ear")[..., 1]
    return rise / body.size.trunk_px


SHOULDERS_TRUNK = 0.68
"""Usual distance between the shoulders / length of the trunk (engineering judgement)."""
LENS_PICTURES = 0.87
"""Usual focal length / longer side of the picture: 60 deg of view, between phones (65-70) and webcams (50-60)."""


def yaw_deg(body: Body) -> Floats:
    """How far the camera stands from square to the side, towards the feet (+) or the head (-).

    From the distance of the shoulders along the trunk, less what perspective adds: the far shoulder is drawn towards
    the middle of the picture. NaN for somebody who stands, whose shoulders tell nothing of it.
    """
    if body.position == "standing":
        return np.full(len(body.track), np.nan)
    shoulder, hip = body.middle("shoulder"), body.middle("hip")
    axis = (hip - shoulder) / distance(shoulder, hip)[..., None]
    width_px = SHOULDERS_TRUNK * body.trunk_px()
    picture_px = np.array(body.size.picture_px)
    drawn = (picture_px / 2 - shoulder) * (width_px / (LENS_PICTURES * picture_px.max()))[..., None]
    spread = body.joint("shoulder", body.far) - body.joint("shoulder") - drawn
    yaw: Floats = np.degrees(np.arcsin(np.clip((spread * axis).sum(-1) / width_px, -1, 1)))
    return yaw


def in_picture(
    track: Track, landmarks: NDArray[np.int_], width_px: float, height_px: float, margin: float = 0.02
) -> NDArray[np.bool_]:
    """(N,) whether all given landmarks lie inside the picture, `margin` being a share of its size."""
    points = track.xy_px[:, landmarks]
    x, y = points[..., 0] / width_px, points[..., 1] / height_px
    inside = (x > -margin) & (x < 1 + margin) & (y > -margin) & (y < 1 + margin)
    whole: NDArray[np.bool_] = np.logical_and.reduce(inside, axis=1)
    return whole

"""Which of several people in the picture is the one that exercises: who continues, lies, and fits.

The pose network follows one person, and does not say when that becomes another. `Follower` says when it is worth
looking who else is there, and which of them to follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from formcheck.landmarks import Side, side_landmark
from formcheck.measures import distance, elevation_deg
from formcheck.records import Floats, Pose

LYING_BELOW_DEG = 45.0
"""Elevation of the trunk under which somebody lies: the top of a hip lift 25-35, a bent-over helper 50 and more."""
SAME_TRUNKS = 0.5
"""How far the middle of one person's trunk may be from where it was, in trunk lengths: landmarks of the same person
seen anew differ by 0.1, people beside each other by 1 and more."""
SAME_SIZE = 1.6
"""How many times larger the trunk of the same person may seem."""
FRESH_S, ANEW_S = 0.3, 1.0
"""Least time between two looks around: just after something was odd, and while the person followed does not lie."""
LAY_S = 10.0
"""How long it is remembered where somebody lay; who has got up is then followed as well as anybody."""
LIES, CONTINUES, LARGE = 1.0, 1.0, 0.3
"""What counts for somebody, beside the share of the landmarks that are in the picture. Size decides only between
people who are alike in the rest."""
BETTER = 0.4
"""By how much somebody else must be better to be followed instead."""
MARGIN = 0.12
"""Share of a person's height and width that lies outside the landmarks: hair, clothes, fingers."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trunk is in the picture: its middle, length and elevation against the horizontal."""

    centre_px: Floats
    trunk_px: float
    elevation_deg: float

    @classmethod
    def of(cls, pose: Pose) -> Self:
        """The place of a pose's trunk."""
        shoulder, hip = (_middle(pose, joint) for joint in ("shoulder", "hip"))
        elevation = float(abs(elevation_deg(shoulder, hip)))
        return cls((shoulder + hip) / 2, float(distance(shoulder, hip)), elevation)

    @property
    def lying(self) -> bool:
        """Whether the trunk lies, the hips lifted or not."""
        return self.elevation_deg < LYING_BELOW_DEG

    def same_as(self, other: Place) -> bool:
        """Whether this can be the same person at about the same time."""
        longer, shorter = max(self.trunk_px, other.trunk_px), min(self.trunk_px, other.trunk_px)
        apart_px = float(distance(self.centre_px, other.centre_px))
        return apart_px < SAME_TRUNKS * longer and longer < SAME_SIZE * shorter


def _middle(pose: Pose, joint: str) -> Floats:
    sides: tuple[Side, Side] = ("left", "right")
    middle: Floats = np.mean([pose.xy_px[side_landmark(joint, side)].astype(np.float64) for side in sides], axis=0)
    return middle


class Follower:
    """Keeps to one person. `step` every pose that the network gives; `choose` when `step` asks to look around."""

    def __init__(self) -> None:
        self._last: Place | None = None
        self._lay: tuple[float, Place] | None = None
        self._looked_s = -np.inf

    def step(self, t_s: float, pose: Pose) -> bool:
        """Take the next pose; whether it is worth looking who else is there."""
        before, now = self._last, Place.of(pose)
        self._last = now
        odd = before is None or not now.same_as(before)
        if not now.lying:
            return self._due(t_s, FRESH_S if odd or self._lain(t_s) else ANEW_S)
        if odd:
            return self._due(t_s, FRESH_S)
        self._lay = (t_s, now)
        return False

    def choose(self, t_s: float, followed: Pose, found: Sequence[Pose], picture_px: NDArray[np.float32]) -> int | None:
        """Index of who is to be followed instead of `followed`; None to go on."""
        now = Place.of(followed)
        others = [k for k, pose in enumerate(found) if not Place.of(pose).same_as(now)]
        if not others:
            self._settle(t_s, now)
            return None
        best = max(others, key=lambda k: self._worth(t_s, found[k], picture_px))
        if self._worth(t_s, found[best], picture_px) > self._worth(t_s, followed, picture_px) + BETTER:
            return best
        self._settle(t_s, now)
        return None

    def _settle(self, t_s: float, now: Place) -> None:
        if now.lying:
            self._lay = (t_s, now)

    def _due(self, t_s: float, every_s: float) -> bool:
        if t_s - self._looked_s < every_s:
            return False
        self._looked_s = t_s
        return True

    def _lain(self, t_s: float) -> bool:
        """Whether somebody lay there not long ago."""
        return self._lay is not None and t_s - self._lay[0] < LAY_S

    def _worth(self, t_s: float, pose: Pose, picture_px: NDArray[np.float32]) -> float:
        """How much speaks for somebody."""
        place = Place.of(pose)
        worth = LIES * place.lying + LARGE * min(1.0, 4 * place.trunk_px / float(picture_px.max()))
        if self._lay and self._lain(t_s):
            worth += CONTINUES * place.same_as(self._lay[1])
        inside = ((pose.xy_px >= 0) & (pose.xy_px <= picture_px)).all(axis=1)
        return float(worth + inside.mean())


def without(
    image: NDArray[np.uint8], person: Pose, others: Sequence[Pose], picture_px: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """A copy of an (H, W, 3) picture in which `others` are painted over with its mean colour, but not `person`."""
    size = np.array(image.shape[1::-1])
    painted = np.zeros(image.shape[:2], bool)
    for other in others:
        painted[_box(other, picture_px, size)] = True
    painted[_box(person, picture_px, size)] = False
    out = image.copy()
    out[painted] = image.mean(axis=(0, 1)).astype(np.uint8)
    return out


def _box(pose: Pose, picture_px: NDArray[np.float32], size: NDArray[np.int_]) -> tuple[slice, slice]:
    """Rows and columns of a picture of `size` that hold a person."""
    points = pose.xy_px / picture_px
    low, high = points.min(axis=0), points.max(axis=0)
    margin = MARGIN * (high - low) + 0.02
    (left, top), (right, bottom) = (np.clip(edge, 0, 1) * size for edge in (low - margin, high + margin))
    return slice(int(top), int(np.ceil(bottom))), slice(int(left), int(np.ceil(right)))

"""What somebody on the floor can say without words: an arm held up, or sitting up, asks for a pause."""

from __future__ import annotations

from math import nan

import numpy as np

from formcheck.landmarks import Landmark
from formcheck.measures import distance, elevation_deg
from formcheck.records import Pose

ARM_S = 1.0
"""How long an arm must be up."""
ARM_TRUNKS = 0.7
"""Height of the wrist over both shoulders, in trunk lengths, that counts as up: an arm is 1.1 long, and folded arms,
hands at the face or on the chest stay under 0.5."""
ELBOW_TRUNKS = 0.3
SAT_S, SAT_DEG = 1.0, 55.0
"""A trunk steeper than this for so long sits; at the top of a hip lift it slopes 25-35 deg the other way."""
LEAST_VISIBILITY = 0.5
ARMS = ((Landmark.LEFT_ELBOW, Landmark.LEFT_WRIST), (Landmark.RIGHT_ELBOW, Landmark.RIGHT_WRIST))


class Held:
    """Becomes true once a condition has held for `for_s`; short gaps of `grace_s` do not count."""

    def __init__(self, for_s: float, grace_s: float = 0.2) -> None:
        self.for_s, self.grace_s = for_s, grace_s
        self._since_s = self._last_s = nan

    def step(self, t_s: float, on: bool) -> bool:
        """Whether the condition has now held for long enough."""
        if on:
            fresh = not t_s - self._last_s <= self.grace_s
            self._since_s, self._last_s = (t_s if fresh else self._since_s), t_s
        return on and t_s - self._since_s >= self.for_s


def arm_up(pose: Pose) -> bool:
    """Whether one arm is stretched up, above both shoulders."""
    xy = pose.xy_px.astype(np.float64)
    shoulders = xy[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]]
    trunk_px = float(distance(shoulders.mean(axis=0), xy[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)))
    top_px = shoulders[:, 1].min()
    return any(
        top_px - xy[wrist, 1] > ARM_TRUNKS * trunk_px
        and top_px - xy[elbow, 1] > ELBOW_TRUNKS * trunk_px
        and pose.visibility[wrist] > LEAST_VISIBILITY
        for elbow, wrist in ARMS
    )


def upright(pose: Pose) -> bool:
    """Whether the trunk stands up, the shoulders above the hips."""
    xy = pose.xy_px.astype(np.float64)
    hip = xy[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=0)
    shoulder = xy[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=0)
    return bool(elevation_deg(hip, shoulder) > SAT_DEG)


class Gestures:
    """Watches for an arm held up and for sitting up."""

    def __init__(self) -> None:
        self._arm, self._sat = Held(ARM_S), Held(SAT_S)
        self._told = False

    def step(self, t_s: float, pose: Pose | None) -> tuple[bool, bool]:
        """(whether an arm has just been up for a second, whether the person sits or stands now)."""
        up = self._arm.step(t_s, pose is not None and arm_up(pose))
        raised, self._told = up and not self._told, up
        return raised, self._sat.step(t_s, pose is not None and upright(pose))

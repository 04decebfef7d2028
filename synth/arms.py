"""Arms of the figure: aimed along directions, laid on the floor, or on the belly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synth.body import Body
from synth.geometry import Floats, aim, bisect, rot_about, unit

Turns = dict[str, Floats]
Slope = Callable[[float], list[float]]


def place_arm(body: Body, turns: Turns, k: str, upper_way: ArrayLike, fore_way: ArrayLike, palm: ArrayLike) -> None:
    """Aim the upper arm and the forearm of side k along world directions; `palm` is where the palm looks."""
    upper_way, fore_way, base = np.asarray(upper_way, float), np.asarray(fore_way, float), turns["spine01"]
    fore = body.rest_vector(f"lowerarm01.{k}", f"wrist.{k}")
    upper = aim(base @ body.rest_vector(f"upperarm01.{k}", f"lowerarm01.{k}"), upper_way) @ base
    if np.linalg.norm(_across(fore_way, upper_way)) > 0.08 * np.linalg.norm(fore_way):  # turn the elbow hinge
        turn = _turn_deg(upper @ fore, fore_way, upper_way)
        upper = rot_about(upper_way, np.clip(turn, -120, 120)) @ upper
    turns[f"upperarm01.{k}"] = upper
    lower = aim(upper @ fore, fore_way) @ upper
    along = body.rest_vector(f"wrist.{k}", f"finger3-1.{k}")
    normal = np.cross(body.rest_vector(f"finger2-1.{k}", f"finger5-1.{k}"), along) * (-1 if k == "R" else 1)
    twist = _turn_deg(lower @ unit(normal), np.asarray(palm, float), fore_way)
    turns[f"lowerarm01.{k}"] = rot_about(fore_way, twist * 0.35) @ lower
    turns[f"lowerarm02.{k}"] = rot_about(fore_way, twist * 0.75) @ lower
    hand = rot_about(fore_way, twist) @ lower
    turns[f"wrist.{k}"] = aim(hand @ along, fore_way) @ hand


def _across(v: Floats, axis: Floats) -> Floats:
    """What is left of v beside an axis."""
    axis = unit(axis)
    return v - axis * (v @ axis)


def _turn_deg(a: Floats, b: Floats, axis: Floats) -> float:
    """How far a has to turn about an axis to look as b does."""
    axis = unit(axis)
    a, b = _across(a, axis), _across(b, axis)
    return float(np.degrees(np.arctan2(np.cross(a, b) @ axis, a @ b)))


def rest_arm_on_floor(
    body: Body, turns: Turns, root: Floats, k: str, upper: Slope, fore: Slope, palm: ArrayLike, mat_m: float
) -> None:
    """Lower the arm until elbow and hand lie on the mat; directions are functions of the slope."""
    elbow, hand = body.index[f"lowerarm01.{k}"], body.hand[k]

    def elbow_low(slope: float) -> bool:
        place_arm(body, turns, k, upper(slope), fore(-0.02), palm)
        return bool(body.forward(turns, root)[1][elbow][2] <= mat_m + 0.05)

    upper_slope = bisect(elbow_low, -1.2, 0.5, 13)

    def hand_low(slope: float) -> bool:
        place_arm(body, turns, k, upper(upper_slope), fore(slope), palm)
        return bool(body.skin_linear(*body.forward(turns, root), hand)[:, 2].min() <= mat_m - 0.004)

    place_arm(body, turns, k, upper(upper_slope), fore(bisect(hand_low, -0.4, 0.4, 12)), palm)


def arms_beside(body: Body, turns: Turns, root: Floats, mat_m: float) -> None:
    """Lying on the back, both arms on the floor beside the body."""
    for k, y in (("L", 1), ("R", -1)):
        rest_arm_on_floor(
            body, turns, root, k, lambda m, y=y: [1, y * 0.2, m], lambda n, y=y: [1, y * 0.06, n], [0, 0, -1], mat_m
        )


@dataclass(frozen=True)
class BellyArms:
    """Lying on the back, hands on the belly: elbows by the side, forearms over the trunk.

    reach: where the hands lie, as a share of the way from shoulders to hips; elbow_deg: how far the elbows stand out.
    """

    reach: float = 0.6
    elbow_deg: float = 40.0

    def __call__(self, body: Body, turns: Turns, root: Floats, mat_m: float) -> None:
        for n, (k, y) in enumerate((("L", 1), ("R", -1))):
            self._arm(body, turns, root, mat_m, n, k, y)

    def _arm(self, body: Body, turns: Turns, root: Floats, mat_m: float, n: int, k: str, y: int) -> None:
        turns[f"upperarm01.{k}"] = turns["spine01"]
        rotations, places = body.forward(turns, root)
        shoulder = places[body.index[f"upperarm01.{k}"]]
        hip = (places[body.index["upperleg01.L"]] + places[body.index["upperleg01.R"]]) / 2
        x, side = shoulder[0] + self.reach * (hip[0] - shoulder[0]), y * 0.07
        trunk = body.skin_linear(rotations, places, body.torso)
        near = trunk[(np.abs(trunk[:, 0] - x) < 0.035) & (np.abs(trunk[:, 1] - side) < 0.05)]
        top = near[:, 2].max() if len(near) else trunk[:, 2].max()
        wrist = np.array([x, side, top + 0.03 + 0.025 * n])
        elbow, wrist = self._elbow(body, k, y, shoulder, wrist, mat_m)
        place_arm(body, turns, k, elbow - shoulder, wrist - elbow, [0, 0, -1])
        along = body.rest_vector(f"wrist.{k}", f"finger3-1.{k}")  # the hand lies across the belly
        hand = turns[f"wrist.{k}"]
        turns[f"wrist.{k}"] = aim(hand @ along, np.array([0.25, -y, 0.05])) @ hand

    def _elbow(
        self, body: Body, k: str, y: int, shoulder: Floats, wrist: Floats, mat_m: float
    ) -> tuple[Floats, Floats]:
        """Elbow of a two-bone chain from shoulder to wrist, above the mat; and the wrist, brought within reach."""
        upper = np.linalg.norm(body.rest_vector(f"upperarm01.{k}", f"lowerarm01.{k}"))
        fore = np.linalg.norm(body.rest_vector(f"lowerarm01.{k}", f"wrist.{k}"))
        way = wrist - shoulder
        length = min(float(np.linalg.norm(way)), 0.98 * (upper + fore))
        way = unit(way)
        wrist = shoulder + way * length
        along = (upper**2 + length**2 - fore**2) / (2 * length)
        radius = np.sqrt(max(upper**2 - along**2, 0))
        out = unit(np.array([0, y, 0.0]) - way * (way[1] * y))
        down = np.array([0, 0, -1.0]) + way * way[2] - out * (-out[2])
        down = unit(down - way * (down @ way))
        for deg in np.radians(np.arange(self.elbow_deg, -31, -4)):
            elbow = shoulder + way * along + radius * (np.cos(deg) * out + np.sin(deg) * down)
            if elbow[2] > mat_m + 0.05:
                break
        return elbow, wrist

"""Leg curl on the front: one knee bends, and the hips or the thigh may come off the floor.

The person's LEFT side is nearer to the camera.
"""

from __future__ import annotations

import numpy as np

from synth.arms import Turns, rest_arm_on_floor
from synth.body import Body
from synth.geometry import Floats, bisect, pitch, rot_x, rot_z, slope_deg
from synth.lift import MAT_M, NECK

PRONE = np.array([[0, 0, -1], [-1, 0, 0], [0, 1, 0]], float)  # on the front


class LegCurl:
    """Poses of a leg curl by the flexion of each knee."""

    def __init__(self, body: Body, mat_m: float = MAT_M, folded: bool = False, head_turn_deg: float = 65.0) -> None:
        """folded: hands under the forehead, else along the body."""
        self.body, self.mat_m, self.folded, self.head_turn_deg = body, mat_m, folded, head_turn_deg
        self._arms: Turns = {}
        self.rest_hip_m = self._torso(0.0)[2]

    def _torso(self, lift: float) -> tuple[Turns, Floats, float]:
        """Spine for a pelvis raised by `lift` degrees of torso pitch: bone rotations, root, hip height (m)."""
        pitches = {
            "root": lift * 1.7,
            "spine05": lift * 1.45,
            "spine04": 1 + lift * 1.1,
            "spine03": 2 + lift * 0.7,
            "spine02": 3 + lift * 0.35,
            "spine01": 2 + lift * 0.1,
        }
        turns = {bone: pitch(deg) @ PRONE for bone, deg in pitches.items()}
        for bone, w in zip(NECK, (0.2, 0.4, 0.65, 1.0), strict=True):
            turns[bone] = turns["spine01"] @ rot_z(self.head_turn_deg * w)
        rotations, places = self.body.forward(turns)
        low = np.percentile(self.body.skin_linear(rotations, places, self.body.torso)[:, 2], 0.05)
        root = np.array([-places[self.body.index["upperarm01.L"]][0], 0, self.mat_m - 0.015 - low])
        return turns, root, float(self.body.forward(turns, root)[1][self.body.index["upperleg01.L"]][2])

    def pose(
        self, left_deg: float = 0.0, right_deg: float = 0.0, hip_rise: float = 0.0, thigh_up_deg: float = 0.0
    ) -> tuple[Floats, Floats]:
        """hip_rise: of the hip joint over its rest height, in thigh lengths; thigh_up_deg: of the leg that is bent."""
        want = self.rest_hip_m + hip_rise * self.body.thigh_m
        lift = 0.0 if hip_rise <= 0 else bisect(lambda a: self._torso(a)[2] < want, 0.0, 25.0, 14)
        turns, root, _ = self._torso(lift)
        for k, knee_deg in (("L", left_deg), ("R", right_deg)):
            self._leg(turns, root, k, knee_deg, thigh_up_deg if knee_deg else 0.0)
        self._settle_head(turns, root)
        if hip_rise <= 0 and self._arms:  # the upper body does not move
            turns.update(self._arms)
        else:
            self._lay_arms(turns, root)
            if hip_rise <= 0:
                bones = [
                    f"{n}.{k}" for n in ("clavicle", "upperarm01", "lowerarm01", "lowerarm02", "wrist") for k in "LR"
                ]
                self._arms = {bone: turns[bone] for bone in bones if bone in turns}
        return self.body.forward(turns, root)

    def _leg(self, turns: Turns, root: Floats, k: str, knee_deg: float, thigh_up_deg: float) -> None:
        """Bend the knee, then lower the leg until it lies on the mat."""
        b = self.body
        thigh = slope_deg(PRONE @ b.rest_vector(f"upperleg01.{k}", f"lowerleg01.{k}"))
        shank = slope_deg(PRONE @ b.rest_vector(f"lowerleg01.{k}", f"foot.{k}"))
        upper, lower = pitch(-1 - thigh) @ PRONE, pitch(-1 + knee_deg - shank) @ PRONE
        base = {
            f"upperleg01.{k}": upper,
            f"lowerleg01.{k}": lower,
            f"foot.{k}": lower @ rot_x(48 - 18 * min(knee_deg / 90, 1)),
        }

        def place(x: float) -> None:
            turns.update({bone: pitch(x) @ m for bone, m in base.items()})

        def leg_low(x: float) -> bool:
            place(x)
            rotations, places = b.forward(turns, root)
            return bool(b.skin_linear(rotations, places, b.leg[k])[:, 2].min() <= self.mat_m - 0.008)

        place(bisect(leg_low, -30, 15, 16) + thigh_up_deg)

    def _settle_head(self, turns: Turns, root: Floats) -> None:
        neck = {bone: turns[bone] for bone in NECK}

        def head_high(x: float) -> bool:
            for bone, w in zip(NECK, (0.3, 0.55, 0.8, 1.0), strict=True):
                turns[bone] = pitch(x * w) @ neck[bone]
            rotations, places = self.body.forward(turns, root)
            return bool(self.body.skin_linear(rotations, places, self.body.head)[:, 2].min() > self.mat_m - 0.006)

        head_high(bisect(head_high, -35, 35, 15))

    def _lay_arms(self, turns: Turns, root: Floats) -> None:
        for k, y in (("L", -1), ("R", 1)):
            if self.folded:
                turns[f"clavicle.{k}"] = rot_z(y * 18) @ turns["spine01"]
                rest_arm_on_floor(
                    self.body,
                    turns,
                    root,
                    k,
                    lambda m, y=y: [-0.45, y * 0.9, m],
                    lambda n, y=y: [-0.62, -y * 0.78, n],
                    [0, 0, -1],
                    self.mat_m,
                )
            else:
                rest_arm_on_floor(
                    self.body,
                    turns,
                    root,
                    k,
                    lambda m, y=y: [1, y * 0.24, m],
                    lambda n, y=y: [1, y * 0.10, n],
                    [0, 0, 1],
                    self.mat_m,
                )

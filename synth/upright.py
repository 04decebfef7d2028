"""Standing and sitting figures: they face +x, the RIGHT side is nearer to the camera."""

from __future__ import annotations

import numpy as np

from synth.arms import Turns, place_arm
from synth.body import Body
from synth.geometry import Floats, pitch, rot_y, slope_deg
from synth.lift import FLAT_FOOT as FACING

SHOE_SOLE_M = 0.007


def hang_arms(body: Body, turns: Turns, upper: tuple[float, float], fore: tuple[float, float], inward: float) -> None:
    """Arms along (x, z) directions; inward: how far the hands turn in (share of y)."""
    for k, y in (("L", 1), ("R", -1)):
        place_arm(body, turns, k, [upper[0], y * 0.14, upper[1]], [fore[0], -y * inward, fore[1]], [0, -y, 0])


def heel_raise(body: Body, foot_pitch_deg: float) -> tuple[Floats, Floats]:
    """Standing: 0 = flat, 40 = high on the toes. The foot turns about the ball, the toes stay flat."""
    turns = {"root": FACING, "spine01": FACING}
    hang_arms(body, turns, (0.04, -1), (0.14, -1), 0.02)
    for k in "LR":
        turns[f"foot.{k}"] = rot_y(foot_pitch_deg) @ FACING
        for bone in body.bones:
            if bone.startswith("toe") and bone.endswith(f"-1.{k}"):
                turns[bone] = FACING
    flat = body.forward({**turns, "foot.L": FACING, "foot.R": FACING})[1]
    places = body.forward(turns)[1]
    ball, sole = body.index["toe2-1.R"], body.vertices[body.foot["R"]][:, 2].min()
    root = flat[ball] - places[ball] + [0, 0, SHOE_SOLE_M - sole + body.joint_rest("root")[2]]
    return body.forward(turns, root)


def slump(body: Body, share: float) -> tuple[Floats, Floats]:
    """Sitting on a chair: 0 = upright, 1 = pelvis rolled back, back rounded, head forward."""
    leans = {
        "root": -20.0,
        "spine05": -10.0,
        "spine04": 4.0,
        "spine03": 17.0,
        "spine02": 30.0,
        "spine01": 40.0,
        "neck01": 46.0,
        "neck02": 44.0,
        "neck03": 32.0,
        "head": 16.0,
    }
    turns = {bone: rot_y(deg * share) @ FACING for bone, deg in leans.items()}
    for k in "LR":
        for bone, end, way in (("upperleg01", "lowerleg01", (1, -0.02)), ("lowerleg01", "foot", (-0.06, -1))):
            at_rest = FACING @ body.rest_vector(f"{bone}.{k}", f"{end}.{k}")
            turns[f"{bone}.{k}"] = pitch(slope_deg(way) - slope_deg(at_rest)) @ FACING
        turns[f"foot.{k}"] = FACING
    hang_arms(body, turns, (0.30 - 0.25 * share, -1), (1, -0.50 + 0.32 * share), 0.12)
    places = body.forward(turns)[1]
    sole = body.joint_rest("foot.R")[2] - body.vertices[body.foot["R"]][:, 2].min()
    hip_x, ankle_z = places[body.index["upperleg01.R"]][0], places[body.index["foot.R"]][2]
    return body.forward(turns, np.array([-hip_x, 0, SHOE_SOLE_M + sole - ankle_z]))

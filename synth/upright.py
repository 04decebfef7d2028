"""Standing, stepping and sitting figures: they face +x, the RIGHT side is nearer to the camera."""

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


SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03", "head")


def standing(lean_deg: float = 0.0, sway_deg: float = 0.0) -> Turns:
    """Turns of trunk and head: the whole body tilted forward by the sway, the trunk by the lean more."""
    turns = {"root": rot_y(sway_deg) @ FACING}
    turns |= {bone: rot_y(sway_deg + lean_deg) @ FACING for bone in SPINE}
    return turns | {bone: rot_y(sway_deg + lean_deg / 2) @ FACING for bone in NECK}


def bend_leg(turns: Turns, k: str, thigh_deg: float, shank_deg: float, foot_deg: float) -> None:
    """How far the knee is before the hip, the ankle behind the knee, and the heel over the toes."""
    turns[f"upperleg01.{k}"] = rot_y(-thigh_deg) @ FACING
    turns[f"lowerleg01.{k}"] = rot_y(shank_deg) @ FACING
    turns[f"foot.{k}"] = rot_y(foot_deg) @ FACING


def planted(body: Body, turns: Turns) -> tuple[Floats, Floats]:
    """Bones of somebody whose balls of the feet stay where they are while standing flat."""
    flat = body.forward({"root": FACING})[1]
    places = body.forward(turns)[1]
    ball, sole = body.index["toe2-1.R"], body.vertices[body.foot["R"]][:, 2].min()
    root = flat[ball] - places[ball] + [0, 0, SHOE_SOLE_M - sole + body.joint_rest("root")[2]]
    return body.forward(turns, root)


RAISES = {
    "heel_raise": (0.0, 0.0, 0.0),
    "heel_raise_knees": (32.0, 0.0, 0.0),
    "heel_raise_lean": (0.0, 20.0, 0.0),
    "heel_raise_rock": (0.0, 0.0, 7.0),
}
"""Flexion of the knees, lean of the trunk and sway of the body at MOST_RAISE_DEG, by track."""
MOST_RAISE_DEG = 40.0


def heel_raise(body: Body, track: str, foot_pitch_deg: float) -> tuple[Floats, Floats]:
    """Standing: 0 = flat, 40 = high on the toes. The foot turns about the ball, the toes stay flat."""
    knee_deg, lean_deg, sway_deg = (most * foot_pitch_deg / MOST_RAISE_DEG for most in RAISES[track])
    turns = standing(lean_deg, sway_deg)
    hang_arms(body, turns, (0.04, -1), (0.14, -1), 0.02)
    for k in "LR":
        bend_leg(turns, k, knee_deg / 2 - sway_deg, knee_deg / 2 + sway_deg, foot_pitch_deg)
        for bone in body.bones:
            if bone.startswith("toe") and bone.endswith(f"-1.{k}"):
                turns[bone] = FACING
    return planted(body, turns)


STEPS = {
    "step_left": ("L", 0.0),
    "step_right": ("R", 0.0),
    "step_lean_left": ("L", 26.0),
    "step_lean_right": ("R", 26.0),
}
"""The leg that is lifted, and the lean of the trunk with it at LEANING_DEG, by track."""
LEANING_DEG = 60.0
SWING = 0.45


def step(body: Body, track: str, thigh_deg: float) -> tuple[Floats, Floats]:
    """Standing on one leg: 0 = on both, 90 = the other thigh horizontal, its shank hanging; arms swing."""
    lifted, most_deg = STEPS[track]
    share = thigh_deg / LEANING_DEG
    turns = standing(most_deg * min(share, 1.0))
    for k, y in (("L", 1), ("R", -1)):
        swing = SWING * min(share, 1.0) * (-0.7 if k == lifted else 1.0)
        place_arm(body, turns, k, [0.04 + swing, y * 0.14, -1], [0.14 + 1.8 * max(swing, 0), -y * 0.02, -1], [0, -y, 0])
        bend_leg(turns, k, *((thigh_deg, 0.12 * thigh_deg, 0.3 * thigh_deg) if k == lifted else (0.0, 0.0, 0.0)))
    sole = body.vertices[body.foot["R"]][:, 2].min()
    return body.forward(turns, np.array([0, 0, SHOE_SOLE_M - sole + body.joint_rest("root")[2]]))


SITTING: dict[str, dict[str, float]] = {
    "slump": {
        "root": -20.0, "spine05": -10.0, "spine04": 4.0, "spine03": 17.0, "spine02": 30.0, "spine01": 40.0,
        "neck01": 46.0, "neck02": 44.0, "neck03": 32.0, "head": 16.0,
    },
    "lean_forward": {
        **dict.fromkeys(("root", "spine05", "spine04", "spine03", "spine02", "spine01"), 32.0),
        "neck01": 30.0, "neck02": 26.0, "neck03": 20.0, "head": 10.0,
    },
    "lean_back": {
        **dict.fromkeys(("root", "spine05", "spine04", "spine03", "spine02", "spine01"), -28.0),
        "neck01": -24.0, "neck02": -20.0, "neck03": -14.0, "head": -6.0,
    },
    "head_forward": {"spine01": 5.0, "neck01": 32.0, "neck02": 36.0, "neck03": 30.0, "head": 4.0},
    "slide_down": {
        "root": -38.0, "spine05": -30.0, "spine04": -18.0, "spine03": -4.0, "spine02": 8.0, "spine01": 16.0,
        "neck01": 24.0, "neck02": 26.0, "neck03": 20.0, "head": 6.0,
    },
    "feet_up": {},
}  # fmt: skip
"""How far each bone leans forward in each posture, in degrees off upright."""
UPRIGHT = dict.fromkeys(SITTING["slump"], 0.0)
SHANK_BACK = 0.85
"""With the feet off the floor the shanks are drawn back under the seat: so far for each length downward."""


def sit(body: Body, posture: str, share: float) -> tuple[Floats, Floats]:
    """Sitting on a chair: 0 = upright, the soles on the floor, 1 = in the posture."""
    turns = {bone: rot_y(deg * share) @ FACING for bone, deg in (UPRIGHT | SITTING[posture]).items()}
    seat = dict(turns)  # with the soles on the floor, which tells where the hips are
    back = SHANK_BACK * share if posture == "feet_up" else 0.0
    for pose, shank_x in ((seat, -0.06), (turns, -0.06 - back)):
        for k in "LR":
            for bone, end, way in (("upperleg01", "lowerleg01", (1, -0.02)), ("lowerleg01", "foot", (shank_x, -1))):
                at_rest = FACING @ body.rest_vector(f"{bone}.{k}", f"{end}.{k}")
                pose[f"{bone}.{k}"] = pitch(slope_deg(way) - slope_deg(at_rest)) @ FACING
            pose[f"foot.{k}"] = rot_y(60.0 * back) @ FACING if pose is turns else FACING
    bent = share if posture in ("slump", "slide_down") else 0.0
    hang_arms(body, turns, (0.30 - 0.25 * bent, -1), (1, -0.50 + 0.32 * bent), 0.12)
    places = body.forward(seat)[1]
    sole = body.joint_rest("foot.R")[2] - body.vertices[body.foot["R"]][:, 2].min()
    hip_x, ankle_z = places[body.index["upperleg01.R"]][0], places[body.index["foot.R"]][2]
    return body.forward(turns, np.array([-hip_x, 0, SHOE_SOLE_M + sole - ankle_z]))

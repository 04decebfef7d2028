"""Every motion script by its name, and the motion it makes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synth import curl_scripts, lift_scripts, new_scripts, upright_scripts
from synth.motion import Motion
from synth.timing import TIMINGS

EXERCISES = {
    "hip_lift": "hip_lift",
    "calibration": "hip_lift",
    "leg_curl": "leg_curl",
    "heel_raise": "heel_raise",
    "stair_step": "stair_step",
    "sitting": "sitting",
}
SCRIPTS: dict[str, Callable[[Motion], None]] = {
    name: script
    for module in (lift_scripts, curl_scripts, new_scripts, upright_scripts)
    for name, script in vars(module).items()
    if name.startswith(tuple(EXERCISES))
}


def exercise_of(script: str) -> str:
    return next(exercise for start, exercise in EXERCISES.items() if script.startswith(start))


def perform(script: str, rest_hip_deg: float, rng: np.random.Generator, timing: str = "minimum_jerk") -> Motion:
    """The motion of a script; `rest_hip_deg` is the rest pose of a hip lift."""
    exercise = exercise_of(script)
    motion = Motion(exercise, rest_hip_deg if exercise == "hip_lift" else 0.0, rng, TIMINGS[timing])
    SCRIPTS[script](motion)
    return motion

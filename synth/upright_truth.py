"""Truth of heel raises and of steps on the spot: what every repetition measures, and its dose of each fault."""

from __future__ import annotations

from typing import Any

import numpy as np

from synth.geometry import Floats
from synth.motion import FULL_MOVE, GRID_HZ

Row = dict[str, Any]
Pose = dict[str, Floats]
FROM_DOSE = {
    "heel_raise": {
        "low_height": (-0.70, "share_of_best"),
        "momentum": (-0.6, "s"),
        "fast_lowering": (-0.6, "s"),
        "knee_bend": (15.0, "deg"),
        "trunk_lean": (8.0, "deg"),
        "rocking": (0.06, "statures"),
    },
    "stair_step": {
        "low_height": (-35.0, "deg"),
        "momentum": (120.0, "steps_min"),
        "trunk_lean": (15.0, "deg"),
        "uneven": (-0.85, "share_of_other_leg"),
    },
}
"""Dose from which a repetition has a fault; negative where less is worse."""


LEAN_S = 0.3
"""How long the trunk leans, at least."""


def kept_for(x: Floats, for_s: float) -> float:
    """Highest value that a signal on the truth's grid keeps for so long."""
    width = min(len(x), round(for_s * GRID_HZ))
    return float(np.lib.stride_tricks.sliding_window_view(x, width).min(axis=1).max())


def heel_raise(pose: Pose, way: Row, past: list[Row]) -> Row:
    """Doses against the best heel raise so far, the way up and down, and against standing."""
    peak = float(pose["value"].max())
    best = max([peak, *(row["peak_pitch_deg"] for row in past)])
    knees = (pose["knee_flexion_left_deg"] + pose["knee_flexion_right_deg"]) / 2
    hips = pose["hip_ahead_stature"]
    top = pose["heel_rise_m"].max()
    found = {
        "low_height": -peak / best,
        "momentum": -way["up_10_90_s"] / FULL_MOVE,
        "fast_lowering": -way["down_90_10_s"] / FULL_MOVE,
        "knee_bend": float((knees - knees[0]).max()),
        "trunk_lean": kept_for(pose["trunk_lean_deg"] - pose["trunk_lean_deg"][0], LEAN_S),
        "rocking": float(hips.max() - hips.min()),
    }
    row = {
        "peak_heel_rise_m": round(float(top), 4),
        "peak_pitch_deg": round(peak, 2),
        "hold_s": round(float((pose["heel_rise_m"] >= 0.85 * top).sum() / GRID_HZ), 3),
    }
    return row | judged("heel_raise", found)


BALANCE_STEPS = 5
"""Steps of each leg that are compared."""


def stair_step(end_s: float, pose: Pose, leg: str, past: list[Row], other: list[Row]) -> Row:
    """Doses of one step: the lift of the thigh, also against the other leg's, steps a minute, and the trunk's lean.

    `past` are this leg's steps before, `other` the other one's.
    """
    thigh = 90.0 + pose[f"thigh_pitch_{leg}_deg"]
    peak = float((thigh - thigh[0]).max())
    lean = pose["trunk_lean_deg"]
    found = {"low_height": -peak, "trunk_lean": kept_for(lean - lean[0], LEAN_S)}
    if past:
        found["momentum"] = 120.0 / (end_s - past[-1]["end_s"])
    own, beside = ([row["peak_deg"] for row in rows] for rows in (past, other))
    own = [*own, peak][-BALANCE_STEPS:]
    if len(own) == BALANCE_STEPS <= len(beside):
        found["uneven"] = -float(np.median(own) / np.median(beside[-BALANCE_STEPS:]))
    return {"peak_deg": round(peak, 2)} | judged("stair_step", found)


def judged(exercise: str, found: dict[str, float]) -> Row:
    """`doses` of everything, and `faults` with those that reach their limit."""
    faults = [
        {"code": code, "dose": round(abs(found[code]), 3), "unit": unit}
        for code, (limit, unit) in FROM_DOSE[exercise].items()
        if found.get(code, -1e9) >= limit
    ]
    return {"doses": {code: round(dose, 3) for code, dose in found.items()}, "faults": faults}

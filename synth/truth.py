"""Truth of a motion: what every repetition measures, by the pose table of a bank."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth import upright, upright_truth
from synth.geometry import Floats
from synth.motion import GRID_HZ, LINE_DEG, Motion, held_seconds

Table = dict[str, list[dict[str, Any]]]
Pose = dict[str, Floats]
CURL_TOP_BAND_DEG = 6.0  # below the peak, what counts as the top of a curl
LOW_HEIGHT_DEG, SHORT_HOLD_S, OVER_LIFT_DEG, HIP_RISE = 10.0, 2.7, 8.0, 0.06
MOMENTUM_UP_S, FAST_DOWN_S, INCOMPLETE_CURL_DEG = 1.0, 0.7, 85.0
FEET_FAR_DEG, FEET_NEAR_DEG, HEELS_UP_DEG, HEAD_UP_TRUNK, THIGH_RISE_DEG = 75.0, 130.0, 12.0, 0.06, 6.0
OPPOSITE = {"left": "right", "right": "left", "both": "both"}
TIMES = ("start_s", "top_start_s", "top_end_s", "end_s")
SIDED = ("hip_{}_deg_signed", "knee_flexion_{}_deg", "thigh_pitch_{}_deg", "foot_pitch_{}_deg")
SITTING_STATES = {
    "slump": "slumped",
    "slide_down": "slumped",
    "lean_forward": "leaning",
    "lean_back": "leaning",
    "head_forward": "forward_head",
    "feet_up": "feet_up",
}
"""What each posture on a chair is called, by its track."""
STANDING_KEYS = (
    *(f"{name}_{side}_deg" for name in ("thigh_pitch", "knee_flexion") for side in ("left", "right")),
    "trunk_lean_deg",
    "hip_ahead_stature",
    "value",
)
POSE_KEYS = {  # per-frame truth, by track
    "lying": (
        "hip_deg_signed",
        *(name.format(side) for name in SIDED for side in ("left", "right")),
        "hip_rise_thigh",
        "head_height_m",
    ),
    **dict.fromkeys(upright.RAISES, (*STANDING_KEYS, "heel_rise_m")),
    **dict.fromkeys(upright.STEPS, STANDING_KEYS),
    **dict.fromkeys(SITTING_STATES, ("trunk_lean_deg", "neck_lean_deg", "value")),
}


def keys_of(track: str) -> tuple[str, ...]:
    return POSE_KEYS.get(track, POSE_KEYS["lying"])


def look_up(table: Table, tracks: list[str], values: Floats) -> Pose:
    """Pose truth at (track, value): linear between the neighbouring poses of the table."""
    names: NDArray[np.str_] = np.array(tracks)
    out = {k: np.zeros(len(values)) for k in keys_of(tracks[0])}
    for name in set(tracks):
        rows, here = table[name], names == name
        x = [r["value"] for r in rows]
        for k in out:
            out[k][here] = np.interp(values[here], x, [r[k] or 0.0 for r in rows])
    return out


def episodes(motion: Motion) -> list[dict[str, Any]]:
    """The stretches of sitting in one posture; nothing is said of the moves in between."""
    still = [s for s in motion.segments if s.begin == s.to]
    return [
        {
            "start_s": round(s.start_s, 2),
            "end_s": round(s.end_s, 2),
            "state": SITTING_STATES[s.track] if s.to else "upright",
        }
        for s in still
    ]


def rep_truth(
    motion: Motion, table: Table, near_leg: str, mirrored: bool, trunk_m: float, offset_s: float = 0.0
) -> list[dict[str, Any]]:
    """The repetitions with measured truth; times (s) shifted by an offset."""
    out: list[dict[str, Any]] = []
    for n, rep in enumerate(motion.reps):
        t = np.arange(rep["start_s"], rep["end_s"], 1 / GRID_HZ)
        pose = look_up(table, *motion.at(t))
        leg = leg_of(rep["track"])
        times = {k: round(float(rep[k] + offset_s), 3) for k in TIMES}
        row = {"index": n + 1, "side": OPPOSITE[leg] if mirrored else leg, "near": leg in ("both", near_leg), **times}
        past, beside = ([r for r in out if (r["side"] == row["side"]) is same] for same in (True, False))
        match motion.exercise:
            case "hip_lift":
                row |= _lift(rep, t, pose, leg, trunk_m)
            case "leg_curl":
                row |= _curl(rep, t, pose, leg, trunk_m)
            case "heel_raise":
                row |= upright_truth.heel_raise(pose, _way(rep, t, pose["value"], 0.0, 0.0), past)
            case "stair_step":
                row |= upright_truth.stair_step(times["end_s"], pose, leg, past, beside)
            case other:
                raise ValueError(f"nothing is counted in {other}")
        out.append(row)
    return out


def leg_of(track: str) -> str:
    """The leg that moves on a track, in the unmirrored picture."""
    if not track.startswith(("curl", "rise", "thigh", "step")):
        return "both"
    return "right" if track.endswith("right") else "left"


def _fault(code: str, dose: float, unit: str) -> dict[str, Any]:
    return {"code": code, "dose": round(float(dose), 3), "unit": unit}


def _lift(rep: dict[str, Any], t: Floats, pose: Pose, leg: str, trunk_m: float) -> dict[str, Any]:
    v = pose["hip_deg_signed"]
    hold_s, peak, top = held_seconds(t, v), float(v.max()), int(np.argmax(v))
    heels = float(
        np.mean([pose[f"foot_pitch_{s}_deg"].max() - pose[f"foot_pitch_{s}_deg"][0] for s in OPPOSITE if s != "both"])
    )
    head = float(pose["head_height_m"].max() - pose["head_height_m"][0]) / trunk_m
    knee = float(np.mean([pose[f"knee_flexion_{s}_deg"][top] for s in ("left", "right")]))
    low, over = LINE_DEG - peak > LOW_HEIGHT_DEG, peak - LINE_DEG > OVER_LIFT_DEG
    found = [
        (low, "low_height", LINE_DEG - peak, "deg_short_of_straight"),
        (over, "lumbar_arch", peak - LINE_DEG, "deg_beyond_straight"),
        (hold_s < SHORT_HOLD_S and not low and not over, "short_hold", hold_s, "s"),
        (knee < FEET_FAR_DEG, "feet_far", knee, "deg_knee_flexion_at_top"),
        (knee > FEET_NEAR_DEG, "feet_near", knee, "deg_knee_flexion_at_top"),
        (heels > HEELS_UP_DEG, "heels_up", heels, "deg_foot_pitch"),
        (head > HEAD_UP_TRUNK, "head_up", head, "trunk_lengths"),
    ]
    faults = [_fault(*rest) for yes, *rest in found if yes]
    row = _way(rep, t, v, hold_s, float(pose["hip_rise_thigh"].max()) if leg != "both" else 0.0)
    row |= {"top_knee_deg": round(knee, 2), "heel_pitch_deg": round(heels, 2), "head_rise_trunk": round(head, 4)}
    return row | {"faults": faults + _speed_faults(rep)}


def _curl(rep: dict[str, Any], t: Floats, pose: Pose, leg: str, trunk_m: float) -> dict[str, Any]:
    v = pose[f"knee_flexion_{leg}_deg"]
    peak, rise = float(v.max()), float(pose["hip_rise_thigh"].max())
    thigh = pose[f"thigh_pitch_{leg}_deg"]
    bent = v > 30  # before, the thigh sinks as the toes leave the floor
    up_deg = float(thigh[bent].max() - thigh[bent][0]) if bent.any() else 0.0
    found = [
        (rise > HIP_RISE, "lumbar_arch", 100 * rise, "percent_of_thigh_length"),
        (up_deg > THIGH_RISE_DEG and rise <= HIP_RISE, "thigh_rise", up_deg, "deg_thigh_pitch"),
        (peak < INCOMPLETE_CURL_DEG, "incomplete_curl", peak, "deg_peak_flexion"),
    ]
    faults = [_fault(*rest) for yes, *rest in found if yes]
    row = _way(rep, t, v, float((v >= peak - CURL_TOP_BAND_DEG).sum() / GRID_HZ), rise)
    return row | {"thigh_rise_deg": round(up_deg, 2), "faults": faults + _speed_faults(rep)}


def _speed_faults(rep: dict[str, Any]) -> list[dict[str, Any]]:
    up_s, down_s = rep["top_start_s"] - rep["start_s"], rep["end_s"] - rep["top_end_s"]
    found = [(up_s < MOMENTUM_UP_S, "momentum", up_s, "s"), (down_s < FAST_DOWN_S, "fast_lowering", down_s, "s")]
    if rep.get("bounce"):
        found.append((True, "bounce", rep["pause_before_s"], "s_pause_before"))
    if rep.get("no_touch") is not None:
        found.append((True, "no_touch", 100 * rep["no_touch"], "percent_of_range_left"))
    return [_fault(*rest) for yes, *rest in found if yes]


def _way(rep: dict[str, Any], t: Floats, v: Floats, hold_s: float, rise: float) -> dict[str, Any]:
    """Peak, hold and the durations of the way up and down."""
    i, peak = int(np.argmax(v)), float(v.max())

    def first_s(reached: NDArray[np.bool_]) -> float:
        return float(t[len(t) - len(reached) + int(np.argmax(reached))])

    up, down = peak - v[0], peak - v[-1]
    up_s = first_s(v >= v[0] + 0.9 * up) - first_s(v >= v[0] + 0.1 * up)
    down_s = first_s(v[i:] <= v[-1] + 0.1 * down) - first_s(v[i:] <= v[-1] + 0.9 * down)
    return {
        "peak_deg": round(peak, 2),
        "hold_s": round(hold_s, 3),
        "plateau_s": round(float(rep["top_end_s"] - rep["top_start_s"]), 3),
        "up_s": round(float(rep["top_start_s"] - rep["start_s"]), 3),
        "down_s": round(float(rep["end_s"] - rep["top_end_s"]), 3),
        "up_10_90_s": round(up_s, 3),
        "down_90_10_s": round(down_s, 3),
        "hip_rise_thigh_peak": round(rise, 4),
    }

"""Draw the evaluation clips: body, clothes, camera, light, what is done and how, each from a seed.

    python -m synth.draw_evaluation            is evaluation.json what the seeds give?
    python -m synth.draw_evaluation --write    write it again: never after anything was tuned

Bodies are those of the set `evaluation` (population.py): none of them is in bench/bodies.npz or in the sample clips. No
clip moves with minimum jerk, which is how the clips move that formcheck was tuned on.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from synth.population import GROUPS

MANIFEST = Path(__file__).parent / "evaluation.json"
FIRST_SEED, STYLE_SEED = 7000, 9000
Rng = np.random.Generator

SCRIPTS: tuple[tuple[str, int, dict[str, tuple[float, float]]], ...] = (
    # script, how many clips, range of what the stance does wrong
    ("hip_lift_home", 14, {}),
    ("hip_lift_good", 6, {}),
    ("hip_lift_rushed", 6, {}),
    ("hip_lift_arch", 6, {}),
    ("hip_lift_short_hold", 4, {}),
    ("hip_lift_low", 3, {}),
    ("hip_lift_no_touch", 3, {}),
    ("hip_lift_no_pause", 3, {}),
    ("hip_lift_sagging", 3, {}),
    ("hip_lift_fidget", 3, {}),
    ("hip_lift_momentum", 3, {}),
    ("hip_lift_drop", 2, {}),
    ("hip_lift_lost_midway", 2, {}),
    ("calibration_flat", 4, {}),
    ("calibration_bent", 2, {}),
    ("calibration_then_set", 6, {}),
    ("hip_lift_flat_mixed", 4, {}),
    ("hip_lift_short_set", 3, {"top_knee_deg": (55, 68)}),
    ("hip_lift_short_set", 3, {"top_knee_deg": (131, 136)}),
    ("hip_lift_short_set", 3, {"heel_up_deg": (18, 32)}),
    ("hip_lift_short_set", 3, {"head_up_deg": (50, 68)}),
    ("leg_curl_home", 10, {}),
    ("leg_curl_near_good", 4, {}),
    ("leg_curl_far_good", 4, {}),
    ("leg_curl_alternate", 4, {}),
    ("leg_curl_partial", 4, {}),
    ("leg_curl_swing", 4, {}),
    ("leg_curl_hips_rise", 4, {}),
    ("leg_curl_thigh_rise", 4, {}),
    ("leg_curl_idle", 2, {}),
)
TIMINGS = {"early": 0.22, "late": 0.22, "steady": 0.20, "tremor": 0.14, "pause": 0.11, "stepped": 0.11}
LIGHTS = {"room": 0.40, "bright": 0.15, "dim": 0.12, "evening": 0.12, "window": 0.12, "backlit": 0.09}
SIZES = {(640, 360): 0.40, (854, 480): 0.25, (640, 480): 0.10, (1280, 720): 0.20, (1920, 1080): 0.05}
FRAME_RATES = {30: 0.60, 25: 0.15, 24: 0.10, 60: 0.08, 15: 0.07}
EFFECTS = {"": 0.80, "noisy": 0.10, "vfr": 0.06, "dim_noisy": 0.04}
TUNING_BODIES = 8
"""The clips of the first bodies may be used for tuning; those of all others are for evaluation alone."""
YAWS_DEG = {**dict.fromkeys(range(-15, 16, 5), 0.74 / 7), **{s * y: 0.26 / 6 for y in (20, 25, 30) for s in (-1, 1)}}
CRF = {"noisy": 27, "dim_noisy": 31}


def pick(rng: Rng, shares: dict[Any, float]) -> Any:
    options = list(shares)
    return options[int(rng.choice(len(options), p=np.array(list(shares.values())) / sum(shares.values())))]


def between(rng: Rng, low: float, high: float, digits: int = 2) -> float:
    return round(float(rng.uniform(low, high)), digits)


def draw_stance(rng: Rng, wrong: dict[str, tuple[float, float]]) -> dict[str, Any]:
    """Hands on the belly, knees together and one foot nearer, beside what is wrong."""
    belly, knees, shift = rng.random() < 0.3, rng.random() < 0.15, rng.random() < 0.15
    out: dict[str, Any] = {}
    if belly:
        out["belly"] = {"reach": between(rng, 0.4, 0.72), "elbow_deg": between(rng, 15, 70, 0)}
    if knees and not wrong:
        out["knees_in"] = between(rng, 0.5, 1.0)
    if shift and not wrong:
        out["foot_shift_m"] = between(rng, 0.04, 0.10) * (1 if rng.random() < 0.5 else -1)
    return out | {name: between(rng, low, high, 0) for name, (low, high) in wrong.items()}


def draw_camera(rng: Rng) -> dict[str, float]:
    return {
        "yaw_deg": float(pick(rng, YAWS_DEG)),
        "distance_m": between(rng, 2.2, 3.6),
        "camera_height_m": between(rng, 0.25, 1.3),
        "look_at_height_m": between(rng, 0.26, 0.42),
        "horizontal_fov_deg": between(rng, 44, 54, 0),
    }


def draw_clip(i: int, name: str, script: str, wrong: dict[str, tuple[float, float]], body: str) -> dict[str, Any]:
    rng = np.random.default_rng(FIRST_SEED + i)
    lift, calibration = not script.startswith("leg_curl"), script in ("calibration_flat", "calibration_bent")
    view, light, effect, fps = draw_camera(rng), pick(rng, LIGHTS), pick(rng, EFFECTS), pick(rng, FRAME_RATES)
    size, timing, mirrored = pick(rng, SIZES), pick(rng, TIMINGS), bool(rng.random() < 0.5)
    stance, folded = draw_stance(rng, wrong if lift else {}), bool(rng.random() < 0.4)
    blanket, crossed = bool(rng.random() < 0.12), bool(rng.random() < 0.12)
    walk = {"start_s": between(rng, 3, 7), "seconds": between(rng, 3, 5), "grey": int(rng.integers(30, 170))}
    group = GROUPS["evaluation"]
    return {
        "name": name,
        "seed": FIRST_SEED + i,
        "body": body,
        "use": "tuning" if group.names().index(body) < TUNING_BODIES else "evaluation",
        "body_seed": group.first_seed + group.names().index(body),
        "in_spec": abs(view["yaw_deg"]) <= 15 and fps >= 24,
        "script": script,
        "timing": timing,
        "mirrored": mirrored,
        "fps": fps,
        "effect": effect,
        "crf": CRF.get(effect, 22),
        "crossing": walk if crossed and not calibration else None,
        "style": STYLE_SEED + i,
        "view": view,
        "light": light,
        "size": list(size),
        "stance": stance if lift else {},
        "folded": folded and not lift,
        "blanket": blanket,
    }


def draw_all() -> list[dict[str, Any]]:
    """Every body is used about as often as every other."""
    wanted = [(script, wrong) for script, count, wrong in SCRIPTS for _ in range(count)]
    rng, names = np.random.default_rng(FIRST_SEED - 1), GROUPS["evaluation"].names()
    rounds = -(-len(wanted) // len(names))
    bodies = [name for _ in range(rounds) for name in rng.permutation(names)]
    clips = []
    for i, ((script, wrong), body) in enumerate(zip(wanted, bodies, strict=False)):
        fault = "".join(f"_{key.split('_')[0]}" for key in wrong if key != "top_knee_deg")
        if "top_knee_deg" in wrong:
            fault = "_feet_far" if wrong["top_knee_deg"][0] < 90 else "_feet_near"
        clips.append(draw_clip(i, f"{i:03d}_{script}{fault}", script, wrong, str(body)))
    return clips


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    clips = draw_all()
    if args.write:
        MANIFEST.write_text("[\n" + ",\n".join(json.dumps(c) for c in clips) + "\n]\n")
    elif json.loads(MANIFEST.read_text()) != clips:
        sys.exit(f"{MANIFEST.name} is not what the seeds give")
    usual = sum(c["in_spec"] for c in clips)
    tuning = sum(c["use"] == "tuning" for c in clips)
    print(
        f"{len(clips)} clips of {len({c['body'] for c in clips})} bodies, {usual} of them in spec, {tuning} for tuning"
    )


if __name__ == "__main__":
    main()

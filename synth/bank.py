"""The table of poses of a bank, each with its exact truth (numpy only); `render_bank` makes the pictures.

    python -m synth.bank --body B/female_a.npz --style a --camera side --out BANKS/D1 [--tracks lift,slide]

Writes bank.json (view, crops and the truth of every pose) and poses.npz (the bones of every pose).

A TRACK is a one-parameter family of poses, sorted by `value`:
  lift         signed hip angle, rest .. 198 degrees (180 = straight)
  slide        on the back, 0 = flat with straight legs .. 1 = the first pose of `lift`
  curl_left    knee flexion of the left leg, 0 .. 115 degrees
  curl_right   knee flexion of the right leg
  rise_mild, rise_strong    curl_left with the hips coming off the floor from 30 degrees on, up to 8 % / 12.5 % of
               the thigh length at 110 degrees
  thigh_mild, thigh_strong  curl_left with the thigh coming off the floor, up to 9 / 15 degrees at 110 degrees
  heel_raise   standing, pitch of the feet, 0 .. 40 degrees; heel_raise_knees, _lean, _rock: with knees bending, the
               trunk leaning, the whole body swaying forward
  step_left, step_right     standing on the other leg, the thigh lifted 0 .. 80 degrees; step_lean_left, _right: the
               trunk leaning forward with it
  slump        sitting, 0 = upright .. 1 = slumped; lean_forward, lean_back, head_forward, slide_down, feet_up alike
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from synth import upright
from synth.arms import BellyArms
from synth.body import BODY_VERTEX_COUNT, Body
from synth.camera import View, project, widened
from synth.curl import LegCurl
from synth.geometry import Floats, knee_flexion, lean_from_vertical, signed_angle_xz, signed_hip_angle, slope_deg
from synth.lift import MOST_DEG, HipLift, Stance, TooFarError
from synth.styles import CAMERAS

FAMILY = {
    "lift": "lift",
    "slide": "lift",
    "curl_left": "curl",
    "curl_right": "curl",
    "rise_mild": "curl",
    "rise_strong": "curl",
    "thigh_mild": "curl",
    "thigh_strong": "curl",
    **dict.fromkeys(upright.RAISES, "heel_raise"),
    **dict.fromkeys(upright.STEPS, "step"),
    **dict.fromkeys(upright.SITTING, "slump"),
}
DEFAULT_TRACKS = ("lift", "slide", "curl_left", "rise_mild", "rise_strong", "curl_right")
MOST_RISE = {"rise_mild": 0.08, "rise_strong": 0.125}
MOST_THIGH_DEG = {"thigh_mild": 9.0, "thigh_strong": 15.0}
NEAR_SIDE = {"lift": "right", "curl": "left", "heel_raise": "right", "step": "right", "slump": "right"}


@dataclass(frozen=True)
class Setup:
    """Everything that the pictures of a bank depend on, beside the body."""

    style: str | int
    view: View
    tracks: tuple[str, ...] = DEFAULT_TRACKS
    light: str = "room"
    size: tuple[int, int] = (640, 360)
    stance: Stance = field(default_factory=Stance)
    folded: bool = False
    """Hands under the forehead while lying on the front."""
    blanket: bool = False
    reach: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Range of values of a track that is needed; else all of it."""
    every: int = 1
    """Only every n-th pose of a track and its last one; 2: cross-fades over 2 deg of hip angle, 4-5 of knee flexion."""
    fit: bool = False
    """Widen the view until the whole body is in the picture."""

    @property
    def lying(self) -> bool:
        return FAMILY[self.tracks[0]] in ("lift", "curl")


def late_share(knee_deg: float) -> float:
    """How far hips or thigh have risen at a knee flexion: smooth start at 30 degrees, 1 at 110."""
    u = float(np.clip((knee_deg - 30) / 80, 0, 1.1))
    return u * u * (1.5 - 0.5 * u) if u < 1 else 1.0


def track_values(track: str, rest_deg: float) -> Floats:
    if track == "lift":
        steps = np.linspace(rest_deg, 182, int(np.ceil(182 - rest_deg)) + 1)
        return np.r_[steps, np.arange(183, MOST_DEG + 0.5, 1.0)]
    if track == "slide":
        return np.linspace(0, 1, 26) ** 0.9  # the heel moves fastest at the end
    if track in MOST_RISE or track in MOST_THIGH_DEG:
        return np.r_[np.arange(0, 30, 3.0), np.arange(30, 112.1, 2.5)]
    if track in upright.RAISES:
        return np.arange(0, upright.MOST_RAISE_DEG + 0.1, 2.5)
    if track in upright.STEPS:
        return np.arange(0, 80.1, 4.0)
    if track in upright.SITTING:
        return np.linspace(0, 1, 16 if track == "slump" else 9)
    return np.arange(0, 115.1, 2.0)


def needed(values: Floats, reach: tuple[float, float] | None) -> Floats:
    """The values within reach, and the next one on either side."""
    if reach is None:
        return values
    first, end = np.searchsorted(values, reach[0], "right") - 1, np.searchsorted(values, reach[1]) + 1
    return values[max(int(first), 0) : max(int(end), int(first) + 2)]


def thinned(values: Floats, every: int) -> Floats:
    """The first value, and every n-th counted back from the last one."""
    return np.union1d(values[:1], values[::-1][::every])


class Solver:
    """Bones and truth of one body in one setup."""

    def __init__(self, body: Body, setup: Setup) -> None:
        self.body, self.setup = body, setup
        self.lift, self.curl = HipLift(body, setup.stance), LegCurl(body, folded=setup.folded)
        self.look_at_x = 0.27 * body.height_m if setup.lying else 0.0

    def pose(self, track: str, value: float) -> tuple[Floats, Floats]:
        if track == "lift":
            return self.lift.pose(value)
        if track == "slide":
            return self.lift.slide_pose(value)
        if track == "curl_right":
            return self.curl.pose(right_deg=value)
        if track in upright.RAISES:
            return upright.heel_raise(self.body, track, value)
        if track in upright.STEPS:
            return upright.step(self.body, track, value)
        if track in upright.SITTING:
            return upright.sit(self.body, track, value)
        rise, thigh_deg = MOST_RISE.get(track, 0.0), MOST_THIGH_DEG.get(track, 0.0)
        late = late_share(value)
        return self.curl.pose(left_deg=value, hip_rise=rise * late, thigh_up_deg=thigh_deg * late)

    def truth(self, track: str, rotations: Floats, places: Floats, view: View) -> dict[str, Any]:
        """Angles, heights and joints of a pose; joints_px without mirroring."""
        j = self.body.joints(places)
        names, prone = sorted(j), FAMILY[track] == "curl"
        hip_z = float(j["hip_left"][2] + j["hip_right"][2]) / 2
        pixels = project(view, self.look_at_x, self.setup.size, [j[n] for n in names])
        row = {
            "hip_deg_signed": round(signed_hip_angle(j, not prone), 3),
            "hip_rise_thigh": round((hip_z - self.curl.rest_hip_m) / self.body.thigh_m, 4) if prone else None,
            "hip_height_m": round(hip_z, 4),
            "head_height_m": round(float(self.body.skin_linear(rotations, places, self.body.skull)[:, 2].mean()), 4),
        }
        for side in ("left", "right"):
            hip, knee, ankle, toe = (j[f"{n}_{side}"] for n in ("hip", "knee", "ankle", "toe"))
            row[f"hip_{side}_deg_signed"] = round(signed_angle_xz(j[f"shoulder_{side}"], hip, knee, not prone), 3)
            row[f"knee_flexion_{side}_deg"] = round(knee_flexion(j, side), 3)
            row[f"thigh_pitch_{side}_deg"] = round(slope_deg(knee - hip), 3)
            row[f"foot_pitch_{side}_deg"] = round(-slope_deg(toe - ankle), 3)
        if not self.setup.lying:
            row |= self._upright_truth(j)
        row["joints_px"] = {n: [round(float(x), 2) for x in q] for n, q in zip(names, pixels, strict=True)}
        row["joints_m"] = {n: [round(float(x), 4) for x in j[n]] for n in names}
        return row

    def _upright_truth(self, j: dict[str, Floats]) -> dict[str, float]:
        low = self.body.vertices[:BODY_VERTEX_COUNT, 2].min()
        ankle_rest = self.body.joint_rest("foot.R")[2] - low + upright.SHOE_SOLE_M
        hip, shoulder, toe = ((j[n + "_left"] + j[n + "_right"]) / 2 for n in ("hip", "shoulder", "toe"))
        return {
            "heel_rise_m": round(float(j["ankle_right"][2] - ankle_rest), 4),
            "trunk_lean_deg": round(lean_from_vertical(hip, shoulder), 2),
            "neck_lean_deg": round(lean_from_vertical(shoulder, j["head"]), 2),
            "hip_ahead_stature": round(float(hip[0] - toe[0]) / self.body.height_m, 4),
        }


def solve_all(solver: Solver) -> dict[str, list[tuple[float, Floats, Floats]]]:
    """(value, rotations, places) of every pose by track; stops where the feet are too far away."""
    out: dict[str, list[tuple[float, Floats, Floats]]] = {}
    for track in solver.setup.tracks:
        out[track] = []
        values = track_values(track, solver.lift.rest_deg).round(4)
        for value in thinned(needed(values, solver.setup.reach.get(track)), solver.setup.every):
            try:
                out[track].append((float(value), *solver.pose(track, float(value))))
            except TooFarError:
                break
    return out


def crop_of(points: Floats, size: tuple[int, int]) -> list[int]:
    """Corners in pixels round the points, with a margin."""
    scale = size[0] / 640
    low = points.min(0) - np.array([32, 24]) * scale
    high = points.max(0) + np.array([32, 30]) * scale
    return [int(v) for v in (*np.maximum(low, 0), *np.minimum(high, size))]


def make_bank(body_file: Path, setup: Setup, out: Path) -> dict[str, Any]:
    """Solve every pose; write bank.json and poses.npz."""
    body = Body(body_file)
    solver = Solver(body, setup)
    solved = solve_all(solver)
    outlines = {}
    for track, poses in solved.items():
        n = len(poses)
        shown = [poses[i] for i in (0, n // 3, 2 * n // 3, n - 1)]
        outlines[track] = np.vstack([body.skin(*p[1:])[:BODY_VERTEX_COUNT:9] for p in shown])
    view = setup.view
    if setup.fit:
        view = widened(view, solver.look_at_x, setup.size, np.vstack(list(outlines.values())))
    rows: dict[str, list[dict[str, Any]]] = {
        track: [
            {
                "track": track,
                "value": value,
                "file": f"{track}_{i:03d}.png",
                **solver.truth(track, rotations, places, view),
            }
            for i, (value, rotations, places) in enumerate(poses)
        ]
        for track, poses in solved.items()
    }
    families = {FAMILY[track]: track for track in reversed(setup.tracks)}
    info = {
        "schema_version": 2,
        "body": body_file.stem,
        **{k: v for k, v in asdict(setup).items() if k not in ("view", "tracks", "reach")},
        "view": asdict(view),
        "look_at_x": solver.look_at_x,
        "head_at": "left",
        "near_side": NEAR_SIDE,
        "rest_hip_deg": solver.lift.rest_deg,
        "body_height_m": body.height_m,
        "thigh_length_m": body.thigh_m,
        "trunk_length_m": float(np.linalg.norm(body.rest_vector("upperleg01.R", "upperarm01.R"))),
        "blanket_x": solver.lift.foot_x - 0.12 if setup.blanket else None,
        "base": {family: [track, -1 if track == "slide" else 0] for family, track in families.items()},
        "crops": {t: crop_of(project(view, solver.look_at_x, setup.size, q), setup.size) for t, q in outlines.items()},
        "tracks": rows,
    }
    out.mkdir(parents=True, exist_ok=True)
    bones = {t: (np.stack([p[1] for p in ps]), np.stack([p[2] for p in ps])) for t, ps in solved.items()}
    np.savez_compressed(
        out / "poses.npz",
        **{f"{t}_rotations": r.astype(np.float32) for t, (r, _) in bones.items()},
        **{f"{t}_places": p.astype(np.float32) for t, (_, p) in bones.items()},
    )
    (out / "bank.json").write_text(json.dumps(info))
    return info


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--body", type=Path, required=True)
    parser.add_argument("--style", required=True, help="a, b, or a seed")
    parser.add_argument("--camera", choices=sorted(CAMERAS), required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tracks", default=",".join(DEFAULT_TRACKS))
    parser.add_argument("--folded", action="store_true", help="lying on the front: hands under the forehead")
    parser.add_argument("--belly", action="store_true", help="lying on the back: hands on the belly")
    args = parser.parse_args()
    style = int(args.style) if args.style.isdigit() else args.style
    stance = Stance(belly=BellyArms() if args.belly else None)
    setup = Setup(style, CAMERAS[args.camera], tuple(args.tracks.split(",")), stance=stance, folded=args.folded)
    info = make_bank(args.body, setup, args.out)
    print(args.out, {track: len(rows) for track, rows in info["tracks"].items()})


if __name__ == "__main__":
    main()

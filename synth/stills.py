"""Render stills of bodies: lying flat, at rest and lifted on the back, with the feet flat or the heels raised; each
knee bent on the front (bpy). Resumable.

    python -m synth.stills --bodies BODIES --out STILLS [--only p00,p01] [--part 0/2] [--doing lift,curl,heels]

Clothes, room, light, arms and cameras are drawn from the body's seed. Writes NAME_liftK/, NAME_curlK/ and NAME_heelsK/
with POSE.png (crops), empty.png and truth.json.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from synth.arms import BellyArms
from synth.body import BODY_VERTEX_COUNT, Body
from synth.camera import View, project, widened
from synth.clothes import DressedFigure
from synth.curl import LegCurl
from synth.geometry import Floats, knee_flexion, signed_angle_xz, signed_hip_angle
from synth.lift import MAT_M, HipLift, Stance, TooFarError
from synth.population import GROUPS
from synth.scene import aim_camera, build_room, render
from synth.styles import LIGHTS, random_style

SIZE = (640, 360)
LIFTS_DEG = (145, 160, 168, 174, 180, 186, 192, 198)
CURLS_DEG = (30, 60, 90, 105)
HEELS_DEG = (0, 10, 18, 26)
"""How far the heels are raised in a straight lift."""
EXERCISES = ("lift", "curl", "heels")
RISES = (0.06, 0.12)
"""Of the hips over rest in thigh lengths, while the near knee is bent by 90 deg."""
PLAN_SEED = 50000
USUAL_YAW_DEG, FAR_YAW_DEG = 15.0, 30.0
Pose = tuple[str, Floats, Floats]


@dataclass(frozen=True)
class Plan:
    """One body before one camera: the exercise, clothes and room by a seed, light, arms and view."""

    name: str
    exercise: str
    style: int
    light: str
    belly: BellyArms | None
    folded: bool
    view: View


def plans(body: str, seed: int, cameras: int) -> list[Plan]:
    """The first camera of each exercise stands within 15 deg of the side, a second one within 30."""
    rng = np.random.default_rng(seed + PLAN_SEED)
    out = []
    for exercise in EXERCISES:
        for k in range(cameras):
            arms = BellyArms(float(rng.uniform(0.4, 0.72)), float(rng.uniform(15, 70)))
            most_deg = USUAL_YAW_DEG if k == 0 else FAR_YAW_DEG
            yaw, height, distance = (float(rng.uniform(*x)) for x in ((-most_deg, most_deg), (0.25, 1.3), (2.2, 3.6)))
            out.append(
                Plan(
                    name=f"{body}_{exercise}{k}",
                    exercise=exercise,
                    style=int(rng.integers(10**6)),
                    light=str(rng.choice(list(LIGHTS))),
                    belly=arms if rng.random() < 0.3 and exercise != "curl" else None,
                    folded=bool(rng.random() < 0.4) and exercise == "curl",
                    view=View(yaw, distance, height),
                )
            )
    return out


def lift_poses(lift: HipLift) -> list[Pose]:
    """Flat, at rest, and every angle that is above rest and within reach."""
    poses = [("flat", *lift.slide_pose(0.0)), ("rest", *lift.pose(lift.rest_deg))]
    for deg in LIFTS_DEG:
        if deg >= lift.rest_deg + 3:
            try:
                poses.append((str(deg), *lift.pose(deg)))
            except TooFarError:
                break
    return poses


def curl_poses(curl: LegCurl) -> list[Pose]:
    """Both legs straight, each knee bent, and the hips risen over the bent near one."""
    poses = [("rest", *curl.pose())]
    for deg in CURLS_DEG:
        poses += [(f"left_{deg}", *curl.pose(left_deg=deg)), (f"right_{deg}", *curl.pose(right_deg=deg))]
    return poses + [(f"rise_{rise}", *curl.pose(left_deg=90, hip_rise=rise)) for rise in RISES]


def heel_poses(body: Body, belly: BellyArms | None) -> list[Pose]:
    """At rest, and straight with the heels raised by every angle that leaves the body within reach."""
    flat = HipLift(body, Stance(belly=belly))
    poses = [("rest", *flat.pose(flat.rest_deg))]
    for deg in HEELS_DEG:
        try:
            poses.append((str(deg), *HipLift(body, Stance(belly=belly, heel_up_deg=deg)).pose(180.0)))
        except TooFarError:
            break
    return poses


def poses_of(body: Body, plan: Plan) -> list[Pose]:
    """What the body of a plan does."""
    match plan.exercise:
        case "lift":
            return lift_poses(HipLift(body, Stance(belly=plan.belly)))
        case "heels":
            return heel_poses(body, plan.belly)
    return curl_poses(LegCurl(body, folded=plan.folded))


class Session:
    """One body in its room, before its camera."""

    def __init__(self, body: Body, plan: Plan, samples: int, threads: int) -> None:
        self.body, self.plan, self.samples = body, plan, samples
        self.poses = poses_of(body, plan)
        self.look_at_x = 0.27 * body.height_m
        style = random_style(plan.style)
        self.scene = build_room(style, SIZE, samples, LIGHTS[plan.light])
        self.scene.render.threads_mode, self.scene.render.threads = "FIXED", threads
        self.figure = DressedFigure(body, style)

    def shoot(self, folder: Path) -> None:
        outlines = np.vstack([self.body.skin(*p[1:])[:BODY_VERTEX_COUNT:9] for p in self.poses])
        view = widened(replace(self.plan.view, horizontal_fov_deg=48.0), self.look_at_x, SIZE, outlines)
        pixels = project(view, self.look_at_x, SIZE, outlines)
        low, high = pixels.min(0) - np.array([30, 22]), pixels.max(0) + np.array([30, 28])
        crop = [int(v) for v in (*np.maximum(low, 0), *np.minimum(high, SIZE))]
        aim_camera(self.scene, view, self.look_at_x)
        folder.mkdir(parents=True, exist_ok=True)
        self.figure.show(False)
        render(self.scene, folder / "empty.png")
        self.figure.show(True)
        for label, rotations, places in self.poses:
            self.figure.set_pose(rotations, places, MAT_M)
            render(self.scene, folder / f"{label}.png", crop)
        (folder / "truth.json").write_text(json.dumps(self.truth(folder.name, view, crop)))

    def truth(self, name: str, view: View, crop: list[int]) -> dict[str, Any]:
        plan = self.plan
        return {
            "body": name.split("_")[0],
            "exercise": plan.exercise,
            "style": plan.style,
            "light": plan.light,
            "arms": "folded" if plan.belly or plan.folded else "side",
            "view": asdict(view),
            "look_at_x": self.look_at_x,
            "crop": crop,
            "size": SIZE,
            "head_at": "left",
            "near_side": "left" if plan.exercise == "curl" else "right",
            "thigh_m": self.body.thigh_m,
            "poses": [self._row(label, places, view) for label, _, places in self.poses],
        }

    def _row(self, label: str, places: Floats, view: View) -> dict[str, Any]:
        j = self.body.joints(places)
        names, supine = sorted(j), self.plan.exercise != "curl"
        pixels = project(view, self.look_at_x, SIZE, [j[n] for n in names])
        return {
            "label": label,
            "hip_deg_signed": signed_hip_angle(j, supine),
            "hip_left_deg_signed": signed_angle_xz(j["shoulder_left"], j["hip_left"], j["knee_left"], supine),
            "hip_height_m": float(j["hip_left"][2] + j["hip_right"][2]) / 2,
            "knee_flexion_left_deg": knee_flexion(j, "left"),
            "knee_flexion_right_deg": knee_flexion(j, "right"),
            "joints_px": {n: [float(v) for v in q] for n, q in zip(names, pixels, strict=True)},
            "joints_m": {n: [float(v) for v in j[n]] for n in names},
        }


def options(description: str | None) -> argparse.ArgumentParser:
    """What is asked of everybody who renders stills of a population."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=sorted(GROUPS), default="stills")
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="comma-separated names of bodies")
    parser.add_argument("--part", default="0/1", help="every n-th body: 0/2 and 1/2 share the work")
    parser.add_argument("--samples", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    return parser


def asked(args: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """Name and seed of every body that this part of the work is to render."""
    group = GROUPS[args.set]
    here, of = (int(n) for n in args.part.split("/"))
    for i, name in list(enumerate(group.names()))[here::of]:
        if not args.only or name in args.only.split(","):
            yield name, group.first_seed + i


def shoot(make: type[Session], name: str, plan: Plan, args: argparse.Namespace) -> None:
    """Render what is not there yet."""
    folder, start = args.out / plan.name, time.time()
    if (folder / "truth.json").exists():
        return
    session = make(Body(args.bodies / f"{name}.npz"), plan, args.samples, args.threads)
    session.shoot(folder)
    print(f"{plan.name}: {len(session.poses)} poses, {time.time() - start:.0f} s", flush=True)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--doing", default=",".join(EXERCISES), help="comma-separated")
    args = parser.parse_args()
    for name, seed in asked(args):
        for plan in plans(name, seed, GROUPS[args.set].cameras):
            if plan.exercise in args.doing.split(","):
                shoot(Session, name, plan, args)


if __name__ == "__main__":
    main()

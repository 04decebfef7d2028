"""Render stills of bodies lying flat, at rest and lifted, before one or two cameras each (bpy). Resumable.

    python -m synth.stills --bodies BODIES --out STILLS [--only p00,p01] [--part 0/2]

Clothes, arms and cameras are drawn from the body's seed. Writes NAME_cK/POSE.png (crops), empty.png and truth.json.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from synth.arms import BellyArms
from synth.body import BODY_VERTEX_COUNT, Body
from synth.camera import View, project, widened
from synth.clothes import DressedFigure
from synth.geometry import Floats, knee_flexion, signed_hip_angle
from synth.lift import MAT_M, HipLift, Stance, TooFarError
from synth.population import GROUPS
from synth.scene import aim_camera, build_room, render
from synth.styles import style_of

SIZE = (640, 360)
ANGLES_DEG = (140, 155, 165, 172, 176, 180, 184, 188, 193, 198)
PLAN_SEED = 50000
Pose = tuple[str, Floats, Floats]


@dataclass(frozen=True)
class Plan:
    """Clothes, arms and cameras of one body."""

    style: str | int
    belly: BellyArms | None
    views: tuple[View, ...]


def plan(seed: int) -> Plan:
    rng = np.random.default_rng(seed + PLAN_SEED)
    style = "a" if rng.random() < 0.5 else "b"
    folded = bool(rng.random() < 0.3)  # one choice for each body: its cameras share the poses
    count = 2 if rng.random() < 0.5 else 1
    arms = BellyArms(float(rng.uniform(0.4, 0.72)), float(rng.uniform(15, 70)))
    views = []
    for _ in range(2):
        yaw, height, distance = (float(rng.uniform(*limits)) for limits in ((-15, 15), (0.3, 1.0), (2.3, 3.3)))
        views.append(View(yaw, distance, height))
    return Plan(style, arms if folded else None, tuple(views[:count]))


def poses_of(lift: HipLift) -> list[Pose]:
    """Flat, at rest, and every angle that is above rest and within reach."""
    poses = [("flat", *lift.slide_pose(0.0)), ("rest", *lift.pose(lift.rest_deg))]
    for deg in ANGLES_DEG:
        if deg >= lift.rest_deg + 3:
            try:
                poses.append((str(deg), *lift.pose(deg)))
            except TooFarError:
                break
    return poses


class Session:
    """One body in its room, photographed by its cameras."""

    def __init__(self, name: str, body: Body, planned: Plan, samples: int, threads: int) -> None:
        self.name, self.body, self.plan, self.samples = name, body, planned, samples
        self.lift = HipLift(body, Stance(belly=planned.belly))
        self.poses = self.all_poses()
        self.look_at_x = 0.27 * body.height_m
        style = style_of(planned.style)
        self.scene = build_room(style, SIZE, samples)
        self.scene.render.threads_mode, self.scene.render.threads = "FIXED", threads
        self.figure = DressedFigure(body, style)

    def all_poses(self) -> list[Pose]:
        return poses_of(self.lift)

    def shoot(self, view: View, folder: Path) -> None:
        outlines = [self.body.skin(*p[1:])[:BODY_VERTEX_COUNT:9] for p in self.poses]
        first = np.vstack([outlines[0], outlines[1], outlines[-1]])
        view = widened(replace(view, horizontal_fov_deg=50.0), self.look_at_x, SIZE, first)
        pixels = project(view, self.look_at_x, SIZE, np.vstack(outlines))
        low, high = pixels.min(0) - np.array([30, 22]), pixels.max(0) + np.array([30, 28])
        crop = [int(v) for v in (*np.maximum(low, 0), *np.minimum(high, SIZE))]
        aim_camera(self.scene, view, self.look_at_x)
        folder.mkdir(parents=True, exist_ok=True)
        self.figure.show(False)
        self.scene.cycles.samples = 8
        render(self.scene, folder / "empty.png")
        self.figure.show(True)
        self.scene.cycles.samples = self.samples
        for label, rotations, places in self.poses:
            self.figure.set_pose(rotations, places, MAT_M)
            render(self.scene, folder / f"{label}.png", crop)
        (folder / "truth.json").write_text(json.dumps(self.truth(view, crop)))

    def truth(self, view: View, crop: list[int]) -> dict[str, Any]:
        return {
            "body": self.name,
            "style": self.plan.style,
            "arms": "folded" if self.plan.belly else "side",
            "view": asdict(view),
            "look_at_x": self.look_at_x,
            "crop": crop,
            "size": SIZE,
            "head_at": "left",
            "near_side": "right",
            "rest_hip_deg": self.lift.rest_deg,
            "poses": [self._row(label, places, view) for label, _, places in self.poses],
        }

    def _row(self, label: str, places: Floats, view: View) -> dict[str, Any]:
        j = self.body.joints(places)
        names = sorted(j)
        pixels = project(view, self.look_at_x, SIZE, [j[n] for n in names])
        return {
            "label": label,
            "hip_deg_signed": signed_hip_angle(j, True),
            "knee_flexion_left_deg": knee_flexion(j, "left"),
            "knee_flexion_right_deg": knee_flexion(j, "right"),
            "joints_px": {n: [float(v) for v in q] for n, q in zip(names, pixels, strict=True)},
            "joints_m": {n: [float(v) for v in j[n]] for n in names},
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=sorted(GROUPS), default="stills")
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="comma-separated names of bodies")
    parser.add_argument("--part", default="0/1", help="every n-th body: 0/2 and 1/2 share the work")
    parser.add_argument("--samples", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    group = GROUPS[args.set]
    here, of = (int(n) for n in args.part.split("/"))
    for i, name in list(enumerate(group.names()))[here::of]:
        planned = plan(group.first_seed + i)
        folders = [args.out / f"{name}_c{k}" for k in range(len(planned.views))]
        missing = [k for k, folder in enumerate(folders) if not (folder / "truth.json").exists()]
        if not missing or (args.only and name not in args.only.split(",")):
            continue
        start = time.time()
        session = Session(name, Body(args.bodies / f"{name}.npz"), planned, args.samples, args.threads)
        for k in missing:
            session.shoot(planned.views[k], folders[k])
        print(f"{name}: {len(session.poses)} poses, {len(missing)} views, {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()

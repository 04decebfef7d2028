"""Render stills of bodies lifted to the line with the lower back neutral or arched, the hip angle being the same (bpy).

    python -m synth.arches --set stills --bodies BODIES --out ARCHES [--only p00,p01] [--part 0/2]

Clothes, arms, feet and camera are drawn from the body's seed. Writes NAME/POSE.png (crops), empty.png and truth.json;
the truth tells the hip angle and the arch of every pose. Resumable.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from synth.arms import BellyArms
from synth.body import Body
from synth.camera import View
from synth.lift import HipLift, Stance, TooFarError
from synth.population import GROUPS
from synth.stills import Plan, Pose, Session

PLAN_SEED = 60000
FOOT_REACH = (1.159, 1.10)
BELLY_SHARE = 0.3


@dataclass(frozen=True)
class Top:
    """A pose by its hip angle, its lumbar arch, and which of the two places the feet stand in."""

    hip_deg: float
    arch_deg: float = 0.0
    feet: int = 0

    @property
    def label(self) -> str:
        return f"{self.hip_deg:.0f}_{self.arch_deg:.0f}_{self.feet}"


TOPS = (
    *(Top(deg) for deg in (145, 160, 172, 176, 180)),
    *(Top(deg, feet=1) for deg in (175, 180, 184)),
    Top(178, 4, 1),
    Top(180, 8),
    Top(178, 12, 1),
    *(Top(deg, 16, feet) for deg, feet in ((175, 0), (180, 1), (184, 0))),
    *(Top(deg, 24, feet) for deg, feet in ((176, 1), (180, 0))),
)


def plan(name: str, seed: int) -> Plan:
    rng = np.random.default_rng(seed + PLAN_SEED)
    arms = BellyArms(float(rng.uniform(0.4, 0.72)), float(rng.uniform(15, 70)))
    belly = arms if rng.random() < BELLY_SHARE else None
    yaw, height, distance = (float(rng.uniform(*limits)) for limits in ((-15, 15), (0.3, 1.0), (2.3, 3.3)))
    return Plan(name, "lift", seed + PLAN_SEED, "room", belly, False, View(yaw, distance, height))


class ArchSession(Session):
    """One body in its room; height and arch of the lift are independent of each other."""

    def __init__(self, body: Body, plan: Plan, samples: int, threads: int) -> None:
        super().__init__(body, plan, samples, threads)
        flat = HipLift(body, Stance(belly=plan.belly))
        rest: Pose = ("rest", *flat.pose(flat.rest_deg))
        self.poses = [rest, *(pose for top in TOPS if (pose := self._pose(top)))]

    def _pose(self, top: Top) -> Pose | None:
        stance = Stance(foot_reach=FOOT_REACH[top.feet], arch_deg=top.arch_deg, belly=self.plan.belly)
        try:
            return top.label, *HipLift(self.body, stance, most_arch_deg=0.0).pose(top.hip_deg)
        except TooFarError:
            return None

    def truth(self, name: str, view: View, crop: list[int]) -> dict[str, Any]:
        told = super().truth(name, view, crop)
        arch_deg = {top.label: top.arch_deg for top in TOPS}
        for row in told["poses"]:
            row["arch_deg"] = arch_deg.get(row["label"], 0.0)
        return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", choices=sorted(GROUPS), default="stills")
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="comma-separated names of bodies")
    parser.add_argument("--part", default="0/1", help="every n-th body: 0/2 and 1/2 share the work")
    parser.add_argument("--samples", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    group = GROUPS[args.set]
    here, of = (int(n) for n in args.part.split("/"))
    for i, name in list(enumerate(group.names()))[here::of]:
        folder = args.out / name
        if (folder / "truth.json").exists() or (args.only and name not in args.only.split(",")):
            continue
        start = time.time()
        body = Body(args.bodies / f"{name}.npz")
        session = ArchSession(body, plan(name, group.first_seed + i), args.samples, args.threads)
        session.shoot(folder)
        print(f"{name}: {len(session.poses)} poses, {time.time() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()

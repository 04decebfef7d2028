"""Render stills of bodies lifted to the line with the lower back neutral or arched, the hip angle being the same (bpy).

    python -m synth.arches --set stills --bodies BODIES --out ARCHES [--only p00,p01] [--part 0/2]

Clothes, arms, feet and camera are drawn from the body's seed. Writes NAME/POSE.png (crops), empty.png and truth.json;
the truth tells the hip angle and the arch of every pose. Resumable.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from synth.arms import BellyArms
from synth.body import Body
from synth.camera import View
from synth.lift import HipLift, Stance, TooFarError
from synth.stills import Plan, Pose, Session, asked, options, shoot

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
    args = options(__doc__).parse_args()
    for name, seed in asked(args):
        shoot(ArchSession, name, plan(name, seed), args)


if __name__ == "__main__":
    main()

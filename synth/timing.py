"""How a move runs from 0 to 1 of its way: `Timing.share(u, seconds)` of u, 0..1 of its duration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synth.geometry import Floats

PAUSE_FROM_S = 1.5
"""Shorter moves are never paused."""
PAUSE = 0.24
"""Share of a move's duration that a pause half-way takes."""


def minimum_jerk(u: ArrayLike) -> Floats:
    u = np.clip(u, 0, 1)
    return u**3 * (10 - 15 * u + 6 * u * u)


def paused(u: Floats) -> Floats:
    """Two moves with a still stretch between them."""
    move = (1 - PAUSE) / 2
    return (minimum_jerk(u / move) + minimum_jerk((u - move - PAUSE) / move)) / 2


def stepped(u: Floats) -> Floats:
    """Three moves that run into each other."""
    return sum(minimum_jerk((u - start) / 0.44) for start in (0.0, 0.28, 0.56)) / 3  # type: ignore[return-value]


def steady(u: Floats, ramp: float = 0.16) -> Floats:
    """Constant speed between short ramps."""
    u = np.clip(u, 0, 1)
    rise = np.minimum(u, ramp) ** 2 / (2 * ramp)
    fall = np.maximum(u - (1 - ramp), 0) ** 2 / (2 * ramp)
    return (rise + np.clip(u - ramp, 0, None) - fall) / (1 - ramp)


@dataclass(frozen=True)
class Timing:
    """A person's way of moving. skew: below 1 the speed peaks early, above 1 late.

    tremor: strength of a tremor; 1 is 0.4 deg of hip angle or 1.4 deg of knee flexion, which leaves a hold a hold.
    """

    kind: str = "minimum_jerk"
    skew: float = 1.0
    tremor: float = 0.0

    def share(self, u: ArrayLike, seconds: ArrayLike) -> Floats:
        u = np.clip(u, 0, 1) ** self.skew
        if self.kind == "steady":
            return steady(u)
        if self.kind == "stepped":
            return np.where(np.asarray(seconds) >= PAUSE_FROM_S, stepped(u), minimum_jerk(u))
        if self.kind == "pause":
            return np.where(np.asarray(seconds) >= PAUSE_FROM_S, paused(u), minimum_jerk(u))
        return minimum_jerk(u)


TIMINGS = {
    "minimum_jerk": Timing(),
    "early": Timing(skew=0.62),
    "late": Timing(skew=1.55),
    "steady": Timing("steady"),
    "stepped": Timing("stepped"),
    "pause": Timing("pause"),
    "tremor": Timing(tremor=1.0),
}

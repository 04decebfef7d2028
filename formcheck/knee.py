"""How much too straight the landmarks show a bent knee, told from how both legs are drawn.

The network sees the hip and the ankle of a raised leg well, its knee less so: the far one hides behind the near thigh
and is drawn too high. How long the bones and the way from hip to ankle are drawn gives that away, and how the idle leg
and the trunk slope tells from where the camera looks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.landmarks import OTHER_SIDE, Side
from formcheck.measures import Body, distance
from formcheck.records import Floats


@dataclass(frozen=True, slots=True)
class Rule:
    """How many degrees are left out: `offset_deg` and, for every unit of each clue, its slope. A clue counts from its
    least to its most, where it was when this was learned. `doubt_deg` is the error (root mean square) on other bodies.
    """

    offset_deg: float
    slopes: tuple[float, ...]
    least: tuple[float, ...]
    most: tuple[float, ...]
    doubt_deg: float

    def __call__(self, told: Floats) -> Floats:
        """(N,) degrees by which the knee is bent further than it is shown, of (N, 8) `clues`."""
        left_out: Floats = self.offset_deg + np.clip(told, self.least, self.most) @ np.array(self.slopes)
        return left_out


NEAR = Rule(
    offset_deg=67.3,
    slopes=(0.491, 0.0105, -48.6, -25.9, 10.6, -0.0831, 0.358, -18.9),
    least=(-28.9, 8.02, 0.432, 0.48, 0.609, -10.1, -2.87, 0.986),
    most=(-2.0, 93.6, 0.676, 0.701, 1.15, 6.24, 13.0, 1.85),
    doubt_deg=4.39,
)
FAR = Rule(
    offset_deg=46.4,
    slopes=(0.44, -0.0792, -58.7, -32.5, 17.8, -0.227, -0.399, -0.895),
    least=(-15.6, -1.31, 0.364, 0.308, 0.518, -11.1, -7.69, 1.28),
    most=(9.98, 100.0, 0.509, 0.492, 0.971, 3.78, 5.29, 1.71),
    doubt_deg=7.52,
)
"""Of the leg nearer to the camera and of the other one, from stills of 36 rendered bodies (`python -m bench.bias`)."""


def clues(side: Side, body: Body) -> Floats:
    """(N, 8) how the bent leg of `side` and the idle other one are drawn: the slopes of thigh and shank, the lengths of
    thigh, shank and the way from hip to ankle, the slopes of the idle leg and the trunk, the length of the idle leg.

    Slopes in degrees, up towards the feet; lengths in idle legs, that of the idle leg in trunks.
    """
    hip, knee, ankle = (body.joint(name, side) for name in ("hip", "knee", "ankle"))
    idle_hip, idle_ankle = (body.joint(name, OTHER_SIDE[side]) for name in ("hip", "ankle"))
    idle_px = distance(idle_hip, idle_ankle)
    return np.stack(
        [
            slope_deg(body, hip, knee),
            slope_deg(body, knee, ankle),
            distance(hip, knee) / idle_px,
            distance(knee, ankle) / idle_px,
            distance(hip, ankle) / idle_px,
            slope_deg(body, idle_hip, idle_ankle),
            slope_deg(body, body.joint("shoulder", side), hip),
            idle_px / body.trunk_px(),
        ],
        axis=-1,
    )


def slope_deg(body: Body, a: Floats, b: Floats) -> Floats:
    """(N,) -180..180: how steeply a->b rises towards the feet; 90 is upright, more leans back over the head."""
    step = b - a
    return np.degrees(np.arctan2(-step[..., 1], body.toward_feet_px(step)))


def short_deg(side: Side, body: Body) -> Floats:
    """(N,) how much too straight the knee of `side` is shown if it is the bent one."""
    rule = FAR if side == body.far else NEAR
    return rule(clues(side, body))

"""Where "straight" lies on the hip angle as the landmarks show it.

MediaPipe's hip landmark sits off the joint by an amount that depends on person, clothes and camera, so a straight
body reads 180 + bias. The bias is told by a rule learned from rendered bodies (learned.py) from what the recording
shows (clues.py), and combined with the held tops: most people hold near the line. That is weak on purpose: a set that
is wrong throughout must not become its own norm. Lying flat tells nothing about it (docs/ACCURACY.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.clues import RANGE_DEG, lifting_clues, resting_clues
from formcheck.filters import local_fit
from formcheck.learned import RULES
from formcheck.measures import Body, hip_deg, near_knee_deg
from formcheck.records import Floats

TOPS_SD_DEG, TOPS_REACH_DEG = 5.0, 6.0
"""How far from the line people hold (engineering judgement), and how far at most their tops are believed: who is
further off is rather wrong than mismeasured."""
TOPS_SHARE, TOPS_STILL_DPS = 0.75, 15.0
BENT_DEG = 45.0
"""Knee flexion from which a body on its back is hook-lying."""


@dataclass(frozen=True, slots=True)
class Line:
    """Bias of the observed hip angle in degrees, with the standard deviation of what is left of the doubt.

    `calibrated`: this person's line was known before, from an earlier session.
    """

    bias_deg: float
    sd_deg: float
    calibrated: bool = False

    @property
    def observed_deg(self) -> float:
        """The line shoulder-hip-knee as the landmarks show it."""
        return 180.0 + self.bias_deg


def find_line(body: Body) -> Line:
    """The line of the person in `body`, from all that the recording shows of it."""
    angle = np.where(near_knee_deg(body) > BENT_DEG, hip_deg(body), np.nan)
    told = told_bias_deg(body, angle)
    tops = np.clip(tops_bias_deg(body, angle), told[0] - TOPS_REACH_DEG, told[0] + TOPS_REACH_DEG)
    return Line(*combined([told, (float(tops), TOPS_SD_DEG)]))


def told_bias_deg(body: Body, angle: Floats) -> tuple[float, float]:
    """Bias and its standard deviation by the rule for a lift, for rest alone, or what is usual for anybody."""
    for rule, clues in ((RULES.hip_lifting, lifting_clues), (RULES.hip_resting, resting_clues)):
        if found := clues(body, angle):
            return float(rule(found)), rule.sd
    return RULES.hip_lifting.usual, RULES.hip_usual_sd


def combined(estimates: list[tuple[float, float]]) -> tuple[float, float]:
    """Value and standard deviation of independent estimates (value, sd) together; NaN values are left out."""
    known = [(value, sd**-2) for value, sd in estimates if np.isfinite(value)]
    total = sum(weight for _, weight in known)
    return float(sum(value * weight for value, weight in known) / total), float(total**-0.5)


def tops_bias_deg(body: Body, angle: Floats) -> float:
    """How far beyond straight the held tops read, NaN without any; `angle` is NaN where the knees are straight."""
    bent = np.isfinite(angle)
    if not bent.any():
        return np.nan
    low, high = np.percentile(angle[bent], [2, 98])
    if high - low < RANGE_DEG:
        return np.nan
    _, speed = local_fit(body.track.t_s, angle, 0.1)
    held = bent & (angle > low + TOPS_SHARE * (high - low)) & (np.abs(speed) < TOPS_STILL_DPS)
    return float(np.median(angle[held])) - 180.0 if held.any() else np.nan

"""Where "straight" lies on the hip angle as the landmarks show it.

MediaPipe's hip landmark sits off the joint by an amount that depends on person, clothes and camera, so a straight
body reads 180 + bias. The bias is told by a rule that 36 rendered bodies have taught, from what the recording shows:

chord  geometry: a bias of the hip does not move shoulder and knee. Their distance follows the law of cosines in
       the true angle, so the way it grows from rest to top tells how far the observed angle is off.
flat   lying with straight legs shows a bias too, if not the same one.

and then drawn a little towards what the person shows at the top: most people hold near the line. This is weak on
purpose: a set that is wrong throughout must not become its own norm.

The numbers come from `python -m bench.bias` (docs/ACCURACY.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from formcheck.filters import local_fit, spans
from formcheck.measures import Body, distance, hip_deg, near_knee_deg
from formcheck.records import Floats

CHORD_RANGE_DEG = 25.0
"""Least range of observed hip angles from which the chord's curve tells anything."""
CHORD_BINS_DEG, CHORD_LEAST_ROWS, CHORD_LEAST_BINS = 4.0, 3, 4
"""Width of a step of the range, the frames it needs, and the steps a curve needs."""
TOPS_SD_DEG, TOPS_REACH_DEG = 5.0, 6.0
"""How far from the line people hold (engineering judgement), and how far at most their tops are believed: who is
further off is rather wrong than mismeasured. A set that is wrong throughout is moved by 3 deg at most."""
LIFTED_SHARE, LIFTED_S = 0.5, 0.5
"""Somebody is on one lift while above half of the range: shorter interruptions belong to it, shorter ones are none."""
TOPS_SHARE, TOPS_STILL_DPS = 0.75, 15.0
"""A lift is held where it hardly moves in the upper quarter of the usual one."""
FLAT_KNEE_DEG = 20.0
FLAT_LEAST_S = 1.0
BIAS_RANGE_DEG = np.arange(-20.0, 30.0, 0.25)


class Rule(NamedTuple):
    """The bias is `offset_deg` and so much for every degree that the chord and lying flat tell; `doubt_deg` is the
    error (root mean square) on other bodies.
    """

    offset_deg: float
    chord: float
    flat: float
    doubt_deg: float


RULES = {
    (False, False): Rule(6.64, 0.0, 0.0, 5.12),
    (False, True): Rule(-0.202, 0.0, 0.838, 4.86),
    (True, False): Rule(3.42, 0.632, 0.0, 4.14),
    (True, True): Rule(0.848, 0.557, 0.362, 4.18),
}
"""By whether the chord and lying flat are known. Women's bodies show 4.3 +- 4.0, men's 11.5 +- 3.1; two women are
expected for every man. Part of that difference may be the rendered skeletons' own (docs/ACCURACY.md); correctly lifted
real people read 183-187, which fits the first."""


@dataclass(frozen=True, slots=True)
class Line:
    """Bias of the observed hip angle in degrees, with the standard deviation of what is left of the doubt."""

    bias_deg: float
    sd_deg: float
    calibrated: bool

    @property
    def observed_deg(self) -> float:
        """The line shoulder-hip-knee as the landmarks show it."""
        return 180.0 + self.bias_deg


def find_line(body: Body) -> Line:
    """The line of the person in `body`, from all that the recording shows of it."""
    angle = hip_deg(body)
    flat = flat_bias_deg(body, angle)
    bias_deg, doubt_deg = told(chord_bias_deg(body, angle), flat)
    tops = np.clip(tops_bias_deg(body, angle), bias_deg - TOPS_REACH_DEG, bias_deg + TOPS_REACH_DEG)
    bias_deg, sd_deg = combined([(bias_deg, doubt_deg), (tops, TOPS_SD_DEG)])
    return Line(bias_deg, sd_deg, calibrated=isfinite(flat))


def told(chord_deg: float, flat_deg: float) -> tuple[float, float]:
    """Bias and its standard deviation from what chord and lying flat show, NaN where one is not known."""
    rule = RULES[isfinite(chord_deg), isfinite(flat_deg)]
    chord_deg, flat_deg = np.nan_to_num([chord_deg, flat_deg])
    return float(rule.offset_deg + rule.chord * chord_deg + rule.flat * flat_deg), rule.doubt_deg


def combined(estimates: list[tuple[float, float]]) -> tuple[float, float]:
    """Value and standard deviation of independent estimates (value, sd) together; NaN values are left out."""
    known = [(value, sd**-2) for value, sd in estimates if np.isfinite(value)]
    total = sum(weight for _, weight in known)
    return float(sum(value * weight for value, weight in known) / total), float(total**-0.5)


def flat_rows(body: Body) -> NDArray[np.bool_]:
    """(N,) frames of lying flat with straight legs, in stretches of at least FLAT_LEAST_S."""
    straight = near_knee_deg(body) < FLAT_KNEE_DEG
    rows = np.zeros(len(body.track), bool)
    for a, b in spans(body.track.t_s, straight, 0.2):
        if body.track.t_s[b - 1] - body.track.t_s[a] >= FLAT_LEAST_S:
            rows[a:b] = True
    return rows


def flat_bias_deg(body: Body, angle: Floats) -> float:
    """How far beyond straight lying flat reads, NaN where the person never does."""
    rows = flat_rows(body)
    return float(np.nanmedian(angle[rows])) - 180.0 if rows.any() else np.nan


def chord_bias_deg(body: Body, angle: Floats) -> float:
    """Bias that makes the distance shoulder-knee follow the law of cosines best; NaN where the range is too small.

    With trunk a, thigh b and true angle q: |SK|^2 = (a^2 + b^2) (1 - c cos q), c = 2ab / (a^2 + b^2). The scale is
    free; q = observed - bias. Every CHORD_BINS_DEG of the range counts once, however long it was held.
    """
    bent, low_deg, high_deg = _lifting(body, angle)
    if not high_deg - low_deg >= CHORD_RANGE_DEG:
        return np.nan
    estimates = [
        _chord_fit(angle[bent], shoulder[bent], hip[bent], knee[bent])
        for shoulder, hip, knee in (
            (body.joint("shoulder"), body.joint("hip"), body.joint("knee")),
            (body.middle("shoulder"), body.middle("hip"), body.middle("knee")),
        )
    ]
    return float(np.mean(estimates))


def _lifting(body: Body, angle: Floats) -> tuple[NDArray[np.bool_], float, float]:
    """The frames with bent knees and a hip angle, and between what it lies in them; NaN without any."""
    bent = (near_knee_deg(body) > 45) & np.isfinite(angle)
    low_deg, high_deg = np.percentile(angle[bent], [2, 98]) if bent.any() else (np.nan, np.nan)
    return bent, float(low_deg), float(high_deg)


def tops_bias_deg(body: Body, angle: Floats) -> float:
    """How far beyond straight the held tops read, NaN without any.

    The middle one of the lifts, each counted once: a wrong one that is held for long is not the person's line.
    """
    bent, low_deg, high_deg = _lifting(body, angle)
    if not high_deg - low_deg >= CHORD_RANGE_DEG:
        return np.nan
    lifts = _lifts(body.track.t_s, bent, angle > low_deg + LIFTED_SHARE * (high_deg - low_deg))
    if not lifts:
        return np.nan
    usual_deg = float(np.median([np.nanpercentile(angle[lift], 90) for lift in lifts]))
    _, speed = local_fit(body.track.t_s, np.where(bent, angle, np.nan), 0.1)
    held = bent & (angle > low_deg + TOPS_SHARE * (usual_deg - low_deg)) & (np.abs(speed) < TOPS_STILL_DPS)
    tops = [np.median(angle[lift][held[lift]]) for lift in lifts if held[lift].any()]
    return float(np.median(tops)) - 180.0 if tops else np.nan


def _lifts(t_s: Floats, bent: NDArray[np.bool_], high: NDArray[np.bool_]) -> list[slice]:
    """The frames of each lift; coming from lying flat, when the knees have just been bent, is none."""
    found = spans(t_s, bent & high, LIFTED_S)
    return [slice(a, b) for a, b in found if a > 0 and bent[a - 1] and t_s[b - 1] - t_s[a] > LIFTED_S]


def _chord_fit(angle: Floats, shoulder: Floats, hip: Floats, knee: Floats) -> float:
    trunk, thigh = np.nanmedian(distance(shoulder, hip)), np.nanmedian(distance(hip, knee))
    c = 2 * trunk * thigh / (trunk**2 + thigh**2)
    chord = np.log(distance(shoulder, knee))
    bins = np.floor(angle / CHORD_BINS_DEG)
    full = [k for k in np.unique(bins) if (bins == k).sum() >= CHORD_LEAST_ROWS]
    if len(full) < CHORD_LEAST_BINS:
        return np.nan
    middle = np.array([(np.median(angle[bins == k]), np.median(chord[bins == k])) for k in full])
    expected = 0.5 * np.log(1 - c * np.cos(np.radians(middle[:, 0] - BIAS_RANGE_DEG[:, None])))
    left = middle[:, 1] - expected
    return float(BIAS_RANGE_DEG[left.std(axis=1).argmin()])

"""Smoothing of landmarks from frame to frame, weak where they move and strong where they rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from formcheck.records import Floats

SPEED_CUTOFF_HZ = 1.0
"""Cutoff of the speeds that decide how much is smoothed."""

AFTER_ZERO_S = 1 / 30
"""MediaPipe takes so much time to have passed since 0 s, whatever has."""


@dataclass(frozen=True, slots=True)
class _Moment:
    t_s: float
    raw: Floats
    smooth: Floats
    speed_per_s: Floats


class OneEuro:
    """The one-euro filter (Casiez, Roussel and Vogel, CHI 2012) over arrays of one shape.

    `least_cutoff_hz` holds at rest; it rises by `slope` for every object length per second.
    """

    def __init__(self, least_cutoff_hz: float, slope: float) -> None:
        self._least_cutoff_hz, self._slope = least_cutoff_hz, slope
        self._before: _Moment | None = None

    def step(self, t_s: float, raw: Floats, length: float) -> Floats:
        """The next values smoothed; `length` is that of the object, in their unit. Times must increase."""
        before = self._before
        if before is None:
            self._before = _Moment(t_s, raw, raw, np.zeros_like(raw))
            return raw
        dt_s = t_s - before.t_s if before.t_s else AFTER_ZERO_S
        moved_per_s = (raw - before.raw) / (length * dt_s)
        speed_per_s = before.speed_per_s + _share(SPEED_CUTOFF_HZ, dt_s) * (moved_per_s - before.speed_per_s)
        cutoff_hz = self._least_cutoff_hz + self._slope * np.abs(speed_per_s)
        smooth: Floats = before.smooth + _share(cutoff_hz, dt_s) * (raw - before.smooth)
        self._before = _Moment(t_s, raw, smooth, speed_per_s)
        return smooth


def _share(cutoff_hz: Any, dt_s: float) -> Any:
    """How much of the newest value goes into the smoothed one."""
    turn = math.tau * cutoff_hz * dt_s
    return turn / (1.0 + turn)


class Fading:
    """Mean over the past in which every step counts by `share` less than the next."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._mean: Floats | None = None

    def step(self, values: Floats) -> Floats:
        """The mean with the next values in it."""
        before = values if self._mean is None else self._mean
        self._mean = before + self._share * (values - before)
        return self._mean

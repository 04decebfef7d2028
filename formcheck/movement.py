"""What one repetition measures: peak, edges, durations, hold (definitions: docs/DEFINITIONS.md)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from formcheck.filters import spans
from formcheck.records import Floats

GRID_S = 0.005
"""Signals are interpolated to this step before stretches of time are measured, so frame rate does not matter."""
PEAK_KEPT_S = 0.2
FULL_MOVE = 0.507
"""Share of a minimum-jerk move's duration that passes between 10 % and 90 % of its way."""
HOLD_GRACE_S = 0.3
"""Interruptions of a hold up to this long are bridged: nobody leaves the line and comes back so fast, landmarks do."""


class Found(NamedTuple):
    """A measured number and the time that decided it."""

    value: float
    at_s: float


QUALITY = "quality"
"""What the signals call the quality of a time (`limbs.quality`), beside the exercise's own measures."""


Earlier = Mapping[str, Sequence[float]]
"""Peaks of the repetitions before, by side, in the order of time; a side without any may be missing."""


@dataclass(frozen=True, slots=True)
class Rep:
    """One repetition with its signals, all (N,) on `t_s`. `peak_deg` is kept for a moment; speeds in deg/s."""

    side: Literal["both", "left", "right"]
    t_s: Floats
    x_deg: Floats
    speed_dps: Floats
    signals: Mapping[str, Floats]
    rest_deg: float
    peak_deg: float
    peak_s: float
    start_s: float
    top_start_s: float
    top_end_s: float
    end_s: float
    pause_s: float
    """Seconds between the end of the repetition before and this one's start; infinite for the first."""
    line_sd_deg: float = 0.0
    """Standard deviation of what is not known about the driving angle, or the line that it is measured against."""
    earlier: Earlier = field(default_factory=dict)

    @property
    def best_deg(self) -> float:
        """Highest peak of the repetitions before with this side; NaN for the first."""
        return max(self.earlier.get(self.side, ()), default=np.nan)

    @property
    def range_deg(self) -> float:
        """From rest to peak."""
        return self.peak_deg - self.rest_deg

    @property
    def up_s(self) -> float:
        """Duration of the whole way up, estimated from its 10-90 % part."""
        return (self.top_start_s - self.start_s) / FULL_MOVE

    @property
    def down_s(self) -> float:
        """Duration of the whole way down, estimated from its 90-10 % part."""
        return (self.end_s - self.top_end_s) / FULL_MOVE

    def quality_at(self, t_s: float) -> float:
        """How well the limbs were seen at a time, 0..1; 1 where nobody measured it."""
        return float(np.interp(t_s, self.t_s, self.signals[QUALITY])) if QUALITY in self.signals else 1.0

    def least_quality(self, until_s: float) -> float:
        """How well the limbs were seen at worst from the start until then, 0..1; 1 where nobody measured it."""
        if QUALITY not in self.signals:
            return 1.0
        return float(np.min(self.signals[QUALITY][self.between(self.start_s, until_s)], initial=1.0))

    def between(self, start_s: float, end_s: float) -> NDArray[np.bool_]:
        """(N,) samples inside a time span."""
        return (self.t_s >= start_s) & (self.t_s <= end_s)

    def peak_speed_per_s(self) -> float:
        """95th percentile of the speed on the way up, in ranges per second (minimum jerk: 1.87 / duration)."""
        rising = self.speed_dps[self.between(self.start_s, self.top_start_s)]
        return float(np.nanpercentile(rising, 95)) / self.range_deg if len(rising) else np.nan

    def hold(self, low_deg: float, high_deg: float, speed_dps: float, shift_deg: float = 0.0) -> Found:
        """Longest time that the signal + shift stays between two levels at no more than a speed; ends at `at_s`."""
        grid, x, speed = resampled(self.t_s, self.x_deg + shift_deg, self.speed_dps)
        inside = (x >= low_deg) & (x <= high_deg) & (np.abs(speed) <= speed_dps)
        held = [(grid[b - 1] - grid[a] + GRID_S, grid[b - 1]) for a, b in spans(grid, inside, HOLD_GRACE_S)]
        return Found(*max(held, default=(0.0, self.top_end_s)))

    def sustained(self, signal: str, for_s: float, start_s: float | None = None, end_s: float | None = None) -> Found:
        """Highest value that a signal keeps for `for_s` within the repetition (or part of it); NaN if never."""
        rows = self.between(self.start_s if start_s is None else start_s, self.end_s if end_s is None else end_s)
        return kept(self.t_s[rows], self.signals[signal][rows], for_s)

    def median(self, signal: str, start_s: float, end_s: float) -> float:
        """Median of a signal within a time span, NaN when nothing is known there."""
        part = self.signals[signal][self.between(start_s, end_s)]
        return float(np.nanmedian(part)) if np.isfinite(part).any() else np.nan


def resampled(t_s: Floats, *signals: Floats) -> tuple[Floats, ...]:
    """Times at GRID_S steps and each signal interpolated there; samples with NaN in the first signal are left out."""
    known = ~np.isnan(signals[0])
    if not known.any():
        return tuple(np.empty(0) for _ in range(len(signals) + 1))
    grid = np.arange(t_s[known][0], t_s[known][-1] + GRID_S / 2, GRID_S)
    return (grid, *(np.interp(grid, t_s[known], x[known]) for x in signals))


def kept(t_s: Floats, x: Floats, for_s: float) -> Found:
    """Highest value that `x` keeps for `for_s` (of the whole when it is shorter), and when it had done so."""
    if np.isnan(x).all():
        return Found(np.nan, np.nan)
    grid, y = resampled(t_s, x)
    width = min(len(y), max(1, round(for_s / GRID_S)))
    floor = np.lib.stride_tricks.sliding_window_view(y, width).min(axis=1)
    best = int(floor.argmax())
    return Found(float(floor[best]), float(grid[best + width - 1]))


def crossing(t_s: Floats, x: Floats, start: int, step: int, level: float) -> float | None:
    """Time at which `x`, followed from row `start` in direction `step`, first comes down to `level`; None if never."""
    rows = np.arange(start, len(x) if step > 0 else -1, step)
    rows = rows[~np.isnan(x[rows])]
    under = np.flatnonzero(x[rows] <= level)
    if not len(under):
        return None
    b = rows[under[0]]
    if under[0] == 0:
        return float(t_s[b])
    a = rows[under[0] - 1]
    return float(t_s[a] + (x[a] - level) / (x[a] - x[b]) * (t_s[b] - t_s[a]))


def measure(
    side: Literal["both", "left", "right"],
    t_s: Floats,
    x_deg: Floats,
    speed_dps: Floats,
    signals: Mapping[str, Floats],
    rest_deg: float,
    last_end_s: float,
    line_sd_deg: float = 0.0,
    earlier: Earlier | None = None,
    peak_kept_s: float = PEAK_KEPT_S,
) -> Rep:
    """The repetition contained in a stretch from valley to valley.

    Where the signal never comes down to 10 % of its range, the stretch's own first or last sample is the edge.
    """
    peak_deg, kept_until_s = kept(t_s, x_deg, peak_kept_s)
    top = int(np.nanargmax(x_deg))
    low, high = (rest_deg + share * (peak_deg - rest_deg) for share in (0.1, 0.9))
    first, last = float(t_s[0]), float(t_s[-1])

    def edge_s(step: int, level: float, otherwise_s: float) -> float:
        found = crossing(t_s, x_deg, top, step, level)
        return otherwise_s if found is None else found

    start_s, end_s = edge_s(-1, low, first), edge_s(1, low, last)
    return Rep(
        side=side, t_s=t_s, x_deg=x_deg, speed_dps=speed_dps, signals=signals, rest_deg=rest_deg,
        peak_deg=peak_deg, peak_s=kept_until_s, start_s=start_s, end_s=end_s,
        top_start_s=edge_s(-1, high, start_s), top_end_s=edge_s(1, high, end_s),
        pause_s=max(0.0, start_s - last_end_s), line_sd_deg=line_sd_deg,
        earlier=earlier or {},
    )  # fmt: skip

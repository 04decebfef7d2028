"""Angles over time that are returned with their truth: minimum-jerk repetitions, noise, gaps, uneven times.

The truth is measured on the noiseless curve every millisecond, by the definitions of docs/DEFINITIONS.md and not
with the package's own code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FULL_MOVE = 0.507
"""Share of a minimum-jerk move that passes between 10 % and 90 % of its way."""
HOLD_BELOW_DEG, HOLD_ABOVE_DEG, HOLD_SPEED_DPS, HOLD_GRACE_S = 8.0, 10.0, 25.0, 0.3
CURL_BELOW_DEG = 6.0


@dataclass(frozen=True)
class Move:
    """One repetition of a script: up to `peak_deg`, hold, down to a share of the range, pause.

    `side` is a leg for curls. `extra` names what else moves, at most by the given amount at the top (`bodies`).
    """

    peak_deg: float = 180.0
    up_s: float = 2.0
    hold_s: float = 2.8
    down_s: float = 2.0
    pause_s: float = 1.2
    bottom_share: float = 0.0
    side: str = "both"
    extra: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Truth:
    """What a repetition truly measures."""

    side: str
    start_s: float
    top_start_s: float
    top_end_s: float
    end_s: float
    peak_deg: float
    hold_s: float

    @property
    def up_s(self) -> float:
        return (self.top_start_s - self.start_s) / FULL_MOVE

    @property
    def down_s(self) -> float:
        return (self.end_s - self.top_end_s) / FULL_MOVE

    def later(self, by_s: float) -> Truth:
        """The same repetition in a script that begins later."""
        return Truth(
            self.side, self.start_s + by_s, self.top_start_s + by_s, self.top_end_s + by_s, self.end_s + by_s,
            self.peak_deg, self.hold_s,
        )  # fmt: skip


def minimum_jerk(u: Floats) -> Floats:
    """Way covered at the share `u` of a smooth move's duration (Flash and Hogan 1985)."""
    u = np.clip(u, 0.0, 1.0)
    return u**3 * (10 - 15 * u + 6 * u**2)


@dataclass(frozen=True)
class Curve:
    """A signal through `levels` at `knots_s`, each step a minimum-jerk move; flat before and after."""

    knots_s: tuple[float, ...]
    levels: tuple[float, ...]

    def __call__(self, t_s: Floats) -> Floats:
        x = np.full(len(t_s), self.levels[0])
        for (a, b), (low, high) in zip(pairwise(self.knots_s), pairwise(self.levels), strict=True):
            if high != low:
                x += (high - low) * minimum_jerk((t_s - a) / (b - a))
        return x

    @property
    def duration_s(self) -> float:
        return self.knots_s[-1]


def script(moves: Sequence[Move], rest_deg: float, lead_s: float = 1.5, tail_s: float = 1.5) -> Curve:
    """The curve of a set: rest, the moves one after the other, rest."""
    steps, levels = [lead_s], [rest_deg, rest_deg]
    for move in moves:
        bottom = rest_deg + move.bottom_share * (move.peak_deg - rest_deg)
        steps += [move.up_s, max(move.hold_s, 1e-6), move.down_s, max(move.pause_s, 1e-6)]
        levels += [move.peak_deg, move.peak_deg, bottom, bottom]
    steps, levels = [*steps, tail_s], [*levels, rest_deg]
    return Curve((0.0, *accumulate(steps)), tuple(map(float, levels)))


def truths(moves: Sequence[Move], curve: Curve, curl: bool = False) -> list[Truth]:
    """What each move of a script measures on its own curve."""
    rest = curve.levels[0]
    out = []
    for number, move in enumerate(moves):
        begin, top, down, bottom, pause = curve.knots_s[1 + 4 * number : 6 + 4 * number]
        t = np.arange(begin - 0.002, pause, 0.001)
        x = curve(t)
        low, high = (rest + share * (move.peak_deg - rest) for share in (0.1, 0.9))
        up, after = t < (top + down) / 2, t > (top + down) / 2
        start = t[up & (x <= low)].max(initial=-np.inf)
        end = t[after & (x <= low)].min(initial=np.inf)
        out.append(Truth(
            side=move.side,
            start_s=float(start if np.isfinite(start) else begin),
            top_start_s=float(t[up & (x <= high)].max()),
            top_end_s=float(t[after & (x <= high)].min()),
            end_s=float(end if np.isfinite(end) else bottom),
            peak_deg=float(move.peak_deg),
            hold_s=longest_hold(t, x, move.peak_deg - CURL_BELOW_DEG if curl else None),
        ))  # fmt: skip
    return out


def longest_hold(t_s: Floats, x: Floats, from_deg: float | None = None) -> float:
    """Longest time near 180 deg (or above `from_deg`) and slow; interruptions up to the grace count."""
    low, high = (180 - HOLD_BELOW_DEG, 180 + HOLD_ABOVE_DEG) if from_deg is None else (from_deg, np.inf)
    inside = (x >= low) & (x <= high) & (np.abs(np.gradient(x, t_s)) <= HOLD_SPEED_DPS)
    times = t_s[inside]
    if not len(times):
        return 0.0
    breaks = np.flatnonzero(np.diff(times) > HOLD_GRACE_S)
    first, last = np.r_[0, breaks + 1], np.r_[breaks, len(times) - 1]
    return float((times[last] - times[first]).max())


def frame_times(duration_s: float, fps: float = 30.0, jitter: float = 0.0, seed: int = 1) -> Floats:
    """Times of frames, each moved by up to `jitter` of an interval."""
    t_s = np.arange(0.0, duration_s, 1 / fps)
    moved = t_s + np.random.default_rng(seed).uniform(-jitter / 2, jitter / 2, len(t_s)) / fps
    return moved - moved[0]


def noise(
    t_s: Floats, white: float, slow: float, seed: int = 1, memory_s: float = 0.3, shape: tuple[int, ...] = ()
) -> Floats:
    """(N, *shape) white noise plus a first-order autoregressive wander, each with its standard deviation."""
    rng = np.random.default_rng(seed)
    keep = np.exp(-np.diff(t_s, prepend=t_s[:1]) / memory_s)
    wander = np.empty((len(t_s), *shape))
    state = rng.normal(size=shape)
    for row, share in enumerate(keep):
        state = share * state + np.sqrt(1 - share**2) * rng.normal(size=shape)
        wander[row] = state
    return white * rng.normal(size=(len(t_s), *shape)) + slow * wander


def with_gaps(t_s: Floats, x: Floats, every_s: float, for_s: float) -> Floats:
    """`x` with NaN for a while again and again."""
    return np.where(t_s % every_s < for_s, np.nan, x) if for_s else x


@dataclass(frozen=True)
class Trace:
    """A measured angle with the truth behind it."""

    t_s: Floats
    x_deg: Floats
    curve: Curve
    truth: list[Truth]


def trace(
    moves: Sequence[Move], rest_deg: float = 128.0, *, fps: float = 30.0, jitter: float = 0.0,
    white: float = 0.0, slow: float = 0.0, gap_every_s: float = 5.3, gap_s: float = 0.0, seed: int = 1,
    lead_s: float = 1.5, tail_s: float = 1.5, curl: bool = False,
) -> Trace:  # fmt: skip
    """The angle of a set as a camera would give it."""
    curve = script(moves, rest_deg, lead_s, tail_s)
    t_s = frame_times(curve.duration_s, fps, jitter, seed)
    x = with_gaps(t_s, curve(t_s) + noise(t_s, white, slow, seed), gap_every_s, gap_s)
    return Trace(t_s, x, curve, truths(moves, curve, curl))

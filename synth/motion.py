"""What the person does, second by second (numpy only).

A Motion maps any time (s) to (track, value), where a track is a family of poses of a bank and value its parameter: for
`lift` the signed hip angle (degrees), for curls the knee flexion (degrees), for `slide` the share of the way from
lying flat (0) to the rest pose of the lift (1). Moves are slightly skewed in time; still phases carry a sway of 0.3
degrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from synth.geometry import Floats
from synth.timing import Timing, minimum_jerk

LINE_DEG = 180.0  # shoulder-hip-knee straight
HOLD_BELOW_DEG, HOLD_ABOVE_DEG = 8.0, 10.0  # round LINE_DEG, what counts as held
HOLD_SPEED_DPS = 25.0  # faster does not count as held
TREMOR_DEG = {"hip_lift": 0.4, "leg_curl": 1.4}
GRID_HZ = 200.0  # samples of the truth
FULL_MOVE = 0.507  # share of a minimum-jerk move between 10 % and 90 % of its way
FIRST_TRACK = {
    "hip_lift": "lift",
    "leg_curl": "curl_left",
    "heel_raise": "heel_raise",
    "stair_step": "step_left",
    "sitting": "slump",
}


@dataclass(frozen=True)
class Segment:
    """A move or a still phase of one track: seconds and values."""

    start_s: float
    end_s: float
    track: str
    begin: float
    to: float
    skew: float


class Motion:
    """Build with still() and move(); rep() and held_lift() also note a repetition."""

    def __init__(self, exercise: str, rest: float, rng: np.random.Generator, timing: Timing | None = None) -> None:
        self.exercise, self.rest_value, self.rng = exercise, rest, rng
        self.timing = timing or Timing()
        self.sway = 0.012 if exercise == "sitting" else 0.3
        self.segments: list[Segment] = []
        self.reps: list[dict[str, Any]] = []
        self.events: dict[str, list[list[float]]] = {}
        self.now, self.value = 0.0, rest
        self.track = FIRST_TRACK[exercise]
        self.phase = rng.uniform(0, 2 * np.pi, 2)
        self.pace_hz = rng.uniform(0.22, 0.32), rng.uniform(0.45, 0.6)
        if self.timing.tremor:
            self.tremor_hz, self.tremor_phase = rng.uniform(3.0, 4.5), rng.uniform(0, 2 * np.pi)

    def vary(self, x: float, share: float = 0.1) -> float:
        return float(x * self.rng.uniform(1 - share, 1 + share))

    def between(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def _add(self, seconds: float, to: float) -> None:
        skew = self.between(0.93, 1.08) if to != self.value else 1.0
        self.segments.append(Segment(self.now, self.now + seconds, self.track, self.value, to, skew))
        self.now, self.value = self.now + seconds, to

    def still(self, seconds: float) -> None:
        self._add(seconds, self.value)

    def move(self, to: float, seconds: float) -> None:
        self._add(seconds, to)

    def rep(
        self,
        peak: float,
        up: float,
        plateau: float,
        down: float,
        back: float | None = None,
        track: str | None = None,
        **notes: Any,
    ) -> None:
        """One repetition; seconds, and the value at the top. `back`: where it returns to."""
        self.track = track or self.track
        r: dict[str, Any] = {"track": self.track, "start_s": self.now, **notes}
        self.move(peak, up)
        r["top_start_s"] = self.now
        if plateau > 0:
            self.still(plateau)
        r["top_end_s"] = self.now
        self.move(self.rest_value if back is None else back, down)
        r["end_s"] = self.now
        self.reps.append(r)

    def held_lift(
        self, peak: float, up: float, hold: float, down: float, back: float | None = None, **notes: Any
    ) -> None:
        """Hip lift whose truth `hold_s` is `hold`; hurries a little where the hold is very short."""
        to = self.rest_value if back is None else back
        while True:
            t = np.arange(0, up + down, 1 / GRID_HZ)
            rise = self.value + (peak - self.value) * self.timing.share(t / up, up)
            fall = peak + (to - peak) * self.timing.share((t - up) / down, down)
            in_transit = held_seconds(t, np.where(t < up, rise, fall))
            if in_transit <= hold or up * 0.95 < 1.03:
                break
            up, down = up * 0.95, max(0.8, down * 0.93)
        self.rep(peak, up, max(0.0, hold - in_transit), down, back, **notes)

    def at(self, times_s: ArrayLike) -> tuple[list[str], Floats]:
        """Track names and values."""
        t = np.asarray(times_s, float)
        starts = np.array([s.start_s for s in self.segments])
        which = np.clip(np.searchsorted(starts, t, "right") - 1, 0, len(starts) - 1)
        t0, t1, v0, v1, skew = (
            np.array([getattr(s, name) for s in self.segments])[which]
            for name in ("start_s", "end_s", "begin", "to", "skew")
        )
        u = np.clip((t - t0) / np.maximum(t1 - t0, 1e-6), 0, 1) ** skew
        v = v0 + (v1 - v0) * self.timing.share(u, t1 - t0)
        wave = 0.7 * np.sin(2 * np.pi * self.pace_hz[0] * t + self.phase[0])
        wave = wave + 0.3 * np.sin(2 * np.pi * self.pace_hz[1] * t + self.phase[1])
        away = np.clip((v - self.rest_value) / (0.05 if self.exercise == "sitting" else 5), 0, 1)
        v = v + self.sway * wave * away  # (nothing on the track `slide`)
        if self.timing.tremor:
            v = v + self._tremor(t) * away
        if self.exercise == "hip_lift":
            v = self._lying(t, v, wave, away, np.array([s.track == "slide" for s in self.segments])[which])
        return [self.segments[i].track for i in which], v

    def _tremor(self, t: Floats) -> Floats:
        strength = (
            self.timing.tremor
            * TREMOR_DEG.get(self.exercise, 0.0)
            * (1 + 0.4 * np.sin(2 * np.pi * 0.37 * t + self.phase[0]))
        )
        return strength * np.sin(2 * np.pi * self.tremor_hz * t + self.tremor_phase)

    def _lying(self, t: Floats, v: Floats, wave: Floats, away: Floats, slide: Floats) -> Floats:
        """The sway at rest starts after the heels have slid in; flat there is hardly any."""
        slid = self.events["slide_s"][-1][1] if "slide_s" in self.events else -1.0
        flat = v + 0.003 * (1 + wave) * np.clip(1 - 4 * v, 0, 1)
        return np.where(slide, flat, v + 0.15 * (1 + wave) * (1 - away) * minimum_jerk(t - slid))


def held_seconds(t: Floats, hip_deg: Floats) -> float:
    speed = np.abs(np.gradient(hip_deg, t)) if len(t) > 2 else np.zeros(len(t))
    near = (hip_deg >= LINE_DEG - HOLD_BELOW_DEG) & (hip_deg <= LINE_DEG + HOLD_ABOVE_DEG)
    return float((near & (speed <= HOLD_SPEED_DPS)).sum() * (t[1] - t[0])) if len(t) > 1 else 0.0

"""How long the top has been held so far: the hold of DEFINITIONS, known while it happens."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan

from formcheck.engine import Reading
from formcheck.events import RepSide
from formcheck.movement import HOLD_GRACE_S
from formcheck.spec import Exercise


@dataclass(slots=True)
class HoldClock:
    """Runs while a side's signal is in the band at rest; interruptions up to HOLD_GRACE_S count.

    `held_s` is None when nobody holds. The band is the exercise's, around the line; within the doubt about the line
    it lies where the person holds, as in the report.
    """

    exercise: Exercise
    side: RepSide = "both"
    since_s: float = nan
    inside_s: float = nan
    peak_deg: float = nan

    @property
    def held_s(self) -> float | None:
        """Seconds held so far."""
        return None if isnan(self.since_s) else self.inside_s - self.since_s

    def step(self, reading: Reading | None) -> float | None:
        """Take the newest reading; returns `held_s`."""
        rule = self.exercise.rep
        if reading is None or rule.line_deg is None:
            self._stop()
            return None
        deg, speed_dps = reading.degs[self.side], reading.speeds_dps[self.side]
        if deg < reading.rest_degs[self.side] + rule.onset_deg:
            self.peak_deg = nan
        self.peak_deg = deg if isnan(self.peak_deg) else max(self.peak_deg, deg)
        shift = min(max(rule.line_deg - self.peak_deg, -reading.line_sd_deg), reading.line_sd_deg)
        low, high = rule.line_deg - rule.hold.below_deg, rule.line_deg + rule.hold.above_deg
        if low <= deg + shift <= high and abs(speed_dps) <= rule.hold.speed_dps:
            self.inside_s = reading.t_s
            self.since_s = reading.t_s if isnan(self.since_s) else self.since_s
        elif reading.t_s - self.inside_s > HOLD_GRACE_S:
            self._stop()
        return self.held_s

    def _stop(self) -> None:
        self.since_s = self.inside_s = nan

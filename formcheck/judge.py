"""The state machine: samples in, events out. It reads no clock, file or picture.

A repetition is an excursion of the driving signal from a valley over a peak to the next valley. It is closed when
the signal is down to 10 % of its range, or when it rises again from less than 45 % (not fully lowered).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite, isnan, nan, prod

import numpy as np

from formcheck.events import Event, FaultSeen, Phase, PhaseEntered, RepDone, RepSide, RepVerdict
from formcheck.movement import Earlier, Found, Rep, measure
from formcheck.spec import Exercise, Fault, RepRule

DOWN_SHARE = 0.1
"""Share of its range to which a repetition must come down to be over (the 10 % edge of DEFINITIONS)."""
VALLEY_SHARE, RELIFT_SHARE = 0.45, 0.2
"""Not coming down fully: a rise by 20 % of the range from a valley under 45 % begins the next repetition; a valley
above that is a second lift within the same one: many guides ask to stop just above the floor."""
MEMORY_S = 12.0
"""Samples kept while at rest, so that a slow lift's start is still there: the slowest lift allowed takes 8 s."""
LOOK_EVERY_S = 0.1
"""How often an open repetition is measured for faults that are told while they happen."""
GAP_S = 1.0
"""Without a sample for longer, an open repetition is abandoned: nobody knows what happened meanwhile."""
CLEAR = 0.6
"""Least quality of what shows a fault: below it a limb is drawn longer or shorter than it is by 20 % and more, and that
is no fault of the person (SCIENCE.md 1.3)."""
MOVING_DPS = 8.0
"""Speed from which the signal rises or falls; standing still measures under 3 deg/s on rendered clips."""


@dataclass(frozen=True, slots=True)
class Sample:
    """All measures of one time: value and, for driving signals, speed in units per second. NaN: not measurable."""

    t_s: float
    values: Mapping[str, float]
    speeds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is known of the person before judging: rest and doubt (standard deviation) of every driving signal."""

    rest_deg: Mapping[str, float]
    sd_deg: Mapping[str, float] = field(default_factory=dict)
    fps: float = 30.0


class Channel:
    """One driving signal (one leg, or the hips): finds the stretches from valley to valley."""

    def __init__(self, rule: RepRule, signal: str, rest_deg: float) -> None:
        self.rule, self.signal, self.rest_deg = rule, signal, rest_deg
        self.phase = Phase.REST
        self.looked_s = -inf
        self.last_end_s = -inf
        self.peaks_deg: list[float] = []
        self.rows: list[Sample] = []
        self._restart()

    def _restart(self) -> None:
        self.rising = False
        self.low_deg = self.high_deg = self.valley_deg = nan
        self.low_row = self.valley_row = 0

    def step(self, sample: Sample) -> list[Sample]:
        """Take one sample; returns the samples of the stretch it closes, else nothing."""
        x = sample.values[self.signal]
        if isnan(x):
            return []
        if self.rows and sample.t_s - self.rows[-1].t_s > GAP_S:
            self.abandon()
        self.rows.append(sample)
        self.phase = self._phase(x, sample.speeds[self.signal])
        return self._rise(x) if self.rising else self._wait(x)

    def shift(self, by_deg: float) -> None:
        """Move the zero of the signal, for what is kept as well."""
        self.rest_deg += by_deg
        self.low_deg, self.high_deg, self.valley_deg = (
            x + by_deg for x in (self.low_deg, self.high_deg, self.valley_deg)
        )
        self.rows = [
            Sample(row.t_s, {**row.values, self.signal: row.values[self.signal] + by_deg}, row.speeds)
            for row in self.rows
        ]

    def abandon(self) -> None:
        """Forget the open repetition."""
        self.rows.clear()
        self._restart()
        self.phase = Phase.REST

    def finish(self) -> list[Sample]:
        """Close what is open at the end, if it had come down far enough to be over."""
        over = self.rising and self.valley_deg < self._level(VALLEY_SHARE)
        rows = self.rows if over else []
        self.rows = []
        self._restart()
        return rows

    def _level(self, share: float) -> float:
        return self.rest_deg + share * (self.high_deg - self.rest_deg)

    def _wait(self, x: float) -> list[Sample]:
        """At rest: follow the signal down, and begin when it has risen by the onset."""
        if isnan(self.low_deg) or x <= self.low_deg:
            self.low_deg, self.low_row = x, len(self.rows) - 1
        elif x > max(self.low_deg, self.rest_deg) + self.rule.onset_deg:
            self.rising, self.high_deg, self.valley_deg = True, x, x
            del self.rows[: self.low_row]
        self._forget_old()
        return []

    def _forget_old(self) -> None:
        while not self.rising and self.rows[-1].t_s - self.rows[0].t_s > MEMORY_S:
            del self.rows[0]
            self.low_row = max(0, self.low_row - 1)
            if self.low_row == 0:
                self.low_deg = self.rows[0].values[self.signal]

    def _rise(self, x: float) -> list[Sample]:
        """In a repetition: follow peak and valley, and close when it is over."""
        if x >= self.high_deg:
            self.high_deg = self.valley_deg = x
            return []
        if x < self.valley_deg:
            self.valley_deg, self.valley_row = x, len(self.rows) - 1
        if x <= self._level(DOWN_SHARE):
            return self._close(len(self.rows) - 1)
        if self.valley_deg < self._level(VALLEY_SHARE) and x > self.valley_deg + RELIFT_SHARE * (
            self.high_deg - self.rest_deg
        ):
            return self._close(self.valley_row)
        return []

    def _close(self, row: int) -> list[Sample]:
        stretch, self.rows = self.rows[: row + 1], self.rows[row:]
        self._restart()
        rest, self.rows = self.rows, []
        for sample in rest:
            self.rows.append(sample)
            self._wait(sample.values[self.signal]) if not self.rising else self._rise(sample.values[self.signal])
        return stretch

    def _phase(self, x: float, speed: float) -> Phase:
        """The phase as the coach shows it; the stretch decides what is a repetition."""
        hold, line = self.rule.hold, self.rule.line_deg
        top = (line if line is not None else self.high_deg) - hold.below_deg
        if self.large_enough and x >= top and abs(speed) <= hold.speed_dps:
            return Phase.TOP
        if not self.rising and x < self.rest_deg + self.rule.onset_deg:
            return Phase.REST
        if abs(speed) > MOVING_DPS:
            return Phase.RISING if speed > 0 else Phase.LOWERING
        return self.phase if self.phase != Phase.TOP else Phase.LOWERING

    @property
    def large_enough(self) -> bool:
        """Whether the open movement has become one that is reported."""
        return self.rising and self.high_deg - self.rest_deg >= self.rule.least_range_deg(self.rest_deg)


Revision = Callable[[list[Sample]], list[Sample]]


class Judge:
    """Judges one exercise on one person: `step` samples, then `finish`; both return the events they decided.

    `revise` tells the samples of a closed repetition as they are known by then, where later frames tell more of them.
    """

    def __init__(self, exercise: Exercise, baseline: Baseline, revise: Revision = list) -> None:
        self.exercise, self.baseline, self.revise = exercise, baseline, revise
        self.channels = {
            side: Channel(exercise.rep, signal, baseline.rest_deg[signal])
            for side, signal in exercise.rep.signals.items()
        }
        self.told: set[tuple[RepSide, str]] = set()

    def step(self, sample: Sample) -> list[Event]:
        """Take the next sample, in order of time."""
        events: list[Event] = []
        for side, channel in self.channels.items():
            before = channel.phase
            stretch = channel.step(sample)
            if channel.phase != before:
                events.append(PhaseEntered(sample.t_s, side, channel.phase))
            events += self._during(side, channel, sample)
            events += self._closed(side, stretch, sample.t_s)
        return events

    def recalibrate(self, by_deg: float, sd_deg: float) -> None:
        """Go on with a line that has become better known: all driving signals read `by_deg` more from now on."""
        self.baseline = replace(self.baseline, sd_deg=dict.fromkeys(self.baseline.rest_deg, sd_deg))
        for channel in self.channels.values():
            channel.shift(by_deg)

    def finish(self, t_s: float) -> list[Event]:
        """Close what is open when nothing more will come."""
        return [event for side, channel in self.channels.items() for event in self._closed(side, channel.finish(), t_s)]

    def _during(self, side: RepSide, channel: Channel, sample: Sample) -> list[Event]:
        """Faults that are told while they happen, once each."""
        if not channel.large_enough or sample.t_s - channel.looked_s < LOOK_EVERY_S:
            return []
        channel.looked_s = sample.t_s
        due = [f for f in self.exercise.faults if f.during and (side, f.code) not in self.told and self._measurable(f)]
        if not due:
            return []
        rep = self._rep(side, channel.rows)
        if self._shadow(side, rep):
            return []
        found = [self._seen(fault, rep, fault.value(rep), sample.t_s) for fault in due]
        events: list[Event] = [event for event in found if event]
        self.told |= {(side, event.code) for event in found if event}
        return events

    def _closed(self, side: RepSide, stretch: list[Sample], t_s: float) -> list[Event]:
        """Judge a closed stretch: its faults, then the repetition itself; nothing for what is none."""
        if not stretch:
            return []
        channel = self.channels[side]
        told = {code for told_side, code in self.told if told_side == side}
        self.told -= {(side, code) for code in told}
        rep = self._rep(side, self.revise(stretch))
        if not self._whole(rep) or self._shadow(side, rep):
            return []
        channel.last_end_s = rep.end_s
        channel.peaks_deg.append(rep.peak_deg)
        measured = [(fault, fault.value(rep)) for fault in self.exercise.faults if self._measurable(fault)]
        seen = [event for fault, found in measured if (event := self._seen(fault, rep, found, t_s))]
        done = RepDone(t_s, side, self._verdict(rep, seen), self._confidence(measured, rep), rep, tuple(seen))
        return [*(event for event in seen if event.code not in told), done]

    def _whole(self, rep: Rep) -> bool:
        """Whether a movement is large enough to be one, and its way up was seen (not begun at the top)."""
        seen_from = rep.x_deg[0] <= rep.rest_deg + VALLEY_SHARE * rep.range_deg
        return bool(rep.range_deg >= self.exercise.rep.least_range_deg(rep.rest_deg) and seen_from)

    def _measurable(self, fault: Fault) -> bool:
        return self.baseline.fps >= fault.least_fps

    def _rep(self, side: RepSide, rows: list[Sample]) -> Rep:
        channel = self.channels[side]
        signals = {name: np.array([row.values[name] for row in rows]) for name in rows[0].values}
        return measure(
            side, np.array([row.t_s for row in rows]), signals[channel.signal],
            np.array([row.speeds[channel.signal] for row in rows]), signals, channel.rest_deg, channel.last_end_s,
            self.baseline.sd_deg.get(channel.signal, 0.0), self._earlier(), self.exercise.rep.peak_kept_s,
        )  # fmt: skip

    def _earlier(self) -> Earlier:
        """Peaks so far by side, as they are now."""
        return {side: tuple(channel.peaks_deg) for side, channel in self.channels.items()}

    def _shadow(self, side: RepSide, rep: Rep) -> bool:
        """Whether this is only the other leg's movement seen on this one: at the same time, and smaller on the whole.

        Not by the peaks: the network draws both legs on the bent one, and by its noise now this, now that one higher.
        """
        during = rep.between(rep.start_s, rep.end_s)
        own_deg = (rep.x_deg - rep.rest_deg)[during]
        for other, channel in self.channels.items():
            if other == side:
                continue
            above_deg = (rep.signals[channel.signal] - channel.rest_deg)[during] - own_deg
            if np.isfinite(above_deg).any() and np.nanmean(above_deg) > 0:
                return True
        return False

    def _verdict(self, rep: Rep, faults: list[FaultSeen]) -> RepVerdict:
        if rep.peak_deg < self.exercise.rep.partial_below_deg:
            return "partial"
        return "fault" if faults else "clean"

    def _seen(self, fault: Fault, rep: Rep, found: Found, t_s: float) -> FaultSeen | None:
        severity = fault.severity(found.value) if isfinite(found.value) else None
        if severity is None or self._clearness(fault, found, rep) < CLEAR:
            return None
        return FaultSeen(
            t_s, rep.side, fault.code, severity, found.value, fault.limit(severity), fault.unit, found.at_s
        )

    def _confidence(self, measured: list[tuple[Fault, Found]], rep: Rep) -> float:
        """Probability that no fault is decided wrongly."""
        return prod(self._sureness(fault, found, rep) for fault, found in measured if isfinite(found.value))

    def _sureness(self, fault: Fault, found: Found, rep: Rep) -> float:
        """Probability that a fault is rightly named or denied; of what was not seen clearly, nobody knows."""
        if fault.severity(found.value) and self._clearness(fault, found, rep) < CLEAR:
            return 0.5
        return fault.sureness(found.value, rep.line_sd_deg)

    def _clearness(self, fault: Fault, found: Found, rep: Rep) -> float:
        """Too much shows in a moment; too little only where everything up to then was seen."""
        return rep.quality_at(found.at_s) if fault.over else rep.least_quality(found.at_s)

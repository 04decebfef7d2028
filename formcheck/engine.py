"""Judging while it happens: sightings in, events out, a fixed moment behind the camera.

It measures and judges with the same code as `hindsight`; only what is known when differs. Rest and line come from lying
still before the first repetition, and are learned anew from each one that is over, before it is judged; every sample is
smoothed with LAG_S of what came after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.events import Event, Phase, Ready, RepSide
from formcheck.exercises import get_exercise
from formcheck.judge import Baseline, Judge, Sample
from formcheck.limbs import LegKeeper, quality
from formcheck.line import Line
from formcheck.measures import Body, Edge, Size, yaw_deg
from formcheck.movement import QUALITY
from formcheck.posture import facing_left, head_left, placed
from formcheck.records import Floats, Recorder, Sighting, SourceInfo, Track
from formcheck.spec import Exercise
from formcheck.study import (
    Signals,
    doubts_deg,
    frame_rate_hz,
    is_side_on,
    median_of,
    raw_signals,
    smoothed,
    usable_rows,
)

LAG_S = 0.15
"""How far judging runs behind: two widths of the smoothing, after which a sample changes by under 5 %."""
WINDOW_S = 0.7
"""Length of track that one sample is smoothed from."""
READY_S = 1.0
"""Lying still in position for so long begins a set."""
STILL_BAND_DEG = 5.6
"""A driving angle keeps still while it stays in so wide a band: at 8 deg/s (`study.STILL_DPS`) it would leave it within
that second."""
HOLE_S = 0.25
"""Longest time without a picture in that second: nobody knows who lay still in between, and from three pictures no
speed is known (measured: a browser whose camera starts with one picture, and 0.9 s later the next)."""
LOOK_EVERY_S = 0.2
"""How often the position is looked at anew; it is decided on medians over a second."""
BELOW_REST_DEG = 20.0
"""Lower than it lay still by so much, the person was holding the top then: rest is learned anew. Measured: 4 deg at
most in whole sets of the saved recordings."""
LEFT_S = 3.0
"""Out of position for longer than this ends the set: the person has got up or turned round."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was learned of the person lying ready, `still` for that second."""

    head_at: Edge
    still: Track
    size: Size
    rest: dict[str, float]
    line: Line | None
    judge: Judge


@dataclass(frozen=True, slots=True)
class Reading:
    """What the newest judged frame measures: the driving signal and the phase of every side, NaN where not seen."""

    t_s: float
    degs: Mapping[RepSide, float]
    speeds_dps: Mapping[RepSide, float]
    phases: Mapping[RepSide, Phase]
    rest_degs: Mapping[RepSide, float]
    line_sd_deg: float


class Engine:
    """Judges one exercise on a stream of sightings.

    `info` tells the size of the pictures. `line` is a kept calibration of this person, where there is one. `step`
    takes the next sighting and `finish` ends the stream; both return the events decided, in order.

    >>> engine = Engine("hip_lift", source.info)                                     # doctest: +SKIP
    >>> for frame in source: events = engine.step(landmarker.step(frame, source.info))  # doctest: +SKIP
    """

    def __init__(self, exercise: str | Exercise, info: SourceInfo, line: Line | None = None) -> None:
        self.exercise = get_exercise(exercise) if isinstance(exercise, str) else exercise
        self.info, self.line = info, line
        self.recorder, self._legs = Recorder(), LegKeeper()
        self._picture_px = float(info.width_px), float(info.height_px)
        self._settled: Settled | None = None
        self._sample: Sample | None = None
        self._looked_s = self._judged_s = self._usable_s = -np.inf
        self._lying_since_s: float | None = None
        self._in_position = False
        self._head_at: Edge | None = None

    def step(self, sighting: Sighting) -> list[Event]:
        """Take the next sighting; times must increase."""
        t_s, pose = sighting.t_s, sighting.pose
        self.recorder.step(Sighting(t_s, self._legs.step(t_s, pose) if pose else None))
        if t_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = t_s
            self._look(t_s)
        if self._settled is None:
            return self._settle(t_s) if self._in_position and self._looked_s == t_s else []
        events = self._judge(self._settled, t_s - LAG_S)
        if self._below_rest():
            self._settled = self._sample = None
            return events
        return events + self._leave(self._settled, t_s)

    def finish(self) -> list[Event]:
        """Judge what is left when nothing more will come."""
        if self._settled is None:
            return []
        end_s = self.recorder.last_s
        return self._judge(self._settled, end_s) + self._settled.judge.finish(end_s)

    @property
    def settled(self) -> Settled | None:
        """What was learned of the person who lies ready and is being judged; None while nobody does."""
        return self._settled

    @property
    def reading(self) -> Reading | None:
        """The newest judged frame, LAG_S behind the camera; None while nobody is being judged."""
        sample, settled = self._sample, self._settled
        if sample is None or settled is None:
            return None
        signals, judge = self.exercise.rep.signals, settled.judge
        return Reading(
            sample.t_s,
            {side: sample.values[name] for side, name in signals.items()},
            {side: sample.speeds[name] for side, name in signals.items()},
            {side: channel.phase for side, channel in judge.channels.items()},
            {side: channel.rest_deg for side, channel in judge.channels.items()},
            max(judge.baseline.sd_deg.values(), default=0.0),
        )

    def _look(self, t_s: float) -> None:
        """Decide whether the person lies as the exercise asks."""
        recent = self.recorder.since(t_s - READY_S)
        self._in_position = placed(recent, self.info, self.exercise.position, self._in_position)
        self._head_at = self._edge(recent) if self._in_position else None
        if not self._in_position:
            # Who walks crosses the legs; whose they were is not known any more when lying.
            self._lying_since_s, self._legs = None, LegKeeper()
        elif self._lying_since_s is None:
            self._lying_since_s = float(recent.t_s[0])

    def _edge(self, recent: Track) -> Edge:
        """Where the head is, or which way somebody faces who stands, which stays as it was in a set."""
        if self.exercise.position != "standing":
            return "left" if head_left(recent)[-1] else "right"
        if self._settled:
            return self._settled.head_at
        return "left" if facing_left(recent) else "right"

    def _settle(self, t_s: float) -> list[Event]:
        """Begin judging once the person has lain still in position for READY_S."""
        recent = self.recorder.since(t_s - READY_S)
        whole = recent.t_s[-1] - recent.t_s[0] >= 0.9 * READY_S and np.diff(recent.t_s).max() <= HOLE_S
        if not (whole and recent.seen.all()):
            return []
        head_at = self._head_at
        if head_at is None:
            return []
        body = Body.of(recent, self.exercise.position, head_at, self._picture_px)
        if not is_side_on(median_of(yaw_deg(body))):
            return []
        line = self._find_line(self._so_far(head_at))
        values = self._measured(body, line)
        # The ends of the second are fitted from one side only, and would let noise pass for movement.
        inner = (recent.t_s > recent.t_s[0] + LAG_S) & (recent.t_s < t_s - LAG_S)
        driving = [values[name][inner] for name in self.exercise.rep.signals.values()]
        if not all(map(keeps_still, driving)) or not usable_rows(body, self.exercise).all():
            return []
        rest = medians_of(values)
        baseline = Baseline(
            self.exercise.zero_deg(rest), doubts_deg(body, self.exercise, line), frame_rate_hz(recent.t_s)
        )
        self._settled = Settled(head_at, recent, body.size, rest, line, Judge(self.exercise, baseline, self._revise))
        self._judged_s = self._usable_s = t_s
        return [Ready(t_s, head_at, body.near)]

    def _so_far(self, head_at: Edge) -> Body:
        """All that was seen since the person lay down."""
        since = self.recorder.since(self._lying_since_s if self._lying_since_s is not None else -np.inf)
        return Body.of(since, self.exercise.position, head_at, self._picture_px)

    def _find_line(self, body: Body) -> Line | None:
        """The line as a body shows it, such as by straight legs; a kept calibration stays."""
        return self.line or (self.exercise.line(body) if self.exercise.line else None)

    def _learned(self, settled: Settled) -> Settled:
        """Every repetition of who lies tells more of where the line is, and of how long limbs look while they move."""
        if self.exercise.position == "standing":
            return settled
        body = self._so_far(settled.head_at)
        line = self._find_line(body)
        if line and settled.line:
            settled.judge.recalibrate(settled.line.bias_deg - line.bias_deg, line.sd_deg)
        still = replace(body, track=settled.still)
        return replace(settled, size=body.size, rest=medians_of(self._measured(still, line)), line=line)

    def _measured(self, body: Body, line: Line | None) -> Signals:
        """Every measure of a stretch of time, smoothed."""
        rows = np.arange(len(body.track))
        return smoothed(body.track.t_s, raw_signals(body, self.exercise, line), rows, self.exercise)[0]

    def _judge(self, settled: Settled, until_s: float) -> list[Event]:
        """Judge the frames up to a time that have not been judged yet."""
        track = self.recorder.since(self._judged_s - WINDOW_S)
        rows = np.flatnonzero((track.t_s > self._judged_s) & (track.t_s <= until_s))
        if not len(rows):
            return []
        self._judged_s = float(track.t_s[rows[-1]])
        body = Body(track, self.exercise.position, settled.head_at, settled.size)
        good = rows[usable_rows(body, self.exercise)[rows]] if self._in_position else rows[:0]
        return [event for row in good for event in self._judge_row(track, row)]

    def _judge_row(self, track: Track, row: np.int_) -> list[Event]:
        """Judge one frame, by what is known since the frame before: that may have closed a repetition."""
        settled = self._settled
        assert settled is not None
        body = Body(track, self.exercise.position, settled.head_at, settled.size)
        [self._sample] = self._samples(settled, body, np.array([row]))
        self._usable_s = self._sample.t_s
        return settled.judge.step(self._sample)

    def _revise(self, samples: list[Sample]) -> list[Sample]:
        """The samples of a closed repetition by all that it has taught, and smoothed with what came after."""
        assert self._settled is not None
        settled = self._settled = self._learned(self._settled)
        track = self.recorder.since(samples[0].t_s - WINDOW_S)
        rows = np.flatnonzero(np.isin(track.t_s, [sample.t_s for sample in samples]))
        return self._samples(settled, Body(track, self.exercise.position, settled.head_at, settled.size), rows)

    def _below_rest(self) -> bool:
        """Whether the person has come down from what was taken for lying still."""
        reading = self.reading
        return reading is not None and any(
            deg < reading.rest_degs[side] - BELOW_REST_DEG for side, deg in reading.degs.items()
        )

    def _samples(self, settled: Settled, body: Body, rows: NDArray[np.int_]) -> list[Sample]:
        if not len(rows):
            return []
        t_s = body.track.t_s
        raw = raw_signals(body, self.exercise, settled.line)
        values, speeds = smoothed(t_s, raw, rows, self.exercise)
        for name in self.exercise.relative:
            values[name] = values[name] - settled.rest[name]
        values[QUALITY] = quality(body)[rows]
        return [
            Sample(
                float(t_s[row]),
                {name: float(value[k]) for name, value in values.items()},
                {name: float(speed[k]) for name, speed in speeds.items()},
            )
            for k, row in enumerate(rows)
        ]

    def _leave(self, settled: Settled, t_s: float) -> list[Event]:
        """End the set when the person has been out of position for long, or lies the other way round."""
        if t_s - self._usable_s <= LEFT_S and self._head_at in (None, settled.head_at):
            return []
        events = settled.judge.finish(t_s)
        self._settled, self._sample, self._lying_since_s = None, None, t_s
        return events


def medians_of(values: Signals) -> dict[str, float]:
    """Median of every signal."""
    return {name: median_of(value) for name, value in values.items()}


def keeps_still(angle_deg: Floats) -> bool:
    """Whether an angle goes nowhere: it stays in a band. Restless landmarks are quick, and come back at once."""
    known = angle_deg[np.isfinite(angle_deg)]
    return bool(len(known)) and float(np.ptp(known)) < STILL_BAND_DEG


def replay(engine: Engine, track: Track) -> list[Event]:
    """All events of a recorded track, as they would have come live."""
    events = [event for sighting in track.sightings() for event in engine.step(sighting)]
    return events + engine.finish()

"""Watching while it happens: sightings in, at any rate, and what is noticed out, a second later.

Single pictures are noisy, so a moment is judged by the medians of a second before and after it. Nothing grows with the
time watched but the list of episodes.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf, nan
from statistics import pstdev

from formcheck.monitors.events import Calibrated, Noticed, StateEntered
from formcheck.monitors.figure import Figure, Missing, look, middle
from formcheck.monitors.pace import Pace
from formcheck.monitors.reminding import Reminding
from formcheck.monitors.spec import Calibration, Monitor
from formcheck.records import Sighting, SourceInfo, Track

REACH_S = 1.0
"""A moment is judged by what was seen so long before and after it."""
HOLE_S = 5.0
"""After a longer time without a picture nothing is known about it: the computer slept."""
LEAST_READINGS = 4
"""Fewer do not show whether somebody keeps still."""
AWAY, UNCLEAR = "away", "unclear"
"""Nobody sits there; somebody does and cannot be judged."""
AWAY_REASONS = frozenset({"person_lost", "other_position"})
SLACK_S = 0.2
"""How unpunctual a picture may be to count as one of that moment."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one picture says: a figure, or why there is none."""

    t_s: float
    figure: Figure | None
    why: Missing | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch in one state; `why` tells why somebody is away or cannot be judged."""

    start_s: float
    end_s: float
    state: str
    why: str | None = None


class Observer:
    """Watches by one monitor. `own` is the person's own good posture where it is known; else it is learned first.

    `step` takes the next sighting, `finish` ends the stream; both return what is noticed, in order.

    >>> observer = Observer(MONITOR, source.info)                                          # doctest: +SKIP
    >>> for frame in source: noticed = observer.step(landmarker.step(frame, source.info))  # doctest: +SKIP
    """

    def __init__(self, monitor: Monitor, info: SourceInfo, own: Figure | None = None) -> None:
        self.monitor, self.info, self.own = monitor, info, own
        self._pace = Pace(monitor.period_s)
        self._window: deque[Reading] = deque()
        self._decided = 0
        self._taken_s = self._last_s = -inf
        self._closed: list[Episode] = []
        self.episode: Episode | None = None
        """The one that lasts; None before the first decision."""
        self._reminding = Reminding(monitor.reminders, monitor.good, frozenset(h.code for h in monitor.habits))

    def step(self, sighting: Sighting) -> list[Noticed]:
        """Take the next sighting, times increasing; what comes sooner than the monitor's period is passed over."""
        t_s = sighting.t_s
        if not self._pace.wants(t_s):
            return []
        self._taken_s = t_s
        self._window.append(read(sighting, self.info))
        return self._calibrate(t_s) + self._decide(t_s - REACH_S + SLACK_S)

    def finish(self) -> list[Noticed]:
        """Judge what is left when nothing more will come."""
        return self._decide(inf)

    @property
    def course(self) -> list[Episode]:
        """What was decided so far, without holes from the first picture on."""
        return [*self._closed, *([self.episode] if self.episode else [])]

    def _calibrate(self, t_s: float) -> list[Noticed]:
        """Learn the good posture from the newest readings, if it is not known and they are fit for it."""
        if self.own is not None:
            return []
        rule = self.monitor.calibration
        self.own = good_posture(rule, newest(self._window, rule.length_s))
        return [Calibrated(t_s, self.own)] if self.own else []

    def _decide(self, until_s: float) -> list[Noticed]:
        """Judge the readings up to a time."""
        noticed: list[Noticed] = []
        while self._decided < len(self._window) and self._window[self._decided].t_s <= until_s:
            now = self._window[self._decided]
            around = [r for r in self._window if abs(r.t_s - now.t_s) <= REACH_S + SLACK_S]
            noticed += self._notice(now.t_s, *self._judge(now, around))
            self._decided += 1
        self._forget()
        return noticed

    def _judge(self, now: Reading, around: Sequence[Reading]) -> tuple[str, str | None]:
        """State, and why there is none to judge, of the moment of a reading, by those around it."""
        votes = Counter(reading.why for reading in around)
        why = max(votes, key=lambda one: (votes[one], one == now.why))
        if why is not None:
            return AWAY if why in AWAY_REASONS else UNCLEAR, why
        if self.own is None:
            return UNCLEAR, "not_calibrated"
        figure = middle([reading.figure for reading in around if reading.figure])
        return self.monitor.state(figure, self.own, self.episode.state if self.episode else self.monitor.good), None

    def _notice(self, t_s: float, state: str, why: str | None) -> list[Noticed]:
        """Go on with the episode or begin another; speak where it is due."""
        slept = t_s - self._last_s > HOLE_S
        lasted_s = self.monitor.period_s if slept else t_s - self._last_s
        changed = self.episode is None or (state, why) != (self.episode.state, self.episode.why)
        border_s = t_s if slept else (self._last_s + t_s) / 2
        if self.episode and slept:
            self._close(self._last_s)
            self._closed.append(Episode(self._last_s, t_s, UNCLEAR, "not_analysed"))
        elif self.episode and changed:
            self._close(border_s)
        if self.episode is None:
            self.episode = Episode(border_s, t_s, state, why)
        self.episode = replace(self.episode, end_s=t_s)
        self._last_s = t_s
        said = self._reminding.step(t_s, lasted_s, state)
        entered = [StateEntered(self._taken_s, border_s, state, why)] if changed else []
        return [*entered, *([said] if said else [])]

    def _close(self, end_s: float) -> None:
        assert self.episode
        self._closed.append(replace(self.episode, end_s=end_s))
        self.episode = None

    def _forget(self) -> None:
        """Drop the readings that nothing needs any more."""
        keep_s = self._taken_s - self.monitor.calibration.length_s - HOLE_S
        while self._decided and self._window[0].t_s < keep_s:
            self._window.popleft()
            self._decided -= 1


def read(sighting: Sighting, info: SourceInfo) -> Reading:
    """What one picture says."""
    figure = look(sighting.pose, info)
    return Reading(sighting.t_s, figure) if isinstance(figure, Figure) else Reading(sighting.t_s, None, figure)


def newest(readings: Sequence[Reading], length_s: float) -> list[Reading]:
    """The newest readings that reach back as far as asked; none where they do not."""
    from_s = readings[-1].t_s - length_s + SLACK_S
    start_s = max((reading.t_s for reading in readings if reading.t_s <= from_s), default=inf)
    return [reading for reading in readings if reading.t_s >= start_s]


def good_posture(rule: Calibration, readings: Sequence[Reading]) -> Figure | None:
    """The good posture in readings; None where somebody is missing, moves, or does not sit well in them."""
    figures = [reading.figure for reading in readings if reading.figure]
    if len(figures) < max(len(readings), LEAST_READINGS):
        return None
    own = middle(figures)
    well = all(
        check.low <= check.value(own) <= check.high and pstdev(map(check.value, figures)) <= check.spread
        for check in rule.checks
    )
    return own if well else None


def best_posture(monitor: Monitor, track: Track, info: SourceInfo) -> Figure | None:
    """The good posture of a recording in which nobody was asked for it; None where there is none."""
    rule, window = monitor.calibration, deque[Reading]()
    found: list[Figure] = []
    for sighting in thinned(track, monitor.period_s):
        window.append(read(sighting, info))
        while len(window) > 1 and window[1].t_s <= sighting.t_s - rule.length_s + SLACK_S:
            window.popleft()
        own = good_posture(rule, newest(window, rule.length_s))
        found += [own] if own else []
    lowest = min(map(rule.least, found), default=nan)
    return next((own for own in found if rule.least(own) <= lowest + rule.nearly), None)


def thinned(track: Track, period_s: float) -> Iterator[Sighting]:
    """The sightings of a track, one in every period."""
    pace = Pace(period_s)
    return (sighting for sighting in track.sightings() if pace.wants(sighting.t_s))

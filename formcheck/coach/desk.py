"""Somebody at a desk, watched for hours: what is noticed becomes few words, and the course of the day is kept."""

from __future__ import annotations

from math import inf

from formcheck.attendance import Attendance
from formcheck.coach.cues import Cue
from formcheck.monitors.engine import UNCLEAR, Observer
from formcheck.monitors.events import Calibrated, Noticed, Recovered, Reminded
from formcheck.monitors.spec import Monitor
from formcheck.records import Sighting, SourceInfo
from formcheck.report import Spoken

ASK_EVERY_S = 20.0
"""How often somebody who is there is asked to sit tall, until that was seen."""
UNCLEAR_S, UNCLEAR_EVERY_S = 20.0, 600.0
"""From when on it is said that nothing can be judged, and how often at most: whoever turned to a guest knows it."""


class Desk:
    """Takes sightings, returns what was noticed and what is to be spoken."""

    def __init__(self, monitor: Monitor, info: SourceInfo) -> None:
        self.monitor, self.info = monitor, info
        self.observer = Observer(monitor, info)
        self._reminders: list[Spoken] = []
        self._pictures = self._seen = 0
        self._asked_s = self._unclear_said_s = -inf

    def step(self, sighting: Sighting) -> tuple[list[Noticed], list[Cue]]:
        """Take the next sighting, times increasing."""
        self._pictures += 1
        self._seen += sighting.pose is not None
        noticed = self.observer.step(sighting)
        cues = [cue for event in noticed if (cue := self._spoken(event))]
        return noticed, cues or self._guide(sighting.t_s)

    def finish(self) -> list[Noticed]:
        """Judge what is left when nothing more will come."""
        return self.observer.finish()

    @property
    def attendance(self) -> Attendance:
        """What was seen so far."""
        known = self.observer.own is not None
        return Attendance(self.observer.course, list(self._reminders), self._pictures, self._seen, known)

    def _cue(self, t_s: float, name: str, slot: str = "guide") -> Cue:
        return Cue(t_s, slot, (f"{self.monitor.id}_{name}",))  # type: ignore[arg-type]

    def _spoken(self, event: Noticed) -> Cue | None:
        match event:
            case Calibrated(t_s=t_s):
                return self._cue(t_s, "known")
            case Reminded(t_s=t_s, state=state):
                self._reminders.append(Spoken(at_s=t_s, state=state))
                return self._cue(t_s, state, "correction")
            case Recovered(t_s=t_s):
                return self._cue(t_s, "well", "praise")
        return None

    def _guide(self, t_s: float) -> list[Cue]:
        """Ask for what is needed: good posture to compare with, and a view from the side."""
        now = self.observer.episode
        if now is None or now.state != UNCLEAR or now.why is None:
            return []
        if now.why == "not_calibrated":
            if t_s - self._asked_s < ASK_EVERY_S:
                return []
            self._asked_s = t_s
            return [self._cue(t_s, "set_up")]
        lasts = now.end_s - now.start_s >= (UNCLEAR_S if self.observer.own else 0.0)
        if now.why not in self.monitor.cues or not lasts or t_s - self._unclear_said_s < UNCLEAR_EVERY_S:
            return []
        self._unclear_said_s = t_s
        return [self._cue(t_s, now.why)]

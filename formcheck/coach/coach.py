"""One session from sightings to what is shown and said: engine, hold clock, gestures, framing and course together."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from formcheck.coach.cues import Cue
from formcheck.coach.framing import Problem, find_problem
from formcheck.coach.gestures import Gestures
from formcheck.coach.hold import HoldClock
from formcheck.coach.plan import Plan
from formcheck.coach.progress import Progress
from formcheck.coach.session import Command, Session
from formcheck.coach.sight import Seen
from formcheck.engine import Engine, Reading
from formcheck.events import Event, Ready
from formcheck.landmarks import Side
from formcheck.measures import Edge
from formcheck.records import Sighting, SourceInfo, Track

LOOK_EVERY_S, LOOK_BACK_S = 0.2, 1.0
"""How often the picture as a whole is checked, and on how much of the past."""


MEMORY_S, FORGET_EVERY_S = 240.0, 60.0
"""How much of the past the engine keeps, and how often the rest is dropped: the longest set takes three minutes."""


@dataclass(frozen=True, slots=True)
class Tick:
    """What came of one frame."""

    t_s: float
    sighting: Sighting
    near_side: Side | None
    reading: Reading | None
    held_s: float | None
    events: tuple[Event, ...]
    cues: tuple[Cue, ...]


class Coach:
    """Coaches one session; `progress` goes on with one that broke off."""

    def __init__(self, plan: Plan, info: SourceInfo, progress: Progress | None = None) -> None:
        self.plan, self.info = plan, info
        self.session = Session(plan, progress)
        self.engine = Engine(self.session.exercise, info)
        self.holds = {side: HoldClock(self.session.exercise, side) for side in self.session.sides}
        self._gestures = Gestures()
        self._near: Side | None = None
        self._head: Edge | None = None
        self._problem: Problem | None = None
        self._looked_s = self._forgot_s = -inf

    @property
    def track(self) -> Track:
        """The sightings of the last minutes (MEMORY_S at least, where there were so many)."""
        return self.engine.recorder.since(-inf)

    def step(self, sighting: Sighting, gray: float = 255.0, people: int = 1) -> Tick:
        """Take the next sighting; `gray` is the picture's mean gray (0..255), `people` how many are in it."""
        t_s = sighting.t_s
        self._forget(t_s)
        events = self.engine.step(sighting)
        for event in events:
            if isinstance(event, Ready):
                self._near, self._head = event.near_side, event.head_at
        reading = self.engine.reading
        held = [self.holds[side].step(reading) for side in self.session.sides]
        held_s = max((s for s in held if s is not None), default=None)
        raised, upright = self._gestures.step(t_s, sighting.pose)
        got_up = upright and self.session.exercise.position != "standing"
        ready = self.engine.settled is not None
        seen = Seen(t_s, ready, self._near, self._look(t_s, gray, people, ready), held_s, raised, got_up)
        cues = self.session.step(seen, events)
        return Tick(t_s, sighting, self._near, reading, held_s, tuple(events), tuple(cues))

    def _forget(self, t_s: float) -> None:
        if t_s - self._forgot_s >= FORGET_EVERY_S:
            self._forgot_s = t_s
            self.engine.recorder.forget(t_s - MEMORY_S)

    def command(self, name: Command) -> list[Cue]:
        """What was asked for by key or button, now."""
        return self.session.command(name, max(self.engine.recorder.last_s, 0.0))

    def _look(self, t_s: float, gray: float, people: int, ready: bool) -> Problem | None:
        if t_s - self._looked_s >= LOOK_EVERY_S:
            # Half a turn apart from the engine's own look, so that no frame pays for both.
            self._looked_s = t_s - (LOOK_EVERY_S / 2 if self._looked_s == -inf else 0.0)
            recent = self.engine.recorder.since(t_s - LOOK_BACK_S)
            self._problem = find_problem(
                recent, self.info, gray=gray, people=people, position=self.session.exercise.position,
                head_at=self._head if ready else None,
            )  # fmt: skip
        return self._problem

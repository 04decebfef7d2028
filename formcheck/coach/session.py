"""The course of a session without a touch: check, practice, sets, rest, turning round, the end; and pauses anywhere.

A state machine on frame times: `step` takes what was seen and decided, and returns what is to be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, nan
from typing import Literal

from formcheck.coach.cues import Cue
from formcheck.coach.framing import Problem
from formcheck.coach.pacing import Pacing
from formcheck.coach.pause import Pause, PauseReason
from formcheck.coach.plan import Plan
from formcheck.coach.progress import Progress, State
from formcheck.coach.sight import Seen, Sight
from formcheck.coach.tally import Tally
from formcheck.events import Event, Phase, PhaseEntered, RepDone, RepSide
from formcheck.exercises import get_exercise

Command = Literal["pause", "skip", "finish"]

NAG_S, REMIND_S = 8.0, 15.0
"""How often a problem, and what is to be done, are said again."""
COUNTDOWN_S, COUNT_FROM = 5.0, 3
"""From "let's begin" to the start: the sentence, then three, two, one."""
TIRED_REST_S = 90.0
"""The longest rest after a set that tired."""
TURN = "turn_round"
"""The cue of an exercise whose sides are trained one after the other."""


class Session:
    """One person's session by a plan. `progress` goes on with an earlier one."""

    def __init__(self, plan: Plan, progress: Progress | None = None) -> None:
        self.plan, self.exercise = plan, get_exercise(plan.exercise).holding(plan.hold_s)
        self.sides: tuple[RepSide, ...] = tuple(self.exercise.rep.signals)
        self.progress = progress or Progress()
        self.state = State.DONE if self.progress.done else State.CHECK
        self.pause = Pause()
        self.problem: Problem | None = None
        self.side: RepSide = self.sides[0]
        self.until_s = nan
        self._resumed = progress is not None
        self._since_s = nan
        self._spoken_s: dict[str, float] = {}
        self._sight = Sight()
        self._lost: Problem | None = None
        self._counted = 0
        self._tally, self._pacing = Tally(self.exercise), Pacing(self.exercise, plan.hold_s)

    @property
    def count(self) -> int:
        """Repetitions counted in this set, of the side that is being trained."""
        return self.progress.count(self.side)

    @property
    def paused(self) -> PauseReason | None:
        """Why the session pauses, None while it does not."""
        return self.pause.reason

    def step(self, seen: Seen, events: Sequence[Event]) -> list[Cue]:
        """Take one frame; returns the cues due."""
        moving = self.state in (State.PRACTICE, State.COUNTDOWN, State.SET)
        self.problem = self._sight.step(seen.t_s, seen.problem, moving)
        if self.paused:
            return self._resume(seen.t_s) if self.pause.over(seen) else []
        reason = self.pause.wanted(seen) if moving else None
        if reason:
            return self._pause_for(seen.t_s, reason)
        handle = {
            State.CHECK: self._check, State.PRACTICE: self._practice, State.COUNTDOWN: self._countdown,
            State.SET: self._set, State.TURN: self._turn, State.REST: self._rest, State.DONE: self._nothing,
        }[self.state]  # fmt: skip
        return handle(seen, events)

    def command(self, name: Command, t_s: float) -> list[Cue]:
        """What was asked for by key or button."""
        if name == "finish":
            return self._finish(t_s)
        if name == "skip":
            return self._skip(t_s)
        if self.state in (State.CHECK, State.DONE):
            return []
        return self._resume(t_s) if self.paused else self._pause_for(t_s, "asked")

    # Pausing

    def _pause_for(self, t_s: float, reason: PauseReason) -> list[Cue]:
        self.pause.reason = reason
        self._close_stretch(t_s)
        if self.state in (State.SET, State.COUNTDOWN):
            self.until_s = nan
        return [Cue(t_s, "guide", ("paused", "how_to_resume") if reason == "arm" else ("paused",))]

    def _resume(self, t_s: float) -> list[Cue]:
        self.pause.reason = None
        if self.state in (State.SET, State.COUNTDOWN):
            self._enter_set(t_s)
        elif self.state is State.REST:
            self.until_s = t_s + (self.until_s - self._since_s)
        return [Cue(t_s, "guide", ("resumed",))]

    # Before the set

    def _check(self, seen: Seen, _: Sequence[Event]) -> list[Cue]:
        t_s = seen.t_s
        if self._resumed:
            self._resumed = False
            return [Cue(t_s, "guide", ("welcome_back",))]
        if self.problem:
            return self._remind(t_s, self.problem.value, NAG_S)
        if not (seen.ready and self._sight.bears(seen.problem)):
            return [] if seen.problem else self._remind(t_s, self._name("set_up"), REMIND_S)
        if self.progress.practised:
            return self._begin(t_s, "begin")
        self.state = State.PRACTICE
        return [Cue(t_s, "guide", ("practice",))]

    def _practice(self, seen: Seen, events: Sequence[Event]) -> list[Cue]:
        if not seen.ready or self.problem:
            self.state = State.CHECK
            return []
        if not any(isinstance(event, RepDone) for event in events):
            return []
        self.progress.practised = True
        return self._begin(seen.t_s, "begin")

    def _begin(self, t_s: float, clip: str) -> list[Cue]:
        self.state, self.until_s, self._counted = State.COUNTDOWN, t_s + COUNTDOWN_S, COUNT_FROM
        self._tally, self._pacing = Tally(self.exercise), Pacing(self.exercise, self.plan.hold_s)
        self._since_s = t_s
        return [Cue(t_s, "guide", (clip,))]

    def _countdown(self, seen: Seen, events: Sequence[Event]) -> list[Cue]:
        """Three, two, one; whoever starts earlier has started."""
        lifting = any(isinstance(event, PhaseEntered) and event.phase is Phase.RISING for event in events)
        left_s = self.until_s - seen.t_s
        if not seen.ready:
            self.state = State.CHECK
            return []
        if lifting or left_s <= 0:
            self._enter_set(seen.t_s)
            return self._set(seen, events)
        if left_s <= self._counted:
            self._counted -= 1
            return [Cue(seen.t_s, "count", (f"number_{self._counted + 1}",))]
        return []

    def _enter_set(self, t_s: float) -> None:
        self.state, self._since_s, self.until_s = State.SET, t_s, nan

    # The set

    def _set(self, seen: Seen, events: Sequence[Event]) -> list[Cue]:
        self._choose_side(seen)
        cues = self._watch_sight(seen)
        counted = None
        for event in events:
            if isinstance(event, RepDone) and self._lost is None:
                counted = self._count(event)
        mine = [event for event in events if self._lost is None and getattr(event, "side", self.side) == self.side]
        cues += self._pacing.step(seen.t_s, mine, seen.held_s, counted)
        if counted and self.count >= self.plan.reps:
            # The count is spoken; a correction would now be too late, the summary has it.
            return [cue for cue in cues if cue.slot == "count"] + self._side_done(seen.t_s)
        return cues

    def _choose_side(self, seen: Seen) -> None:
        """The leg nearest to the camera is trained first, as long as it has repetitions left."""
        if len(self.sides) > 1 and self.count in (0, self.plan.reps) and seen.near_side:
            left = [side for side in self.sides if self.progress.count(side) < self.plan.reps]
            self.side = seen.near_side if seen.near_side in left else (left or [self.side])[0]

    def _count(self, done: RepDone) -> int | None:
        """Count a full repetition, of either leg; the number is spoken for the side being trained."""
        self._tally.step(done)
        self.progress.verdicts.append(done.verdict)
        if done.verdict == "partial":
            return None
        count = self.progress.add(done.side, self.plan.reps)
        return count if done.side == self.side else None

    def _watch_sight(self, seen: Seen) -> list[Cue]:
        """Say what is out of sight, and when it is back; meanwhile nothing counts."""
        if self.problem and self.problem != self._lost:
            self._lost = self.problem
            return [Cue(seen.t_s, "guide", ("lost" if self.problem is Problem.NOBODY else self.problem.value,))]
        if self._lost and seen.ready and self._sight.bears(seen.problem, exercising=True):
            self._lost = None
            return [Cue(seen.t_s, "guide", ("back",))]
        return []

    def _side_done(self, t_s: float) -> list[Cue]:
        left = [side for side in self.sides if self.progress.count(side) < self.plan.reps]
        if left and TURN not in self.exercise.cues:
            # Legs that take turns: the other one's last repetitions are still to come.
            self.side = left[0]
            return []
        self._close_stretch(t_s)
        if left:
            self.state = State.TURN
            return self._remind(t_s, self._name(TURN), 0.0)
        return self._set_done(t_s)

    def _turn(self, seen: Seen, _: Sequence[Event]) -> list[Cue]:
        """Lying the other way round, the other leg is nearer to the camera."""
        if seen.ready and seen.near_side and self.progress.count(seen.near_side) < self.plan.reps:
            self.side = seen.near_side
            return self._begin(seen.t_s, "begin")
        return self._remind(seen.t_s, self._name(TURN), REMIND_S)

    def _set_done(self, t_s: float) -> list[Cue]:
        summary = self._tally.summary()
        if self.progress.set >= self.plan.sets:
            self.state, self.progress.done = State.DONE, True
            return [Cue(t_s, "guide", (*summary, "all_done"))]
        rest_s = self.plan.rest_s
        if self._tally.tired and rest_s >= 30.0:
            rest_s = max(rest_s, min(rest_s + 30.0, TIRED_REST_S))
        self.progress.next_set()
        self.state, self.until_s, self._counted, self._since_s = State.REST, t_s + rest_s, COUNT_FROM, t_s
        self._spoken_s.pop("rest_10", None)
        return [Cue(t_s, "guide", ("set_end", *summary))]

    # Rest and end

    def _rest(self, seen: Seen, _: Sequence[Event]) -> list[Cue]:
        left_s = self.until_s - seen.t_s
        self._since_s = seen.t_s
        if left_s <= 0:
            if seen.ready and self._sight.bears(seen.problem):
                return self._begin(seen.t_s, "next_set")
            return self._remind(seen.t_s, "lie_down", REMIND_S)
        if left_s <= 10.0 < self.plan.rest_s and "rest_10" not in self._spoken_s:
            return self._remind(seen.t_s, "rest_10", inf)
        if left_s <= self._counted:
            self._counted -= 1
            return [Cue(seen.t_s, "count", (f"number_{self._counted + 1}",))]
        return []

    def _skip(self, t_s: float) -> list[Cue]:
        """On to what comes next: out of the rest, past the practice, to the end of a set."""
        match self.state:
            case State.REST:
                self.until_s = t_s
            case State.PRACTICE:
                self.progress.practised = True
                return self._begin(t_s, "begin")
            case State.SET:
                self.progress.tally[self.side] = self.plan.reps
                return self._side_done(t_s)
            case _:
                pass
        return []

    def _finish(self, t_s: float) -> list[Cue]:
        if self.state is State.DONE:
            return []
        self._close_stretch(t_s)
        self.state, self.progress.done, self.pause.reason = State.DONE, True, None
        return [Cue(t_s, "guide", (*(self._tally.summary() if self._tally.reps else ()), "all_done"))]

    def _nothing(self, _: Seen, __: Sequence[Event]) -> list[Cue]:
        return []

    def _close_stretch(self, t_s: float) -> None:
        if self.state in (State.SET, State.COUNTDOWN):
            self.progress.close(self._since_s, t_s)

    def progress_at(self, t_s: float) -> Progress:
        """The progress as it is to be kept, with the stretch that is still open."""
        open_now = self.state in (State.SET, State.COUNTDOWN) and self.paused is None
        return self.progress.closed(self._since_s, t_s) if open_now else self.progress

    # Speaking

    def _remind(self, t_s: float, clip: str, every_s: float) -> list[Cue]:
        """Say something that stays true, but not all the time."""
        if t_s - self._spoken_s.get(clip, -inf) < every_s:
            return []
        self._spoken_s[clip] = t_s
        return [Cue(t_s, "guide", (clip,))]

    def _name(self, clip: str) -> str:
        return f"{self.exercise.id}_{clip}"

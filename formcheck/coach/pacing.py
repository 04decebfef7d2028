"""What is said about the movement, and when: safety at once, one correction at a time, never during a hold.

Rules: docs/LIVE.md. Times are those of frames; nothing here reads a clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from math import ceil, inf

from formcheck.coach.cues import MOST_COUNT, Cue, Slot
from formcheck.events import Event, FaultSeen, Phase, PhaseEntered, RepDone
from formcheck.spec import Exercise

APART_S = 6.0
"""Least time between two corrections."""
SEEN_IN, OF_LAST = 2, 3
"""A fault is spoken when it was in two of the last three repetitions."""
WATCHED = 2
"""Repetitions that somebody gets to act on a correction, before it is praised or said once more."""
MOST_SAID = 2
"""How often the same correction is spoken in a set."""
PRAISE_APART_S = 12.0
LEAST_BREATH_S = 2.5
"""A breath takes this long, at least: repetitions that follow sooner, such as steps, are not each breathed to
(engineering judgement: 24 breaths a minute in light exercise)."""
VERBOSE_REPS = 2
"""Repetitions at a set's start that get the whole breathing sentence, later ones a word."""
HELD = -1
"""Nothing is left of the hold's countdown: it was held to the end, and the way down was spoken."""
PRIORITY = (
    "lumbar_arch", "thigh_rise", "fast_lowering", "bounce", "momentum", "short_hold", "low_height", "incomplete_curl",
    "heels_up", "feet_far", "feet_near", "head_up",
)  # fmt: skip
"""Which of several faults is spoken: back, then lifting off, drop and bounce, speed, hold, range, feet and neck. All
others, such as those of one's own exercise, come after them."""


def by_priority(codes: Iterable[str]) -> list[str]:
    """Fault codes, the one to be spoken first."""
    return sorted(codes, key=lambda code: (PRIORITY.index(code) if code in PRIORITY else len(PRIORITY), code))


def is_safety(fault: FaultSeen) -> bool:
    """Whether a fault is spoken at once: an arching back, a drop."""
    return fault.code == "lumbar_arch" or (fault.code == "fast_lowering" and fault.severity == "severe")


class Pacing:
    """Turns the events of one set into cues; a new set gets a new one."""

    def __init__(self, exercise: Exercise, hold_s: float | None) -> None:
        self.exercise, self.hold_s = exercise, hold_s if exercise.rep.hold_target_s else None
        self.reps = 0
        self._recent: deque[set[str]] = deque(maxlen=OF_LAST)
        self._corrected_s = self._praised_s = -inf
        self._watched: dict[str, int] = {}
        self._said: dict[str, int] = {}
        self._lifting = self._lowering = self._breathing = self._safety_told = False
        self._breathed_s = -inf
        self._left = ceil(self.hold_s) if self.hold_s else HELD

    def step(self, t_s: float, events: Sequence[Event], held_s: float | None, counted: int | None) -> list[Cue]:
        """Cues due now. `held_s` is the running hold; `counted` the number of a repetition that just counted."""
        cues = self._hold(t_s, held_s)
        for event in events:
            match event:
                case PhaseEntered(phase=Phase.RISING) if not self._lifting:
                    self._lifting, self._breathing = True, t_s - self._breathed_s >= LEAST_BREATH_S
                    if self._breathing:
                        self._breathed_s = t_s
                        cues.append(self._breath(t_s, "go", "breathe_out"))
                case PhaseEntered(phase=Phase.REST):
                    self._lifting = self._lowering = False
                case PhaseEntered(phase=Phase.LOWERING) if self._lifting and not self._lowering and self.hold_s is None:
                    self._lowering = True
                    cues += [self._breath(t_s, "lower", "breathe_in")] if self._breathing else []
                case FaultSeen() if event.code == "lumbar_arch" and not self._safety_told:
                    self._safety_told = True
                    cues.append(self._correct(t_s, event.code, "safety"))
                case RepDone():
                    cues += self._done(t_s, event, counted)
                case _:
                    pass
        return cues

    def _hold(self, t_s: float, held_s: float | None) -> list[Cue]:
        """Seconds left on the hold's own clock, then the way down; a hold that breaks counts anew."""
        if self.hold_s is None or self._left == HELD:
            return []
        if held_s is None:
            self._left = ceil(self.hold_s)
            return []
        if self.hold_s - held_s > self._left:
            return []
        number, self._left = self._left, self._left - 1
        if number == 0:
            return [Cue(t_s, "hold", (self._name("lower") if self.reps < VERBOSE_REPS else "breathe_in",))]
        first = number == ceil(self.hold_s) and self.reps < VERBOSE_REPS
        return [Cue(t_s, "hold", (self._name("top") if first else f"number_{number}",))]

    def _breath(self, t_s: float, sentence: str, word: str) -> Cue:
        return Cue(t_s, "breath", (self._name(sentence) if self.reps < VERBOSE_REPS else word,))

    def _name(self, clip: str) -> str:
        return f"{self.exercise.id}_{clip}"

    def _done(self, t_s: float, done: RepDone, counted: int | None) -> list[Cue]:
        """The count of a finished repetition, and what there is to say of it."""
        codes = {fault.code for fault in done.faults}
        self._recent.append(codes)
        self.reps += done.verdict != "partial"
        told = self._safety_told
        self._lifting = self._lowering = self._safety_told = False
        self._left = ceil(self.hold_s) if self.hold_s else HELD
        cues = [Cue(t_s, "count", (f"count_{min(counted, MOST_COUNT)}",))] if counted else []
        if told:
            return cues
        if done.verdict == "partial":
            self._corrected_s = t_s
            return [*cues, Cue(t_s, "correction", ("too_low", self._name("partial")))]
        return cues + self._afterwards(t_s, done, codes)

    def _afterwards(self, t_s: float, done: RepDone, codes: set[str]) -> list[Cue]:
        """At most one sentence: safety, the fault that came again, or praise."""
        dropped = next((fault.code for fault in done.faults if is_safety(fault)), None)
        if dropped:
            return [self._correct(t_s, dropped, "safety")]
        mended = self._watch(codes)
        due = [code for code in by_priority(codes) if self._due(code, codes)]
        if due and t_s - self._corrected_s >= APART_S:
            return [self._correct(t_s, due[0], "correction")]
        if mended:
            self._praised_s = t_s
            return [Cue(t_s, "praise", ("corrected",))]
        if done.verdict == "clean" and t_s - self._praised_s >= PRAISE_APART_S:
            self._praised_s = t_s
            return [Cue(t_s, "praise", (self._name("clean"),))]
        return []

    def _due(self, code: str, codes: set[str]) -> bool:
        """Whether a fault was seen often enough, is not being watched, and was not said too often."""
        seen = sum(code in recent for recent in self._recent)
        return code in codes and seen >= SEEN_IN and code not in self._watched and self._said.get(code, 0) < MOST_SAID

    def _watch(self, codes: set[str]) -> bool:
        """Count down the repetitions given to act on a correction; whether one has just been acted on."""
        self._watched = {code: left - 1 for code, left in self._watched.items()}
        mended = any(left <= 0 and code not in codes for code, left in self._watched.items())
        self._watched = {code: left for code, left in self._watched.items() if left > 0}
        return mended

    def _correct(self, t_s: float, code: str, slot: Slot) -> Cue:
        self._corrected_s = t_s
        self._watched[code] = WATCHED
        self._said[code] = self._said.get(code, 0) + 1
        return Cue(t_s, slot, (self._name(code),))

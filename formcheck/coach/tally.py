"""The repetitions of one set together: what is said of them, and whether they tired."""

from __future__ import annotations

from collections import Counter

from formcheck.coach.pacing import by_priority
from formcheck.events import RepDone
from formcheck.spec import Exercise

TIRED_SHARE = 0.85
"""Hold or range fell under this share within a set: its rest is longer."""


class Tally:
    """Collects the repetitions of one set."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise, self.reps = exercise, list[RepDone]()

    def step(self, done: RepDone) -> None:
        """Take a finished repetition."""
        self.reps.append(done)

    def summary(self) -> tuple[str, ...]:
        """Clips: how many were clean, and the one thing to remember: what went wrong most often."""
        clean = sum(done.verdict == "clean" for done in self.reps)
        codes = Counter(fault.code for done in self.reps for fault in done.faults)
        known = by_priority(codes)
        worst = max(known, key=lambda code: codes[code], default=None)
        return (f"clean_{clean}", *(("next_time", f"{self.exercise.id}_{worst}") if worst else ()))

    @property
    def tired(self) -> bool:
        """Whether hold or range fell within the set: its last third against its first."""
        third = len(self.reps) // 3
        if not third:
            return False
        ranges = [done.rep.range_deg for done in self.reps]
        holds = [self.exercise.rep.held(done.rep).value for done in self.reps]
        return any(sum(x[-third:]) < TIRED_SHARE * sum(x[:third]) for x in (ranges, holds))

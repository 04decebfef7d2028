"""Where in a session somebody is, and all that is needed to go on after a break."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from formcheck.events import RepSide


class State(StrEnum):
    """Where in the session somebody is."""

    CHECK = "check"
    PRACTICE = "practice"
    COUNTDOWN = "countdown"
    SET = "set"
    TURN = "turn"
    REST = "rest"
    DONE = "done"


@dataclass(slots=True)
class Progress:
    """`tally` counts this set's full repetitions; `sets` are (set, start_s, end_s) of what counted."""

    set: int = 1
    tally: dict[RepSide, int] = field(default_factory=dict)
    practised: bool = False
    done: bool = False
    sets: list[tuple[int, float, float]] = field(default_factory=list)
    verdicts: list[str] = field(default_factory=list)

    def count(self, side: RepSide) -> int:
        """Full repetitions of a side in this set."""
        return self.tally.get(side, 0)

    def add(self, side: RepSide, most: int) -> int:
        """Count one more repetition of a side, up to `most`; returns how many there are."""
        self.tally[side] = min(self.count(side) + 1, most)
        return self.tally[side]

    def next_set(self) -> None:
        """Begin counting anew."""
        self.set, self.tally = self.set + 1, {}

    def close(self, start_s: float, end_s: float) -> None:
        """Note a stretch that counted, for the report."""
        self.sets.append((self.set, start_s, end_s))

    def closed(self, start_s: float, end_s: float) -> Progress:
        """A copy in which a stretch that is still open ends now."""
        return replace(self, sets=[*self.sets, (self.set, start_s, end_s)])

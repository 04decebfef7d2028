"""What a frame tells a session, and what the camera cannot see: once that lasts, it is worth a word."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from formcheck.coach.framing import Problem
from formcheck.coach.gestures import Held
from formcheck.landmarks import Side

PROBLEM_S, LOST_S = 1.0, 2.0
"""How long a problem must last before it is spoken: while getting ready, and while exercising."""
BEFORE_ONLY = {Problem.SIDE_ON, Problem.TOO_FAR, Problem.TWO_PEOPLE}
"""Problems that are looked at before the set: within it, shoulders move and the body stays where it is."""
TOLERATED_S = 15.0
"""Somebody else in the picture is spoken of for so long and then borne with: judging follows the one who lies."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one frame tells besides events. `ready`: is in position and being judged; `got_up`: sits or stands
    where the exercise is done lying."""

    t_s: float
    ready: bool
    near_side: Side | None
    problem: Problem | None
    held_s: float | None = None
    arm_raised: bool = False
    got_up: bool = False


class Sight:
    """Follows every problem of the picture through time."""

    def __init__(self) -> None:
        self._trouble = {problem: Held(PROBLEM_S) for problem in Problem}
        self._others_s, self._last_s = 0.0, inf

    def step(self, t_s: float, problem: Problem | None, exercising: bool) -> Problem | None:
        """Take what one frame shows; returns the problem that has lasted, None where there is none."""
        if problem is Problem.TWO_PEOPLE:
            self._others_s += max(0.0, t_s - self._last_s)
        self._last_s = t_s
        found = None
        for each, watch in self._trouble.items():
            watch.for_s = LOST_S if exercising else PROBLEM_S
            if watch.step(t_s, each == problem) and not self.bears(each, exercising):
                found = each
        return found

    def bears(self, problem: Problem | None, exercising: bool = False) -> bool:
        """Whether what a frame shows does not stand in the way."""
        used_to = problem is Problem.TWO_PEOPLE and self._others_s > TOLERATED_S
        return problem is None or used_to or (exercising and problem in BEFORE_ONLY)

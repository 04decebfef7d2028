"""Which of many pictures are looked at: one in every period, however unpunctual they are."""

from __future__ import annotations

from math import inf

EARLY_SHARE = 0.2
"""A picture may come before its time by this share of a period: the next one would come too late."""


class Pace:
    """Asks for a picture every `period_s`."""

    def __init__(self, period_s: float) -> None:
        self._period_s, self._due_s = period_s, -inf

    def wants(self, t_s: float) -> bool:
        """Whether the picture of this time is one to look at; times increase."""
        if t_s < self._due_s - EARLY_SHARE * self._period_s:
            return False
        late = t_s - self._due_s > self._period_s / 2
        self._due_s = (t_s if late else self._due_s) + self._period_s
        return True

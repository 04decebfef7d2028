"""When it is worth saying something: seldom, and only about what lasts."""

from __future__ import annotations

from collections import Counter, deque
from math import inf

from formcheck.monitors.events import Recovered, Reminded
from formcheck.monitors.spec import Reminders


class Reminding:
    """Takes what state every moment was in; `good` is no reason to speak, and neither is any state not in `habits`."""

    def __init__(self, rule: Reminders, good: str, habits: frozenset[str]) -> None:
        self._rule, self._good, self._habits = rule, good, habits
        self._past: deque[tuple[float, float, str]] = deque()
        self._last_s = self._spoken_s = -inf
        self._praising, self._good_s = False, 0.0

    def step(self, t_s: float, lasted_s: float, state: str) -> Reminded | Recovered | None:
        """The state of the `lasted_s` before `t_s`; returns what is to be said."""
        self._past.append((t_s, lasted_s, state))
        while self._past[0][0] <= t_s - self._rule.over_s:
            self._past.popleft()
        self._good_s = self._good_s + lasted_s if state == self._good else 0.0
        if self._praising and self._good_s >= self._rule.praise_s:
            self._praising = False
            return Recovered(t_s, self._good_s)
        return self._remind(t_s) if t_s - self._spoken_s >= self._rule.every_s else None

    def _remind(self, t_s: float) -> Reminded | None:
        bad: Counter[str] = Counter()
        for _, lasted_s, state in self._past:
            if state in self._habits:
                bad[state] += lasted_s  # type: ignore[assignment]
        share = sum(bad.values()) / self._rule.over_s
        if not bad or share < self._rule.share:
            return None
        self._spoken_s, self._praising = t_s, True
        return Reminded(t_s, max(bad, key=lambda code: bad[code]), share)

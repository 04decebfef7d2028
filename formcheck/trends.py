"""The weeks behind a session: a calendar, a trend for every exercise, the person's own range. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median, quantiles

from formcheck.entries import Kept
from formcheck.text import Lang, told

RANGE_SESSIONS = 10
"""A person's range comes from so many latest sessions, the outermost tenths left out."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week from Monday: sessions and repetitions of each day, clean share and hold of all of it."""

    monday: date
    sessions: tuple[int, ...]
    reps: int
    clean: int
    hold_s: float | None

    @property
    def days(self) -> int:
        """On how many days something was done."""
        return sum(count > 0 for count in self.sessions)


def weeks_until(sessions: Sequence[Kept], today: date, count: int) -> list[Week]:
    """The last `count` weeks, the one of `today` last."""
    this_monday = today - timedelta(days=today.weekday())
    return [_week(sessions, this_monday - timedelta(weeks=back)) for back in reversed(range(count))]


def _week(sessions: Sequence[Kept], monday: date) -> Week:
    inside = [s for s in sessions if s.date and monday <= s.date < monday + timedelta(days=7)]
    per_day = Counter(s.date for s in inside if s.reps + s.partial)
    holds = [s.hold_s for s in inside if s.hold_s is not None and s.exercise == "hip_lift"]
    return Week(
        monday, tuple(per_day[monday + timedelta(days=day)] for day in range(7)),
        sum(s.reps for s in inside), sum(s.clean for s in inside), median(holds) if holds else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Range:
    """What a person usually reaches in an exercise: low and high of peak and hold, from `sessions` of them."""

    exercise: str
    sessions: int
    peak_deg: tuple[float, float]
    hold_s: tuple[float, float]


def spread(range_: tuple[float, float], digits: int, lang: Lang) -> str:
    """Low to high in words; one number where both are the same."""
    low, high = (f"{value:.{digits}f}" for value in range_)
    return low if low == high else told(lang, ja=f"{low}〜{high}", en=f"{low} to {high}")


def own_ranges(sessions: Sequence[Kept]) -> list[Range]:
    """The person's usual range of every exercise done at least twice. It informs; it never excuses a fault."""
    out = []
    for exercise in sorted({s.exercise for s in sessions if s.exercise}):
        latest = [s for s in sessions if s.exercise == exercise and s.reps][-RANGE_SESSIONS:]
        peaks = [s.peak_deg for s in latest if s.peak_deg is not None]
        holds = [s.hold_s for s in latest if s.hold_s is not None]
        if len(peaks) > 1 and len(holds) > 1:
            out.append(Range(exercise, len(latest), _middle(peaks), _middle(holds)))
    return out


def _middle(values: Sequence[float]) -> tuple[float, float]:
    tenths = quantiles(values, n=10, method="inclusive")
    return tenths[0], tenths[-1]

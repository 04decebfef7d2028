"""The sums of a watched stretch of time, and what they are called: for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from formcheck.monitors.engine import AWAY, UNCLEAR
from formcheck.monitors.spec import Monitor
from formcheck.report import Report
from formcheck.text import Lang, Text, say, told

BREAK_S = 60.0
"""Away for so long, somebody has had a break."""
STATES = {
    AWAY: Text(ja="席を離れている", en="away"),
    UNCLEAR: Text(ja="判定できない", en="cannot be judged"),
}


@dataclass(frozen=True, slots=True)
class Sums:
    """Seconds in every state, and the longest stretches: in the good one, and of sitting without a break."""

    by_state_s: dict[str, float]
    good_s: float
    judged_s: float
    sitting_s: float
    longest_good_s: float
    longest_sitting_s: float
    worst: str | None


def sums(report: Report, monitor: Monitor) -> Sums:
    """Add up the episodes."""
    by_state: dict[str, float] = {}
    for each in report.episodes:
        by_state[each.state] = by_state.get(each.state, 0.0) + each.end_s - each.start_s
    bad = {habit.code: by_state.get(habit.code, 0.0) for habit in monitor.habits}
    good_s = by_state.get(monitor.good, 0.0)
    judged_s = good_s + sum(bad.values())
    worst = max(bad, key=lambda code: bad[code])
    return Sums(
        by_state, good_s, judged_s, judged_s + by_state.get(UNCLEAR, 0.0),
        max((e.end_s - e.start_s for e in report.episodes if e.state == monitor.good), default=0.0),
        max(sittings_s(report), default=0.0), worst if bad[worst] > 0 else None,
    )  # fmt: skip


def sittings_s(report: Report) -> Iterator[float]:
    """How long every stretch without a break was."""
    start_s = end_s = None
    for each in report.episodes:
        gone = each.state == AWAY and each.end_s - each.start_s >= BREAK_S
        if start_s is not None and end_s is not None and (gone or each.start_s - end_s >= BREAK_S):
            yield end_s - start_s
            start_s = None
        if not gone and each.state != AWAY:
            start_s, end_s = each.start_s if start_s is None else start_s, each.end_s
    if start_s is not None and end_s is not None:
        yield end_s - start_s


def state_labels(monitor: Monitor, lang: Lang) -> dict[str, str]:
    """Every state in the order in which they are told."""
    habits = {habit.code: say(habit.label, lang) for habit in monitor.habits}
    return {monitor.good: say(monitor.good_label, lang), **habits, **{name: say(t, lang) for name, t in STATES.items()}}


def duration(seconds: float, lang: Lang) -> str:
    """A length of time as people say it: 3 h 20 min, 12 min, 40 s."""
    whole = round(seconds)
    if whole < 60:
        return told(lang, ja=f"{whole}秒", en=f"{whole} s")
    if whole < 600 and whole % 60:
        return told(lang, ja=f"{whole // 60}分{whole % 60}秒", en=f"{whole // 60} min {whole % 60} s")
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return told(lang, ja=f"{minutes}分", en=f"{minutes} min")
    more = told(lang, ja=f"{minutes}分", en=f" {minutes} min") if minutes else ""
    return told(lang, ja=f"{hours}時間", en=f"{hours} h") + more


def headline(report: Report, monitor: Monitor, lang: Lang) -> str:
    """The whole in one sentence."""
    total = sums(report, monitor)
    if not total.judged_s:
        return told(lang, ja="座り姿勢を判定できませんでした。", en="How you sat could not be judged.")
    sat, share = duration(total.sitting_s, lang), f"{100 * total.good_s / total.judged_s:.0f}"
    return told(
        lang,
        ja=f"{sat}座り、そのうち{share}%が良い姿勢でした。",
        en=f"You sat for {sat}, {share} % of it in good posture.",
    )

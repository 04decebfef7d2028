"""How somebody sat, as a page: the sentence, the timeline, the sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from formcheck.monitors import MONITORS
from formcheck.monitors.spec import Monitor
from formcheck.pages import render
from formcheck.pages.phrases import PHRASES, REASONS
from formcheck.pages.result import Story, result_page
from formcheck.report import Report
from formcheck.sums import Sums, duration, headline, state_labels, sums
from formcheck.text import Lang, say
from formcheck.words import warning

WIDTH, ROW, BAR, LEFT = 1000.0, 40.0, 26.0, 74.0
"""Of the drawing: its width, the height of a row and of the bar in it, and the room for the time before it."""
ROWS_S = ((600.0, 60.0), (3600.0, 600.0))
"""Up to the first length, one row, rounded up to the second; above all of them, rows of an hour."""
HOUR_S = 3600.0
REFRESH_S = 60
LEAST_TOLD_S = 10.0
"""A reason for less time than this is not worth a line."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch in a row; places in units of the drawing."""

    x: float
    width: float
    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the timeline with the time at its beginning."""

    y: float
    label: str
    bars: Sequence[Bar]
    marks: Sequence[float]


@dataclass(frozen=True, slots=True)
class Line:
    """One state in the list of sums."""

    state: str
    label: str
    time: str
    share: str
    width: float


def page_of(story: Story, lang: Lang) -> str:
    """The page that suits what was judged: of repetitions, or of a posture that was watched."""
    return day_page(story.report, lang) if story.report.exercise in MONITORS else result_page(story, lang)


def day_page(report: Report, lang: Lang, *, going_on: bool = False) -> str:
    """A page that opens without a network. `going_on` lets it renew itself while somebody is still being watched."""
    monitor = MONITORS[report.exercise or ""]
    total = sums(report, monitor)
    rows = list(timeline(report, monitor, lang))
    habit = monitor.habit(total.worst or "")
    return render(
        "day.html", lang, name=say(monitor.name, lang), recorded=dated(report, lang),
        sentence=headline(report, monitor, lang), mend=say(habit.cue, lang) if habit else "",
        rows=rows, width=WIDTH, height=ROW * len(rows) + 24, bar=BAR, left=LEFT, ticks=list(ticks(report, lang)),
        lines=list(lines(total, monitor, lang)), total=total, refresh=REFRESH_S if going_on else 0,
        reminders=len(report.reminders), longest_good=duration(total.longest_good_s, lang),
        longest=duration(total.longest_sitting_s, lang), gaps=list(reasons(report, lang)),
        notes=[warning(sentence, None, lang) for sentence in report.tracking.warnings], report=report,
    )  # fmt: skip


def dated(report: Report, lang: Lang) -> str:
    """The day, where it is known, and what was watched."""
    if report.started_at is None:
        return report.source.name
    began = datetime.fromisoformat(report.started_at)
    return f"{began.year}年{began.month}月{began.day}日" if lang == "ja" else f"{began:%d %B %Y}".lstrip("0")


def grid(report: Report) -> tuple[float, float]:
    """Where the first row begins, in seconds of the report, and how long a row is."""
    length_s = report.source.duration_s
    for most_s, step_s in ROWS_S:
        if length_s <= most_s:
            return 0.0, max(step_s, -(-length_s // step_s) * step_s)
    if report.started_at is None:
        return 0.0, HOUR_S
    began = datetime.fromisoformat(report.started_at)
    return -(began.minute * 60.0 + began.second), HOUR_S


def timeline(report: Report, monitor: Monitor, lang: Lang) -> Iterator[Row]:
    """The rows, each with the stretches that lie in it."""
    from_s, row_s = grid(report)
    labels = state_labels(monitor, lang)
    count = max(1, int(-(-(report.source.duration_s - from_s) // row_s)))
    for number in range(count):
        start_s = from_s + number * row_s
        bars = [
            Bar(across(max(e.start_s, start_s) - start_s, row_s), (part / row_s) * (WIDTH - LEFT), e.state,
                f"{labels[e.state]} {duration(e.end_s - e.start_s, lang)}")
            for e in report.episodes
            if (part := min(e.end_s, start_s + row_s) - max(e.start_s, start_s)) > 0
        ]  # fmt: skip
        marks = [across(r.at_s - start_s, row_s) for r in report.reminders if start_s <= r.at_s < start_s + row_s]
        yield Row(number * ROW, clock(report, start_s), bars, marks)


def across(into_s: float, row_s: float) -> float:
    """Place of a time within a row."""
    return LEFT + into_s / row_s * (WIDTH - LEFT)


def clock(report: Report, at_s: float) -> str:
    """A time of the report as on the clock of that day, or from its beginning."""
    if report.started_at is None:
        return clock_free(at_s)
    return f"{datetime.fromisoformat(report.started_at) + timedelta(seconds=at_s):%H:%M}"


def clock_free(at_s: float) -> str:
    """Minutes and seconds from the beginning."""
    return f"{int(at_s // 60)}:{int(at_s % 60):02d}"


def ticks(report: Report, lang: Lang) -> Iterator[tuple[float, str]]:
    """Places and names below the last row: six parts of it; the last names the unit."""
    (_, row_s), minutes = grid(report), say(PHRASES["day_minutes"], lang)
    for sixth in range(7):
        at_s = row_s * sixth / 6
        name = clock_free(at_s) if row_s < HOUR_S else f"{at_s / 60:.0f}"
        yield (
            across(at_s, row_s),
            f"{name} {minutes}" if row_s == HOUR_S and sixth == 6 else name,
        )


def lines(total: Sums, monitor: Monitor, lang: Lang) -> Iterator[Line]:
    """The states that there were, in the order of the monitor, with how long and how much of the time judged."""
    labels = state_labels(monitor, lang)
    for state, label in labels.items():
        seconds = total.by_state_s.get(state, 0.0)
        judged = monitor.tells(state)
        if seconds > 0:
            share = seconds / total.judged_s if judged and total.judged_s else 0.0
            yield Line(state, label, duration(seconds, lang), f"{100 * share:.0f} %" if judged else "", 100 * share)


def reasons(report: Report, lang: Lang) -> Iterator[tuple[str, str]]:
    """Why nothing could be said, and for how long, longest first."""
    seconds: dict[str, float] = {}
    for gap in report.unjudged:
        seconds[gap.reason] = seconds.get(gap.reason, 0.0) + gap.end_s - gap.start_s
    for reason in sorted(seconds, key=lambda name: -seconds[name]):
        if seconds[reason] < LEAST_TOLD_S:
            break
        yield say(REASONS[reason], lang), duration(seconds[reason], lang)

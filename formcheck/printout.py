"""A report as a person reads it in a terminal: a short table and three sentences."""

from __future__ import annotations

from typing import IO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from formcheck.monitors.spec import Monitor
from formcheck.report import FaultFound, RepFound, Report, SideCount, Summary
from formcheck.spec import Exercise, Fault
from formcheck.sums import duration, headline, state_labels, sums
from formcheck.text import Lang, say, told
from formcheck.words import SIDES, VERDICTS, amount, aside, listed

PIPE_WIDTH = 100
"""Letters a line where there is no terminal to ask."""
COLOURS = {"clean": "green", "fault": "yellow", "partial": "red"}
SHORT_UNITS = ("deg", "s")
"""Values in these units say something to everybody; shares of a trunk's length do not."""
HEADS = {
    "ja": ("回", "左右", "判定", "上げ", "キープ", "下ろし", "最大", "気になる点"),
    "en": ("#", "side", "verdict", "up", "hold", "down", "peak", "faults"),
}


def print_report(report: Report, exercise: Exercise, lang: Lang, file: IO[str]) -> None:
    """The table, one sentence about the whole, and the one thing to work on next."""
    console = Console(file=file, markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    console.print(title(report, exercise, lang), soft_wrap=True)
    if report.reps:
        console.print(table(report, exercise, lang))
    for sentence in (summary(report, lang), next_step(report, exercise, lang)):
        console.print(sentence, soft_wrap=True)


def print_attendance(report: Report, monitor: Monitor, lang: Lang, file: IO[str]) -> None:
    """How long in every state, and the one thing to work on next."""
    console = Console(file=file, markup=False, emoji=False, highlight=False)
    total, labels = sums(report, monitor), state_labels(monitor, lang)
    console.print(f"{say(monitor.name, lang)}: {report.source.name}", soft_wrap=True)
    out = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, show_header=False)
    for state in labels:
        if state in total.by_state_s:
            seconds = total.by_state_s[state]
            share = f"{100 * seconds / total.judged_s:.0f} %" if monitor.tells(state) and total.judged_s else ""
            out.add_row(labels[state], duration(seconds, lang), share)
    console.print(out)
    console.print(headline(report, monitor, lang), soft_wrap=True)
    habit = monitor.habit(total.worst or "")
    if habit:
        console.print(told(lang, ja="次は: ", en="Next: ") + say(habit.cue, lang), soft_wrap=True)


def title(report: Report, exercise: Exercise, lang: Lang) -> str:
    """What was analysed, and as what."""
    how = "" if report.exercise_source == "given" else aside(told(lang, ja="自動判別", en="recognised"), lang)
    length = aside(amount(report.source.duration_s, "s", lang), lang)
    return f"{say(exercise.name, lang)}{how}: {report.source.name}{length}"


def table(report: Report, exercise: Exercise, lang: Lang) -> Table:
    """One line per repetition; the side only where it may differ."""
    sided = any(rep.side != "both" for rep in report.reps)
    out = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column, head in enumerate(HEADS[lang]):
        if sided or column != 1:
            out.add_column(head, justify="right" if column in (0, 3, 4, 5, 6) else "left", no_wrap=column < 7)
    faults = {fault.code: fault for fault in exercise.faults}
    for rep in report.reps:
        cells = _cells(rep, faults, lang)
        out.add_row(*(cell for column, cell in enumerate(cells) if sided or column != 1))
    return out


def _cells(rep: RepFound, faults: dict[str, Fault], lang: Lang) -> list[Styled]:
    words = (
        str(rep.index),
        say(SIDES[rep.side], lang),
        say(VERDICTS[rep.verdict], lang),
        *(amount(seconds, "s", lang) for seconds in (rep.up_s, rep.hold_s, rep.down_s)),
        amount(rep.peak_deg, "deg", lang),
        listed((in_words(found, faults[found.code], lang) for found in rep.faults), lang),
    )
    return [Styled(word, style=COLOURS[rep.verdict] if column == 2 else "") for column, word in enumerate(words)]


def in_words(found: FaultFound, fault: Fault, lang: Lang) -> str:
    """A fault with its number: held too briefly (1.3 s)."""
    label = say(fault.label, lang)
    plain = found.unit in SHORT_UNITS
    return label + aside(amount(found.value, found.unit, lang), lang) if plain else label


def summary(report: Report, lang: Lang) -> str:
    """The counts in one sentence."""
    counts = report.summary
    sides = [(say(SIDES[name], lang), side) for name, side in (("left", counts.left), ("right", counts.right)) if side]
    return told(lang, ja=_summary_ja(counts, sides), en=_summary_en(counts, sides))


def _summary_en(counts: Summary, sides: list[tuple[str, SideCount]]) -> str:
    number = f"{counts.reps} repetition{'' if counts.reps == 1 else 's'}"
    each = aside(", ".join(f"{name} {side.reps}" for name, side in sides), "en") if sides else ""
    kinds = f", {counts.clean} clean, {counts.reps - counts.clean} with a fault"
    if counts.clean == counts.reps:
        kinds = ", all clean" if counts.reps else ""
    too_small = f"; {counts.partial} more did not go far enough to count" if counts.partial else ""
    return f"{number}{each}{kinds}{too_small}."


def _summary_ja(counts: Summary, sides: list[tuple[str, SideCount]]) -> str:
    each = aside("、".join(f"{name}{side.reps}回" for name, side in sides), "ja") if sides else ""
    kinds = f"良い動きが{counts.clean}回、気になる点があるのは{counts.reps - counts.clean}回です。"
    if counts.clean == counts.reps:
        kinds = "すべて良い動きです。" if counts.reps else ""
    too_small = f"ほかに{counts.partial}回は、動きが小さいため数えていません。" if counts.partial else ""
    return f"{counts.reps}回{each}でした。{kinds}{too_small}"


def next_step(report: Report, exercise: Exercise, lang: Lang) -> str:
    """The one cue that matters most; praise where there is nothing to mend."""
    fault = main_fault(report, exercise)
    praise = exercise.cues.get("clean" if report.reps else "go")
    cue = fault.cue if fault else praise
    if cue is None:
        return ""
    head = told(lang, ja="次は: ", en="Next: ")
    return say(cue, lang) if cue is praise and report.reps else head + say(cue, lang)


def main_fault(report: Report, exercise: Exercise) -> Fault | None:
    """What to work on first: what may hurt, then what weighs most over all repetitions (severe counts twice)."""
    found = [fault for rep in report.reps for fault in rep.faults]
    weights = {
        fault.code: (fault.during, sum(1 + (f.severity == "severe") for f in found if f.code == fault.code))
        for fault in exercise.faults
    }
    known = [fault for fault in exercise.faults if weights[fault.code][1]]
    return max(known, key=lambda fault: weights[fault.code], default=None)

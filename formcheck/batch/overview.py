"""What became of many recordings: one table for programs, one page for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from formcheck.batch.jobs import Row
from formcheck.exercises import all_exercises
from formcheck.monitors import MONITORS
from formcheck.pages import render
from formcheck.text import Lang, say
from formcheck.words import warning

TABLE, PAGE = "summary.csv", "overview.html"
COLUMNS = tuple(name for name in Row.model_fields if name != "asked")


def table(rows: Sequence[Row]) -> bytes:
    """summary.csv: one row for each recording."""
    import csv
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        kept = row.model_dump()
        writer.writerow(["" if kept[name] is None else kept[name] for name in COLUMNS])
    return text.getvalue().encode()


STATUSES = {"failed": "batch_failed", "nothing": "batch_nothing", "done": "batch_done"}
"""The phrase of each, in the order of the page: what needs a look comes first."""
MOST_LINES = 2000
"""As many recordings has the page at most; the table has all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One recording as the page shows it."""

    recording: str
    link: str
    status: str
    phrase: str
    words: str
    exercise: str
    counts: str
    hold: str
    faults: str


def page(rows: Sequence[Row], lang: Lang) -> str:
    """overview.html: what needs a look comes first."""
    order = list(STATUSES)
    sums = Counter(row.status for row in rows)
    reps, clean = (sum(getattr(row, name) or 0 for row in rows) for name in ("reps", "clean"))
    seconds = sum(row.duration_s or 0.0 for row in rows)
    return render(
        "batch.html", lang,
        lines=[_line(row, lang) for row in sorted(rows, key=lambda row: order.index(row.status))[:MOST_LINES]],
        more=max(0, len(rows) - MOST_LINES),
        total=len(rows), done=sums["done"], nothing=sums["nothing"], failed=sums["failed"],
        reps=reps, clean=clean, minutes=f"{seconds / 60:.0f}", faults=_faults(rows, lang),
    )  # fmt: skip


def _line(row: Row, lang: Lang) -> Line:
    exercise = all_exercises().get(row.exercise)
    known = exercise or MONITORS.get(row.exercise)
    notes = [warning(sentence, exercise, lang) for sentence in row.warnings.split(";") if sentence]
    return Line(
        recording=row.recording,
        link=quote(f"{row.folder}/report.html") if row.folder else "",
        status=row.status,
        phrase=STATUSES[row.status],
        words=row.reason.removeprefix(f"{row.recording}: ") or " ".join(notes),
        exercise=say(known.name, lang) if known else "",
        counts=f"{row.clean} / {row.reps}" if row.status == "done" and exercise else "",
        hold=f"{row.median_hold_s:.1f}" if row.median_hold_s is not None else "",
        faults="、".join(_named(row.faults, lang)) if lang == "ja" else ", ".join(_named(row.faults, lang)),
    )


def _counts(faults: str) -> dict[str, int]:
    return {code: int(count) for code, _, count in (each.partition(":") for each in faults.split(";") if each)}


def _named(faults: str, lang: Lang) -> list[str]:
    labels = _labels(lang)
    return [f"{labels.get(code, code)} {count}" for code, count in _counts(faults).items()]


def _labels(lang: Lang) -> dict[str, str]:
    return {fault.code: say(fault.label, lang) for each in all_exercises().values() for fault in each.faults}


def _faults(rows: Sequence[Row], lang: Lang) -> list[tuple[str, int]]:
    """All faults of all recordings, the most frequent first."""
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update(_counts(row.faults))
    labels = _labels(lang)
    return [(labels.get(code, code), count) for code, count in sums.most_common()]

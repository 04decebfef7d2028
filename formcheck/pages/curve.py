"""The judged angle over time, ready to be drawn: rows of at most a minute, no more points than pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.records import Floats
from formcheck.report import FaultFound, RepFound, Report
from formcheck.session import Analysis
from formcheck.signals import phase_columns, signal_columns
from formcheck.spec import Exercise

ROW_S = 60.0
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 1000, 220, 44, 26, 30
"""Size of a row and its margins, in the picture's own units; at most one point for each unit of width."""
SPARE_DEG = 8.0
OFF_THE_LINE = {"lumbar_arch": 1, "low_height": -1}
"""Faults measured as degrees from the line, and on which side of it."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One driving signal: its side, degrees (N,) over seconds (N,), and the phase of each frame."""

    side: str
    t_s: Floats
    deg: Floats
    phase: Sequence[str]


@dataclass(frozen=True, slots=True)
class Band:
    """Where the angle should be, in degrees; `line_deg` is drawn through it."""

    low_deg: float
    high_deg: float
    line_deg: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A fault on the curve, with the level of its limit where that is an angle."""

    x: float
    y: float
    rep: RepFound
    fault: FaultFound
    limit_y: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the chart, in drawing units."""

    start_s: float
    end_s: float
    paths: list[tuple[str, str]]
    """Side and path."""
    phases: list[tuple[str, str, float, float]]
    """Side, phase, left, width."""
    holds: list[tuple[float, float]]
    reps: list[tuple[RepFound, float, float]]
    marks: list[Mark]
    ticks_s: list[tuple[float, float]]
    levels: list[tuple[int, float]]
    band: tuple[float, float, float] | None
    """Top, height, line."""


def traces(analysis: Analysis) -> list[Trace]:
    """The driving signals of an analysis; none where no exercise was judged."""
    if analysis.verdict is None:
        return []
    signals, phases = signal_columns(analysis), phase_columns(analysis)
    return [
        Trace(side, analysis.track.t_s, signals[name], phases["phase" if side == "both" else f"phase_{side}"].tolist())
        for side, name in analysis.verdict.exercise.rep.signals.items()
    ]


def band_of(exercise: Exercise) -> Band | None:
    """Where an exercise wants the angle at the top."""
    rule = exercise.rep
    if rule.line_deg is not None:
        return Band(rule.line_deg - rule.hold.below_deg, rule.line_deg + rule.hold.above_deg, rule.line_deg)
    height = next(
        (f for f in exercise.faults if f.unit == "deg" and not f.over and f.mild > rule.partial_below_deg), None
    )
    return Band(height.mild, np.inf, height.mild) if height else None


def hold_spans(analysis: Analysis) -> list[tuple[float, float]]:
    """When the top was held, of every repetition."""
    if analysis.verdict is None:
        return []
    held = [analysis.verdict.exercise.rep.held(done.rep) for done in analysis.verdict.reps]
    return [(found.at_s - found.value, found.at_s) for found in held if found.value > 0]


class Chart:
    """Lays the signals of a report out in rows."""

    def __init__(
        self, report: Report, exercise: Exercise | None, lines: Sequence[Trace], holds: Sequence[tuple[float, float]]
    ) -> None:
        self.report, self.lines, self.holds = report, lines, holds
        self.band = band_of(exercise) if exercise else None
        known = [trace.deg[np.isfinite(trace.deg)] for trace in lines]
        values = np.concatenate(known) if known and any(len(k) for k in known) else np.array([0.0, 1.0])
        top = max(float(values.max()), self.band.line_deg + SPARE_DEG if self.band else -np.inf)
        self.low_deg, self.high_deg = float(values.min()) - SPARE_DEG, top + SPARE_DEG
        duration_s = max(report.source.duration_s, 1.0)
        count = int(np.ceil(duration_s / (1.25 * ROW_S))) if duration_s > 1.25 * ROW_S else 1
        self.row_s = duration_s / count if count == 1 else ROW_S
        self.row_count = int(np.ceil(duration_s / self.row_s))

    def rows(self) -> Iterator[Row]:
        """The rows in which something was measured."""
        for number in range(self.row_count):
            start_s, end_s = number * self.row_s, (number + 1) * self.row_s
            row = self._row(start_s, end_s)
            if row.paths:
                yield row

    def x(self, t_s: float, start_s: float) -> float:
        """Where a time lies in the row that starts at `start_s`."""
        return round(LEFT + (t_s - start_s) / self.row_s * (WIDTH - LEFT), 1)

    def y(self, deg: float) -> float:
        """Where an angle lies."""
        share = (deg - self.low_deg) / (self.high_deg - self.low_deg)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    def _row(self, start_s: float, end_s: float) -> Row:
        inside = [rep for rep in self.report.reps if rep.start_s < end_s and rep.end_s > start_s]
        paths = [(trace.side, self._path(trace, start_s, end_s)) for trace in self.lines]
        return Row(
            start_s, end_s,
            paths=[(side, path) for side, path in paths if path],
            phases=[part for trace in self.lines for part in self._phases(trace, start_s, end_s)],
            holds=[self._span(a, b, start_s, end_s) for a, b in self.holds if a < end_s and b > start_s],
            reps=[(rep, *self._span(rep.start_s, rep.end_s, start_s, end_s)) for rep in inside],
            marks=[mark for rep in inside for mark in self._marks(rep, start_s, end_s)],
            ticks_s=[(float(t), self.x(t, start_s)) for t in np.arange(np.ceil(start_s / 10) * 10, end_s, 10)],
            levels=[(int(deg), self.y(deg)) for deg in np.arange(np.ceil(self.low_deg / 30) * 30, self.high_deg, 30)],
            band=self._band(),
        )  # fmt: skip

    def _span(self, a_s: float, b_s: float, start_s: float, end_s: float) -> tuple[float, float]:
        left, right = self.x(max(a_s, start_s), start_s), self.x(min(b_s, end_s), start_s)
        return left, round(right - left, 1)

    def _band(self) -> tuple[float, float, float] | None:
        if self.band is None:
            return None
        top = self.y(min(self.band.high_deg, self.high_deg))
        return top, round(self.y(self.band.low_deg) - top, 1), self.y(self.band.line_deg)

    def _path(self, trace: Trace, start_s: float, end_s: float) -> str:
        """The curve within a row, broken where nothing is known."""
        rows = thinned(trace.t_s, start_s, end_s)
        out, pen = [], "M"
        for t_s, deg in zip(trace.t_s[rows], trace.deg[rows], strict=True):
            if np.isfinite(deg):
                out.append(f"{pen}{self.x(t_s, start_s):g} {self.y(deg):g}")
            pen = "L" if np.isfinite(deg) else "M"
        return "".join(out)

    def _phases(self, trace: Trace, start_s: float, end_s: float) -> Iterator[tuple[str, str, float, float]]:
        rows = np.flatnonzero((trace.t_s >= start_s) & (trace.t_s < end_s))
        begin = 0
        names = [trace.phase[row] for row in rows.tolist()]
        for k in range(1, len(rows) + 1):
            if k == len(rows) or names[k] != names[begin]:
                if names[begin]:
                    last_s = trace.t_s[rows[min(k, len(rows) - 1)]]
                    yield (trace.side, names[begin], *self._span(trace.t_s[rows[begin]], last_s, start_s, end_s))
                begin = k

    def _marks(self, rep: RepFound, start_s: float, end_s: float) -> Iterator[Mark]:
        trace = next((trace for trace in self.lines if trace.side == rep.side), self.lines[0] if self.lines else None)
        for fault in rep.faults if trace else []:
            at_s = float(np.clip(fault.at_s, rep.start_s, rep.end_s))
            if trace and start_s <= at_s < end_s:
                known = np.isfinite(trace.deg)
                deg = float(np.interp(at_s, trace.t_s[known], trace.deg[known])) if known.any() else 0.0
                yield Mark(self.x(at_s, start_s), self.y(deg), rep, fault, self._limit_y(fault))

    def _limit_y(self, fault: FaultFound) -> float | None:
        if self.band is None or fault.unit != "deg":
            return None
        if fault.code in OFF_THE_LINE and np.isfinite(self.band.high_deg):
            return self.y(self.band.line_deg + OFF_THE_LINE[fault.code] * fault.limit)
        return self.y(fault.limit) if fault.code == "incomplete_curl" else None


def thinned(t_s: Floats, start_s: float, end_s: float) -> NDArray[np.int_]:
    """Rows between two times, no more of them than a row of the chart has units of width."""
    rows = np.flatnonzero((t_s >= start_s) & (t_s < end_s))
    step = max(1, int(np.ceil(len(rows) / (WIDTH - LEFT))))
    return rows[::step]

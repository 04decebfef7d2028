"""Every signal of every frame as rows of a table, for tuning limits and for researchers. Columns: docs/FILES.md."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from formcheck.events import Phase, PhaseEntered
from formcheck.posture import classify
from formcheck.records import Floats
from formcheck.report import Report
from formcheck.session import Analysis

Row = Sequence[object]

DECIMALS = {"_deg": 2, "_dps": 1}
"""By unit; what has another one (times, shares of body lengths) gets four."""


def number(value: float, decimals: int) -> str:
    """A number with a point and fixed decimals; empty where it is not known or has no bounds."""
    return f"{value:.{decimals}f}" if math.isfinite(value) else ""


def speed_name(measure: str) -> str:
    """What the speed of a measure is called: hip_deg -> hip_dps, others get "_per_s"."""
    return f"{measure.removesuffix('_deg')}_dps" if measure.endswith("_deg") else f"{measure}_per_s"


def frame_rows(analysis: Analysis) -> Iterator[Row]:
    """The header, then one row per frame; what belongs to no judged scene has empty cells."""
    track = analysis.track
    columns = signal_columns(analysis)
    positions = classify(track, analysis.info)
    reps, phases = rep_numbers(track.t_s, analysis.report), phase_columns(analysis)
    usable = usable_column(analysis)
    yield ("frame", "t_s", "seen", "position", "usable", "rep", *phases, *columns)
    decimals = [DECIMALS.get(name[-4:], 4) for name in columns]
    for row, t_s in enumerate(track.t_s):
        yield (
            row, number(t_s, 4), int(track.seen[row]), positions[row], int(usable[row]), reps[row] or "",
            *(phase[row] for phase in phases.values()),
            *(number(column[row], places) for column, places in zip(columns.values(), decimals, strict=True)),
        )  # fmt: skip


def signal_columns(analysis: Analysis) -> dict[str, Floats]:
    """(N,) each smoothed measure, then the speeds of those that count repetitions; NaN outside the judged scenes."""
    if analysis.verdict is None:
        return {}
    exercise, studies = analysis.verdict.exercise, analysis.verdict.studies
    driving = dict.fromkeys(exercise.rep.signals.values())
    values = {name: [(study.scene.rows, study.values) for study in studies] for name in exercise.measures}
    speeds = {name: [(study.scene.rows, study.speeds) for study in studies] for name in driving}
    count = len(analysis.track)
    return {
        **{name: _spread(count, name, parts) for name, parts in values.items()},
        **{speed_name(name): _spread(count, name, parts) for name, parts in speeds.items()},
    }


def _spread(count: int, name: str, parts: Sequence[tuple[slice, Mapping[str, Floats]]]) -> Floats:
    """One signal of several scenes as one column."""
    column = np.full(count, np.nan)
    for rows, signals in parts:
        column[rows] = signals[name]
    return column


def usable_column(analysis: Analysis) -> NDArray[np.bool_]:
    """(N,) frames that were judged."""
    column = np.zeros(len(analysis.track), bool)
    for study in analysis.verdict.studies if analysis.verdict else []:
        column[study.scene.rows] = study.usable
    return column


def rep_numbers(t_s: Floats, report: Report) -> NDArray[np.int_]:
    """(N,) number of the repetition that a frame belongs to, 0 for none."""
    column = np.zeros(len(t_s), int)
    for rep in report.reps:
        column[(t_s >= rep.start_s) & (t_s <= rep.end_s)] = rep.index
    return column


def phase_columns(analysis: Analysis) -> dict[str, NDArray[np.str_]]:
    """(N,) phase of each side on judged frames: "phase" where both move together, else "phase_left", "phase_right"."""
    if analysis.verdict is None:
        return {}
    track, verdict = analysis.track, analysis.verdict
    usable = usable_column(analysis)
    starts = [(float(track.t_s[study.scene.start]), Phase.REST) for study in verdict.studies]
    columns = {}
    for side in verdict.exercise.rep.signals:
        told = [(e.t_s, e.phase) for e in verdict.events if isinstance(e, PhaseEntered) and e.side == side]
        changes = sorted([*starts, *told], key=lambda change: change[0])
        index = np.searchsorted([t_s for t_s, _ in changes], track.t_s, "right") - 1
        names = np.array([phase.value for _, phase in changes] or [""])
        columns["phase" if side == "both" else f"phase_{side}"] = np.where(usable, names[np.maximum(index, 0)], "")
    return columns

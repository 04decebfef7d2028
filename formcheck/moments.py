"""The moment of every repetition that says most about it, and what is drawn there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.events import Phase
from formcheck.landmarks import Landmark, Side
from formcheck.overlay import Tick, line_joints
from formcheck.records import Pose, Track
from formcheck.report import FaultFound, RepFound
from formcheck.session import Analysis
from formcheck.spec import Exercise
from formcheck.study import Study
from formcheck.text import Lang, say
from formcheck.words import amount, aside

SHORT_UNITS = ("deg", "s")
"""Values in these units say something to everybody; shares of a trunk's length do not."""


def worst_fault(rep: RepFound, exercise: Exercise) -> FaultFound | None:
    """What most needs mending: severe before mild, then in the exercise's own order."""
    order = [fault.code for fault in exercise.faults]
    ranked = sorted(rep.faults, key=lambda f: (f.severity != "severe", order.index(f.code) if f.code in order else 99))
    return ranked[0] if ranked else None


def moment_s(rep: RepFound, exercise: Exercise) -> float:
    """When to look: where the worst fault was decided, else in the middle of the hold."""
    fault = worst_fault(rep, exercise)
    at_s = fault.at_s if fault else (rep.top_start_s + rep.top_end_s) / 2
    return min(max(at_s, rep.start_s), rep.end_s)


def pose_at(track: Track, t_s: float) -> Pose | None:
    """The pose seen nearest to a time; None where nobody was."""
    if not len(track):
        return None
    row = int(np.abs(track.t_s - t_s).argmin())
    seen = bool(track.seen[row])
    return Pose(track.xy_px[row], track.visibility[row], track.world_m[row]) if seen else None


def in_words(found: FaultFound, exercise: Exercise, lang: Lang) -> str:
    """A fault with its number: held too briefly (1.3 s)."""
    label = next((say(fault.label, lang) for fault in exercise.faults if fault.code == found.code), found.code)
    plain = found.unit in SHORT_UNITS
    return label + aside(amount(found.value, found.unit, lang), lang) if plain else label


class Commentary:
    """What to draw at every time of an analysis. Ask for times in any order."""

    def __init__(self, analysis: Analysis, lang: Lang, target: int | None = None) -> None:
        self.analysis, self.lang, self.target = analysis, lang, target
        self.reps = analysis.report.reps
        verdict = analysis.verdict
        self.exercise = verdict.exercise if verdict else None
        held = [verdict.exercise.rep.held(done.rep) for done in verdict.reps] if verdict else []
        self.holds = [(found.at_s - found.value, found.at_s) for found in held]

    def tick(self, row: int) -> Tick:
        """What belongs to one frame of the track."""
        track = self.analysis.track
        t_s = float(track.t_s[row])
        pose = Pose(track.xy_px[row], track.visibility[row], track.world_m[row]) if track.seen[row] else None
        study = self._study(row)
        if study is None or self.exercise is None:
            return Tick(pose, count=self._count(t_s), target=self.target)
        rep = self._rep(t_s)
        side = rep.side if rep and rep.side != "unknown" else self._moving(study, row)
        angle_deg = self._angle_deg(study, row, side)
        told = self._told(t_s)
        return Tick(
            pose, study.near_side, self._joints(side, study.near_side), angle_deg,
            on_line=self._on_line(rep, angle_deg),
            straight=self.exercise.rep.line_deg is not None, phase=phase_of(rep, t_s), count=self._count(t_s),
            target=self.target, hold_s=self._hold_s(t_s), hold_target_s=self.exercise.rep.hold_target_s,
            faults=tuple(in_words(fault, self.exercise, self.lang) for fault in told),
            severe=any(fault.severity == "severe" for fault in told),
        )  # fmt: skip

    def still(self, rep: RepFound) -> tuple[int, Tick]:
        """The row of the track that says most about a repetition, and the posture alone to draw there."""
        at_s = moment_s(rep, self.exercise) if self.exercise else rep.start_s
        row = int(np.abs(self.analysis.track.t_s - at_s).argmin())
        plain = replace(self.tick(row), count=None, phase=None, hold_s=None, faults=())
        return row, replace(plain, severe=rep.verdict != "clean", on_line=rep.verdict == "clean")

    def _study(self, row: int) -> Study | None:
        studies = self.analysis.verdict.studies if self.analysis.verdict else []
        found = (study for study in studies if study.scene.start <= row < study.scene.stop)
        return next((study for study in found if study.usable[row - study.scene.start]), None)

    def _rep(self, t_s: float) -> RepFound | None:
        return next((rep for rep in self.reps if rep.start_s <= t_s <= rep.end_s), None)

    def _moving(self, study: Study, row: int) -> str:
        """The side that is bent most now."""
        signals = self.exercise.rep.signals if self.exercise else {}
        now = {side: study.values[name][row - study.scene.start] for side, name in signals.items()}
        return max(now, key=lambda side: now[side] if math.isfinite(now[side]) else -math.inf)

    def _angle_deg(self, study: Study, row: int, side: str) -> float:
        signals: Mapping[str, str] = {str(k): v for k, v in self.exercise.rep.signals.items()} if self.exercise else {}
        name = signals.get(side) or next(iter(signals.values()))
        return float(study.values[name][row - study.scene.start])

    def _joints(self, side: str, near: Side) -> tuple[Landmark, Landmark, Landmark] | None:
        if self.exercise is None:
            return None
        return line_joints(self.exercise, "left" if side == "left" else "right" if side == "right" else "both", near)

    def _on_line(self, rep: RepFound | None, angle_deg: float) -> bool:
        rule = self.exercise.rep if self.exercise else None
        if rule is None or rep is None:
            return False
        if rule.line_deg is None:
            return angle_deg >= rep.peak_deg - rule.hold.below_deg and rep.verdict != "partial"
        return rule.line_deg - rule.hold.below_deg <= angle_deg <= rule.line_deg + rule.hold.above_deg

    def _count(self, t_s: float) -> int:
        return sum(rep.verdict != "partial" and rep.top_end_s <= t_s for rep in self.reps)

    def _hold_s(self, t_s: float) -> float | None:
        """Seconds held so far, and for a second after it how long the hold was."""
        now = [(a, b) for a, b in self.holds if a <= t_s <= b + HOLD_SHOWN_S and b > a]
        return min(t_s, now[-1][1]) - now[-1][0] if now else None

    def _told(self, t_s: float) -> list[FaultFound]:
        """The faults decided lately."""
        return [f for rep in self.reps for f in rep.faults if f.at_s <= t_s <= f.at_s + FAULT_SHOWN_S]


FAULT_SHOWN_S, HOLD_SHOWN_S = 3.0, 1.0


def phase_of(rep: RepFound | None, t_s: float) -> Phase:
    """The phase by the edges of the repetition."""
    if rep is None:
        return Phase.REST
    if t_s < rep.top_start_s:
        return Phase.RISING
    return Phase.TOP if t_s <= rep.top_end_s else Phase.LOWERING

"""What a report says of one clip against what truly happened: matched repetitions, errors, verdicts right and wrong.

The definitions are those of the project's design (docs/DEFINITIONS.md): a repetition is found when the report has one
that overlaps it by half or more (intersection over union); doses near a limit are not scored, since there a fair
judge may say either; movements near the least reportable size may be reported or not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import Field

from bench.truth import LINE_DEG, Known, Measured, Named, Span, Truth, measure

Limits = tuple[float, float]
UNSCORED: dict[str, Limits] = {
    "low_height": (6.0, 13.0),
    "lumbar_arch": (5.0, 12.0),
    "hips_rise": (0.04, 0.075),
    "short_hold": (-2.95, -2.4),
    "momentum": (-1.5, -0.9),
    "fast_lowering": (-1.2, -0.65),
    "bounce": (-0.75, -0.48),
    "incomplete_curl": (-90.0, -78.0),
}
"""Dose up to which a repetition is clean, and from which it is faulty; between them either is right.

Degrees short of and beyond the line, rise of the hips in thigh lengths (reported as lumbar_arch), minus seconds of
hold, way up, way down and pause, minus degrees of knee flexion."""
UNSCORED_UPRIGHT: dict[str, dict[str, Limits]] = {
    "heel_raise": {
        "low_height": (-0.78, -0.62), "momentum": (-0.75, -0.5), "fast_lowering": (-0.75, -0.5),
        "knee_bend": (11.0, 19.0), "trunk_lean": (6.0, 10.5), "rocking": (0.045, 0.075),
    },
    "stair_step": {
        "low_height": (-38.0, -32.0), "momentum": (112.0, 128.0), "trunk_lean": (11.0, 19.0), "uneven": (-0.92, -0.75),
    },
}  # fmt: skip
"""The same for exercises whose truth file gives the doses: minus shares of the best, minus seconds of the way, degrees
and statures in heel raises; minus degrees, steps a minute and degrees in steps."""
NAMED = {"hip_lift": ("feet_far", "feet_near", "head_up", "heels_up"), "leg_curl": ("thigh_rise",)}
"""Faults of which a truth says only whether they are there, not how much. Counted apart."""
REPORTABLE: dict[str, Limits] = {"hip_lift": (0.3, 0.6), "leg_curl": (30.0, 55.0), "stair_step": (15.0, 30.0)}
"""Size of a movement that must not, and must be reported: share of the way to the line, degrees of flexion, of lift."""
FAST_S, ON_LINE_DEG, LEAST_HOLD_S, LEAST_OVERLAP = 0.95, 5.0, 0.2, 0.5


class SaidRep(Known):
    """One repetition as a report has it; what a simpler system does not measure is None."""

    start_s: float
    top_start_s: float | None = None
    top_end_s: float | None = None
    end_s: float
    side: str | None = None
    peak_deg: float | None = None
    hold_s: float | None = None
    confidence: float | None = None
    faults: list[Named] = Field(default_factory=list)


class Gap(Known):
    """A stretch that was not judged."""

    start_s: float
    end_s: float


class Answer(Known):
    """What is scored of a report."""

    exercise: str | None = None
    reps: list[SaidRep] = Field(default_factory=list)
    unjudged: list[Gap] = Field(default_factory=list)


@dataclass(slots=True)
class Score:
    """One clip: counts, and the errors of its matched repetitions (lists, one item for each)."""

    clip: str
    exercise: str
    true: int
    reported: int
    exact: bool
    missed: int
    invented: int
    exercise_ok: bool
    unseen_said: float
    unjudged_elsewhere_s: float
    elsewhere_s: float
    clean_reps: int = 0
    false_alarms: int = 0
    hold: list[float] = field(default_factory=list)
    edges: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)
    side: list[bool | str] = field(default_factory=list)
    faults: list[tuple[str, bool, bool]] = field(default_factory=list)
    """(code, whether it is due, whether it was said)."""
    named: list[tuple[str, bool, bool]] = field(default_factory=list)
    """The same of what the truth names without a dose."""
    sure: list[tuple[float, bool]] = field(default_factory=list)
    """(confidence, whether every scored verdict was right)."""
    wrong: int = 0
    """Matched repetitions with a wrong verdict."""
    beyond: list[Limits] = field(default_factory=list)
    """Hip lifts: degrees beyond the line, true and as reported."""

    @property
    def brier(self) -> list[float]:
        """Squared error of each confidence."""
        return [(confidence - right) ** 2 for confidence, right in self.sure]


def doses(true: Measured, exercise: str) -> dict[str, float]:
    """How much of each fault a true repetition holds, in the units of UNSCORED."""
    rep = true.rep
    if exercise in UNSCORED_UPRIGHT:
        return rep.doses
    peak_deg, up_s, down_s, hold_s = (x or 0.0 for x in (rep.peak_deg, true.up_s, true.down_s, rep.hold_s))
    found = {"momentum": -up_s, "fast_lowering": -down_s}
    if up_s < FAST_S and true.pause_s is not None:
        found["bounce"] = -true.pause_s
    if exercise == "leg_curl":
        return found | {"incomplete_curl": -peak_deg, "hips_rise": rep.hip_rise_thigh_peak}
    if abs(peak_deg - LINE_DEG) < ON_LINE_DEG:
        found["short_hold"] = -hold_s
    return found | {"low_height": LINE_DEG - peak_deg, "lumbar_arch": peak_deg - LINE_DEG}


def due_verdicts(true: Measured, exercise: str) -> dict[str, bool | None]:
    """Fault code -> whether it must be said; None where either is right."""
    limits = UNSCORED_UPRIGHT.get(exercise, UNSCORED if exercise in REPORTABLE else {})
    if not limits:
        return {fault.code: True for fault in true.rep.faults}
    due: dict[str, bool | None] = {}
    for code, dose in doses(true, exercise).items():
        clean, faulty = limits[code]
        due["lumbar_arch" if code == "hips_rise" else code] = None if clean < dose < faulty else dose >= faulty
    return due


def expected(true: Measured, exercise: str) -> str:
    """Whether a movement of this size, seen as well as this, "must", "may" or "never" be reported."""
    if true.rep.partly_unseen:
        return "may"
    if exercise not in REPORTABLE:
        return "must"
    never, must = REPORTABLE[exercise]
    size = true.rep.peak_deg or 0.0
    if exercise == "hip_lift":
        rest_deg = true.rest_deg or 0.0
        size = (size - rest_deg) / (LINE_DEG - rest_deg)
    return "must" if size >= must else "never" if size < never else "may"


def overlap(true: Measured, said: SaidRep) -> float:
    """Intersection over union of two stretches of time."""
    shared = min(true.end_s, said.end_s) - max(true.start_s, said.start_s)
    whole = max(true.end_s, said.end_s) - min(true.start_s, said.start_s)
    return max(0.0, shared) / whole if whole > 0 else 0.0


def matched(wanted: Sequence[Measured], said: Sequence[SaidRep]) -> list[SaidRep | None]:
    """For each true repetition, in order, the free reported one that overlaps it best; None under LEAST_OVERLAP."""
    free = list(said)
    partners: list[SaidRep | None] = []
    for true in wanted:
        best = max(free, key=lambda rep: overlap(true, rep), default=None)
        if best is not None and overlap(true, best) < LEAST_OVERLAP:
            best = None
        free = [rep for rep in free if rep is not best]
        partners.append(best)
    return partners


def covered_s(spans: Sequence[Span], gaps: Sequence[Gap]) -> float:
    """Seconds of the spans that the gaps cover."""
    return sum(max(0.0, min(b, gap.end_s) - max(a, gap.start_s)) for a, b in spans for gap in gaps)


def score_clip(truth: Truth, answer: Answer | None) -> Score:
    """Compare one clip's answer with its truth; None is no answer at all."""
    wanted = measure(truth)
    kinds = [expected(true, truth.exercise) for true in wanted]
    said, gaps = (answer.reps, answer.unjudged) if answer else ([], [])
    partners = matched(wanted, said)
    must, may = kinds.count("must"), kinds.count("may")
    found = [kind for kind, partner in zip(kinds, partners, strict=True) if partner is not None]
    lost_s = sum(b - a for a, b in truth.lost_s)
    unseen_s = covered_s(truth.lost_s, gaps)
    score = Score(
        clip=truth.clip, exercise=truth.exercise, true=must, reported=len(said),
        exact=answer is not None and must <= len(said) <= must + may,
        missed=must - found.count("must"), invented=len(said) - len(found) + found.count("never"),
        exercise_ok=answer is not None and (not must or answer.exercise == truth.exercise),
        unseen_said=min(1.0, unseen_s / lost_s) if lost_s else math.nan,
        unjudged_elsewhere_s=sum(gap.end_s - gap.start_s for gap in gaps) - unseen_s,
        elsewhere_s=truth.duration_s - lost_s,
    )  # fmt: skip
    for true, kind, partner in zip(wanted, kinds, partners, strict=True):
        if kind == "must" and partner is not None:
            _compare(true, partner, score)
    return score


def _compare(true: Measured, said: SaidRep, score: Score) -> None:
    """Add one matched repetition's errors and verdicts."""
    _compare_numbers(true, said, score)
    if true.rep.side != "both":
        score.side.append("unknown" if said.side == "unknown" else said.side == true.rep.side)
    flagged, named = ({fault.code for fault in rep.faults} for rep in (said, true.rep))
    due = due_verdicts(true, score.exercise)
    score.faults += [(code, want, code in flagged) for code, want in due.items() if want is not None]
    score.named += [(code, code in named, code in flagged) for code in NAMED.get(score.exercise, ())]
    right = all(want is None or want == (code in flagged) for code, want in due.items())
    score.wrong += not right
    if said.confidence is not None:
        score.sure.append((said.confidence, right))
    if all(want is False for want in due.values()):
        score.clean_reps += 1
        score.false_alarms += len(flagged - named)


def _compare_numbers(true: Measured, said: SaidRep, score: Score) -> None:
    peak_deg, hold_s = true.rep.peak_deg, true.rep.hold_s
    score.edges += [abs(x - t) for name, t in true.edges.items() if (x := getattr(said, name)) is not None]
    if peak_deg is None:
        return
    lift = score.exercise == "hip_lift"
    if said.peak_deg is not None:
        score.peak.append(abs(said.peak_deg - peak_deg))
        if lift:
            score.beyond.append((peak_deg - LINE_DEG, said.peak_deg - LINE_DEG))
    if lift and abs(peak_deg - LINE_DEG) < ON_LINE_DEG and hold_s is not None and hold_s > LEAST_HOLD_S:
        score.hold.append(abs((said.hold_s or 0.0) - hold_s))

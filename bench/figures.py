"""Figures over many clips, each with the interval that resampling the clips gives it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import fmean, median
from typing import Any, NamedTuple

import numpy as np

from bench.scoring import Score
from formcheck.records import Floats

RESAMPLES, SEED = 1000, 20261122
ARCHED_DEG, STRAIGHT_DEG, REACHED_DEG = 12.0, 4.0, -8.0
"""Beyond the line: clearly arched from, clearly not up to; and the line is reached from."""

Scores = Sequence[Score]
Value = float | None


def pooled(scores: Scores, name: str) -> list[Any]:
    """The items of a list of every clip's score, together."""
    return list(chain.from_iterable(getattr(score, name) for score in scores))


def mean(values: Iterable[float]) -> Value:
    found = list(values)
    return fmean(found) if found else None


def share(part: float, whole: float) -> Value:
    return part / whole if whole else None


def f1(found: int, lost: int, false: int) -> Value:
    """Harmonic mean of precision and recall, to three decimals as the official scorer averages it."""
    return round(2 * found / (2 * found + lost + false), 3) if found + lost + false else None


class Tally(NamedTuple):
    """How one fault was judged: said and due, due only, said only, neither."""

    found: int
    lost: int
    false: int
    clean: int

    @property
    def f1(self) -> Value:
        return f1(self.found, self.lost, self.false)

    @property
    def precision(self) -> Value:
        return share(self.found, self.found + self.false)

    @property
    def recall(self) -> Value:
        return share(self.found, self.found + self.lost)


def tallies(scores: Scores) -> dict[str, Tally]:
    """Every fault code that was scored, in order of its name."""
    return tallied(chain.from_iterable(score.faults for score in scores))


def tallied(verdicts: Iterable[tuple[str, bool, bool]]) -> dict[str, Tally]:
    """How each fault code was judged, in order of its name."""
    counts = Counter(verdicts)
    codes = sorted({code for code, _, _ in counts})
    return {
        c: Tally(counts[c, True, True], counts[c, True, False], counts[c, False, True], counts[c, False, False])
        for c in codes
    }


def rep_f1(scores: Scores) -> Value:
    hits = sum(s.true - s.missed for s in scores)
    wrong = sum(s.missed + s.invented for s in scores)
    return 2 * hits / (2 * hits + wrong) if hits else 0.0


def macro_f1(scores: Scores) -> Value:
    return mean(value for tally in tallies(scores).values() if (value := tally.f1) is not None)


def false_alarms(scores: Scores) -> Value:
    return share(10 * sum(s.false_alarms for s in scores), sum(s.clean_reps for s in scores))


def side_accuracy(scores: Scores) -> Value:
    return mean(float(side) for side in pooled(scores, "side") if side != "unknown")


def side_unknown(scores: Scores) -> Value:
    return mean(float(side == "unknown") for side in pooled(scores, "side"))


def peak_of(exercise: str) -> Callable[[Scores], Value]:
    return lambda scores: mean(pooled([s for s in scores if s.exercise == exercise], "peak"))


def edge_median(scores: Scores) -> Value:
    errors = pooled(scores, "edges")
    return median(errors) if errors else None


def edge_p95(scores: Scores) -> Value:
    errors = pooled(scores, "edges")
    return float(np.percentile(errors, 95)) if errors else None


def wrong_verdicts(scores: Scores) -> Value:
    verdicts = pooled(scores, "faults")
    return share(sum(want != said for _, want, said in verdicts), len(verdicts))


def wrong_reps(scores: Scores) -> Value:
    return share(sum(s.wrong for s in scores), sum(s.true - s.missed for s in scores))


def unseen_said(scores: Scores) -> Value:
    return mean(s.unseen_said for s in scores if not math.isnan(s.unseen_said))


def unjudged_elsewhere(scores: Scores) -> Value:
    return share(sum(s.unjudged_elsewhere_s for s in scores), sum(s.elsewhere_s for s in scores))


def arch_auc(least_deg: float) -> Callable[[Scores], Value]:
    """How surely a measured angle tells clearly arched lifts from others that came to `least_deg` beyond the line."""

    def area(scores: Scores) -> Value:
        true, said = np.array(pooled(scores, "beyond")).reshape(-1, 2).T
        arched, straight = said[true >= ARCHED_DEG], said[(true <= STRAIGHT_DEG) & (true >= least_deg)]
        difference = arched[:, None] - straight
        return float(((difference > 0) + 0.5 * (difference == 0)).mean()) if difference.size else None

    return area


class Figure(NamedTuple):
    """One line of the tables. `seen_only`: said of recordings looked back upon, not while they happen."""

    key: str
    label: str
    value: Callable[[Scores], Value]
    decimals: int
    target: str = ""
    seen_only: bool = False


FIGURES = {
    figure.key: figure
    for figure in (
        Figure("sets_exact", "sets exact", lambda s: mean(float(x.exact) for x in s), 3, "≥ 0.99"),
        Figure("rep_f1", "repetition F1", rep_f1, 4, "≥ 0.995"),
        Figure("exercise_ok", "exercise right", lambda s: mean(float(x.exercise_ok) for x in s), 3, "", True),
        Figure("hold_mae_s", "hold, mean error (s)", lambda s: mean(pooled(s, "hold")), 3, "≤ 0.17 (0.12)"),
        Figure("edge_median_s", "edges, median error (s)", edge_median, 3, "≤ 0.07"),
        Figure("edge_p95_s", "edges, 95th percentile (s)", edge_p95, 3),
        Figure("hip_peak_mae_deg", "hip peak, mean error (deg)", peak_of("hip_lift"), 2, "≤ 3.5 (2.5)"),
        Figure("knee_peak_mae_deg", "knee peak, mean error (deg)", peak_of("leg_curl"), 2, "≤ 4"),
        Figure("peak_mae_deg", "peak, mean error (deg)", lambda s: mean(pooled(s, "peak")), 2),
        Figure("side_accuracy", "side right", side_accuracy, 3, "≥ 0.99"),
        Figure("side_unknown", "side unknown", side_unknown, 3, "≤ 0.02"),
        Figure("fault_macro_f1", "faults, macro-F1", macro_f1, 3, "≥ 0.93 (0.97)"),
        Figure(
            "false_alarms_per_10_clean_reps", "false alarms per 10 clean repetitions", false_alarms, 2, "≤ 0.3 (0.1)"
        ),
        Figure("wrong_verdicts", "wrong verdicts", wrong_verdicts, 3, "≤ 0.02 out of spec"),
        Figure("wrong_reps", "repetitions with a wrong verdict", wrong_reps, 3),
        Figure("arch_auc", "lumbar arch, AUC", arch_auc(-math.inf), 3, "≥ 0.92 (0.97)"),
        Figure("arch_auc_at_line", "the same, lifts that reach the line", arch_auc(REACHED_DEG), 3),
        Figure("confidence_brier", "confidence, Brier score", lambda s: mean(pooled(s, "brier")), 3, "≤ 0.05"),
        Figure("unseen_said", "unjudged, share of lost stretches", unseen_said, 3, "≥ 0.8", True),
        Figure("unjudged_elsewhere", "unjudged, share elsewhere", unjudged_elsewhere, 3, "≤ 0.02", True),
    )
}


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval; None where nothing was there to measure."""

    value: Value
    low: Value
    high: Value


def draws(count: int) -> np.ndarray:
    """(RESAMPLES, count) the clips of each resample; the same for everything that is compared."""
    return np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))


def resampled(scores: Scores, value: Callable[[Scores], Value]) -> Floats:
    """(RESAMPLES,) the value on clips drawn with replacement, NaN where it cannot be told."""
    found = [value([scores[i] for i in rows]) for rows in draws(len(scores)).tolist()]
    return np.array([math.nan if x is None else x for x in found])


def between(spread: Floats) -> tuple[Value, Value]:
    """The middle 95 % of what is known."""
    known = spread[~np.isnan(spread)]
    if not len(known):
        return None, None
    low, high = np.percentile(known, [2.5, 97.5]).tolist()
    return low, high


def estimate(scores: Scores, figure: Figure) -> Estimate:
    """A figure over clips with its bootstrap interval."""
    if not scores or (value := figure.value(scores)) is None:
        return Estimate(None, None, None)
    return Estimate(value, *between(resampled(scores, figure.value)))


def differs(scores: Scores, others: Scores, figure: Figure) -> bool:
    """Whether two systems differ on the same clips: the interval of the paired difference leaves out zero."""
    difference = resampled(scores, figure.value) - resampled(others, figure.value)
    low, high = between(difference)
    return low is not None and high is not None and (low > 0 or high < 0)

"""Does the confidence mean what it says? Calibration, and what leaving out the least sure verdicts buys."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bench.figures import Scores, Value, pooled, share
from formcheck.records import Floats


@dataclass(frozen=True, slots=True)
class Bin:
    """Verdicts of about the same confidence: how many, how sure, how often right with its 95 % interval (Wilson)."""

    count: int
    confidence: float
    right: float
    low: float
    high: float


BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


def calibration(scores: Scores) -> list[Bin]:
    """The matched repetitions by confidence; bins without any are left out."""
    sure = np.array(pooled(scores, "sure"), dtype=float).reshape(-1, 2)
    index = np.clip(np.searchsorted(BINS, sure[:, 0], "right") - 1, 0, len(BINS) - 2)
    groups = [sure[index == k] for k in range(len(BINS) - 1)]
    return [
        Bin(len(x), float(x[:, 0].mean()), float(x[:, 1].mean()), *wilson(int(x[:, 1].sum()), len(x)))
        for x in groups
        if len(x)
    ]


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share."""
    centre = (hits + z * z / 2) / (count + z * z)
    half = z / (count + z * z) * math.sqrt(hits * (count - hits) / count + z * z / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def risk_coverage(scores: Scores) -> tuple[Floats, Floats]:
    """Share of the true repetitions judged, and share of those judged wrongly, the surest first."""
    sure = sorted(pooled(scores, "sure"), key=lambda item: -item[0])
    wrong = np.cumsum([not right for _, right in sure])
    count = np.arange(1, len(sure) + 1)
    return count / max(1, sum(s.true for s in scores)), wrong / count


def chosen(scores: Scores, least: float) -> tuple[Value, Value]:
    """Share of the true repetitions judged with at least some confidence, and share of those judged wrongly."""
    rights = [right for confidence, right in pooled(scores, "sure") if confidence >= least]
    return share(len(rights), sum(s.true for s in scores)), share(rights.count(False), len(rights))

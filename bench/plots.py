"""The pictures of an evaluation, as small PNG files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from bench.confidence import calibration, risk_coverage
from bench.figures import ARCHED_DEG, STRAIGHT_DEG, pooled
from bench.tables import LIVE, WHOLE, Outcomes, of

COLOURS = {WHOLE: "#1f4e8c", LIVE: "#c8641b"}
MARKERS = {WHOLE: "o", LIVE: "s"}
LIMIT_DEG = 9.0
LEAST_COUNT = 5
"""Fewer repetitions of a confidence say nothing of it, and are not drawn; the table has them."""
Draw = Callable[[Axes, Outcomes], None]


def calibrations(axes: Axes, outcomes: Outcomes) -> None:
    """Share right against confidence, with 95 % intervals."""
    axes.plot([0, 1], [0, 1], color="#999999", lw=1, ls="--", label="as it should be")
    for system, shift in ((WHOLE, -0.004), (LIVE, 0.004)):
        bins = [each for each in calibration(of(outcomes, system)) if each.count >= LEAST_COUNT]
        x = np.array([b.confidence for b in bins]) + shift
        y, low, high, count = (np.array([getattr(b, key) for b in bins]) for key in ("right", "low", "high", "count"))
        reach = np.maximum([y - low, high - y], 0.0)
        axes.errorbar(
            x, y, yerr=reach, label=f"{system} ({count.sum()} repetitions)", color=COLOURS[system],
            marker=MARKERS[system], ms=5, lw=1.2, capsize=2,
        )  # fmt: skip
    left = min([0.5, *(b.confidence - 0.03 for system in COLOURS for b in calibration(of(outcomes, system)))])
    axes.set(
        xlabel="confidence as reported", ylabel="share of verdicts that are right", xlim=(left, 1.01), ylim=(0, 1.03)
    )
    axes.legend(loc="lower right", frameon=False)


def risks(axes: Axes, outcomes: Outcomes) -> None:
    """Wrong among the judged, against how many are judged, the surest first."""
    for system, colour in COLOURS.items():
        coverage, risk = risk_coverage(of(outcomes, system))
        axes.plot(100 * coverage, 100 * risk, color=colour, lw=1.6, drawstyle="steps-post", label=system)
    axes.set(
        xlabel="repetitions judged, the surest first (%)", ylabel="of those with a wrong verdict (%)",
        xlim=(0, 101), ylim=(-0.1, max(5.0, axes.get_ylim()[1])),
    )  # fmt: skip
    axes.legend(loc="upper left", frameon=False)


def arches(axes: Axes, outcomes: Outcomes) -> None:
    """Degrees beyond the line as reported, against the truth."""
    for system, colour in COLOURS.items():
        true, said = np.array(pooled(of(outcomes, system), "beyond")).reshape(-1, 2).T
        axes.scatter(true, said, s=16, marker=MARKERS[system], color=colour, alpha=0.6, lw=0, label=system)
    ends = np.array(axes.get_xlim())
    axes.plot(ends, ends, color="#999999", lw=1, ls="--", label="as it should be")
    axes.axhline(LIMIT_DEG, color="#b03030", lw=1, ls=":", label=f"limit {LIMIT_DEG:g} deg")
    axes.axvspan(STRAIGHT_DEG, ARCHED_DEG, color="#eeeeee", zorder=0)
    axes.set(xlabel="peak beyond the line, truth (deg)", ylabel="peak beyond the line, reported (deg)", xlim=ends)
    axes.legend(loc="upper left", frameon=False)


PLOTS: dict[str, tuple[str, Draw]] = {
    "calibration": ("How often verdicts of a given confidence are right", calibrations),
    "risk": ("Wrong verdicts when only the surest are given", risks),
    "arch": ("Hip peaks against the line; gray: neither clearly arched nor straight", arches),
}


def draw_all(outcomes: Outcomes, folder: Path, name: str) -> dict[str, str]:
    """Draw every plot; file name -> its title."""
    out = {}
    for key, (title, draw) in PLOTS.items():
        figure, axes = plt.subplots(figsize=(5.6, 4.0), layout="constrained")
        draw(axes, outcomes)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(color="#eeeeee", lw=0.8)
        axes.set_axisbelow(True)
        out[f"{name}-{key}.png"] = title
        figure.savefig(folder / f"{name}-{key}.png", dpi=100)
        plt.close(figure)
    return out

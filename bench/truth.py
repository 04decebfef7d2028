"""What truly happens in a clip: its truth file, checked, and the repetitions measured on the true signal.

A repetition's edges lie at 10 % and 90 % of its own range (docs/DEFINITIONS.md), so that truth and report mean the
same; the script's own times in the file are only where to look for them.
"""

from __future__ import annotations

import json
from pathlib import Path
from statistics import median
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from formcheck.movement import FULL_MOVE
from formcheck.records import Floats

LINE_DEG = 180.0
MEASURED = ("hip_lift", "leg_curl")
"""Exercises whose true signal is known; of any other only the repetitions themselves are compared."""
OUTSIDE_S = 1.0
"""How far beyond the script's own times the edges of a first or last repetition are looked for."""

Span = tuple[float, float]


class DamagedTruthError(Exception):
    """A truth file that cannot be used; the message is one line that names it."""


class Known(BaseModel):
    """Base: what is not needed here is ignored."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class Named(Known):
    """A fault by its code."""

    code: str


class TrueRep(Known):
    """One repetition as its script has it. Lifts and curls must say how far, how long and how fast."""

    side: str
    start_s: float
    top_start_s: float
    top_end_s: float
    end_s: float
    peak_deg: float | None = None
    hold_s: float | None = None
    up_10_90_s: float | None = None
    down_90_10_s: float | None = None
    hip_rise_thigh_peak: float = 0.0
    partly_unseen: bool = False
    faults: list[Named] = Field(default_factory=list)
    doses: dict[str, float] = Field(default_factory=dict)
    """How much of each fault it holds, where the file says so; negative where less is worse."""


class PerFrame(Known):
    """The true signals of every frame; None where they are not defined."""

    t_s: list[float]
    hip_deg_signed: list[float | None] = Field(default_factory=list)
    knee_flexion_left_deg: list[float | None] = Field(default_factory=list)
    knee_flexion_right_deg: list[float | None] = Field(default_factory=list)

    @model_validator(mode="after")
    def _in_step(self) -> Self:
        if not self.t_s or any(b <= a for a, b in zip(self.t_s, self.t_s[1:], strict=False)):
            raise ValueError("times that do not increase")
        signals = (self.hip_deg_signed, self.knee_flexion_left_deg, self.knee_flexion_right_deg)
        if any(signal and len(signal) != len(self.t_s) for signal in signals):
            raise ValueError("a signal of another length than its times")
        return self


class View(Known):
    """Where the camera stood."""

    yaw_deg: float = 0.0


class Truth(Known):
    """A truth file."""

    clip: str
    file: str
    exercise: str
    fps: float
    duration_s: float
    body: str = "unknown"
    reps: list[TrueRep]
    per_frame: PerFrame
    rest_hip_deg: float | None = None
    view: View = View()
    views: list[View] = Field(default_factory=list)
    lost_s: list[Span] = Field(default_factory=list)
    flat_s: list[Span] = Field(default_factory=list)

    @model_validator(mode="after")
    def _measurable(self) -> Self:
        if self.exercise not in MEASURED:
            return self
        if any(None in (r.peak_deg, r.hold_s, r.up_10_90_s, r.down_90_10_s) for r in self.reps):
            raise ValueError("a repetition without peak_deg, hold_s, up_10_90_s or down_90_10_s")
        if self.exercise == "hip_lift" and self.reps and self.rest_hip_deg is None:
            raise ValueError("hip lifts without rest_hip_deg")
        return self

    @property
    def yaw_deg(self) -> float:
        """How far the least square of its views is turned."""
        return max(abs(view.yaw_deg) for view in (self.views or [self.view]))


def read_truth(path: Path) -> Truth:
    """A truth file, whole and measurable; DamagedTruthError says in one line what is wrong with it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            content.setdefault("clip", path.name.removesuffix(".truth.json"))
        return Truth.model_validate(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise DamagedTruthError(f"{path}: damaged truth: {where + ': ' if where else ''}{first['msg']}") from error
    except (OSError, ValueError, RecursionError) as error:
        raise DamagedTruthError(f"{path}: damaged truth: {str(error).splitlines()[0]}") from error


class Measured(Known):
    """One true repetition by the definitions of the report; `edges` are the times of those four."""

    rep: TrueRep
    start_s: float
    end_s: float
    rest_deg: float | None = None
    up_s: float | None = None
    down_s: float | None = None
    pause_s: float | None = None
    edges: dict[str, float] = Field(default_factory=dict)


class Signal:
    """The true driving signal: the signed hip angle, or one knee's flexion, (N,) over seconds."""

    def __init__(self, truth: Truth, side: str) -> None:
        frames, lift = truth.per_frame, truth.exercise == "hip_lift"
        found = frames.hip_deg_signed if lift else getattr(frames, f"knee_flexion_{side}_deg", [])
        points = [(t, x) for t, x in zip(frames.t_s, found, strict=False) if x is not None]
        self.t_s: Floats = np.array([t for t, _ in points])
        self.x_deg: Floats = np.array([x for _, x in points])
        self.rest_deg = truth.rest_hip_deg if lift and truth.rest_hip_deg is not None else self._lowest()

    def _lowest(self) -> float:
        """Median of the lowest tenth."""
        low = sorted(self.x_deg.tolist())[: max(1, len(self.x_deg) // 10)]
        return median(low) if low else 0.0

    def comes_down_s(self, start_s: float, stop_s: float, level_deg: float) -> float:
        """When the signal, followed from `start_s` to `stop_s` in either direction, first comes down to a level.

        Where it never does: the time of its lowest point on that way.
        """
        first, last = np.searchsorted(self.t_s, [start_s, stop_s]).tolist()
        step = 1 if last >= first else -1
        path = np.arange(first, last + step, step)
        path = path[(path >= 0) & (path < len(self.t_s))]
        if not len(path):
            return stop_s
        t_s, x = self.t_s[path], self.x_deg[path]
        over = np.flatnonzero((x[:-1] > level_deg) & (x[1:] <= level_deg))
        if not len(over):
            return float(t_s[x.argmin()])
        a = int(over[0])
        return float(t_s[a] + (x[a] - level_deg) / (x[a] - x[a + 1]) * (t_s[a + 1] - t_s[a]))


def measure(truth: Truth) -> list[Measured]:
    """The true repetitions in order."""
    if truth.exercise not in MEASURED:
        return [Measured(rep=rep, start_s=rep.start_s, end_s=rep.end_s) for rep in truth.reps]
    signals = {side: Signal(truth, side) for side in {rep.side for rep in truth.reps}}
    out: list[Measured] = []
    for index, rep in enumerate(truth.reps):
        signal = signals[rep.side]
        edges = _edges(signal, truth.reps, index)
        out.append(
            Measured(
                rep=rep, start_s=edges["start_s"], end_s=edges["end_s"], rest_deg=signal.rest_deg, edges=edges,
                up_s=(rep.up_10_90_s or 0.0) / FULL_MOVE, down_s=(rep.down_90_10_s or 0.0) / FULL_MOVE,
                pause_s=edges["start_s"] - out[-1].end_s if out else None,
            )
        )  # fmt: skip
    return out


def _edges(signal: Signal, reps: list[TrueRep], index: int) -> dict[str, float]:
    """Times at 10 % and 90 % of a repetition's range, on the way to its neighbours' tops."""
    rep = reps[index]
    top_s = (rep.top_start_s + rep.top_end_s) / 2
    before_s = reps[index - 1].top_end_s if index else rep.start_s - OUTSIDE_S
    after_s = reps[index + 1].top_start_s if index + 1 < len(reps) else rep.end_s + OUTSIDE_S
    span_deg = (rep.peak_deg or 0.0) - signal.rest_deg
    low, high = signal.rest_deg + 0.1 * span_deg, signal.rest_deg + 0.9 * span_deg
    ways = {
        "start_s": (before_s, low),
        "top_start_s": (before_s, high),
        "top_end_s": (after_s, high),
        "end_s": (after_s, low),
    }
    return {name: signal.comes_down_s(top_s, stop_s, level) for name, (stop_s, level) in ways.items()}

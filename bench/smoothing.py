"""Which smoothing follows the true angle best, looking back and live?

    python -m bench.smoothing CLIPS [CLIPS ...] [--landmarks DIR] [--model full]

For every filter: the error while moving (standard deviation, deg), the jitter from frame to frame while the body is
still (deg), and how late it runs (s; the shift that fits the truth best, beside the wait that is built in). Live may
know what came up to `LAG_S` later; One-Euro (Casiez 2012) waits for nothing. Signals are the hip angle of lifts and the
moving knee of curls.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench.clips import UnusableError, find_clips
from formcheck.engine import LAG_S
from formcheck.filters import fit_at, local_fit, without_outliers
from formcheck.measures import Body, hip_deg, knee_deg
from formcheck.posture import classify, scenes
from formcheck.records import Floats
from formcheck.study import SMOOTH_S

MOVING_DPS, STILL_DPS = 10.0, 1.0
SHIFTS_S = np.arange(-0.2, 0.3, 0.005)
Filter = Callable[[Floats, Floats], Floats]


def one_euro(cutoff_hz: float, beta: float) -> Filter:
    """The One-Euro filter on degrees, derivative cutoff 1 Hz."""

    def smoothed(t_s: Floats, x: Floats) -> Floats:
        known = np.flatnonzero(np.isfinite(x))
        out = np.full(len(x), np.nan)
        value, speed = x[known[0]], 0.0
        for before, row in pairwise(known):
            step_s = t_s[row] - t_s[before]
            speed += share(1.0, step_s) * ((x[row] - value) / step_s - speed)
            value += share(cutoff_hz + beta * abs(speed), step_s) * (x[row] - value)
            out[row] = value
        return out

    def share(hz: float, step_s: float) -> float:
        return 1 / (1 + 1 / (2 * np.pi * hz * step_s))

    return smoothed


def delayed(sigma_s: float, lag_s: float) -> Filter:
    """The local fit of what is known `lag_s` after each sample."""

    def smoothed(t_s: Floats, x: Floats) -> Floats:
        out = np.full(len(x), np.nan)
        for row in range(len(x)):
            first, last = np.searchsorted(t_s, [t_s[row] - 5 * sigma_s, t_s[row] + lag_s + 1e-9])
            out[row] = fit_at(t_s[first:last], x[first:last], np.array([row - first]), sigma_s)[0][0]
        return out

    return smoothed


FILTERS: dict[str, Filter] = {
    "none": lambda _, x: x,
    **{f"local fit, {s:.2f} s": lambda t, x, s=s: local_fit(t, x, s)[0] for s in (0.05, SMOOTH_S, 0.12)},  # type: ignore[misc]
    **{f"the same {SMOOTH_S} s, {lag:.2f} s behind": delayed(SMOOTH_S, lag) for lag in (0.0, 0.1, LAG_S)},
    **{f"One-Euro {hz} Hz, beta {beta}": one_euro(hz, beta) for hz, beta in ((1.0, 0.01), (1.5, 0.02), (2.0, 0.05))},
}


def signals(clip_folders: list[Path], landmarks: Path, model: str) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Times, measured and true angle of every scene."""
    for clip in find_clips(clip_folders, landmarks, model):
        try:
            truth = clip.truth()
            track, info = clip.track(truth.file, model)
        except UnusableError as error:
            print(error)
            continue
        frames, lift = truth.per_frame, truth.exercise == "hip_lift"
        sides = {"both"} if lift else {rep.side for rep in truth.reps}
        for scene in scenes(track, classify(track, info)):
            body = Body.of(track[scene.rows], scene.position, scene.head_at, (info.width_px, info.height_px))
            for side in sides:
                true = np.array(frames.hip_deg_signed if lift else getattr(frames, f"knee_flexion_{side}_deg"), float)
                if len(true) == len(track):
                    measured = hip_deg(body) if lift else knee_deg(side)(body)  # type: ignore[arg-type]
                    yield body.track.t_s, without_outliers(body.track.t_s, measured), true[scene.rows]


def figures(t_s: Floats, x: Floats, true: Floats) -> tuple[float, float, float]:
    """Error while moving, jitter at rest, lateness."""
    speed = np.gradient(true, t_s)
    moving = (np.abs(speed) > MOVING_DPS) & np.isfinite(x)
    still = (np.abs(speed) < STILL_DPS) & np.isfinite(x)
    steps = np.diff(x)[still[1:] & still[:-1]]
    left = [np.std(x[moving] - np.interp(t_s[moving] - shift, t_s, true)) for shift in SHIFTS_S]
    return (
        float(np.std((x - true)[moving])),
        float(np.std(steps) / np.sqrt(2)) if len(steps) > 9 else np.nan,
        float(SHIFTS_S[int(np.argmin(left))]),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--landmarks", type=Path, default=Path("build/landmarks"))
    parser.add_argument("--model", default="full")
    args = parser.parse_args()
    known = [s for s in signals(args.clips, args.landmarks, args.model) if np.isfinite(s[1]).sum() > 60]
    known = [s for s in known if (np.abs(np.gradient(s[2], s[0])) > MOVING_DPS).sum() > 30]
    print(f"{len(known)} signals\n{'filter':32} moving deg  at rest deg  late s")
    for name, smooth in FILTERS.items():
        rows = np.array([figures(t_s, smooth(t_s, x), true) for t_s, x, true in known])
        error, jitter, late = np.nanmean(rows, axis=0)
        print(f"{name:32} {error:10.2f} {jitter:12.3f} {late:7.3f}", flush=True)


if __name__ == "__main__":
    main()

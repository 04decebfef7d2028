"""How well can the bias of the hip landmark be told from what a recording shows, on bodies never seen?

    python -m bench.bias

`bodies.npz` holds the landmarks (`full`, mediapipe 0.10.31) of stills of 24 rendered bodies in 36 views, 12 women
and 12 men, rendered as the sample recordings were: 27-83 years, 1.45-1.84 m, body mass index 18-35, two kinds of
clothes, arms beside the body or folded, camera turned by up to 15 deg, 0.3-0.95 m high and 2.4-3.3 m away; lying flat,
at rest, and lifted to 140-198 deg, with the true angle of each. Each estimate is fitted without the body it is tried
on. Errors are in degrees of the bias at the line (174-186 deg).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.line import chord_bias_deg
from formcheck.measures import Body, hip_deg
from formcheck.records import Floats, Track

DATA = Path(__file__).parent / "bodies.npz"
PICTURE_PX = (640.0, 360.0)
LINE_DEG = (174.0, 186.0)
RIDGE = 2.0


@dataclass(frozen=True)
class View:
    """One body before one camera: what it shows, and the true bias."""

    body: str
    female: float
    chord_deg: float
    flat_deg: float
    top_deg: float


def load() -> list[View]:
    data = np.load(DATA)
    return [view(data, row) for row in json.loads(str(data["manifest"]))]


def view(data: np.lib.npyio.NpzFile, row: dict[str, object]) -> View:
    name = row["name"]
    true, flat, xy_px = (data[f"{name}/{part}"] for part in ("true_deg", "flat", "xy_px"))
    blank = np.zeros((*xy_px.shape[:2], 3), np.float32)
    # chord_bias_deg wants three samples in every 4 deg of the range: each still counts as three frames.
    track = Track(
        np.arange(3.0 * len(true)), xy_px.repeat(3, axis=0), blank[..., 0].repeat(3, axis=0), blank.repeat(3, axis=0)
    )
    body = Body.of(track, "supine", row["head_at"], PICTURE_PX)  # type: ignore[arg-type]
    angle = hip_deg(body)
    error = angle[::3] - true
    at_line = ~flat & (true >= LINE_DEG[0]) & (true <= LINE_DEG[1])
    bent = Body.of(track[np.repeat(~flat, 3)], "supine", row["head_at"], PICTURE_PX)  # type: ignore[arg-type,index]
    return View(
        body=str(row["body"]),
        female=float(bool(row["female"])),
        chord_deg=chord_bias_deg(bent, hip_deg(bent)),
        flat_deg=float(angle[::3][flat][0]) - 180.0,
        top_deg=float(error[at_line].mean()),
    )


def left_out(views: list[View], features: tuple[str, ...]) -> Floats:
    """Error on each view of a ridge regression fitted to all other bodies, every body counting once."""
    x = np.array([[getattr(v, name) for name in features] for v in views]).reshape(len(views), -1)
    y, bodies = np.array([v.top_deg for v in views]), np.array([v.body for v in views])
    weight = np.array([1 / (bodies == body).sum() for body in bodies])
    errors = np.empty(len(views))
    for body in np.unique(bodies):
        known, new = bodies != body, bodies == body
        w = weight[known]
        mean_x, mean_y = np.average(x[known], axis=0, weights=w), np.average(y[known], weights=w)
        spread = np.sqrt(np.average((x[known] - mean_x) ** 2, axis=0, weights=w)) + 1e-9
        a = (x[known] - mean_x) / spread
        slope = np.linalg.solve(a.T @ (a * w[:, None]) + RIDGE * np.eye(len(features)), a.T @ ((y[known] - mean_y) * w))
        errors[new] = y[new] - (mean_y + ((x[new] - mean_x) / spread) @ slope)
    return errors


def main() -> None:
    views = load()
    bodies = np.array([v.body for v in views])
    weight = np.array([1 / (bodies == body).sum() for body in bodies])
    top = np.array([v.top_deg for v in views])
    for who, female in (("women", 1.0), ("men", 0.0)):
        mine = top[[v.female == female for v in views]]
        print(f"bias at the line, {who}: {mine.mean():.1f} +- {mine.std():.1f} deg ({len(mine)} views)")
    for name in ("chord_deg", "flat_deg"):
        print(f"correlation of {name} with it: {np.corrcoef([getattr(v, name) for v in views], top)[0, 1]:.2f}")
    print(f"{'told from':24} {'RMS error':>9} {'mean |error|':>12}")
    rows: list[tuple[str, Floats]] = [("nothing (line at 180)", top)]
    tries: tuple[tuple[str, ...], ...] = (
        (),
        ("chord_deg",),
        ("flat_deg",),
        ("chord_deg", "flat_deg"),
        ("female",),
        ("female", "chord_deg"),
    )
    rows += [(" + ".join(features) or "the mean of others", left_out(views, features)) for features in tries]
    for label, error in rows:
        rms, mean = np.sqrt(np.average(error**2, weights=weight)), np.average(np.abs(error), weights=weight)
        print(f"{label:24} {rms:9.2f} {mean:12.2f}")


if __name__ == "__main__":
    main()

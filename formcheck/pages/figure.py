"""A posture as a drawing of lines, for where no picture was kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.landmarks import Landmark, Side, side_landmark

LIMBS = (
    ("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"),
    ("ankle", "heel"), ("heel", "toe"),
)  # fmt: skip
WIDTH, HEIGHT, MARGIN = 320.0, 180.0, 18.0
GROUND = ("shoulder", "hip", "knee", "heel", "toe", "elbow")
"""What may touch the floor."""
HEAD_TRUNK = 0.2
"""Radius of the drawn head in trunk lengths."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Lines (x1, y1, x2, y2) of the far and the near side, the head (x, y, radius), the judged line's three points."""

    far: list[tuple[float, ...]]
    near: list[tuple[float, ...]]
    head: tuple[float, float, float]
    line: list[tuple[float, float]]
    floor: float
    straight: bool
    """Whether the three points should be one line."""


def figure(
    points: NDArray[np.float32], near: Side, joints: tuple[Landmark, ...] | None, straight: bool,
    room: NDArray[np.float32] | None = None,
) -> Figure | None:  # fmt: skip
    """The pose (33, 2), scaled into WIDTH x HEIGHT; None where nobody was seen.

    `room` (N, 2) are the points that must fit, by default its own: several figures with the same room have one scale.
    """
    if not np.isfinite(points).all():
        return None
    shown = _fitted(points, room if room is not None else extent(points))
    far: Side = "left" if near == "right" else "right"
    trunk = float(np.hypot(*(shown[_on("shoulder", near)] - shown[_on("hip", near)])))
    ear = (shown[Landmark.LEFT_EAR] + shown[Landmark.RIGHT_EAR]) / 2
    return Figure(
        far=_limbs(shown, far),
        near=_limbs(shown, near),
        head=(round(float(ear[0]), 1), round(float(ear[1]), 1), round(HEAD_TRUNK * trunk, 1)),
        line=[(round(float(shown[j][0]), 1), round(float(shown[j][1]), 1)) for j in joints or ()],
        floor=round(float(shown[[_on(name, near) for name in GROUND]][:, 1].max()) + 6, 1),
        straight=straight,
    )


def _on(name: str, side: Side) -> Landmark:
    return side_landmark(name, side)


def _limbs(shown: NDArray[np.float32], side: Side) -> list[tuple[float, ...]]:
    ends = [(_on(a, side), _on(b, side)) for a, b in LIMBS]
    return [tuple(round(float(v), 1) for v in (*shown[a], *shown[b])) for a, b in ends]


def extent(points: NDArray[np.float32]) -> NDArray[np.float32]:
    """Points (N, 33, 2) or (33, 2), and the outline of the drawn head: all that must fit, (M, 2)."""
    poses = points.reshape(-1, 33, 2)
    trunk = np.hypot(*(poses[:, Landmark.LEFT_SHOULDER] - poses[:, Landmark.LEFT_HIP]).T)
    around = (1.6 * HEAD_TRUNK * trunk)[:, None]
    ear = poses[:, Landmark.LEFT_EAR]
    return np.concatenate([poses.reshape(-1, 2), ear - around, ear + around]).astype(np.float32)


def _fitted(points: NDArray[np.float32], room: NDArray[np.float32]) -> NDArray[np.float32]:
    low, high = np.nanmin(room, axis=0), np.nanmax(room, axis=0)
    scale = min((WIDTH - 2 * MARGIN) / max(1e-6, high[0] - low[0]), (HEIGHT - 2 * MARGIN) / max(1e-6, high[1] - low[1]))
    middle = (low + high) / 2
    shown: NDArray[np.float32] = (points - middle) * scale + np.array([WIDTH / 2, HEIGHT / 2], np.float32)
    return shown

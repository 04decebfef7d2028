"""What the two networks of BlazePose say, decoded: where people are, and where their landmarks.

The networks are described in "BlazePose: On-device Real-time Body Pose tracking" (arXiv:2006.10204), the detector's
anchors in "BlazeFace" (arXiv:1907.05047). Constants are those of the models' published graphs.
"""

from __future__ import annotations

from typing import cast

import numpy as np
from numpy.typing import NDArray

from formcheck.landmarks import LANDMARK_COUNT
from formcheck.records import Floats

DETECTOR_PX, LANDMARKER_PX, HEATMAP_PX = 224, 256, 64
"""Side of the detector's picture, of the landmark network's, and of its heat maps."""
STRIDES_PX = {8: 2, 16: 2, 32: 6}
"""Distance of the detector's anchors, layer by layer, and how many there are in each place of a layer."""
LEAST_SCORE, LEAST_PRESENCE = 0.5, 0.5
SAME_PERSON = 0.5
"""Overlap of two boxes from which they show the same person."""
HEAT_REACH, LEAST_HEAT = 3, 0.5
"""Landmarks move to the middle of the heat so many cells around them, where the hottest is at least so hot."""
HIPS, RIM = LANDMARK_COUNT, LANDMARK_COUNT + 1
"""Two points behind the landmarks: between the hips, and on the circle around the whole body."""

Values = NDArray[np.float32]


def _anchors() -> Floats:
    """(2254, 2) middles of the detector's anchors as fractions of its picture."""
    layers = []
    for stride_px, count in STRIDES_PX.items():
        middles = (np.arange(DETECTOR_PX // stride_px) + 0.5) * stride_px / DETECTOR_PX
        y, x = np.meshgrid(middles, middles, indexing="ij")
        layers.append(np.repeat(np.column_stack([x.ravel(), y.ravel()]), count, axis=0))
    return np.concatenate(layers)


ANCHORS = _anchors()


def detections(boxes: Values, logits: Values) -> list[Floats]:
    """People found by the detector, the surest first, each as (4, 2) points, fractions of the detector's picture.

    boxes: (2254, 12), offsets from the anchors in pixels: middle, size, then four points; logits: (2254,).
    """
    found = np.flatnonzero(logits >= np.log(LEAST_SCORE / (1.0 - LEAST_SCORE)))
    order = found[np.argsort(-logits[found], kind="stable")]
    scores = sigmoid(logits[order])
    offsets = boxes[order].astype(np.float64).reshape(-1, 6, 2) / DETECTOR_PX
    points = offsets[:, 2:] + ANCHORS[order, None]
    middles = offsets[:, 0] + ANCHORS[order]
    corners = np.stack([middles - offsets[:, 1] / 2, middles + offsets[:, 1] / 2], axis=1)
    people = []
    left = np.arange(len(order))
    while len(left):
        same = _overlaps(corners[left], corners[left[0]]) > SAME_PERSON
        same[0] = True
        group = left[same]
        people.append(np.average(points[group], axis=0, weights=scores[group]))
        left = left[~same]
    return people


def _overlaps(boxes: Floats, box: Floats) -> Floats:
    """(N,) intersection over union of (N, 2, 2) boxes, left upper and right lower corner, with another one."""
    sides = np.minimum(boxes[:, 1], box[1]) - np.maximum(boxes[:, 0], box[0])
    shared = np.maximum(sides, 0.0).prod(axis=1)
    areas, area = (boxes[:, 1] - boxes[:, 0]).prod(axis=1), (box[1] - box[0]).prod()
    return cast(Floats, shared / np.maximum(areas + area - shared, 1e-12))


_REACH = np.arange(-HEAT_REACH, HEAT_REACH + 1)


def refined(fractions: Floats, heat: Values) -> Floats:
    """(N, 2) landmarks moved to the middle of the heat around them; heat: (64, 64, N) logits."""
    cells = np.trunc(fractions * HEATMAP_PX).astype(int)
    columns, rows = cells[:, 0, None] + _REACH, cells[:, 1, None] + _REACH
    inside = [(line >= 0) & (line < HEATMAP_PX) for line in (columns, rows)]
    near = heat[
        rows.clip(0, HEATMAP_PX - 1)[:, :, None],
        columns.clip(0, HEATMAP_PX - 1)[:, None],
        np.arange(len(cells))[:, None, None],
    ]
    warmth = sigmoid(near) * (inside[1][:, :, None] & inside[0][:, None])
    total = warmth.sum(axis=(1, 2))
    in_picture = ((cells >= 0) & (cells < HEATMAP_PX)).all(axis=1)
    moved = in_picture & (warmth.max(axis=(1, 2)) >= LEAST_HEAT)
    weights = np.where(moved, total, 1.0)
    x = (warmth.sum(axis=1) * columns).sum(axis=1) / weights
    y = (warmth.sum(axis=2) * rows).sum(axis=1) / weights
    return np.where(moved[:, None], np.column_stack([x, y]) / HEATMAP_PX, fractions)


def sigmoid(logits: Values) -> Values:
    """Probabilities of any shape; logits beyond 80 are as good as certain, and would overflow."""
    return cast(Values, 1.0 / (1.0 + np.exp(-np.clip(logits, -80.0, 80.0))))

"""Measures of somebody who stands, seen from the side, that several exercises share."""

from __future__ import annotations

import numpy as np
from numpy import bool_
from numpy.typing import NDArray

from formcheck.filters import neighbours
from formcheck.measures import Body, Size
from formcheck.records import Floats

BONES_STATURE = 0.78
"""Trunk, thigh and shank / stature (Drillis and Contini 1966)."""

FRONTAL_TRUNKS = 0.36
"""Distance between the hips along the picture beyond which somebody is seen from the front, where knees that go apart
look like knees that are lifted: 0.45-0.49 in a recording of squats from the front, 0.29 in figures 30 deg
off the side."""


def stature_px(body: Body) -> float:
    """Height of the person in the picture."""
    return sum(body.size.bones_px) / BONES_STATURE


def lean_deg(body: Body) -> Floats:
    """(N,) tilt of the trunk from upright towards the right of the picture."""
    step = body.middle("shoulder") - body.middle("hip")
    lean: Floats = np.degrees(np.arctan2(step[:, 0], -step[:, 1]))
    return lean


def moved_statures(body: Body, places_px: Floats, within_s: float) -> Floats:
    """(N,) distance between the outermost of some places (N, K) within a time around each row, in statures."""
    index = neighbours(body.track.t_s, np.arange(len(places_px)), within_s / 2, within_s / 2)
    if not index.size:
        return np.zeros(len(places_px))
    near = np.where(index[..., None] >= 0, places_px[index], np.nan)
    reach_px = np.fmax.reduce(near, axis=1) - np.fmin.reduce(near, axis=1)
    moved: Floats = np.linalg.norm(reach_px, axis=-1) / stature_px(body)
    return moved


def from_the_side(body: Body) -> NDArray[bool_]:
    """(N,) whether the hips lie behind each other rather than beside each other."""
    oblique: NDArray[bool_] = body.hips_px() < FRONTAL_TRUNKS * body.size.trunk_px
    return oblique


def from_the_front(size: Size) -> bool:
    """Whether the hips were beside each other when this size was learned, which stays so whatever is seen then."""
    return size.hips_px >= FRONTAL_TRUNKS * size.trunk_px

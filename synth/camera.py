"""Where the camera stands, and where points of the world fall in its picture (numpy only)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from synth.geometry import Floats, unit

FOV_MOST_DEG = 80.0


@dataclass(frozen=True)
class View:
    """A camera on the person's near side. yaw > 0: it stands towards the feet, < 0: towards the head.

    `distance_m` is measured on the floor, from the middle of the body.
    """

    yaw_deg: float = 0.0
    distance_m: float = 2.9
    camera_height_m: float = 0.75
    look_at_height_m: float = 0.33
    horizontal_fov_deg: float = 50.0

    def place(self, look_at_x: float) -> Floats:
        yaw = math.radians(self.yaw_deg)
        x, y = look_at_x + self.distance_m * math.sin(yaw), -self.distance_m * math.cos(yaw)
        return np.array([x, y, self.camera_height_m])

    def target(self, look_at_x: float) -> Floats:
        return np.array([look_at_x, 0.0, self.look_at_height_m])


def project(view: View, look_at_x: float, size: tuple[int, int], points: ArrayLike) -> Floats:
    """World points (n x 3) -> pixels (n x 2), x right, y down."""
    place = view.place(look_at_x)
    ahead = unit(view.target(look_at_x) - place)
    right = unit(np.cross(ahead, [0, 0, 1]))
    rays = np.asarray(points, float) - place
    focal_px = size[0] / 2 / math.tan(math.radians(view.horizontal_fov_deg) / 2)
    depth = rays @ ahead
    x, y = rays @ right / depth, rays @ np.cross(right, ahead) / depth
    return np.c_[size[0] / 2 + focal_px * x, size[1] / 2 - focal_px * y]


def widened(view: View, look_at_x: float, size: tuple[int, int], points: ArrayLike, step_deg: float = 1.5) -> View:
    """The view with so wide an angle that all points are in the picture."""
    margin = np.array([14, 8]) * size[0] / 640
    while view.horizontal_fov_deg <= FOV_MOST_DEG:
        q = project(view, look_at_x, size, points)
        if (q > margin).all() and (q < np.array(size) - margin).all():
            break
        view = replace(view, horizontal_fov_deg=view.horizontal_fov_deg + step_deg)
    return view

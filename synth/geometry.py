"""Rotations, small solvers and the angles of the truth.

World: x along the body (head at -x, feet at +x), y away from the camera, z up, floor at z = 0, metres. Angles in
degrees.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def rot_x(deg: float) -> Floats:
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def rot_y(deg: float) -> Floats:
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def rot_z(deg: float) -> Floats:
    c, s = np.cos(np.radians(deg)), np.sin(np.radians(deg))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def pitch(deg: float) -> Floats:
    """Rotation that lifts the +x end (the hips and feet)."""
    return rot_y(-deg)


def unit(v: ArrayLike) -> Floats:
    v = np.asarray(v, float)
    return v / np.linalg.norm(v)


def rot_about(axis: ArrayLike, deg: float) -> Floats:
    x, y, z = unit(axis)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.eye(3) + np.sin(np.radians(deg)) * k + (1 - np.cos(np.radians(deg))) * k @ k


def aim(a: ArrayLike, b: ArrayLike) -> Floats:
    """Smallest rotation that turns direction a into direction b."""
    a, b = unit(a), unit(b)
    v = np.cross(a, b)
    if np.linalg.norm(v) < 1e-9:
        return np.eye(3)
    return rot_about(v, np.degrees(np.arctan2(np.linalg.norm(v), a @ b)))


def slope_deg(v: ArrayLike) -> float:
    """Angle of a direction (x, z) or (x, y, z) above +x in the sagittal plane."""
    v = np.asarray(v, float)
    return float(np.degrees(np.arctan2(v[-1], v[0])))


def bisect(is_low: Callable[[float], bool], low: float, high: float, steps: int = 15) -> float:
    """Root of a monotone condition: `is_low(x)` is true below the root."""
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if is_low(middle) else (low, middle)
    return (low + high) / 2


def angle_between(a: ArrayLike, b: ArrayLike, c: ArrayLike) -> float:
    """Unsigned angle a-b-c in degrees."""
    u, v = np.subtract(a, b), np.subtract(c, b)
    return float(np.degrees(np.arccos(np.clip(u @ v / np.linalg.norm(u) / np.linalg.norm(v), -1, 1))))


def signed_angle_xz(shoulder: Floats, hip: Floats, knee: Floats, supine: bool) -> float:
    """Angle shoulder-hip-knee in the sagittal plane, on the front of the body: 180 straight, above 180 beyond it."""
    deg = (slope_deg(shoulder - hip) - slope_deg(knee - hip)) % 360
    return float(deg if supine else 360 - deg)


def signed_hip_angle(joints: dict[str, Floats], supine: bool) -> float:
    """`signed_angle_xz` of the middles of the left and right joints."""
    s, h, k = ((joints[n + "_left"] + joints[n + "_right"]) / 2 for n in ("shoulder", "hip", "knee"))
    return signed_angle_xz(s, h, k, supine)


def knee_flexion(joints: dict[str, Floats], side: str) -> float:
    """Degrees, 0 is a straight leg; sagittal plane."""
    return 180 - angle_between(*(joints[f"{n}_{side}"][[0, 2]] for n in ("hip", "knee", "ankle")))


def lean_from_vertical(low: Floats, high: Floats) -> float:
    """Forward lean (towards +x) of the line low -> high in the sagittal plane, degrees."""
    d = high - low
    return float(np.degrees(np.arctan2(d[0], d[2])))

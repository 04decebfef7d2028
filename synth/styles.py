"""Clothes, rooms, lights and cameras. Colours are linear RGB 0..1, powers watts, degrees and metres."""

from __future__ import annotations

from typing import Any

import numpy as np

from synth.camera import View

Style = dict[str, Any]

STYLES: dict[str, Style] = {
    # light room, red tank top, dark leggings
    "a": {
        "top": "tank",
        "top_color": (0.72, 0.16, 0.20),
        "bottom": "leggings",
        "bottom_color": (0.03, 0.035, 0.06),
        "skin": (0.66, 0.42, 0.31),
        "hair": "long",
        "hair_color": (0.045, 0.026, 0.015),
        "mat_color": (0.07, 0.30, 0.33),
    },
    # warm room, dark tee and dark shorts, short hair
    "b": {
        "top": "tee",
        "top_color": (0.035, 0.06, 0.12),
        "bottom": "shorts",
        "bottom_color": (0.02, 0.02, 0.025),
        "skin": (0.42, 0.25, 0.165),
        "hair": "short",
        "bun": False,
        "hair_color": (0.02, 0.014, 0.01),
        "mat_color": (0.22, 0.20, 0.24),
        "wall": (0.62, 0.58, 0.48),
        "key": 110.0,
        "fill": 70.0,
    },
}
LIGHTS: dict[str, Style] = {  # replaces the style's own; `back` is a light at the wall that shines towards the camera
    "room": {},
    "bright": {"key": 260.0, "fill": 140.0, "ambient": 0.9},
    "dim": {"key": 26.0, "fill": 9.0, "ambient": 0.10},
    "evening": {
        "key": 70.0,
        "key_color": (1, 0.70, 0.42),
        "fill": 18.0,
        "fill_color": (1, 0.8, 0.6),
        "ambient": 0.15,
    },
    "window": {"key": 280.0, "key_place": (-2.8, -0.5, 1.7), "fill": 14.0, "ambient": 0.35},
    "backlit": {"key": 30.0, "fill": 16.0, "back": 190.0, "ambient": 0.30},
}
CAMERAS = {
    "side": View(),
    "feet12": View(yaw_deg=12.0, horizontal_fov_deg=52.0),
    "upright": View(distance_m=3.3, camera_height_m=1.0, look_at_height_m=0.88, horizontal_fov_deg=58.0),
    "upright20": View(
        yaw_deg=20.0, distance_m=3.1, camera_height_m=1.2, look_at_height_m=0.85, horizontal_fov_deg=60.0
    ),
    "upright-12": View(
        yaw_deg=-12.0, distance_m=3.5, camera_height_m=0.7, look_at_height_m=0.85, horizontal_fov_deg=56.0
    ),
    "upright8": View(yaw_deg=8.0, distance_m=3.0, camera_height_m=1.4, look_at_height_m=0.85, horizontal_fov_deg=62.0),
    "upright-18": View(
        yaw_deg=-18.0, distance_m=3.2, camera_height_m=1.1, look_at_height_m=0.85, horizontal_fov_deg=60.0
    ),
    "upright4": View(yaw_deg=4.0, distance_m=3.6, camera_height_m=0.9, look_at_height_m=0.85, horizontal_fov_deg=54.0),
    "upright14": View(
        yaw_deg=14.0, distance_m=3.4, camera_height_m=1.3, look_at_height_m=0.86, horizontal_fov_deg=57.0
    ),
    "upright-6": View(
        yaw_deg=-6.0, distance_m=2.9, camera_height_m=0.8, look_at_height_m=0.85, horizontal_fov_deg=64.0
    ),
    "upright-10": View(
        yaw_deg=-10.0, distance_m=3.1, camera_height_m=1.0, look_at_height_m=0.86, horizontal_fov_deg=61.0
    ),
    "upright16": View(
        yaw_deg=16.0, distance_m=3.5, camera_height_m=1.4, look_at_height_m=0.85, horizontal_fov_deg=56.0
    ),
    "upright-15": View(
        yaw_deg=-15.0, distance_m=3.3, camera_height_m=1.2, look_at_height_m=0.86, horizontal_fov_deg=58.0
    ),
    "upright11": View(
        yaw_deg=11.0, distance_m=3.0, camera_height_m=0.75, look_at_height_m=0.85, horizontal_fov_deg=62.0
    ),
    "front": View(yaw_deg=90.0, distance_m=3.3, camera_height_m=1.0, look_at_height_m=0.88, horizontal_fov_deg=58.0),
    "desk": View(distance_m=2.1, camera_height_m=1.0, look_at_height_m=0.65, horizontal_fov_deg=58.0),
    "desk15": View(yaw_deg=15.0, distance_m=2.2, camera_height_m=0.9, look_at_height_m=0.7, horizontal_fov_deg=62.0),
}
SKINS = ((0.66, 0.42, 0.31), (0.42, 0.25, 0.165), (0.74, 0.53, 0.42), (0.55, 0.34, 0.22), (0.25, 0.14, 0.09))
HAIRS = ((0.045, 0.026, 0.015), (0.02, 0.014, 0.01), (0.25, 0.13, 0.05), (0.45, 0.43, 0.40), (0.12, 0.06, 0.03))


def style_of(name: str | int) -> Style:
    """A style by its name, or one drawn from a seed."""
    return STYLES[name] if isinstance(name, str) else random_style(name)


def random_style(seed: int) -> Style:
    rng = np.random.default_rng(seed)

    def color(low: float, high: float) -> tuple[float, float, float]:
        """A colour of random hue and brightness."""
        r, g, b = (0.5 + 1.5 * rng.dirichlet([1.2, 1.2, 1.2])) * rng.uniform(low, high)
        return float(min(r, 0.85)), float(min(g, 0.85)), float(min(b, 0.85))

    long_hair = bool(rng.random() < 0.5)
    tee = bool(rng.random() < 0.6)
    return {
        "top": "tee" if tee else "tank",
        "top_color": color(0.03, 0.6),
        "top_puff": float(rng.choice([0.008, 0.011, 0.014, 0.018])) if tee else 0.011,  # metres off the skin
        "bottom": "leggings" if rng.random() < 0.6 else "shorts",
        "bottom_color": color(0.02, 0.35),
        "bottom_puff": float(rng.choice([0.003, 0.006])),
        "shoe_color": color(0.05, 0.8),
        "skin": SKINS[rng.integers(len(SKINS))],
        "hair": "long" if long_hair else "short",
        "bun": long_hair,
        "hair_color": HAIRS[rng.integers(len(HAIRS))],
        "mat_color": color(0.05, 0.4),
        "wall": tuple(float(c) for c in rng.uniform(0.45, 0.75) * np.array([1.0, rng.uniform(0.9, 1), 0.9])),
        "floor_dark": bool(rng.random() < 0.35),
        "furniture": "sofa" if rng.random() < 0.5 else "door",
        "key": float(rng.uniform(90, 150)),
        "fill": float(rng.uniform(45, 80)),
    }

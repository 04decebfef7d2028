"""Pictures of a bank, sensor noise, and a box that crosses the room."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from synth.bank import FAMILY
from synth.camera import View, project
from synth.geometry import Floats

Picture = NDArray[np.uint8]


class Bank:
    """A bank of poses; pictures (BGR) are loaded once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.info: dict[str, Any] = json.loads((folder / "bank.json").read_text())
        self.tracks: dict[str, list[dict[str, Any]]] = self.info["tracks"]
        self.values = {track: np.array([p["value"] for p in poses]) for track, poses in self.tracks.items()}
        self._pictures: dict[tuple[str, int], Picture] = {}
        self._bases: dict[str, Picture] = {}

    def base(self, name: str) -> Picture:
        if name not in self._bases:
            self._bases[name] = read(self.folder / f"{name}.png")
        return self._bases[name]

    def picture(self, track: str, i: int) -> Picture:
        """Whole picture of pose i of a track: its crop feathered into the base picture."""
        if track == "slide" and i == len(self.tracks[track]) - 1 and "lift" in self.tracks:
            track, i = "lift", 0  # the same pose, rendered with another crop
        if (track, i) not in self._pictures:
            crop = read(self.folder / self.tracks[track][i]["file"])
            h, w = crop.shape[:2]
            x0, _, _, y1 = self.info["crops"][track]
            y0 = y1 - h  # the renderer may leave out the top row
            mask = np.zeros((h, w), np.float32)
            mask[8:-8, 8:-8] = 1
            mask = cv2.GaussianBlur(mask, (0, 0), 3)[..., None]
            whole = self.base("base_" + FAMILY[track]).copy()
            part = whole[y0 : y0 + h, x0 : x0 + w]
            whole[y0 : y0 + h, x0 : x0 + w] = np.round(crop * mask + part * (1 - mask)).astype(np.uint8)
            self._pictures[track, i] = whole
        return self._pictures[track, i]

    def neighbours(self, track: str, value: float) -> tuple[int, int, float]:
        """Indices of the poses around a value, and the share of the second one."""
        x = self.values[track]
        i = int(np.clip(np.searchsorted(x, value) - 1, 0, len(x) - 2))
        return i, i + 1, float(np.clip((value - x[i]) / (x[i + 1] - x[i]), 0, 1))

    def blend(self, track: str, value: float) -> Picture:
        i, k, share = self.neighbours(track, value)
        if share < 0.02:
            return self.picture(track, i)
        if share > 0.98:
            return self.picture(track, k)
        return cv2.addWeighted(self.picture(track, i), 1 - share, self.picture(track, k), share, 0)

    def joint_px(self, track: str, value: float, name: str) -> Floats:
        """Projected joint of the unmirrored picture."""
        i, k, share = self.neighbours(track, value)
        a, b = (np.array(self.tracks[track][n]["joints_px"][name]) for n in (i, k))
        return a * (1 - share) + b * share


def read(file: Path) -> Picture:
    picture = cv2.imread(str(file))
    if picture is None:
        raise FileNotFoundError(f"{file} is missing: render the bank first")
    return picture


class Noise:
    """Sensor noise (standard deviation in grey levels) from a few prepared fields, shifted at random."""

    MARGIN = 40

    def __init__(self, shape: tuple[int, int, int], sigma: float, rng: np.random.Generator) -> None:
        self.rng, (self.h, self.w, channels) = rng, shape
        fields = rng.normal(0, 1, (6, self.h + self.MARGIN, self.w + self.MARGIN, channels)).astype(np.float32)
        fields = np.stack([cv2.GaussianBlur(f, (0, 0), 0.6) for f in fields])  # sensors are not white
        fields = np.round(fields * (sigma / fields.std()))
        self.plus, self.minus = np.maximum(fields, 0).astype(np.uint8), np.maximum(-fields, 0).astype(np.uint8)

    def __call__(self, picture: Picture) -> Picture:
        n, y, x = self.rng.integers([len(self.plus), self.MARGIN, self.MARGIN])
        at = np.s_[n, y : y + self.h, x : x + self.w]
        return cv2.subtract(cv2.add(picture, self.plus[at]), self.minus[at])


@dataclass(frozen=True)
class Crossing:
    """A box as large as a pet that walks between camera and person, from the feet to the head. Metres, seconds."""

    start_s: float
    seconds: float
    near_y: float = -0.62
    length_m: float = 0.45
    height_m: float = 0.30
    grey: int = 60
    way_m: tuple[float, float] = (3.0, -1.6)

    def span_s(self) -> list[float]:
        return [round(self.start_s, 3), round(self.start_s + self.seconds, 3)]

    def paint(self, picture: Picture, time_s: float, view: View, look_at_x: float) -> Picture:
        share = (time_s - self.start_s) / self.seconds
        if not 0 <= share <= 1:
            return picture
        h, w = picture.shape[:2]
        x = self.way_m[0] + share * (self.way_m[1] - self.way_m[0])
        bob = 0.012 * np.sin(2 * np.pi * 2.2 * time_s)
        low, high = 0.02, self.height_m + bob
        ends, sides = (x - self.length_m / 2, x + self.length_m / 2), (self.near_y, self.near_y + 0.18)
        painted = picture.copy()
        top = [
            (a, b, high)
            for a, b in ((ends[0], sides[0]), (ends[1], sides[0]), (ends[1], sides[1]), (ends[0], sides[1]))
        ]
        front = [(a, sides[0], z) for a, z in ((ends[0], low), (ends[1], low), (ends[1], high), (ends[0], high))]
        end = ends[0] if view.place(look_at_x)[0] < x else ends[1]
        side = [(end, b, z) for b, z in ((sides[0], low), (sides[1], low), (sides[1], high), (sides[0], high))]
        for corners, shade in ((side, 0.8), (top, 1.35), (front, 1.0)):
            grey = int(self.grey * shade)
            pixels = project(view, look_at_x, (w, h), corners)
            cv2.fillPoly(painted, [np.round(pixels * 16).astype(np.int32)], (grey - 8, grey, grey + 14), cv2.LINE_AA, 4)
        return painted

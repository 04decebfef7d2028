"""The square of a picture that a network looks at, turned so that the person in it stands upright."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from formcheck.records import Floats

MARGIN = 1.25
"""How much larger a region is than the circle around the person (BlazePose, arXiv:2006.10204, section 2.2)."""

FINE = 32
"""Pictures are sampled at whole 32nds of a pixel, as MediaPipe does; exact places are no better, only different."""
FARTHEST_PX = 2**15 - 1


@dataclass(frozen=True, slots=True)
class Region:
    """A square in picture pixels: its middle, its side, and how far clockwise it is turned, in radians."""

    x_px: float
    y_px: float
    side_px: float
    turn_rad: float = 0.0

    @classmethod
    def whole(cls, width_px: int, height_px: int) -> Self:
        """The smallest upright square with the whole picture in its middle."""
        return cls(width_px / 2, height_px / 2, max(width_px, height_px))

    @classmethod
    def around(cls, hips_px: Floats, rim_px: Floats) -> Self:
        """The region of a person whose body fills the circle about `hips_px` through `rim_px`, above the head."""
        right_px, down_px = (rim_px - hips_px).tolist()
        turn_rad = math.remainder(math.pi / 2 + math.atan2(down_px, right_px), math.tau)
        side_px = 2.0 * MARGIN * math.hypot(right_px, down_px)
        return cls(float(hips_px[0]), float(hips_px[1]), side_px, turn_rad)

    @property
    def turn(self) -> Floats:
        """(2, 2) matrix that turns directions in the region into directions in the picture."""
        cos, sin = math.cos(self.turn_rad), math.sin(self.turn_rad)
        return np.array([[cos, -sin], [sin, cos]])

    def to_picture(self, size_px: int) -> Floats:
        """(2, 3) matrix from pixels of a crop of `size_px` a side to pixels of the picture."""
        scaled = self.turn * (self.side_px / size_px)
        middle_px = np.array([self.x_px, self.y_px])
        return np.column_stack([scaled, middle_px - scaled @ np.full(2, size_px / 2)])

    def crop(self, image: NDArray[np.uint8], size_px: int, *, black: bool) -> NDArray[np.uint8]:
        """(size_px, size_px, 3) of what it shows; outside the picture it is black or the picture's edge goes on.

        Pixels are those of MediaPipe to the last bit: OpenCV is handed places as whole pixels and 32nds, by which all
        its versions reckon in whole numbers; handed fractions, version 5 rounds every hundredth pixel the other way.
        """
        import cv2

        border = cv2.BORDER_CONSTANT if black else cv2.BORDER_REPLICATE
        column = np.arange(size_px)
        row = column[:, None]
        limit = FARTHEST_PX * FINE
        x, y = (
            np.rint(per_column * column + per_row * row + start).clip(-limit, limit).astype(np.int32)
            for per_column, per_row, start in (self.to_picture(size_px) * FINE).tolist()
        )
        pixels = np.stack([x // FINE, y // FINE], axis=-1).astype(np.int16)
        between = (y % FINE * FINE + x % FINE).astype(np.uint16)
        out = cv2.remap(image, pixels, between, cv2.INTER_LINEAR, borderMode=border)
        return np.asarray(out, np.uint8)

    def placed(self, fractions: Floats) -> Floats:
        """(N, 2) places in the region, each 0..1 from its left upper corner, as pixels of the picture."""
        return (fractions - 0.5) @ self.turn.T * self.side_px + (self.x_px, self.y_px)

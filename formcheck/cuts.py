"""Where a recording jumps to another scene, told from thumbnails of its pictures."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from formcheck.records import Frame

THUMBNAIL_PX = 40
"""Longest side of a thumbnail: every 16th pixel of a picture 640 wide."""
LEAST_JUMP = 13.0
"""Mean difference from one thumbnail to the next, of 255 gray levels, from which it may be a cut.

Measured on 40 rendered and real clips: 19.5 at the one true cut and 35 or more at 156 joins of different recordings;
7.6 where a person vanishes, 5.3 in noisy darkness, at most 12.0 where a still picture gets 20 % brighter.
"""
LEAST_RATIO = 5.0
"""How many times the usual difference a cut is: 39 at the true one; at most 4.0 under a restless camera."""
LEAST_USUAL = 0.5
"""A picture that stands still differs by no less: anything would be many times nothing."""
MEMORY_S, PAUSE_S = 1.0, 1.0
"""How long what is usual is remembered; least time from one cut told to the next, which waits as long."""

Thumbnail = NDArray[np.int16]


class CutFinder:
    """Tells frame by frame whether another scene has begun. Costs 0.04 ms a frame."""

    def __init__(self) -> None:
        self._before: tuple[float, Thumbnail] | None = None
        self._usual: float | None = None
        self._due, self._next_s = False, -math.inf

    def step(self, frame: Frame) -> bool:
        """Whether there was a cut since the last one told; true at most once in `PAUSE_S` of frame time."""
        self._due |= self._jumps(frame.t_s, thumbnail(frame.image))
        if not self._due or frame.t_s < self._next_s:
            return False
        self._due, self._next_s = False, frame.t_s + PAUSE_S
        return True

    def _jumps(self, t_s: float, now: Thumbnail) -> bool:
        before, self._before = self._before, (t_s, now)
        if before is None or before[1].shape != now.shape:
            return before is not None
        jump, usual = difference(before[1], now), self._usual
        if usual is None:
            self._usual = jump
            return False
        # The jump itself becomes a part of what is usual, so that flicker does not count as a cut for ever.
        self._usual = jump + (usual - jump) * math.exp(-max(t_s - before[0], 0.0) / MEMORY_S)
        return jump > LEAST_JUMP and jump > LEAST_RATIO * max(usual, LEAST_USUAL)


def thumbnail(image: NDArray[np.uint8]) -> Thumbnail:
    """Some pixels of the green channel of an (H, W, 3) picture, at most `THUMBNAIL_PX` a side."""
    step_px = math.ceil(max(image.shape[:2]) / THUMBNAIL_PX)
    return image[::step_px, ::step_px, 1].astype(np.int16)


def difference(before: Thumbnail, now: Thumbnail) -> float:
    """Mean absolute difference in gray levels; what the whole picture has in common, such as exposure, is taken off."""
    change = (now - before).ravel()
    # The median; `np.median` takes three times as long.
    common = np.partition(change, change.size // 2)[change.size // 2]
    return float(np.abs(change - common).mean())

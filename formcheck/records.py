"""What passes between the stages: frames, poses, tracks of poses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.landmarks import LANDMARK_COUNT

Floats = NDArray[np.float64]
"""Any array of 64-bit floats; the shape is in the docstring of whoever takes it."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known of a recording or camera. Sizes are those of the displayed (upright) picture."""

    kind: Literal["file", "camera", "landmarks"]
    name: str
    width_px: int
    height_px: int
    fps: float | None = None
    rotation_deg: int = 0
    started_at: str | None = None
    """ISO 8601 time of recording with its offset, or None where unknown."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture, upright as displayed.

    `t_s` counts from the first frame, taken from the container or at the grab, strictly increasing.
    `image` is (H, W, 3) uint8 RGB; it may be smaller than the recording's displayed size
    (`SourceInfo.width_px`, `height_px`), never of another aspect.
    """

    index: int
    t_s: float
    image: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Pose:
    """One person's landmarks, numbered as in `Landmark`.

    xy_px: (33, 2) float32, pixels of the displayed picture, y downward.
    visibility: (33,) float32 in 0..1, as the network says (near 1 even on wrong landmarks).
    world_m: (33, 3) float32, metres, origin between the hips, x right, y down, z away from the camera.
    """

    xy_px: NDArray[np.float32]
    visibility: NDArray[np.float32]
    world_m: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen at one time: a pose, or None when nobody was there."""

    t_s: float
    pose: Pose | None


@dataclass(frozen=True, slots=True)
class Track:
    """The poses of a stretch of time as arrays; NaN where nobody was seen.

    t_s: (N,) float64, increasing; xy_px: (N, 33, 2); visibility: (N, 33); world_m: (N, 33, 3), float32.
    """

    t_s: Floats
    xy_px: NDArray[np.float32]
    visibility: NDArray[np.float32]
    world_m: NDArray[np.float32]

    @classmethod
    def of(cls, sightings: Iterable[Sighting]) -> Track:
        """Put sightings together."""
        recorder = Recorder()
        for sighting in sightings:
            recorder.step(sighting)
        return recorder.finish()

    def __len__(self) -> int:
        return len(self.t_s)

    def __getitem__(self, rows: slice) -> Track:
        return Track(self.t_s[rows], self.xy_px[rows], self.visibility[rows], self.world_m[rows])

    def sightings(self) -> Iterator[Sighting]:
        """The track as it came, one sighting after the other."""
        for t_s, xy_px, visibility, world_m, seen in zip(
            self.t_s, self.xy_px, self.visibility, self.world_m, self.seen, strict=True
        ):
            yield Sighting(float(t_s), Pose(xy_px, visibility, world_m) if seen else None)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(N,) whether somebody was seen."""
        return ~np.isnan(self.xy_px[:, 0, 0])


class Recorder:
    """Collects sightings into a track; the arrays grow by doubling, 800 bytes a frame."""

    def __init__(self) -> None:
        self._count = 0
        self._t_s = np.empty(1024, np.float64)
        self._arrays = [np.empty((1024, LANDMARK_COUNT, *tail), np.float32) for tail in ((2,), (), (3,))]

    def step(self, sighting: Sighting) -> None:
        """Add the next sighting."""
        row = self._count
        if row == len(self._t_s):
            self._t_s = np.resize(self._t_s, 2 * row)
            self._arrays = [np.resize(array, (2 * row, *array.shape[1:])) for array in self._arrays]
        self._t_s[row] = sighting.t_s
        pose = sighting.pose
        for array, values in zip(
            self._arrays, (pose.xy_px, pose.visibility, pose.world_m) if pose else (np.nan,) * 3, strict=True
        ):
            array[row] = values
        self._count += 1

    @property
    def last_s(self) -> float:
        """Time of the newest sighting, -inf before the first."""
        return float(self._t_s[self._count - 1]) if self._count else -np.inf

    def since(self, t_s: float) -> Track:
        """What was recorded from a time on; a view, valid until the next step."""
        first = int(np.searchsorted(self._t_s[: self._count], t_s))
        rows = slice(first, self._count)
        xy_px, visibility, world_m = (array[rows] for array in self._arrays)
        return Track(self._t_s[rows], xy_px, visibility, world_m)

    def finish(self) -> Track:
        """Everything recorded so far."""
        return self.since(-np.inf)

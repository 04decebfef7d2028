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
class Mask:
    """Which pixels belong to a person, in a crop of the picture that is turned with the person.

    share: (H, W) float32 in 0..1. to_picture: (2, 3) matrix from (x, y, 1) in pixels of the crop to pixels of the
    displayed picture.
    """

    share: NDArray[np.float32]
    to_picture: Floats


@dataclass(frozen=True, slots=True)
class Pose:
    """One person's landmarks, numbered as in `Landmark`.

    xy_px: (33, 2) float32, pixels of the displayed picture, y downward.
    visibility: (33,) float32 in 0..1, as the network says (near 1 even on wrong landmarks).
    world_m: (33, 3) float32, metres, origin between the hips, x right, y down, z away from the camera.
    mask: where in the picture the person is, if that was asked for.
    """

    xy_px: NDArray[np.float32]
    visibility: NDArray[np.float32]
    world_m: NDArray[np.float32]
    mask: Mask | None = None


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

    @classmethod
    def joined(cls, parts: Iterable[Track]) -> Track:
        """One after the other."""
        columns = zip(*((part.t_s, part.xy_px, part.visibility, part.world_m) for part in parts), strict=True)
        return cls(*(np.concatenate(column) for column in columns))

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
    """Collects sightings, 800 bytes each. `room` is how many are expected; more cost a copy."""

    def __init__(self, room: int = 1024) -> None:
        points = (max(room, 1), LANDMARK_COUNT)
        self._count = 0
        # Left untouched until used: pages that are never written take no memory.
        self._track = Track(
            t_s=np.empty(points[0], np.float64),
            xy_px=np.empty((*points, 2), np.float32),
            visibility=np.empty(points, np.float32),
            world_m=np.empty((*points, 3), np.float32),
        )

    def step(self, sighting: Sighting) -> None:
        """Add the next sighting."""
        row, pose = self._count, sighting.pose
        if row == len(self._track):
            self._grow()
        self._track.t_s[row] = sighting.t_s
        self._track.xy_px[row] = pose.xy_px if pose else np.nan
        self._track.visibility[row] = pose.visibility if pose else np.nan
        self._track.world_m[row] = pose.world_m if pose else np.nan
        self._count += 1

    def _grow(self) -> None:
        old, filled = self._track, self._count
        larger = Recorder(2 * filled)._track
        for name in ("t_s", "xy_px", "visibility", "world_m"):
            getattr(larger, name)[:filled] = getattr(old, name)
        self._track = larger

    def forget(self, before_s: float) -> None:
        """Drop what is older, so that a long session needs no more room than a short one."""
        first = int(np.searchsorted(self._track.t_s[: self._count], before_s))
        for array in (self._track.t_s, self._track.xy_px, self._track.visibility, self._track.world_m):
            array[: self._count - first] = array[first : self._count].copy()
        self._count -= first

    @property
    def last_s(self) -> float:
        """Time of the newest sighting, -inf before the first."""
        return float(self._track.t_s[self._count - 1]) if self._count else -np.inf

    def since(self, t_s: float) -> Track:
        """What was recorded from a time on; a view."""
        first = int(np.searchsorted(self._track.t_s[: self._count], t_s))
        return self._track[first : self._count]

    def finish(self) -> Track:
        """Everything recorded so far; a view."""
        return self._track[: self._count]

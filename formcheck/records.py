"""What passes between the stages: frames, poses, tracks of poses, samples, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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
        """Stack sightings into one track."""
        rows = list(sightings)
        blank = Pose(*(np.full(shape, np.nan, np.float32) for shape in ((LANDMARK_COUNT, 2), LANDMARK_COUNT, (LANDMARK_COUNT, 3))))
        poses = [row.pose or blank for row in rows]

        def stacked(arrays: list[NDArray[np.float32]], *tail: int) -> NDArray[np.float32]:
            return np.stack(arrays) if arrays else np.empty((0, LANDMARK_COUNT, *tail), np.float32)

        return cls(
            t_s=np.array([row.t_s for row in rows], np.float64),
            xy_px=stacked([pose.xy_px for pose in poses], 2),
            visibility=stacked([pose.visibility for pose in poses]),
            world_m=stacked([pose.world_m for pose in poses], 3),
        )

    def __len__(self) -> int:
        return len(self.t_s)

    def __getitem__(self, rows: slice) -> Track:
        return Track(self.t_s[rows], self.xy_px[rows], self.visibility[rows], self.world_m[rows])

    @property
    def seen(self) -> NDArray[np.bool_]:
        """(N,) whether somebody was seen."""
        return ~np.isnan(self.xy_px[:, 0, 0])


@dataclass(frozen=True, slots=True)
class Event:
    """Something decided at time `t_s`: the number and the limit, so that voice, picture and report need nothing else.

    kind: "phase" (name = the phase entered), "fault" (name = code), "rep" (name = verdict), "unjudged" (name = reason).
    """

    t_s: float
    kind: Literal["phase", "fault", "rep", "unjudged"]
    name: str
    side: str = "both"
    value: float | None = None
    limit: float | None = None
    unit: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)

"""Recordings, landmarks and cameras made for tests: what is drawn in must come out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from formcheck.camera import Camera
from formcheck.records import Pose, Sighting, SourceInfo, Track

RED, GREEN, BLUE, WHITE = (230, 20, 20), (20, 200, 20), (20, 20, 230), (235, 235, 235)
COLOUR_MARGIN = 40
"""How far lossy coding with halved colour resolution may move a channel in the middle of a patch."""

GRAYS = 12
"""Distinct gray levels which number the frames."""


def gray_of(index: int) -> int:
    return 25 + 18 * (index % GRAYS)


def drawn(index: int, width_px: int, height_px: int) -> np.ndarray:
    """A picture whose gray tells its number, with red and green above (left, right), blue and white below."""
    picture = np.full((height_px, width_px, 3), gray_of(index), np.uint8)
    tall, wide = height_px // 4, width_px // 4
    picture[:tall, :wide], picture[:tall, -wide:] = RED, GREEN
    picture[-tall:, :wide], picture[-tall:, -wide:] = BLUE, WHITE
    return picture


def record(
    path: Path,
    *,
    codec: str = "libx264",
    size_px: tuple[int, int] = (96, 64),
    times_ms: Sequence[int] | None = None,
    count: int = 10,
    fps: int = 25,
    pixels: str = "yuv420p",
    turn_ccw_deg: float | None = None,
    mirrored: bool = False,
    pixel_aspect: Fraction | None = None,
    container: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    format_name: str | None = None,
) -> Path:
    """Write a recording of drawn pictures and return its path."""
    stamps = list(times_ms) if times_ms is not None else [round(1000 * index / fps) for index in range(count)]
    width_px, height_px = size_px
    with av.open(str(path), "w", format=format_name, options=container or {}) as output:
        output.metadata.update(metadata or {})
        stream: Any = output.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, pixels
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if turn_ccw_deg is not None:
            stream.set_display_rotation(turn_ccw_deg, hflip=mirrored)
        for index, stamp_ms in enumerate(stamps):
            picture = av.VideoFrame.from_ndarray(drawn(index, width_px, height_px), "rgb24").reformat(format=pixels)
            picture.pts, picture.time_base = stamp_ms, Fraction(1, 1000)
            output.mux(stream.encode(picture))
        output.mux(stream.encode())
    return path


def patch(image: np.ndarray, where: str) -> np.ndarray:
    """Mean colour in the middle of a corner patch ("top left" ...) or of the whole picture ("middle")."""
    height_px, width_px = image.shape[:2]
    y = {"top": 0.125, "bottom": 0.875}.get(where.split()[0], 0.5)
    x = {"left": 0.125, "right": 0.875}.get(where.split()[-1], 0.5)
    rows = slice(int((y - 0.04) * height_px), int((y + 0.04) * height_px) + 1)
    columns = slice(int((x - 0.04) * width_px), int((x + 0.04) * width_px) + 1)
    return image[rows, columns].reshape(-1, 3).mean(axis=0)


def assert_upright(image: np.ndarray) -> None:
    for where, colour in (("top left", RED), ("top right", GREEN), ("bottom left", BLUE), ("bottom right", WHITE)):
        assert patch(image, where) == pytest.approx(colour, abs=COLOUR_MARGIN), where


def assert_numbered(images: Sequence[np.ndarray]) -> None:
    for index, image in enumerate(images):
        assert patch(image, "middle") == pytest.approx([gray_of(index)] * 3, abs=8), f"frame {index}"


def encoder(name: str) -> Any:
    try:
        av.Codec(name, "w")
    except av.FFmpegError:
        return pytest.param(name, marks=pytest.mark.skip(reason=f"this build of PyAV has no {name}"))
    return name


def track_of(count: int, missing: Sequence[int] = ()) -> Track:
    """A track with distinct numbers everywhere and nobody seen in the rows `missing`."""
    numbers = np.arange(count * 33 * 3, dtype=np.float32).reshape(count, 33, 3)
    return Track.of(
        Sighting(
            row / 25, None if row in missing else Pose(numbers[row, :, :2], numbers[row, :, 0] / 1e5, numbers[row] / 7)
        )
        for row in range(count)
    )


INFO = SourceInfo("file", "橋 1.mp4", 640, 360, fps=25.0, rotation_deg=90, started_at="2026-11-22T19:00:00+09:00")


class ScriptedCamera:
    """A camera that plays a list of pictures (None = a failed grab) and turns the hand of its own clock."""

    def __init__(self, pictures: Sequence[np.ndarray | None], step_s: float = 0.04, opened: bool = True) -> None:
        self.pictures, self.step_s, self.opened = list(pictures), step_s, opened
        self.time_s, self.released = 100.0, 0

    def now_s(self) -> float:
        return self.time_s

    def isOpened(self) -> bool:  # noqa: N802
        return self.opened

    def get(self, _: int) -> float:
        return 25.0

    def grab(self) -> bool:
        self.time_s += self.step_s
        self.current = self.pictures.pop(0) if self.pictures else None
        return self.current is not None

    def retrieve(self) -> tuple[bool, np.ndarray]:
        picture = self.current
        self.time_s += 0.013
        assert picture is not None
        return True, np.ascontiguousarray(picture[:, :, ::-1])

    def release(self) -> None:
        self.opened, self.released = False, self.released + 1


def scripted(pictures: Sequence[np.ndarray | None], **settings: Any) -> tuple[Camera, ScriptedCamera]:
    capture = ScriptedCamera(pictures, **settings)
    return Camera(0, capture=capture, now_s=capture.now_s), capture

"""Write a clip: H.264, yuv420p, faststart (PyAV)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from synth.frames import Picture

TIME_BASE = Fraction(1, 90000)


def keep_frame(n: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which frames a variable-rate clip keeps (about 3 of 4)."""
    return (n * n * 31 + n * 17 + 50) % 101 >= 26


def encode(frames: Iterable[Picture], times_s: Iterable[float], fps: float, file: Path, crf: int = 20) -> None:
    """Frames (BGR) at their times; written beside the file and moved there when complete."""
    part = file.with_suffix(".part.mp4")
    with av.open(str(part), "w", options={"movflags": "+faststart", "video_track_timescale": "90000"}) as out:
        stream = out.add_stream("libx264", rate=Fraction(fps).limit_denominator(1001))
        stream.pix_fmt, stream.options = "yuv420p", {"crf": str(crf), "preset": "medium"}
        stream.codec_context.time_base = TIME_BASE
        for picture, time_s in zip(frames, times_s, strict=True):
            if not stream.codec_context.is_open:
                stream.height, stream.width = picture.shape[:2]
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="bgr24")
            frame.pts, frame.time_base = round(time_s / TIME_BASE), TIME_BASE
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    part.replace(file)


def turn_back(file: Path) -> None:
    """Give pictures that are stored turned clockwise a display matrix that turns them back."""
    data = bytearray(file.read_bytes())
    at = data.index(b"tkhd") + 44  # the matrix in a track header of version 0
    data[at : at + 36] = struct.pack(">9I", 0, 0xFFFF0000, 0, 0x00010000, 0, 0, 0, 0, 0x40000000)
    file.write_bytes(bytes(data))

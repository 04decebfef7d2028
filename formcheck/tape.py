"""The pictures of a camera into a film, as they come: for those who asked for one."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from queue import Full, Queue
from threading import Thread
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from formcheck.errors import OutputError

CLOCK = Fraction(1, 90_000)
ENCODING = {"preset": "superfast", "crf": "23", "tune": "zerolatency"}
"""2 ms for a picture of 640 x 480, in a thread of its own; about 10 MB a minute."""
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
"""A film in pieces that is readable up to where a crash broke it off."""
WAITING = 8
"""Pictures that may wait; more are left out, so that the coach never waits for the disk."""


class Tape:
    """Writes RGB pictures (H, W, 3) with their times to a new .mp4 file; OutputError when that cannot be begun."""

    def __init__(self, path: Path, width_px: int, height_px: int) -> None:
        self.path, self.lost = path, 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._output = av.open(f"file:{path}", "w", format="mp4", options=FRAGMENTS)
        except (OSError, ValueError) as error:
            reason = error if isinstance(error, OSError) else OSError(str(error))
            raise OutputError.refused(path, reason) from error
        self._stream: Any = self._output.add_stream("libx264", rate=30, options=ENCODING)
        self._stream.width, self._stream.height = width_px - width_px % 2, height_px - height_px % 2
        self._stream.pix_fmt, self._stream.codec_context.time_base = "yuv420p", CLOCK
        self._waiting: Queue[tuple[NDArray[np.uint8], float] | None] = Queue(WAITING)
        self._writer = Thread(target=self._write, name="tape", daemon=True)
        self._writer.start()

    def step(self, image: NDArray[np.uint8], t_s: float) -> None:
        """Leave a picture to be written; it must not be changed afterwards."""
        try:
            self._waiting.put_nowait((image, t_s))
        except Full:
            self.lost += 1

    def close(self) -> None:
        """Write what waits and end the film; may be called again."""
        if self._writer.is_alive():
            self._waiting.put(None)
            self._writer.join()

    def _write(self) -> None:
        zero_s: float | None = None
        while (item := self._waiting.get()) is not None:
            image, t_s = item
            zero_s = t_s if zero_s is None else zero_s
            frame = av.VideoFrame.from_ndarray(self._fitting(image), format="rgb24")
            frame.pts, frame.time_base = round((t_s - zero_s) / CLOCK), CLOCK
            with suppress(av.FFmpegError, OSError):  # a full disk ends the film, not the session
                self._output.mux(self._stream.encode(frame))
        with suppress(av.FFmpegError, OSError):
            self._output.mux(self._stream.encode())
        with suppress(av.FFmpegError, OSError):
            self._output.close()

    def _fitting(self, image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Cut to an even size, as the encoder wants it."""
        return np.ascontiguousarray(image[: self._stream.height, : self._stream.width])

"""Cameras of this computer and of its network. The only file below the front doors that reads a clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from math import inf
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from formcheck.errors import SourceError
from formcheck.records import Frame, SourceInfo
from formcheck.sources import Source
from formcheck.text import printable


class Camera(Source[Frame]):
    """A camera; `t_s` is the time of the grab. Ends, with a warning, when the camera falls silent.

    `index` is the number of one of this computer, or the address of one in the network (rtsp://, http://).
    `every_s` is the least time between two frames: what comes in between is grabbed, so that nothing old waits in the
    camera, and not decoded. `capture` has the methods of `cv2.VideoCapture`; `now_s` is any clock in seconds that never
    goes back.
    """

    TRIES, PATIENCE_S = 30, 3.0
    """Failed grabs in a row, and seconds, until a camera counts as gone: while waking up some grabs fail."""

    def __init__(
        self,
        index: int | str = 0,
        capture: Any = None,
        now_s: Callable[[], float] = time.monotonic,
        every_s: float = 0.0,
    ) -> None:
        import cv2

        super().__init__()
        # An address may carry a password, which belongs neither into reports nor on the screen.
        where = index if isinstance(index, int) else printable(urlsplit(index).hostname or index)
        self._capture: Any = cv2.VideoCapture(index) if capture is None else capture
        self._now_s, self._every_s, self._due_s = now_s, every_s, -inf
        self._first = self._grab() if self._capture.isOpened() else None
        if self._first is None:
            self.close()
            raise SourceError(
                en=f"camera {where} does not answer; plug it in, close other programs using it, or try another",
                ja=f"カメラ{where}から映像が来ません。接続を確かめ、ほかのアプリを閉じるか、別のカメラを試してください",
            )
        height_px, width_px = self._first[1].shape[:2]
        fps = float(self._capture.get(cv2.CAP_PROP_FPS))
        self.info = SourceInfo("camera", f"camera {where}", width_px, height_px, fps if 1.0 <= fps <= 1000.0 else None)

    def _grab(self) -> tuple[float, NDArray[np.uint8]] | None:
        """Time on the camera's clock and RGB picture; None when the camera gives no more."""
        import cv2

        grabbed, grabbed_s = self._due()
        give_up_s = grabbed_s + self.PATIENCE_S
        for attempt in range(self.TRIES):
            if attempt:
                grabbed, grabbed_s = bool(self._capture.grab()), self._now_s()
            there, bgr = self._capture.retrieve() if grabbed else (False, np.empty(0))
            if there:
                self._due_s = grabbed_s + self._every_s
                return grabbed_s, np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)
            if grabbed_s > give_up_s:
                break
        return None

    def _due(self) -> tuple[bool, float]:
        """Grab until the next frame is due; whether the last grab went well, and when it was."""
        while True:
            grabbed, now_s = bool(self._capture.grab()), self._now_s()
            if not grabbed or now_s >= self._due_s:
                return grabbed, now_s

    def __iter__(self) -> Iterator[Frame]:
        grabbed, self._first = self._first, None
        if grabbed is None:
            raise ValueError("a camera is read once: open it again")
        zero_s, t_s, index = grabbed[0], -1.0, 0
        while grabbed is not None:
            # Some systems' clocks tick more slowly than cameras deliver.
            t_s = max(grabbed[0] - zero_s, t_s + 0.001)
            yield Frame(index, t_s, grabbed[1])
            if not self._capture.isOpened():
                return
            index, grabbed = index + 1, self._grab()
        self.warnings.append(f"the camera stopped after {t_s:.1f} s; check its cable")

    def close(self) -> None:
        self._first = None
        self._capture.release()

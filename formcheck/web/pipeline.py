"""From one JPEG to one answer, in the thread that owns the network of a connection."""

from __future__ import annotations

import json
import time
from typing import Any

import cv2
import numpy as np

from formcheck.coach.archive import Archive
from formcheck.coach.plan import Plan
from formcheck.coach.session import Command
from formcheck.coach.sitting import Options, Sitting
from formcheck.records import SourceInfo
from formcheck.web.messages import VERSION, BadMessageError, Shot, cues_message, tick_message

OTHER_SHAPE = 0.03
"""How much a picture's aspect may differ from the session's first before it is another picture."""
MOST_BAD = 30
"""Frames in a row that cannot be used before the connection is given up."""


class Pipeline:
    """Everything of one connection; `step` and the rest must be called from one thread at a time."""

    def __init__(self, plan: Plan, options: Options, archive: Archive | None) -> None:
        self.plan, self.options = plan, options
        self.zero_ms = archive.card.zero_ms if archive else None
        self.sitting = Sitting(plan, archive.info, options, archive) if archive else None
        self._bad, self._reported = 0, False

    @property
    def archive(self) -> Archive | None:
        """Where the session is kept, once its first picture came."""
        return self.sitting.archive if self.sitting else None

    def step(self, shot: Shot) -> list[str]:
        """Judge one frame; returns the messages for the page."""
        began_s = time.perf_counter()
        image = self._decoded(shot)
        t_s = self._time_s(shot)
        if image is None or t_s is None:
            self._bad += 1
            if self._bad > MOST_BAD:
                raise BadMessageError(4400, "frames that cannot be used: damaged, or times that run backwards")
            return [json.dumps({"v": VERSION, "type": "dropped", "frame_ms": shot.at_ms})]
        self._bad = 0
        sitting = self.sitting = self.sitting or self._begin(image, shot)
        self._require_shape(image, sitting.coach.info)
        tick = sitting.step(image, t_s)
        message = tick_message(tick, sitting.coach, shot.at_ms, (time.perf_counter() - began_s) * 1000.0)
        return [message, *self._ended(sitting)]

    def command(self, name: Command) -> list[str]:
        """A key or button."""
        sitting = self.sitting
        if sitting is None:
            return []
        cues = sitting.command(name)
        return [cues_message(cues, sitting.coach, max(sitting.last_s, 0.0)), *self._ended(sitting)]

    def close(self) -> None:
        """Free the network and keep what is there."""
        if self.sitting:
            self.sitting.close()

    def _decoded(self, shot: Shot) -> Any:
        bgr = cv2.imdecode(np.frombuffer(shot.jpeg, np.uint8), cv2.IMREAD_COLOR)
        return None if bgr is None else cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)

    def _time_s(self, shot: Shot) -> float | None:
        """Seconds since the session's first frame; None when time does not go forward."""
        if self.zero_ms is None:
            self.zero_ms = shot.at_ms
        t_s = (shot.at_ms - self.zero_ms) / 1000.0
        last_s = self.sitting.last_s if self.sitting else -1.0
        return t_s if t_s > last_s and t_s - max(last_s, 0.0) < 3600.0 else None

    def _begin(self, image: Any, shot: Shot) -> Sitting:
        height_px, width_px = image.shape[:2]
        return Sitting(self.plan, SourceInfo("camera", "browser", width_px, height_px), self.options, None, shot.at_ms)

    def _require_shape(self, image: Any, info: SourceInfo) -> None:
        height_px, width_px = image.shape[:2]
        if abs(width_px * info.height_px / (height_px * info.width_px) - 1) > OTHER_SHAPE:
            raise BadMessageError(4416, "the picture changed its shape; start again")

    def _ended(self, sitting: Sitting) -> list[str]:
        """The report, once the session is over."""
        if sitting.report is None or self._reported:
            return []
        self._reported = True
        body = sitting.report.model_dump(mode="json", include={"session_id", "exercise", "summary", "reps"})
        return [json.dumps({"v": VERSION, "type": "report", "kept": sitting.archive.card.keep, **body})]

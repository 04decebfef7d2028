"""From one JPEG to one answer, in the thread that owns the network of a connection."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from formcheck.coach.archive import Archive
from formcheck.coach.coach import Coach
from formcheck.coach.plan import Plan
from formcheck.coach.session import Command, State
from formcheck.estimate import Landmarker
from formcheck.events import RepDone
from formcheck.models import model_label
from formcheck.records import Frame, SourceInfo
from formcheck.report import Report
from formcheck.web.messages import VERSION, BadMessageError, Shot, cues_message, event_dict, tick_message

OTHER_SHAPE = 0.03
"""How much a picture's aspect may differ from the session's first before it is another picture."""
MOST_BAD = 30
"""Frames in a row that cannot be used before the connection is given up."""
TOUCH_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Options:
    """What every session of a server has in common. `events` gets every event as one JSON line."""

    root: Path
    model: str = "full"
    record: bool = False
    events: Callable[[str], None] | None = None


class Pipeline:
    """Everything of one session; `step` and the rest must be called from one thread at a time."""

    def __init__(self, plan: Plan, options: Options, archive: Archive | None) -> None:
        self.plan, self.options, self.archive = plan, options, archive
        self.coach = Coach(plan, archive.info, archive.progress) if archive else None
        self.zero_ms = archive.card.zero_ms if archive else None
        self.report: Report | None = None
        self._landmarker = Landmarker(options.model)
        self._index, self._bad, self._touched_s = 0, 0, 0.0
        self._last_s = archive.last_s if archive else -1.0
        self._state: State | None = None

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
        self._bad, self._last_s = 0, t_s
        coach = self.coach or self._begin(image, shot)
        self._require_shape(image, coach.info)
        sighting = self._landmarker.step(Frame(self._index, t_s, image), coach.info)
        self._index += 1
        tick = coach.step(sighting, float(image[::8, ::8, 1].mean()))
        message = tick_message(tick, coach, shot.at_ms, (time.perf_counter() - began_s) * 1000.0)
        if self.options.events:
            for event in tick.events:
                self.options.events(json.dumps(event_dict(event)))
        self._keep(coach, any(isinstance(event, RepDone) for event in tick.events))
        return [message, *self._ended(coach)]

    def command(self, name: Command) -> list[str]:
        """A key or button."""
        if self.coach is None:
            return []
        cues = self.coach.command(name)
        self._keep(self.coach, False)
        return [cues_message(cues, self.coach, max(self._last_s, 0.0)), *self._ended(self.coach)]

    def close(self) -> None:
        """Free the network and keep what is there."""
        self._landmarker.close()
        if self.coach and self.archive and not self.archive.card.complete:
            self.archive.keep(self.coach.track, self.coach.session.progress_at(max(self._last_s, 0.0)))

    def _decoded(self, shot: Shot) -> Any:
        bgr = cv2.imdecode(np.frombuffer(shot.jpeg, np.uint8), cv2.IMREAD_COLOR)
        return None if bgr is None else cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)

    def _time_s(self, shot: Shot) -> float | None:
        """Seconds since the session's first frame; None when time does not go forward."""
        if self.zero_ms is None:
            self.zero_ms = shot.at_ms
        t_s = (shot.at_ms - self.zero_ms) / 1000.0
        return t_s if t_s > self._last_s and t_s - max(self._last_s, 0.0) < 3600.0 else None

    def _begin(self, image: Any, shot: Shot) -> Coach:
        height_px, width_px = image.shape[:2]
        started_at = datetime.now().astimezone().isoformat(timespec="seconds")
        info = SourceInfo("camera", "browser", width_px, height_px, started_at=started_at)
        self.coach = Coach(self.plan, info)
        self.archive = Archive.new(
            self.options.root, self.plan, info, model=model_label(self.options.model), zero_ms=shot.at_ms,
            started_at=started_at,
        )  # fmt: skip
        return self.coach

    def _require_shape(self, image: Any, info: SourceInfo) -> None:
        height_px, width_px = image.shape[:2]
        if abs(width_px * info.height_px / (height_px * info.width_px) - 1) > OTHER_SHAPE:
            raise BadMessageError(4416, "the picture changed its shape; start again")

    def _keep(self, coach: Coach, rep_done: bool) -> None:
        """Store at every repetition and every change of state; in between only say that the session is alive."""
        if self.archive is None:
            return
        changed, self._state = coach.session.state != self._state, coach.session.state
        if rep_done or changed:
            self.archive.keep(coach.track, coach.session.progress_at(self._last_s))
        elif abs(self._last_s - self._touched_s) > TOUCH_EVERY_S:
            self._touched_s = self._last_s
            self.archive.touch()

    def _ended(self, coach: Coach) -> list[str]:
        """The report, once the session is over."""
        if coach.session.state is not State.DONE or self.report or self.archive is None:
            return []
        self.archive.keep(coach.track, coach.session.progress_at(self._last_s))
        self.report = self.archive.finish()
        if self.report is None:
            return []
        body = self.report.model_dump(mode="json", include={"session_id", "exercise", "summary", "reps"})
        return [json.dumps({"v": VERSION, "type": "report", **body})]

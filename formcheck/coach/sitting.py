"""One session before a camera: pictures in, ticks out, everything kept on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.coach.archive import Archive
from formcheck.coach.coach import Coach, Tick
from formcheck.coach.cues import Cue
from formcheck.coach.plan import Plan
from formcheck.coach.progress import State
from formcheck.coach.session import Command
from formcheck.estimate import Landmarker
from formcheck.events import Event, RepDone
from formcheck.history import ME
from formcheck.models import model_label
from formcheck.records import Frame, SourceInfo
from formcheck.report import Report
from formcheck.tape import Tape

TOUCH_EVERY_S = 5.0
"""How often a session on disk is told that it is alive."""
PEOPLE_EVERY_S = 2.0
"""How often it is asked before the set who else is in the picture: that takes another 27 ms."""


@dataclass(frozen=True, slots=True)
class Options:
    """What all sessions have in common: whose they are, where films go if they are wanted, who gets every event.

    `keep` says whether they stay in the history once they are over.
    """

    root: Path
    model: str = "full"
    record: Path | None = None
    events: Callable[[Event], None] | None = None
    person: str = ME
    keep: bool = True


class Sitting:
    """Coaches and keeps one session, from one thread at a time; `archive` goes on with one that broke off.

    `report` is there once the session is over.
    """

    def __init__(
        self, plan: Plan, info: SourceInfo, options: Options, archive: Archive | None = None, zero_ms: float = 0.0
    ) -> None:
        self.options = options
        self.report: Report | None = None
        self.coach = Coach(plan, info, archive.progress if archive else None)
        self._landmarker = Landmarker(options.model, "auto")
        self.archive = archive or Archive.new(
            options.root, plan, info, model=model_label(options.model), zero_ms=zero_ms, person=options.person,
            runtime=self._landmarker.runtime, keep=options.keep,
        )  # fmt: skip
        self.last_s = self.archive.last_s
        self._tape = self._begin_tape(info) if options.record else None
        self._index, self._people, self._counted_s, self._touched_s = 0, 1, -PEOPLE_EVERY_S, 0.0
        self._state: State | None = None

    def step(self, image: NDArray[np.uint8], t_s: float) -> Tick:
        """Judge one RGB picture (H, W, 3); times must increase."""
        frame, coach = Frame(self._index, t_s, image), self.coach
        self._index, self.last_s = self._index + 1, t_s
        if self._tape:
            self._tape.step(image, t_s)
        sighting = self._landmarker.step(frame, coach.info)
        tick = coach.step(sighting, float(image[::8, ::8, 1].mean()), self._count_people(frame))
        if self.options.events:
            for event in tick.events:
                self.options.events(event)
        self._keep(any(isinstance(event, RepDone) for event in tick.events))
        return tick

    def command(self, name: Command) -> list[Cue]:
        """A key or button."""
        cues = self.coach.command(name)
        self._keep(False)
        return cues

    def close(self) -> None:
        """Free the network and keep what is there, to be gone on with."""
        self._landmarker.close()
        if self._tape:
            self._tape.close()
        if not self.archive.card.complete:
            self._store()

    def end(self) -> Report | None:
        """End the session here; None where nobody was filmed."""
        if not self.archive.card.complete:
            self._store()
            if self._tape:
                self._tape.close()
            self.report = self.archive.finish()
        return self.report

    @property
    def film(self) -> Path | None:
        """Where the video is kept, if it is."""
        return self._tape.path if self._tape else None

    def _begin_tape(self, info: SourceInfo) -> Tape:
        assert self.options.record
        folder = self.options.record / f"live-{self.archive.card.id}"
        number = len(list(folder.glob("video*.mp4"))) + 1
        return Tape(folder / ("video.mp4" if number == 1 else f"video-{number}.mp4"), info.width_px, info.height_px)

    def _count_people(self, frame: Frame) -> int:
        """How many are in the picture, asked now and then while the camera is being checked."""
        if self.coach.session.state is not State.CHECK:
            return 1
        if frame.t_s - self._counted_s >= PEOPLE_EVERY_S:
            self._counted_s = frame.t_s
            self._people = self._landmarker.count_people(frame, self.coach.info)
        return self._people

    def _keep(self, rep_done: bool) -> None:
        """Store at every repetition and every change of state; in between only say that the session is alive."""
        state = self.coach.session.state
        changed, self._state = state != self._state, state
        if self.archive.card.complete:
            return
        if state is State.DONE:
            self.end()
        elif rep_done or changed:
            self._store()
        elif abs(self.last_s - self._touched_s) > TOUCH_EVERY_S:
            self._touched_s = self.last_s
            self.archive.touch()

    def _store(self) -> None:
        self.archive.keep(self.coach.track, self.coach.session.progress_at(max(self.last_s, 0.0)))

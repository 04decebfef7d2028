"""A recording watched by several landmarkers at once, each on another stretch of time.

Where the stretches lie depends on the recording alone, so that any number of workers sees the same. Workers are
threads: both runtimes release the interpreter's lock while the network runs.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from formcheck.errors import FormcheckError, SourceError
from formcheck.estimate import Landmarker
from formcheck.records import Sighting
from formcheck.video import Part, VideoFile

LONGEST_S, LEAST_S = 30.0, 20.0
"""Length of a stretch at most; a shorter recording than `LEAST_S` is one."""
WARM_UP_S = 2.0
"""What is watched before a stretch, and then forgotten, so that tracking and smoothing have settled."""
POLL_S = 0.05


@dataclass(slots=True)
class Stretch:
    """A part of the recording and what was seen in it so far."""

    start_s: float
    part: Part
    seen: list[Sighting] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def cut(length_s: float, zero: int | None, longest_s: float = LONGEST_S) -> list[Stretch]:
    """Stretches of equal length, an even number of them, that cover a regular recording."""
    count = 1 if length_s < LEAST_S else 2 * math.ceil(length_s / (2.0 * longest_s))
    borders_s = [k * length_s / count for k in range(count)]
    # The last one is open: a picture may lie a rounding beyond the length.
    return [
        Stretch(start_s, Part(max(0.0, start_s - WARM_UP_S), end_s, zero))
        for start_s, end_s in zip(borders_s, [*borders_s[1:], math.inf], strict=True)
    ]


class Watch:
    """The sightings of a recording in order, to be iterated once; warnings gather in the source's.

    `workers` is how many stretches are watched at a time, by default one for every core.
    """

    def __init__(
        self,
        source: VideoFile,
        model: str | Path,
        runtime: str,
        workers: int | None = None,
        longest_s: float = LONGEST_S,
    ) -> None:
        length_s = source.regular_s()
        self._source = source
        self._stretches = [Stretch(0.0, Part())] if length_s is None else cut(length_s, source.zero, longest_s)
        self._workers = min(workers or usable_cores(), len(self._stretches))
        self._model, self._runtime = model, runtime
        self._free: SimpleQueue[Landmarker] = SimpleQueue()
        self._stop = threading.Event()

    @property
    def done_s(self) -> float:
        """How many seconds of the recording were watched, in all stretches together."""
        return sum(stretch.seen[-1].t_s - stretch.start_s for stretch in self._stretches if stretch.seen)

    def __iter__(self) -> Iterator[Sighting]:
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="formcheck-watch")
        try:
            for _ in range(self._workers):
                self._free.put(Landmarker(self._model, self._runtime))
            futures = [pool.submit(self._watch, stretch) for stretch in self._stretches]
            for stretch, future in zip(self._stretches, futures, strict=True):
                yield from self._follow(stretch, future)
                self._source.warnings += [said for said in stretch.warnings if said not in self._source.warnings]
        finally:
            self._stop.set()
            pool.shutdown(cancel_futures=True)
            while not self._free.empty():
                self._free.get().close()

    def _follow(self, stretch: Stretch, future: Future[None]) -> Iterator[Sighting]:
        """What is seen in a stretch, as it is seen."""
        told = 0
        while told < len(stretch.seen) or not future.done():
            if told == len(stretch.seen):
                wait([future], POLL_S)
            while told < len(stretch.seen):
                yield stretch.seen[told]
                told += 1
        future.result()

    def _watch(self, stretch: Stretch) -> None:
        """Watch a stretch, and once more where that fails for no reason that the user could mend."""
        try:
            self._look(stretch)
        except FormcheckError:
            raise
        except Exception:
            try:
                self._look(stretch)
            except Exception as error:
                raise self._failed(stretch) from error

    def _look(self, stretch: Stretch) -> None:
        # Stretches that were begun and failed go on where they were: what was seen before has been told already.
        known = len(stretch.seen)
        landmarker = self._free.get()
        try:
            landmarker.restart()
            for sighting in self._sightings(stretch, landmarker):
                if known:
                    known -= 1
                else:
                    stretch.seen.append(sighting)
        finally:
            self._free.put(landmarker)

    def _sightings(self, stretch: Stretch, landmarker: Landmarker) -> Iterator[Sighting]:
        with VideoFile(self._source.path, part=stretch.part if stretch.part.zero is not None else None) as source:
            for frame in source:
                if self._stop.is_set():
                    return
                sighting = landmarker.step(frame, self._source.info)
                if sighting.t_s >= stretch.start_s:
                    yield sighting
            stretch.warnings = source.warnings

    def _failed(self, stretch: Stretch) -> SourceError:
        end_s = min(stretch.part.end_s, self._source.duration_s or math.inf)
        return SourceError.about(
            self._source.path,
            en=f"could not be analysed between {stretch.start_s:.0f} and {end_s:.0f} s; try again or convert it",
            ja=f"{stretch.start_s:.0f}秒から{end_s:.0f}秒までを解析できませんでした。もう一度試すか、MP4に変換してください",
        )


def usable_cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return os.cpu_count() or 1

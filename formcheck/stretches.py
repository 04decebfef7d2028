"""A recording watched by several landmarkers at once, each on another stretch of time.

Where the stretches lie depends on the recording alone, so that any number of workers sees the same. Workers are
threads: the network and the decoder release the interpreter's lock, and a process of its own would cost each worker
the second in which MediaPipe is loaded.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np

from formcheck.errors import FormcheckError, SourceError
from formcheck.estimate import Landmarker
from formcheck.records import Floats, Recorder, Sighting, Track
from formcheck.video import Ending, VideoFile

USUAL_S, LEAST_S = 30.0, 20.0
"""Length of a stretch, from three to six quarters of it; a recording shorter than `LEAST_S` is one stretch."""
WARM_UP_S = 1.0
"""What is watched before a stretch, and then forgotten, so that tracking and smoothing have settled: a landmarker that
starts afresh differs in its first half second by 3-12 % of the trunk's length from one that has followed all along,
then by 1-3 % (in dim light and noise 3-8 %), which more time does not change (7 clips, the body's worst landmark).
"""
POLL_S = 0.1

Progress = Callable[[float, float | None], None]
"""Called with the seconds done and the length in seconds, where known."""
Span = tuple[float, float]
"""From and until, in seconds."""


@dataclass(slots=True)
class Stretch:
    """A part of the recording, and what was seen in it so far."""

    start_s: float = 0.0
    end_s: float = math.inf
    seen: Recorder = field(default_factory=Recorder)
    ending: Ending | None = None
    failed: bool = False

    @property
    def from_s(self) -> float:
        """Where watching begins."""
        return max(0.0, self.start_s - WARM_UP_S)

    @property
    def done_s(self) -> float:
        """How much of it was watched."""
        return max(0.0, self.seen.last_s - self.start_s)


def cut(length_s: float, usual_s: float = USUAL_S) -> list[Stretch]:
    """Stretches of equal length that cover a recording; an even number, so that two workers end together."""
    count = 1 if length_s < LEAST_S else 2 * max(1, round(length_s / (2.0 * usual_s)))
    borders_s = [k * length_s / count for k in range(1, count)]
    # The last one is open: a picture may lie a rounding beyond the length.
    return [Stretch(a, b) for a, b in zip([0.0, *borders_s], [*borders_s, math.inf], strict=True)]


class Watch:
    """Watches a recording with `workers` landmarkers at a time, by default one for every core.

    `run` ends when all is seen, raising ModelError or SourceError; where it is interrupted, `finish` gives what was
    seen until then. At most one picture for every worker, and what its decoder needs, is in memory at a time.
    """

    def __init__(
        self,
        source: VideoFile,
        model: str | Path,
        workers: int | None = None,
        usual_s: float = USUAL_S,
        *,
        runtime: str = "mediapipe",
    ) -> None:
        self._source, self._model, self._runtime = source, model, runtime
        long = source.duration_s is None or source.duration_s >= LEAST_S
        self._times_s = source.times_s() if long else None
        self._stretches = [Stretch()] if self._times_s is None else cut(float(self._times_s[-1]), usual_s)
        self._workers = min(workers or usable_cores(), len(self._stretches))
        self._free: SimpleQueue[Landmarker] = SimpleQueue()
        self._stop = threading.Event()

    def run(self, progress: Progress | None = None) -> None:
        """Watch everything; `progress` counts what was watched in all stretches together."""
        self._free.put(Landmarker(self._model, self._runtime))
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="formcheck-watch")
        try:
            self._wait([pool.submit(self._watch, stretch) for stretch in self._stretches], progress)
        finally:
            self._stop.set()
            pool.shutdown(cancel_futures=True)
            with suppress(Empty):
                while True:
                    self._free.get_nowait().close()
        if all(stretch.failed and not len(stretch.seen.finish()) for stretch in self._stretches):
            raise self._hopeless()

    def _wait(self, futures: list[Future[None]], progress: Progress | None) -> None:
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, POLL_S, FIRST_EXCEPTION)
            for future in done:
                future.result()
            if progress:
                progress(sum(stretch.done_s for stretch in self._stretches), self._source.duration_s)

    def _watch(self, stretch: Stretch) -> None:
        """Watch a stretch, and once more where that fails for no reason that the user could mend."""
        for last in (False, True):
            landmarker = self._take()
            try:
                self._look(stretch, landmarker)
            except FormcheckError:
                landmarker.close()
                raise
            except Exception:
                # Whatever state it is in, nobody shall go on with it.
                landmarker.close()
                if last:
                    stretch.failed = True
            else:
                self._free.put(landmarker)
                return

    def _take(self) -> Landmarker:
        """A landmarker that remembers nothing."""
        try:
            landmarker = self._free.get_nowait()
        except Empty:
            return Landmarker(self._model, self._runtime)
        landmarker.restart()
        return landmarker

    def _look(self, stretch: Stretch, landmarker: Landmarker) -> None:
        stretch.seen = Recorder()
        with self._source.part(stretch.from_s, stretch.end_s) as part:
            for frame in part:
                if self._stop.is_set():
                    return
                sighting = landmarker.step(frame, self._source.info)
                if frame.t_s >= stretch.start_s:
                    stretch.seen.step(sighting)
            stretch.ending = part.ending

    def finish(self) -> tuple[Track, list[Span]]:
        """What was seen, and the spans before its end that were not watched: there nobody is seen at any frame's time.

        The source's warnings tell of what could not be watched, and of damage.
        """
        read = self._until_changed()
        while len(read) > 1 and not read[-1].done_s:
            read.pop()
        parts, missing = [], []
        for stretch in read:
            piece = stretch.seen.finish()
            parts.append(piece)
            unseen = self._unwatched(stretch) if stretch is not read[-1] else np.empty(0)
            if len(unseen):
                parts.append(Track.of(Sighting(t_s, None) for t_s in unseen.tolist()))
                missing.append((float(unseen[0]), stretch.end_s))
        self._tell()
        return Track.joined(parts), missing

    def _until_changed(self) -> list[Stretch]:
        """The stretches up to the one in which the pictures change their shape; what comes behind is not read."""
        first = next((k for k, s in enumerate(self._stretches) if s.ending and s.ending.changed), len(self._stretches))
        return self._stretches[: first + 1]

    def _unwatched(self, stretch: Stretch) -> Floats:
        """Times of the frames of a stretch that come after what was seen of it."""
        if self._times_s is None or stretch.ending:
            return np.empty(0)
        first, stop = np.searchsorted(self._times_s, (max(stretch.start_s, stretch.seen.last_s), stretch.end_s))
        times_s = self._times_s[first:stop]
        return times_s[times_s > stretch.seen.last_s]

    def _tell(self) -> None:
        """Say what failed, and what was wrong with the recording where it was read to its end."""
        length_s = self._source.duration_s or math.inf
        for stretch in self._stretches:
            if stretch.failed:
                from_s, until_s = stretch.start_s + stretch.done_s, min(stretch.end_s, length_s)
                self._source.warnings.append(f"from {from_s:.1f} s to {until_s:.1f} s it could not be analysed")
        read = self._until_changed()
        endings = [stretch.ending for stretch in read if stretch.ending]
        if len(endings) == len(read):
            self._source.tell(reduce(lambda earlier, later: later.after(earlier), endings))

    def _hopeless(self) -> SourceError:
        return SourceError.about(
            self._source.path,
            en="the analysis failed on all of it; try again, or convert it to MP4 (H.264)",
            ja="解析が最後まで失敗しました。もう一度試すか、MP4（H.264）に変換してください",
        )


def usable_cores() -> int:
    """How many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on Windows and macOS
        return os.cpu_count() or 1

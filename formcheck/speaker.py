"""The coach's voice without a browser: clips by the computer's own sound, by the rules of `web/static/voice.js`.

Time is counted in samples played. Where there is no sound, nothing is heard and nothing breaks.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.coach.cues import STALE_S, Cue, Slot
from formcheck.quiet import quiet
from formcheck.text import Lang

VOICE = Path(__file__).parent / "web" / "static" / "voice"
RATE_HZ = 44_100
RANK: dict[Slot, int] = {"safety": 5, "hold": 4, "count": 3, "guide": 3, "correction": 2, "praise": 1, "breath": 0}
"""A cue interrupts one of lower rank."""
GUIDE_STALE_S = 8.0
"""What guides may wait longer than the rest: it stays true."""
Sound = NDArray[np.int16]


@dataclass(slots=True)
class Item:
    """A cue being spoken or waiting: the clips still to come, and when it was due."""

    cue: Cue
    due_s: float
    left: list[str] = field(default_factory=list)

    @property
    def rank(self) -> int:
        """How important it is."""
        return RANK[self.cue.slot]

    def fresh(self, now_s: float) -> bool:
        """Whether it is still worth saying."""
        return now_s - self.due_s < (GUIDE_STALE_S if self.cue.slot == "guide" else STALE_S)


class Speaker:
    """Takes cues with `cue` and gives their sound with `read`, mono 16 bit at RATE_HZ."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.log: list[tuple[float, str]] = []
        """(seconds played, clip) of everything that was begun."""
        self._lock, self._played = Lock(), 0
        self._now: Item | None = None
        self._queue: list[Item] = []
        self._sound: Sound = np.empty(0, np.int16)

    @property
    def now_s(self) -> float:
        """Seconds played so far."""
        return self._played / RATE_HZ

    def cue(self, cue: Cue) -> None:
        """Speak a cue now, next, or not at all."""
        item = Item(cue, self.now_s, list(cue.clips))
        with self._lock:
            if self._now is None or item.rank > self._now.rank or cue.slot == self._now.cue.slot == "hold":
                self._begin(item)
            elif cue.slot != "breath":
                kept = (other for other in self._queue if cue.slot == "guide" or other.cue.slot != cue.slot)
                self._queue = [*kept, item]

    def hear_out(self, most_s: float) -> None:
        """Wait until everything is spoken, but not longer than this."""
        end_s = time.monotonic() + most_s
        while (self._now or len(self._sound)) and time.monotonic() < end_s:
            time.sleep(0.05)

    def read(self, count: int) -> Sound:
        """The next `count` samples."""
        with self._lock:
            parts, missing = [], count
            while missing and self._fill():
                parts.append(self._sound[:missing])
                self._sound = self._sound[missing:]
                missing -= len(parts[-1])
                self._played += len(parts[-1])
            self._played += missing
            return np.concatenate([*parts, np.zeros(missing, np.int16)])

    def _fill(self) -> bool:
        """Whether there is sound to play, going on to the next clip or cue where one has ended."""
        while not len(self._sound):
            if self._now and self._now.left:
                name = self._now.left.pop(0)
                self.log.append((self.now_s, name))
                self._sound = clip(self.lang, name)
                continue
            self._queue = [item for item in self._queue if item.fresh(self.now_s)]
            self._now = max(self._queue, key=lambda item: item.rank, default=None)
            if self._now is None:
                return False
            self._queue.remove(self._now)
        return True

    def _begin(self, item: Item) -> None:
        self._now, self._sound = item, np.empty(0, np.int16)


@cache
def clip(lang: Lang, name: str) -> Sound:
    """The sound of a clip; silence where there is none."""
    import miniaudio

    path = VOICE / lang / f"{name}.mp3"
    if not path.is_file():
        return np.empty(0, np.int16)
    signed = miniaudio.SampleFormat.SIGNED16
    decoded = miniaudio.decode_file(str(path), output_format=signed, nchannels=1, sample_rate=RATE_HZ)
    return np.asarray(decoded.samples, np.int16)


class Loudspeaker:
    """Plays a speaker on this computer; `audible` says whether it can. A context manager."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker
        self._device: Any = None

    @property
    def audible(self) -> bool:
        """Whether there is sound."""
        return self._device is not None

    def __enter__(self) -> Self:
        with quiet():
            self._device = open_device(self._speaker)
        return self

    def __exit__(self, *_: object) -> None:
        if self._device is not None:
            self._device.close()


def open_device(speaker: Speaker, backends: Any = None) -> Any:
    """A playing device; None where this computer has no sound."""
    import miniaudio

    try:
        device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=RATE_HZ, buffersize_msec=60,
            backends=backends,
        )  # fmt: skip
        stream = _samples(speaker)
        next(stream)
        device.start(stream)
    except miniaudio.MiniaudioError:
        return None
    return device


def _samples(speaker: Speaker) -> Generator[bytes, int, None]:
    count = yield b""
    while True:
        count = yield speaker.read(count).tobytes()

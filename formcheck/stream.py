"""Pictures at the pace of life: a recording played as a camera would give it, and the newest picture of a camera."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Condition, Thread

from formcheck.errors import FormcheckError
from formcheck.records import Frame
from formcheck.sources import Source


class Paced(Source[Frame]):
    """A recording whose frames come when their time has come. `now_s` and `sleep` are any clock."""

    def __init__(
        self,
        source: Source[Frame],
        now_s: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        self._source, self._now_s, self._sleep = source, now_s, sleep
        self.info, self.duration_s, self.warnings = source.info, source.duration_s, source.warnings

    def __iter__(self) -> Iterator[Frame]:
        began_s = self._now_s()
        for frame in self._source:
            self._sleep(max(0.0, began_s + frame.t_s - self._now_s()))
            yield frame

    def close(self) -> None:
        self._source.close()


class Newest(Source[Frame]):
    """Reads a source in a thread and gives only the newest frame, so that whoever is slow does not fall behind."""

    def __init__(self, source: Source[Frame]) -> None:
        super().__init__()
        self._source, self.info, self.warnings = source, source.info, source.warnings
        self._news, self._over = Condition(), False
        self._frame: Frame | None = None
        self._error: FormcheckError | None = None
        self._reader = Thread(target=self._read, name="camera", daemon=True)

    def __iter__(self) -> Iterator[Frame]:
        self._reader.start()
        while (frame := self._take()) is not None:
            yield frame
        if self._error:
            raise self._error

    def _take(self) -> Frame | None:
        with self._news:
            self._news.wait_for(lambda: self._frame is not None or self._over)
            frame, self._frame = self._frame, None
            return frame

    def _read(self) -> None:
        try:
            for frame in self._source:
                with self._news:
                    if self._over:
                        return
                    self._frame = frame
                    self._news.notify()
        except FormcheckError as error:
            self._error = error
        finally:
            with self._news:
                self._over = True
                self._news.notify()

    def close(self) -> None:
        with self._news:
            self._over = True
        if self._reader.is_alive():
            self._reader.join()
        self._source.close()

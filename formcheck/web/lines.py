"""Events as lines of JSON, for other programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType


class Lines:
    """A file (or `-`, standard output) that gets one line at a time, at once; a context manager that gives `write`."""

    def __init__(self, name: str) -> None:
        self._file = None if name == "-" else open(name, "a", encoding="utf-8")  # noqa: SIM115

    def write(self, line: str) -> None:
        """Add one line; where nobody reads any more, nothing is written."""
        try:
            print(line, file=self._file or sys.stdout, flush=True)
        except (BrokenPipeError, ValueError):
            return

    def __enter__(self) -> Callable[[str], None]:
        return self.write

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._file:
            self._file.close()

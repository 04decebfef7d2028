"""Keeps the log lines of native libraries off the user's terminal."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

STDERR_FD = 2


@contextmanager
def quiet(active: bool = True) -> Iterator[None]:
    """Send what is written to file descriptor 2 nowhere; Python's own `sys.stderr` keeps reaching the user.

    MediaPipe and OpenCV write there behind Python's back. Warnings meant for programmers are not shown either.
    """
    with ExitStack() as stack:
        if active:
            stack.enter_context(warnings.catch_warnings())
            # Not a filter: where warnings are errors, as in the tests, they must stay errors.
            warnings.showwarning = _show_nothing
            stack.enter_context(_no_last_words())
            stack.enter_context(_silenced())
        yield


def _show_nothing(*_: object, **__: object) -> None:
    """In place of `warnings.showwarning` and `sys.unraisablehook`."""


@contextmanager
def _no_last_words() -> Iterator[None]:
    """Objects that Ctrl-C caught half made complain when they are freed; nobody can do anything about it."""
    kept = sys.unraisablehook
    sys.unraisablehook = _show_nothing
    try:
        yield
    finally:
        sys.unraisablehook = kept


@contextmanager
def _silenced() -> Iterator[None]:
    try:
        kept_fd = os.dup(STDERR_FD)
    except OSError:  # no standard error at all, as under pythonw
        yield
        return
    python_stderr = sys.stderr
    try:
        if _writes_to(STDERR_FD):
            python_stderr.flush()
            sys.stderr = open(  # noqa: SIM115
                kept_fd, "w", buffering=1, encoding=python_stderr.encoding, errors="backslashreplace", closefd=False
            )
        _point_to_nothing(STDERR_FD)
        yield
    finally:
        if sys.stderr is not python_stderr and sys.stderr is not None:
            sys.stderr.flush()
        sys.stderr = python_stderr
        os.dup2(kept_fd, STDERR_FD)
        os.close(kept_fd)


def _writes_to(fd: int) -> bool:
    """Whether `sys.stderr` is that descriptor; it is not where a test or another program put its own in place."""
    try:
        return sys.stderr.fileno() == fd
    except (AttributeError, OSError, ValueError):
        return False


def _point_to_nothing(fd: int) -> None:
    nothing_fd = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing_fd, fd)
    os.close(nothing_fd)

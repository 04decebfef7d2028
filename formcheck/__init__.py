"""formcheck: checks the form of hip lifts and leg curls on recordings and live, on your own computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from formcheck.engine import Engine
    from formcheck.session import Analysis, analyze

__all__ = ["Analysis", "Engine", "analyze"]

HOMES = {"Analysis": "session", "Engine": "engine", "analyze": "session"}


def __getattr__(name: str) -> object:
    """Load what is asked for only then: MediaPipe and OpenCV take a second, the command line's help must not."""
    from importlib import import_module

    if name not in HOMES:
        raise AttributeError(f"module 'formcheck' has no attribute {name!r}")
    return getattr(import_module(f"formcheck.{HOMES[name]}"), name)

"""What can go wrong, as the user sees it.

FormcheckError          one clear line; the command line exits with 2
├── SourceError         a recording or camera cannot be opened or read
├── ModelError          a pose model is missing, damaged or of the wrong kind
├── OutputError         a result cannot be written
├── HistoryError        the kept sessions cannot be read or written
└── RequestError        what was asked for does not exist (exercise, option, session)

Every message says what happened and what to do next, fits on one line, and comes in English and Japanese.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from formcheck.text import Text, printable, why


class FormcheckError(Exception):
    """Base of all errors that a user can cause and mend; `str(error)` is the English line, `error.text` has both."""

    def __init__(self, en: str, ja: str) -> None:
        super().__init__(en, ja)  # both, so that the error can travel from one process to another
        self.text = Text(ja=ja, en=en)

    @classmethod
    def about(cls, path: str | Path, *, en: str, ja: str) -> Self:
        """The error of one file, with its name in front."""
        name = printable(path)
        return cls(en=f"{name}: {en}", ja=f"{name}: {ja}")

    def __str__(self) -> str:
        return self.text.en


class SourceError(FormcheckError):
    """A recording or camera cannot be opened or read."""


class ModelError(FormcheckError):
    """A pose model is missing, damaged or of the wrong kind."""


class OutputError(FormcheckError):
    """A result cannot be written."""

    @classmethod
    def refused(cls, path: str | Path, error: OSError) -> Self:
        """The system refused to write there."""
        reason = why(error)
        return cls.about(
            path,
            en=f"cannot be written ({reason.en}); choose another folder",
            ja=f"書き込めません（{reason.ja}）。別のフォルダを選んでください",
        )


class HistoryError(FormcheckError):
    """The kept sessions cannot be read or written."""


class RequestError(FormcheckError):
    """What was asked for does not exist."""

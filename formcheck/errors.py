"""What can go wrong, as the user sees it.

FormcheckError          one clear line; the command line exits with 2
├── SourceError         a recording or camera cannot be opened or read
├── ModelError          a pose model is missing, damaged or of the wrong kind
├── OutputError         a result cannot be written
└── RequestError        what was asked for does not exist (exercise, option, session)

Every message says what happened and what to do next, and fits on one line.
"""


class FormcheckError(Exception):
    """Base of all errors that a user can cause and mend."""


class SourceError(FormcheckError):
    """A recording or camera cannot be opened or read."""


class ModelError(FormcheckError):
    """A pose model is missing, damaged or of the wrong kind."""


class OutputError(FormcheckError):
    """A result cannot be written."""


class RequestError(FormcheckError):
    """What was asked for does not exist."""

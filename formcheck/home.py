"""Where this user's things are kept: sessions and own exercises."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

FOLDER_VARIABLE = "FORMCHECK_DATA"


def data_folder() -> Path:
    """The folder of this user's sessions and exercises; the environment variable FORMCHECK_DATA moves it."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else user_data_path("formcheck", appauthor=False)

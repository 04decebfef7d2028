"""Where test data is found."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The top folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def sample_videos() -> Path:
    """The folder of sample recordings that comes with the project."""
    return ROOT / "sample_videos"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of larger test data beside the project, which a plain clone does not have."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the test data of ../shared, which is not here")
    return folder

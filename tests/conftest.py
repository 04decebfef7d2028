"""Where test data is found, and where tests may keep things."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure(config: pytest.Config) -> None:
    """Nothing of whoever runs the tests is used or written: own exercises are looked for while tests are collected."""
    folder = TemporaryDirectory(prefix="formcheck-tests-")
    os.environ["FORMCHECK_DATA"] = folder.name
    config.add_cleanup(folder.cleanup)


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

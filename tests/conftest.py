"""Where test data is found, and where tests may keep things."""

import os
from collections.abc import Iterator
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


@pytest.fixture(scope="session", autouse=True)
def _a_history_of_the_tests_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing that a test analyses may come into the history of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "FORMCHECK_DATA", str(tmp_path_factory.mktemp("history")))
        yield

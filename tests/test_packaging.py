"""What an installation gets: the wheel has everything, and nothing unwanted is installed with it."""

import configparser
import zipfile
from email.message import Message
from email.parser import Parser
from importlib.metadata import distributions, version
from pathlib import Path

import pytest
from hatchling.build import build_wheel


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        return zipfile.ZipFile(folder / build_wheel(str(folder)))


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    return Parser().parsestr(wheel.read(inside(wheel, "METADATA")).decode())


def inside(wheel: zipfile.ZipFile, name: str) -> str:
    """The path of a file in the wheel's metadata folder."""
    return next(path for path in wheel.namelist() if path.endswith(f".dist-info/{name}"))


@pytest.mark.parametrize("size", ["full", "heavy"])
def test_the_wheel_has_the_models(wheel: zipfile.ZipFile, root: Path, size: str) -> None:
    name = f"models/pose_landmarker_{size}.task"
    assert wheel.read(f"formcheck/{name}") == (root / name).read_bytes()


def test_the_wheel_has_every_file_of_the_package(wheel: zipfile.ZipFile, root: Path) -> None:
    files = {path for path in (root / "formcheck").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert {path.relative_to(root).as_posix() for path in files} <= set(wheel.namelist())
    assert "formcheck/py.typed" in wheel.namelist()


def test_the_wheel_has_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert {path.split("/")[0].split("-")[0] for path in wheel.namelist()} == {"formcheck"}


def test_the_wheel_carries_its_licences(wheel: zipfile.ZipFile, metadata: Message, root: Path) -> None:
    assert metadata["License-Expression"] == "Apache-2.0"
    for name in ("LICENSE", "NOTICE"):
        assert wheel.read(inside(wheel, f"licenses/{name}")) == (root / name).read_bytes()


def test_the_command_is_installed(wheel: zipfile.ZipFile) -> None:
    scripts = configparser.ConfigParser()
    scripts.read_string(wheel.read(inside(wheel, "entry_points.txt")).decode())
    assert dict(scripts["console_scripts"]) == {"formcheck": "formcheck.cli:main"}


def test_mediapipe_is_one_that_sends_nothing(metadata: Message) -> None:
    (wanted,) = (line for line in metadata.get_all("Requires-Dist", []) if line.startswith("mediapipe"))
    assert sorted(wanted.removeprefix("mediapipe").split(",")) == ["<0.10.32", ">=0.10.30"]
    assert version("mediapipe") in {"0.10.30", "0.10.31"}


def test_there_is_one_opencv() -> None:
    names = {distribution.name.lower() for distribution in distributions()}
    assert {name for name in names if name.startswith("opencv")} == {"opencv-python"}

"""The doctor names what is wrong, and what to do."""

from __future__ import annotations

import builtins
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from formcheck import camera, doctor, models
from formcheck.cli import main
from formcheck.doctor import Check
from formcheck.errors import SourceError
from formcheck.records import SourceInfo
from formcheck.text import Text, same


def without(name: str, message: str) -> Callable[..., Any]:
    """An `__import__` that fails for one module."""
    real = builtins.__import__

    def importing(module: str, *args: Any, **named: Any) -> Any:
        if module.split(".")[0] == name:
            raise ImportError(message)
        return real(module, *args, **named)

    return importing


def test_this_computer_is_well() -> None:
    done = CliRunner().invoke(main, ["doctor", "--lang", "en"])
    assert done.exit_code == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert [line for line in lines if not line.startswith("ok  ")] == []
    assert {"Python", "mediapipe", "model full", "model heavy", "pose network", "OpenCV", "cameras", "disk"} <= {
        line.split(":")[0].removeprefix("ok").strip() for line in lines
    }


def test_lines() -> None:
    disk = Text(ja="ディスク", en="disk")
    assert Check(disk, True, same("9 GB")).line("en") == "ok       disk: 9 GB"
    assert Check(disk, True, same("9 GB")).line("ja") == "正常  ディスク: 9 GB"
    full = Check(disk, False, same("0 GB"), Text(ja="空けてください", en="make room"))
    assert full.line("en") == "problem  disk: 0 GB; make room"
    assert full.line("ja") == "問題  ディスク: 0 GB。空けてください"
    assert Check(disk, False, same("0 GB")).line("en") == "problem  disk: 0 GB"


def test_every_line_is_japanese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "check_network", lambda *_: Check(doctor.NETWORK, True, same("")))
    done = CliRunner().invoke(main, ["doctor", "--lang", "ja"])
    assert done.exit_code == 0
    assert {line.split("  ")[0] for line in done.stdout.splitlines()} == {"正常"}
    assert "モデル full: " in done.stdout


@pytest.mark.parametrize(("needed", "code"), [(True, 1), (False, 0)])
def test_exit_code(needed: bool, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [
        Check(same("a"), False, same("broken"), same("mend it"), needed=needed),
        Check(same("b"), True, same("fine")),
    ]
    monkeypatch.setattr(doctor, "examine", lambda: iter(checks))
    done = CliRunner().invoke(main, ["doctor", "--lang", "en"])
    assert (done.exit_code, done.stdout) == (code, "problem  a: broken; mend it\nok       b: fine\n")


def test_a_missing_package() -> None:
    assert not doctor.check_package("no-such-package").ok


@pytest.mark.parametrize(
    ("version", "ok"), [("0.10.30", True), ("0.10.31", True), ("0.10.35", False), ("1.2.2", False)]
)
def test_a_mediapipe_that_talks(version: str, ok: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "version", lambda _: version)
    check = doctor.check_package("mediapipe")
    assert check.ok == ok
    assert ok or "pip install mediapipe==0.10.31" in check.line("en")


@pytest.mark.parametrize(("name", "needed"), [("full", True), ("heavy", False)])
def test_a_damaged_model(name: str, needed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"pose_landmarker_{name}.task").write_bytes(b"damaged")
    monkeypatch.setattr(models, "MODEL_FOLDERS", (tmp_path,))
    check = doctor.check_model(name)
    assert (check.ok, check.needed) == (False, needed)
    assert "reinstall" in check.line("en")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("libGL.so.1: cannot open shared object file", "sudo apt install libgl1"),
        ("libgthread-2.0.so.0: cannot open shared object file", "sudo apt install libglib2.0-0"),
        ("No module named 'cv2'", "pip install"),
    ],
)
def test_opencv_does_not_load(message: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "__import__", without("cv2", message))
    check = doctor.attempt(same("OpenCV"), doctor.check_opencv)
    assert (check.ok, check.needed) == (False, True)
    assert said in check.line("en")


def test_mediapipe_does_not_load(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "__import__", without("mediapipe", "libGLESv2.so.2: cannot open"))
    check = doctor.attempt(doctor.NETWORK, doctor.check_network)
    assert not check.ok
    assert "libgles2" in check.line("en")


def test_openvino_is_looked_at_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any(check.name == doctor.FASTER for check in examined(monkeypatch, installed=False))
    [check] = [check for check in examined(monkeypatch, installed=True) if check.name == doctor.FASTER]
    assert check.found == doctor.same("openvino")


def examined(monkeypatch: pytest.MonkeyPatch, *, installed: bool) -> list[doctor.Check]:
    """All checks; the networks only say by what they would have been run."""
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: installed or None)
    monkeypatch.setattr(
        doctor, "check_network",
        lambda runtime="": doctor.Check(doctor.FASTER if runtime else doctor.NETWORK, True, doctor.same(runtime)),
    )  # fmt: skip
    monkeypatch.setattr(doctor, "check_cameras", lambda: doctor.Check(doctor.CAMERAS, True, doctor.same("")))
    return list(doctor.examine())


def test_a_decoder_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(doctor.DECODERS, "AV1", ("no_such_codec",))
    check = doctor.attempt(doctor.recordings_in("AV1"), doctor.check_decoder, "AV1")
    assert (check.ok, check.needed) == (False, False)


def test_cameras_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    class OnlyTheSecond:
        def __init__(self, index: int) -> None:
            if index != 1:
                raise SourceError(en="no answer", ja="返事がありません")
            self.info = SourceInfo("camera", "camera 1", 1280, 720)

        def __enter__(self) -> OnlyTheSecond:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(camera, "Camera", OnlyTheSecond)
    assert doctor.check_cameras().found == same("1 (1280x720)")


def test_a_full_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 10**6))
    assert not doctor.check_disk(tmp_path).ok

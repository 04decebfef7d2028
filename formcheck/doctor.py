"""What works on this computer, and what to do where something does not."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from formcheck.errors import FormcheckError
from formcheck.quiet import quiet
from formcheck.text import Lang, Text, same, say, told

PACKAGES = ("mediapipe", "opencv-python", "numpy", "pydantic", "av", "click", "rich", "python-ulid")
DECODERS = {"H.264": ("h264",), "HEVC": ("hevc",), "AV1": ("libdav1d", "libaom-av1")}
"""FFmpeg's own "av1" needs special hardware; these do not."""
FASTER = Text(ja="同じネットワーク(OpenVINO)", en="the same by OpenVINO")
NETWORK = Text(ja="姿勢のネットワーク", en="pose network")
CAMERAS = Text(ja="カメラ", en="cameras")
CAMERA_NUMBERS = range(4)
LEAST_FREE_MB = 100
SILENT_MEDIAPIPE = ("0.10.30", "0.10.31")
"""Later versions send usage metrics to their makers."""
SYSTEM_PACKAGES = {
    "libGL.": "libgl1",
    "libEGL": "libegl1",
    "libGLESv2": "libgles2",
    "libglib": "libglib2.0-0",
    "libgthread": "libglib2.0-0",
}
"""What the libraries of the system are called where they are missing, and the packages that bring them."""
REINSTALL = Text(
    ja="formcheckを入れ直してください: pip install --force-reinstall formcheck",
    en="install formcheck again: pip install --force-reinstall formcheck",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `remedy` says what to do where it is not `ok`, and `needed` whether analysis needs it."""

    name: Text
    ok: bool
    found: Text
    remedy: Text | None = None
    needed: bool = True

    def line(self, lang: Lang) -> str:
        """The check as one line."""
        about = f"{say(self.name, lang)}: {say(self.found, lang)}"
        if self.ok:
            return told(lang, ja="正常  ", en="ok       ") + about
        remedy = told(lang, ja="。", en="; ") + say(self.remedy, lang) if self.remedy else ""
        return told(lang, ja="問題  ", en="problem  ") + about + remedy


def examine() -> Iterator[Check]:
    """Look at everything, one check after the other."""
    yield check_python()
    yield from map(check_package, PACKAGES)
    yield from (check_model(name) for name in ("full", "heavy"))
    yield attempt(NETWORK, check_network)
    if importlib.util.find_spec("openvino"):
        yield attempt(FASTER, check_network, "openvino")
    yield attempt(same("OpenCV"), check_opencv)
    yield from (attempt(recordings_in(name), check_decoder, name) for name in DECODERS)
    yield attempt(CAMERAS, check_cameras)
    yield check_disk(Path.cwd())


def attempt(name: Text, check: Callable[..., Check], *about: str) -> Check:
    """Make a check that loads libraries, which may fail in their own ways and write about it."""
    try:
        with quiet():
            return check(*about)
    except FormcheckError as error:
        # The message says what to do.
        return Check(name, False, error.text, needed=name != CAMERAS)
    except (ImportError, OSError, RuntimeError) as error:
        found = " ".join(str(error).split()) or type(error).__name__
        return Check(name, False, same(found), remedy(found), needed=name != CAMERAS)


def remedy(message: str) -> Text:
    """What to do where a library does not load: mostly a system library is missing on a computer without a screen."""
    packages = next((packages for library, packages in SYSTEM_PACKAGES.items() if library in message), None)
    if packages is None:
        return REINSTALL
    command = f"sudo apt install {packages}"
    return Text(ja=f"DebianやUbuntuでは: {command}", en=f"on Debian or Ubuntu: {command}")


def check_python() -> Check:
    """The Python that runs, and the system."""
    enough = sys.version_info >= (3, 11)
    found = f"{platform.python_version()} ({platform.system()} {platform.machine()})"
    upgrade = Text(ja="Python 3.11以上を入れてください", en="install Python 3.11 or newer")
    return Check(same("Python"), enough, same(found), upgrade)


def check_package(name: str) -> Check:
    """A package that formcheck needs."""
    try:
        found = version(name)
    except PackageNotFoundError:
        return Check(same(name), False, Text(ja="入っていません", en="not installed"), REINSTALL)
    if name == "mediapipe" and not found.startswith(SILENT_MEDIAPIPE):
        talks = Text(
            ja=f"{found}は、使ったことを開発元に送る場合があります", en=f"{found} may report its use to its makers"
        )
        return Check(same(name), False, talks, same(f"pip install mediapipe=={SILENT_MEDIAPIPE[-1]}"))
    return Check(same(name), True, same(found))


def check_model(name: str) -> Check:
    """A bundled pose model: there, and byte for byte the one that was published."""
    from formcheck.models import find_model, read_model

    title = Text(ja=f"モデル {name}", en=f"model {name}")
    try:
        size_mb = len(read_model(name)) / 1e6
        return Check(title, True, same(f"{size_mb:.0f} MB, {find_model(name)}"))
    except FormcheckError as error:
        # The message says what to do.
        return Check(title, False, error.text, needed=name == "full")


def check_network(runtime: str = "mediapipe") -> Check:
    """The pose model loads, and looks for a pose in a picture of nothing."""
    import numpy as np

    from formcheck.estimate import Landmarker
    from formcheck.records import Frame, SourceInfo

    nothing, info = np.zeros((360, 640, 3), np.uint8), SourceInfo("camera", "nothing", 640, 360)
    with Landmarker(runtime=runtime) as landmarker:
        landmarker.step(Frame(0, 0.0, nothing), info)
        start_s = time.perf_counter()
        landmarker.step(Frame(1, 0.04, nothing), info)
        took_ms = 1000 * (time.perf_counter() - start_s)
    runs = Text(
        ja=f"動きます。だれもいない画像1枚に{took_ms:.0f}ミリ秒",
        en=f"runs; a picture without anybody takes {took_ms:.0f} ms",
    )
    return Check(NETWORK if runtime == "mediapipe" else FASTER, True, runs)


def check_opencv() -> Check:
    """OpenCV, which turns pictures and reads cameras, loads."""
    import cv2

    return Check(same("OpenCV"), True, Text(ja=f"{cv2.__version__}を読み込めます", en=f"{cv2.__version__} loads"))


def recordings_in(name: str) -> Text:
    """What the check of a format is called."""
    return Text(ja=f"{name}の録画", en=f"recordings in {name}")


def check_decoder(name: str) -> Check:
    """Recordings in one format can be read; phones and cameras make the first two."""
    import av

    for codec in DECODERS[name]:
        with suppress(av.FFmpegError, ValueError):
            av.Codec(codec, "r")
            return Check(recordings_in(name), True, Text(ja="読み取れます", en="can be read"))
    command = "pip install --force-reinstall av"
    again = Text(ja=f"PyAVを入れ直してください: {command}", en=f"install PyAV again: {command}")
    return Check(recordings_in(name), False, Text(ja="読み取れません", en="cannot be read"), again, name == "H.264")


def check_cameras() -> Check:
    """The cameras that answer; analysing recordings needs none."""
    found = ", ".join(camera for index in CAMERA_NUMBERS if (camera := describe_camera(index)))
    nothing = Text(
        ja="見つかりません（録画の解析には必要ありません）", en="none found (analysing recordings needs none)"
    )
    return Check(CAMERAS, True, same(found) if found else nothing, needed=False)


def describe_camera(index: int) -> str | None:
    """Number and picture size of a camera, None where there is none."""
    from formcheck.camera import Camera

    try:
        with Camera(index) as camera:
            return f"{index} ({camera.info.width_px}x{camera.info.height_px})"
    except FormcheckError:
        return None


def check_disk(folder: Path) -> Check:
    """Room for reports in the current folder."""
    free_mb = shutil.disk_usage(folder).free / 1e6
    found = Text(ja=f"{folder}の空き容量は{free_mb / 1000:.1f} GBです", en=f"{free_mb / 1000:.1f} GB free in {folder}")
    make_room = Text(
        ja=f"{LEAST_FREE_MB} MB以上空けるか、別のフォルダを使ってください",
        en=f"free at least {LEAST_FREE_MB} MB, or use another folder",
    )
    return Check(Text(ja="ディスク", en="disk"), free_mb >= LEAST_FREE_MB, found, make_room)

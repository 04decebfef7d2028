"""What works on this computer, and what to do where something does not."""

from __future__ import annotations

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

PACKAGES = ("mediapipe", "opencv-python", "numpy", "pydantic", "av", "click", "rich", "python-ulid")
DECODERS = {"H.264": ("h264",), "HEVC": ("hevc",), "AV1": ("libdav1d", "libaom-av1")}
"""FFmpeg's own "av1" needs special hardware; these do not."""
CAMERAS = range(4)
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
REINSTALL = "install formcheck again: pip install --force-reinstall formcheck"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `remedy` says what to do where it is not `ok`, and `needed` whether analysis needs it."""

    name: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True

    def line(self) -> str:
        """The check as one line."""
        return (
            f"ok       {self.name}: {self.found}" if self.ok else f"problem  {self.name}: {self.found}; {self.remedy}"
        )


def examine() -> Iterator[Check]:
    """Look at everything, one check after the other."""
    yield check_python()
    yield from map(check_package, PACKAGES)
    yield from (check_model(name) for name in ("full", "heavy"))
    yield attempt("pose network", check_network)
    yield attempt("OpenCV", check_opencv)
    yield from (attempt(f"recordings in {name}", check_decoder, name) for name in DECODERS)
    yield attempt("cameras", check_cameras)
    yield check_disk(Path.cwd())


def attempt(name: str, check: Callable[..., Check], *about: str) -> Check:
    """Make a check that loads libraries, which may fail in their own ways and write about it."""
    try:
        with quiet():
            return check(*about)
    except (FormcheckError, ImportError, OSError, RuntimeError) as error:
        found = " ".join(str(error).split()) or type(error).__name__
        return Check(name, False, found, remedy(found), needed=name != "cameras")


def remedy(message: str) -> str:
    """What to do where a library does not load: mostly a system library is missing on a computer without a screen."""
    packages = next((packages for library, packages in SYSTEM_PACKAGES.items() if library in message), None)
    return f"on Debian or Ubuntu: sudo apt install {packages}" if packages else REINSTALL


def check_python() -> Check:
    """The Python that runs, and the system."""
    enough = sys.version_info >= (3, 11)
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check("Python", enough, found, "install Python 3.11 or newer")


def check_package(name: str) -> Check:
    """A package that formcheck needs."""
    try:
        found = version(name)
    except PackageNotFoundError:
        return Check(name, False, "not installed", REINSTALL)
    if name == "mediapipe" and not found.startswith(SILENT_MEDIAPIPE):
        return Check(
            name, False, f"{found} may report its use to its makers", f"pip install mediapipe=={SILENT_MEDIAPIPE[-1]}"
        )
    return Check(name, True, found)


def check_model(name: str) -> Check:
    """A bundled pose model: there, and byte for byte the one that was published."""
    from formcheck.estimate import find_model, read_model

    try:
        size_mb = len(read_model(name)) / 1e6
        return Check(f"model {name}", True, f"{size_mb:.0f} MB, {find_model(name)}")
    except FormcheckError as error:
        # The message says what to do.
        return Check(f"model {name}", False, str(error), needed=name == "full")


def check_network() -> Check:
    """MediaPipe loads, and looks for a pose in a picture of nothing."""
    import numpy as np

    from formcheck.estimate import Landmarker
    from formcheck.records import Frame, SourceInfo

    nothing, info = np.zeros((360, 640, 3), np.uint8), SourceInfo("camera", "nothing", 640, 360)
    with Landmarker() as landmarker:
        landmarker.step(Frame(0, 0.0, nothing), info)
        start_s = time.perf_counter()
        landmarker.step(Frame(1, 0.04, nothing), info)
        took_ms = 1000 * (time.perf_counter() - start_s)
    return Check("pose network", True, f"runs; a picture without anybody takes {took_ms:.0f} ms")


def check_opencv() -> Check:
    """OpenCV, which turns pictures and reads cameras, loads."""
    import cv2

    return Check("OpenCV", True, f"{cv2.__version__} loads")


def check_decoder(name: str) -> Check:
    """Recordings in one format can be read; phones and cameras make the first two."""
    import av

    for codec in DECODERS[name]:
        with suppress(av.FFmpegError, ValueError):
            av.Codec(codec, "r")
            return Check(f"recordings in {name}", True, "can be read")
    return Check(
        f"recordings in {name}", False, "cannot be read",
        "install PyAV again: pip install --force-reinstall av", needed=name == "H.264",
    )  # fmt: skip


def check_cameras() -> Check:
    """The cameras that answer; analysing recordings needs none."""
    found = [camera for index in CAMERAS if (camera := describe_camera(index))]
    return Check("cameras", True, ", ".join(found) or "none found (analysing recordings needs none)", needed=False)


def describe_camera(index: int) -> str | None:
    """Number and picture size of a camera, None where there is none."""
    from formcheck.sources import Camera

    try:
        with Camera(index) as camera:
            return f"{index} ({camera.info.width_px}x{camera.info.height_px})"
    except FormcheckError:
        return None


def check_disk(folder: Path) -> Check:
    """Room for reports in the current folder."""
    free_mb = shutil.disk_usage(folder).free / 1e6
    found = f"{free_mb / 1000:.1f} GB free in {folder}"
    return Check("disk", free_mb >= LEAST_FREE_MB, found, f"free at least {LEAST_FREE_MB} MB, or use another folder")

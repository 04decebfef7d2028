"""A real browser whose camera plays a recording, in front of a real server."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

CHROMIUM = "/usr/bin/chromium"


def as_camera(out: Path, *parts: tuple[Path, float, float]) -> Path:
    """Stretches (recording, start_s, end_s) as Motion JPEG for Chromium's fake camera, which repeats them for ever."""
    with av.open(str(out), "w", format="mjpeg") as output:
        stream: Any = output.add_stream("mjpeg", rate=30)
        stream.bit_rate = 20_000_000
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuvj420p"
        for number, picture in enumerate(_pictures(parts)):
            picture.pts, picture.time_base = number, Fraction(1, 30)
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))
    return out


def _pictures(parts: Sequence[tuple[Path, float, float]]) -> Iterator[Any]:
    for path, start_s, end_s in parts:
        with av.open(str(path)) as source:
            for frame in source.decode(video=0):
                if start_s <= frame.time <= end_s:
                    yield frame.reformat(640, 360, "yuvj420p")


class Server:
    """`formcheck live` as a process of its own, with its data in a folder of the test."""

    def __init__(self, data: Path, *arguments: str) -> None:
        self.data, self.arguments = data, arguments
        self.start("0")

    def start(self, port: str) -> None:
        """Start it, and wait until it has said where it is."""
        command = [sys.executable, "-m", "formcheck", "live", "--no-browser", "--port", port, *self.arguments]
        environment = {**os.environ, "FORMCHECK_DATA": str(self.data), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        assert self.process.stderr is not None
        found = next((m for line in self.process.stderr if (m := re.search(r"https?://\S+", line))), None)
        assert found, "the server ended without an address"
        self.url = found[0]

    @property
    def port(self) -> str:
        """Where it listens."""
        found = re.search(r":(\d+)/", self.url)
        assert found
        return found[1]

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.communicate()

    def close(self) -> None:
        """Ask it to end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.communicate(timeout=5)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def browser(camera: Path | None, *, lang: str = "en", allow: bool = True, width: int = 1280) -> Iterator[Any]:
    """A page of headless Chromium with that camera, or without one."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
    if camera:
        arguments += ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={camera}"]
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=arguments)
        context = chromium.new_context(
            locale="ja-JP" if lang == "ja" else "en-US", viewport={"width": width, "height": 800},
            permissions=["camera"] if allow else [], ignore_https_errors=True,
        )  # fmt: skip
        page = context.new_page()
        page.set_default_timeout(90_000)
        try:
            yield page
        finally:
            chromium.close()


def require_accessible(page: Any) -> None:
    """Nothing that axe-core finds fault with."""
    from axe_playwright_python.sync_playwright import Axe

    # The browser may not load the checker under the page's own policy; evaluating it by the debugger is allowed.
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []

"""A real browser whose camera plays a recording, in front of a real server."""

from __future__ import annotations

import json
import os
import re
import signal
import struct
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


POSE = [
    166, 212, 159, 215, 159, 215, 159, 214, 158, 218, 158, 221, 158, 223, 163, 222, 162, 233, 174, 213, 174, 216, 209,
    222, 199, 242, 274, 231, 266, 252, 329, 231, 330, 256, 345, 234, 347, 259, 346, 235, 349, 257, 340, 234, 345, 255,
    315, 184, 315, 193, 399, 152, 403, 147, 430, 231, 436, 240, 427, 246, 434, 254, 472, 245, 486, 257,
]  # fmt: skip
"""Landmarks (x, y one after the other) of a hip lift at its top, in the picture of `hip_lift_good_d1`."""
TICK: dict[str, Any] = {
    "v": 1, "type": "tick", "spent_ms": 20.0, "t_s": 0.0, "size": [640, 360], "pose": POSE,
    "near": "right", "deg": 178.0, "phase": "rest", "held_s": None, "cues": [], "events": [], "state": "set",
    "paused": None, "problem": None, "set": 1, "side": "both", "count": 0, "left_s": None,
}  # fmt: skip


class Answers:
    """Stands in for the server's socket: answers every frame with what the test put there last; `once` is sent once."""

    def __init__(self, page: Any) -> None:
        self.tick, self.once, self.sent = dict(TICK), list[dict[str, Any]](), list[dict[str, Any]]()
        page.route_web_socket(re.compile("/live"), self._open)

    def _open(self, socket: Any) -> None:
        self._socket = socket
        socket.on_message(self._heard)

    def _heard(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.sent.append(json.loads(message))
            return
        (frame_ms,) = struct.unpack_from(">d", message)
        self._socket.send(json.dumps(self.tick | (self.once.pop(0) if self.once else {}) | {"frame_ms": frame_ms}))

    def say(self, message: dict[str, Any]) -> None:
        """Something that no frame caused, such as the report."""
        self._socket.send(json.dumps(message))


def require_accessible(page: Any) -> None:
    """Nothing that axe-core finds fault with."""
    from axe_playwright_python.sync_playwright import Axe

    # The browser may not load the checker under the page's own policy; evaluating it by the debugger is allowed.
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []

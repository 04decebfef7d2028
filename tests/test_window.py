"""`formcheck live` without a browser: a window on a display of its own, or voice and lines alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from formcheck.camera import Camera
from formcheck.coach.plan import Plan
from formcheck.coach.sitting import Options
from formcheck.errors import SourceError
from formcheck.history import History
from formcheck.live import open_camera
from formcheck.overlay import GREEN
from formcheck.video import VideoFile
from formcheck.window import Nowhere, coach_here

SET = ("--exercise", "hip_lift", "--sets", "1", "--reps", "1", "--lang", "en")


def live(folder: Path, *arguments: str, display: str | None = None) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"FORMCHECK_DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
    environment |= {"DISPLAY": display} if display else {}
    return subprocess.Popen(
        [sys.executable, "-m", "formcheck", "live", *arguments], cwd=folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.fixture
def display(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The name of a display, and the file that holds its picture."""
    if not shutil.which("Xvfb"):
        pytest.skip("needs Xvfb")
    # Without -noreset the display starts anew when its last window closes, that of `display_works`, and may take
    # the session's window, just opened, along.
    command = ["Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", "1024x768x24", "-fbdir", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        yield f":{server.stdout.readline().strip()}", tmp_path / "Xvfb_screen0"
        server.terminate()


def screenshot(path: Path) -> np.ndarray:
    """(768, 1024, 3) what a display of Xvfb shows, from its dump in the format of xwd."""
    content = path.read_bytes()
    header = np.frombuffer(content, ">u4", 25)
    start = int(header[0] + 12 * header[19])
    return np.frombuffer(content, np.uint8, 1024 * 768 * 4, start).reshape(768, 1024, 4)[..., :3]


class Watched(Nowhere):
    """A view that keeps how much of any picture had the colour of a line that is straight."""

    def __init__(self) -> None:
        self.most_green, self.shapes = 0, set[tuple[int, ...]]()

    def show(self, picture: np.ndarray) -> None:
        near = np.abs(picture.astype(int) - GREEN).max(axis=-1) < 25
        self.most_green = max(self.most_green, int(near.sum()))
        self.shapes.add(picture.shape)


def test_the_line_turns_green_in_the_picture(shared: Path, tmp_path: Path) -> None:
    view, plan = Watched(), Plan(exercise="hip_lift", sets=1, reps=1)
    with open_camera(0, str(shared / "clips" / "hip_lift_good_d1.mp4")) as camera:
        sitting = coach_here(camera, plan, Options(tmp_path), "en", view)
    assert view.shapes == {(360, 640, 3)}
    assert view.most_green > 1000
    assert sitting.report
    assert [rep.verdict for rep in sitting.report.reps] == ["clean"]


def test_a_session_in_a_window_with_film_and_events(shared: Path, tmp_path: Path, display: tuple[str, Path]) -> None:
    name, picture = display
    clip = shared / "clips" / "hip_lift_good_d1.mp4"
    more = ("--window", "--source", str(clip), "--record", "--events", "events.jsonl")
    # Whether OpenCV paints is not looked at: on a busy machine it leaves one window in three black where no window
    # manager is, also without formcheck.
    with live(tmp_path, *more, *SET, display=name) as process:
        seen = np.zeros((768, 1024, 3), np.uint8)
        while process.poll() is None:
            seen = np.maximum(seen, screenshot(picture))
            time.sleep(0.5)
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert seen.any()
    assert "1 repetition, all clean." in out
    assert [line for line in err.splitlines() if line in ("First, try one, nice and slow.", "That's one.")] != []
    with History(tmp_path / "data") as history:
        [kept] = history.sessions()
        assert (kept.exercise, kept.reps) == ("hip_lift", 1)
        assert history.landmarks_path(kept.id).is_file()
    events = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [event["event"] for event in events].count("RepDone") == 2
    [film] = tmp_path.glob("formcheck-reports/live-*/video.mp4")
    with VideoFile(film) as video:
        assert (video.info.width_px, video.info.height_px) == (640, 360)
        assert video.duration_s > 14.0


def test_a_window_without_a_display_is_one_line(tmp_path: Path) -> None:
    for display in (None, ":9"):
        with live(tmp_path, "--window", *SET, display=display) as process:
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (2, "")
        assert err.startswith("formcheck: ")
        assert len(err.splitlines()) == 1


def test_no_camera_is_one_line(tmp_path: Path) -> None:
    with live(tmp_path, "--camera", "77", *SET) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "camera 77 does not answer" in err
    assert len(err.splitlines()) == 1


def test_an_exercise_of_ones_own_that_is_broken_is_named(tmp_path: Path) -> None:
    own = tmp_path / "data" / "exercises" / "mine.py"
    own.parent.mkdir(parents=True)
    own.write_text("x = 1\ny = = 2\n", encoding="utf-8")
    with live(tmp_path, "--camera", "77", *SET) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    first, second = err.splitlines()
    assert first.startswith(f"formcheck: exercise left out: {own}:2: not Python")
    assert "camera 77 does not answer" in second


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--camera", "0"), "name the exercise"), (("--camera", "0", "--source", "a.mp4", *SET), "exclude each other")],
)
def test_wrong_usage_is_one_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    with live(tmp_path, *arguments) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said in err


def test_nobody_in_a_recording_ends_with_its_own_word(tmp_path: Path) -> None:
    film = tmp_path / "empty.mp4"
    output = cv2.VideoWriter(str(film), cv2.VideoWriter_fourcc(*"mp4v"), 30.0, (320, 240))
    for _ in range(30):
        output.write(np.full((240, 320, 3), 120, np.uint8))
    output.release()
    with live(tmp_path, "--source", str(film), *SET) as process:
        _, err = process.communicate(timeout=60)
    assert process.returncode == 3, err
    assert "nobody was seen" in err.splitlines()[-1]
    assert not (tmp_path / "formcheck-reports").exists()


class Pictures(BaseHTTPRequestHandler):
    """Motion JPEG, as cameras in a network send it."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        for number in range(20):
            jpeg = cv2.imencode(".jpg", np.full((48, 64, 3), 10 * number, np.uint8))[1].tobytes()
            self.wfile.write(b"--next\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(jpeg))
            self.wfile.write(jpeg + b"\r\n")

    def log_message(self, *_: object) -> None:
        return


def test_a_camera_in_the_network_is_read_and_its_password_is_not_told() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with Camera(f"http://me:secret@127.0.0.1:{server.server_port}/video.mjpg") as camera:
            camera.PATIENCE_S = 0.2
            frames = list(camera)
            assert (camera.info.name, camera.info.width_px) == ("camera 127.0.0.1", 64)
            assert len(frames) >= 15
        with pytest.raises(SourceError) as caught:
            Camera(f"http://me:secret@127.0.0.1:{server.server_port + 1}/nothing")
        assert "secret" not in str(caught.value)
    finally:
        server.shutdown()
        server.server_close()

"""Live coaching measured end to end: a recording as the camera of a real browser, in front of a real server.

    python -m bench.live CLIP [--exercise hip_lift] [--model full] [--seconds 60]
    python -m bench.live CLIP --minutes 30 [--speed 8]
    python -m bench.live LANDMARKS.npz --minutes 30
    python -m bench.live CLIP ... --agree

The first form plays CLIP (640 x 480, 30 frames a second) to headless Chromium's camera and measures in the page: frames
judged per second, the time from a picture's capture to its feedback, and from the frame that decided a cue to the start
of its sound. Asked: 29 frames, p50 60 ms and p95 80 ms, 300 ms. `bench.step` measures the engine alone (p99 2 ms).

`--minutes` sends CLIP over and over to a real server by a WebSocket, for so many minutes of its own time, `--speed`
times faster than life as far as the computer can, and watches the server's memory (asked: flat within 5 %) and
the delay of its answers; with saved landmarks it is the coach alone, without the pose network, as fast as it goes.
`--agree` compares live with what `analyze` says: of a recording the report of a session to which its pictures were sent
as the page sends them; of saved landmarks what is judged at once, frame by frame.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from formcheck.coach.coach import Coach
from formcheck.coach.plan import Plan
from formcheck.engine import Engine, replay
from formcheck.events import RepDone
from formcheck.quiet import quiet
from formcheck.report import RepFound
from formcheck.saved import SavedLandmarks
from formcheck.session import analyze
from formcheck.web.messages import tick_message

CHROMIUM = "/usr/bin/chromium"
SIZE_PX = (640, 480)
FPS = 30
WARM_UP_S = 5.0


def as_camera(clip: Path, out: Path) -> None:
    """CLIP as Motion JPEG of SIZE_PX, with bars above and below where it is wider."""
    with av.open(str(clip)) as source, av.open(str(out), "w", format="mjpeg") as output:
        stream: Any = output.add_stream("mjpeg", rate=FPS)
        stream.bit_rate, stream.pix_fmt = 20_000_000, "yuvj420p"
        stream.width, stream.height = SIZE_PX
        for number, frame in enumerate(source.decode(video=0)):
            picture = av.VideoFrame.from_ndarray(_boxed(frame), format="rgb24").reformat(format="yuvj420p")
            picture.pts, picture.time_base = number, Fraction(1, FPS)
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))


def _boxed(frame: Any) -> np.ndarray:
    width_px, height_px = SIZE_PX
    inner_px = min(height_px, round(width_px * frame.height / frame.width) // 2 * 2)
    image = frame.reformat(width_px, inner_px, "rgb24").to_ndarray()
    top_px = (height_px - inner_px) // 2
    return np.pad(image, ((top_px, height_px - inner_px - top_px), (0, 0), (0, 0)), mode="edge")


@contextmanager
def serving(folder: Path, exercise: str, model: str) -> Iterator[tuple[str, int]]:
    """A server with its data in a folder: its address and process id."""
    command = [sys.executable, "-m", "formcheck", "live", "--no-browser", "--port", "0", "--exercise", exercise]
    command += ["--sets", "10", "--reps", "30", "--model", model]
    environment = {**os.environ, "FORMCHECK_DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stderr
        try:
            yield next(m[0] for line in server.stderr if (m := re.search(r"https?://\S+", line))), server.pid
        finally:
            server.send_signal(signal.SIGTERM)


def measure_page(clip: Path, exercise: str, model: str, seconds: float) -> None:
    """Frames, feedback and cues in a browser."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name:
        film = Path(name) / "camera.mjpeg"
        as_camera(clip, film)
        arguments = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--use-fake-device-for-media-stream"]
        with serving(Path(name), exercise, model) as (url, _), sync_playwright() as play:
            chromium = play.chromium.launch(
                executable_path=CHROMIUM, args=[*arguments, f"--use-file-for-fake-video-capture={film}"]
            )
            page = chromium.new_context(permissions=["camera"], viewport={"width": 1280, "height": 800}).new_page()
            page.goto(url)
            page.click("#start")
            while not page.evaluate("formcheck.tick !== null"):
                page.wait_for_timeout(100)
            page.wait_for_timeout(WARM_UP_S * 1000)
            page.evaluate("formcheck.measured.length = 0")
            page.wait_for_timeout(seconds * 1000)
            measured = np.array(page.evaluate("formcheck.measured"))
            spoken = page.evaluate("formcheck.voice.log")
            chromium.close()
    tell_page(measured, spoken, seconds)


def tell_page(measured: np.ndarray, spoken: list[dict[str, Any]], seconds: float) -> None:
    """Print what was measured in the page."""
    delay_ms = measured[:, 1] - measured[:, 0]
    cue_ms = np.array([entry["at_ms"] - entry["taken_ms"] for entry in spoken if entry["taken_ms"]])
    print(f"{len(measured) / seconds:.1f} frames a second over {seconds:.0f} s")
    print("camera to feedback: p50 {:.0f} ms, p95 {:.0f} ms".format(*np.percentile(delay_ms, [50, 95])))
    print(
        f"cue to sound: {len(cue_ms)} cues, "
        + "p50 {:.0f} ms, most {:.0f} ms".format(*np.percentile(cue_ms, [50, 100]))
    )
    timely = [e["at_ms"] - e["taken_ms"] for e in spoken if e["taken_ms"] and e["slot"] in ("hold", "safety", "count")]
    if timely:
        print(f"of these hold, safety and count: {len(timely)} cues, most {max(timely):.0f} ms")


def measure_memory(clip: Path, exercise: str, model: str, minutes: float, speed: float) -> None:
    """Memory and delay of a long session, the frames sent as fast as `speed` asks or the server answers."""
    from websockets.sync.client import connect

    jpegs = [jpeg for _, jpeg in _jpegs(clip)]
    plan = {"exercise": exercise, "sets": 10, "reps": 30, "rest_s": 5}
    with tempfile.TemporaryDirectory() as name, serving(Path(name), exercise, model) as (url, pid):
        address = url.replace("http", "ws", 1).replace("/?", "/live?")
        with connect(address, max_size=None) as socket:
            socket.send(json.dumps({"type": "hello", "plan": plan}))
            began_s, delays, rss = time.monotonic(), list[float](), list[tuple[float, float]]()
            for number in range(round(minutes * 60 * FPS)):
                at_s = number / FPS
                time.sleep(max(0.0, began_s + at_s / speed - time.monotonic()))
                sent_s = time.monotonic()
                socket.send(struct.pack(">d", 1000.0 * at_s) + jpegs[number % len(jpegs)])
                while json.loads(socket.recv()).get("frame_ms") != 1000.0 * at_s:
                    pass
                delays.append(time.monotonic() - sent_s)
                if number % (60 * FPS) == 0:
                    rss.append((at_s / 60, _rss_mb(pid)))
                    print(f"minute {at_s / 60:3.0f}: {rss[-1][1]:.0f} MB", flush=True)
    tell_memory(rss, np.array(delays), minutes, time.monotonic() - began_s)


def measure_coach(landmarks: Path, exercise: str, minutes: float) -> None:
    """Memory and time of the coach alone (measures, filters, judging, cues, JSON), the landmarks over and over."""
    with SavedLandmarks(landmarks) as saved:
        track, info = saved.track, saved.info
    coach = Coach(Plan(exercise=exercise, sets=10, reps=30, rest_s=5), info)
    length_s = float(track.t_s[-1]) + 1 / FPS
    began_s, spent, rss = time.monotonic(), list[float](), list[tuple[float, float]]()
    for turn in range(round(minutes * 60 / length_s + 0.5)):
        for sighting in track.sightings():
            before_s = time.thread_time()
            tick = coach.step(replace(sighting, t_s=sighting.t_s + turn * length_s))
            tick_message(tick, coach, 1000.0 * tick.t_s, 0.0)
            spent.append(time.thread_time() - before_s)
        rss.append((turn * length_s / 60, _rss_mb(os.getpid())))
    print(
        "coach and JSON: median {:.2f} ms, p99 {:.2f} ms of CPU a frame".format(*1000 * np.percentile(spent, [50, 99]))
    )
    tell_memory(rss, np.array(spent), minutes, time.monotonic() - began_s)


def tell_memory(rss: list[tuple[float, float]], delays_s: np.ndarray, minutes: float, took_s: float) -> None:
    """Print how memory and delay went; the first fifth, in which all is warmed up, does not count."""
    settled = [mb for minute, mb in rss if minute >= minutes / 5]
    fifth = len(delays_s) // 5
    early, late = (1000 * np.percentile(part, [50, 95]) for part in (delays_s[fifth : 2 * fifth], delays_s[-fifth:]))
    print(f"{minutes:.0f} minutes of session in {took_s / 60:.1f} minutes")
    print(f"memory after minute {minutes / 5:.0f}: {min(settled):.0f}-{max(settled):.0f} MB, "
          f"{100 * (max(settled) / min(settled) - 1):.1f} % apart")  # fmt: skip
    print(f"answers: p50 {early[0]:.0f} then {late[0]:.0f} ms, p95 {early[1]:.0f} then {late[1]:.0f} ms")


def _jpegs(clip: Path) -> Iterator[tuple[float, bytes]]:
    """Every picture with its time in milliseconds."""
    import cv2

    with av.open(str(clip)) as source:
        for frame in source.decode(video=0):
            bgr = cv2.cvtColor(_boxed(frame), cv2.COLOR_RGB2BGR)
            yield 1000.0 * frame.time, cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes()


def _rss_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def compare_session(clip: Path, exercise: str, model: str) -> None:
    """The report of a live session that was sent a recording beside that of `analyze`."""
    from websockets.sync.client import connect

    with quiet():
        offline = analyze(clip, exercise=exercise, model=model).report.reps
    plan = {"exercise": exercise, "sets": 1, "reps": 30}
    with (
        tempfile.TemporaryDirectory() as name,
        serving(Path(name), exercise, model) as (url, _),
        connect(url.replace("http", "ws", 1).replace("/?", "/live?"), max_size=None) as socket,
    ):
        socket.send(json.dumps({"type": "hello", "plan": plan}))
        live = _sent(socket, clip)
    print(f"{clip.stem}: live {len(live)} repetitions, analyze {len(offline)}")
    for now in live:
        later = min(offline, key=lambda rep: abs(rep.start_s - now["start_s"]))
        codes = sorted(fault["code"] for fault in now["faults"])
        tell_pair(now["side"], now["verdict"], codes, now["hold_s"], later)


def _sent(socket: Any, clip: Path) -> list[dict[str, Any]]:
    """Every picture sent, each when the one before has been answered; the repetitions of the report that comes."""
    practised = False
    for frame_ms, jpeg in _jpegs(clip):
        socket.send(struct.pack(">d", frame_ms) + jpeg)
        while (answer := json.loads(socket.recv())).get("frame_ms") != frame_ms:
            pass
        if answer.get("state") == "practice" and not practised:
            practised = True
            socket.send(json.dumps({"type": "command", "name": "skip"}))
    socket.send(json.dumps({"type": "command", "name": "finish"}))
    while (answer := json.loads(socket.recv()))["type"] != "report":
        pass
    reps: list[dict[str, Any]] = answer["reps"]
    return reps


def tell_pair(side: str, verdict: str, codes: list[str], held_s: float, later: RepFound) -> None:
    """One repetition as both see it."""
    others = sorted(fault.code for fault in later.faults)
    same = (side, verdict, codes) == (later.side, later.verdict, others)
    print(f"  {later.index:2} {'same  ' if same else 'DIFFER'} {side:5} {verdict:7} {','.join(codes) or '-':28} "
          f"analyze {later.side:5} {later.verdict:7} {','.join(others) or '-':28} "
          f"hold {held_s - later.hold_s:+.2f} s")  # fmt: skip


def compare_events(landmarks: Path, exercise: str) -> None:
    """What live says at once of saved landmarks beside what `analyze` says of them."""
    analysis = analyze(landmarks, exercise=exercise)
    offline, engine = analysis.report.reps, Engine(exercise, analysis.info)
    events = replay(engine, analysis.track)
    live = [event for event in events if isinstance(event, RepDone)]
    print(f"{landmarks.stem}: live {len(live)} repetitions, analyze {len(offline)}")
    for now, later in zip(live, offline, strict=False):
        held_s = engine.exercise.rep.held(now.rep).value
        tell_pair(now.side, now.verdict, sorted(f.code for f in now.faults), held_s, later)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path, nargs="+")
    parser.add_argument("--exercise", choices=["hip_lift", "leg_curl"])
    parser.add_argument("--model", default="full")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--speed", type=float, default=8.0)
    parser.add_argument("--agree", action="store_true")
    given = parser.parse_args()
    for clip in given.clip:
        exercise = given.exercise or ("leg_curl" if "curl" in clip.name else "hip_lift")
        if given.agree and clip.suffix == ".npz":
            compare_events(clip, exercise)
        elif given.agree:
            compare_session(clip, exercise, given.model)
        elif given.minutes and clip.suffix == ".npz":
            measure_coach(clip, exercise, given.minutes)
        elif given.minutes:
            measure_memory(clip, exercise, given.model, given.minutes, given.speed)
        else:
            measure_page(clip, exercise, given.model, given.seconds)


if __name__ == "__main__":
    main()

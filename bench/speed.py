"""How fast is it, beside the usual loop and beside what the cores allow? All in one run, since machines differ.

    python -m bench.speed [CLIP] [--model full heavy] [--rounds 3] [--out docs/PERFORMANCE.md]

CLIP (a sample recording by default) is measured as it is and enlarged to 1920x1080. Each way runs in a process of its
own, in turn, `--rounds` times; of each the fastest counts, since whatever else a machine does can only slow a run
down. Imports are not counted, loading the model is.

usual     one loop: OpenCV decodes, converts the colours, `detect_for_video`, one angle
limit     CPU time of decoding (PyAV) and `detect_for_video` on the same frames, spread over all cores without loss
1, 2 ...  formcheck's analysis with so many workers, by MediaPipe and, where it is installed, by OpenVINO
2 processes  the same stretches of the recording watched by so many processes, where formcheck has threads; each loads
          MediaPipe for itself, and that counts, since every analysis would pay it
rest      share of formcheck's CPU time that is neither decoding (with scaling and colours) nor the network
          (with loading it)
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.cost import looped

if TYPE_CHECKING:
    from formcheck.records import Track

ROOT = Path(__file__).resolve().parent.parent
MODELS = ROOT / "models"


class Measured(NamedTuple):
    """One run: frames, seconds by the clock, seconds of CPU, memory at its peak."""

    frames: int
    wall_s: float
    cpu_s: float
    peak_mb: float

    @property
    def fps(self) -> float:
        return self.frames / self.wall_s


def usual(clip: Path, model: str, workers: int) -> int:
    """The loop that most programs have."""
    import cv2
    import mediapipe as mp
    import numpy as np

    with _landmarker(model) as landmarker:
        capture, frames = cv2.VideoCapture(str(clip)), 0
        while True:
            there, picture = capture.read()
            if not there:
                return frames
            at_ms = round(capture.get(cv2.CAP_PROP_POS_MSEC))
            rgb = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=rgb)
            found = landmarker.detect_for_video(image, max(at_ms, frames))
            if found.pose_landmarks:
                shoulder, hip, knee = (
                    np.array((found.pose_landmarks[0][k].x, found.pose_landmarks[0][k].y)) for k in (11, 23, 25)
                )
                a, b = shoulder - hip, knee - hip
                np.degrees(np.arctan2(a[0] * b[1] - a[1] * b[0], a @ b))
            frames += 1


def bare(clip: Path, model: str, workers: int) -> int:
    """Decoding and the network, nothing else."""
    import av
    import mediapipe as mp

    frames = 0
    with _landmarker(model) as landmarker, av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))
            landmarker.detect_for_video(image, round(1000 * frame.time))
            frames += 1
    return frames


def ours(clip: Path, model: str, workers: int) -> int:
    """The whole analysis by MediaPipe."""
    from formcheck.session import analyze

    return len(analyze(clip, model=model, runtime="mediapipe", workers=workers).track)


def fast(clip: Path, model: str, workers: int) -> int:
    """The whole analysis by OpenVINO."""
    from formcheck.session import analyze

    return len(analyze(clip, model=model, runtime="openvino", workers=workers).track)


def apart(clip: Path, model: str, workers: int) -> int:
    """The stretches of the recording watched by processes instead of threads."""
    from formcheck.stretches import cut
    from formcheck.video import VideoFile

    with VideoFile(clip) as source:
        times_s = source.times_s()
    assert times_s is not None
    spans = [(stretch.from_s, stretch.start_s, stretch.end_s) for stretch in cut(float(times_s[-1]))]
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        return sum(len(seen) for seen in pool.map(partial(watched, clip, model), spans))


def watched(clip: Path, model: str, span_s: tuple[float, float, float]) -> Track:
    """A stretch watched from the first time on, and kept from the second to the third."""
    from formcheck.estimate import Landmarker
    from formcheck.quiet import quiet
    from formcheck.records import Recorder
    from formcheck.video import VideoFile

    from_s, start_s, end_s = span_s
    recorder = Recorder()
    with (
        quiet(),
        VideoFile(clip) as source,
        Landmarker(model, "mediapipe") as landmarker,
        source.part(from_s, end_s) as part,
    ):
        for frame in part:
            sighting = landmarker.step(frame, source.info)
            if frame.t_s >= start_s:
                recorder.step(sighting)
    return recorder.finish()


def rest(clip: Path, model: str, workers: int) -> int:
    """How many of a thousand CPU seconds of the analysis go beside decoding and the network."""
    from formcheck import estimate, video

    spent = 0.0

    def timed(call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any) -> Any:
            nonlocal spent
            began = time.process_time()
            try:
                return call(*args)
            finally:
                spent += time.process_time() - began

        return wrapped

    frames = video._Reading._frames

    def counted(*args: Any) -> Any:
        inside = frames(*args)
        advance = timed(inside.__next__)
        with contextlib.suppress(StopIteration):
            while True:
                yield advance()

    video._Reading._frames = counted  # type: ignore[method-assign]
    for name in ("__init__", "track", "everybody", "forget", "close"):
        setattr(estimate._MediaPipe, name, timed(getattr(estimate._MediaPipe, name)))
    began = time.process_time()
    ours(clip, model, 1)
    return round(1000 * (1 - spent / (time.process_time() - began)))


def _landmarker(model: str) -> Any:
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

    path = MODELS / f"pose_landmarker_{model}.task"
    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(path)), running_mode=RunningMode.VIDEO
    )
    return PoseLandmarker.create_from_options(options)


WAYS: dict[str, Callable[[Path, str, int], int]] = {
    "usual": usual, "bare": bare, "ours": ours, "fast": fast, "apart": apart, "rest": rest,
}  # fmt: skip


def here(way: str, clip: Path, model: str, workers: int) -> None:
    """Measure one way in this process and print it."""
    import av  # noqa: F401
    import cv2  # noqa: F401
    import mediapipe  # noqa: F401

    import formcheck.session  # noqa: F401
    from formcheck.quiet import quiet

    with quiet():
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        frames = WAYS[way](clip, model, workers)
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peak_kb = own.ru_maxrss + (workers * others.ru_maxrss if way == "apart" else 0)
    print(json.dumps([frames, wall_s, cpu_s + others.ru_utime + others.ru_stime, peak_kb / 1024]))


def measured(way: str, clip: Path, model: str, workers: int = 1) -> Measured:
    """One run in a process of its own."""
    command = [sys.executable, "-m", "bench.speed", "--one", way, str(workers), str(clip), "--model", model]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, cwd=ROOT)
    return Measured(*json.loads(done.stdout))


def enlarged(clip: Path, out: Path) -> Path:
    """The clip at 1920x1080."""
    import av

    with av.open(str(clip)) as source, av.open(str(out), "w") as target:
        stream: Any = target.add_stream("libx264", rate=source.streams.video[0].average_rate)
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "20"}
        for picture in source.decode(video=0):
            target.mux(stream.encode(picture.reformat(1920, 1080, format="yuv420p")))
        target.mux(stream.encode())
    return out


def compared(clip: Path, model: str, rounds: int, workers: list[int]) -> dict[str, Measured]:
    """Every way in turn, so that what disturbs the machine disturbs all of them."""
    ways = {"usual": ("usual", 1), "bare": ("bare", 1)} | {f"{n} by MediaPipe": ("ours", n) for n in workers}
    ways |= {f"{n} processes by MediaPipe": ("apart", n) for n in workers if n > 1}
    if find_spec("openvino"):
        ways |= {f"{n} by OpenVINO": ("fast", n) for n in workers}
    runs: dict[str, list[Measured]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, (way, count) in ways.items():
            runs[name].append(measured(way, clip, model, count))
    return {name: fastest(each) for name, each in runs.items()}


def fastest(runs: list[Measured]) -> Measured:
    """The run that was disturbed least."""
    return max(runs, key=lambda run: run.fps)


def table(title: str, found: dict[str, Measured], cores: int) -> list[str]:
    """One clip with one model as Markdown."""
    limit_fps = found["bare"].frames / (found["bare"].cpu_s / cores)
    out = [
        f"### {title}", "",
        f"| way | frames/s | of the usual loop | of the limit on {cores} cores | CPU ms a frame | peak MB |",
        "|---|---|---|---|---|---|",
    ]  # fmt: skip
    labels = {"usual": "usual loop", "bare": "decoding and network only"}
    for name, run in found.items():
        label = labels.get(name) or f"formcheck, workers: {name}"
        out.append(
            f"| {label} | {run.fps:.1f} | {run.fps / found['usual'].fps:.2f} | {run.fps / limit_fps:.2f}"
            f" | {1000 * run.cpu_s / run.frames:.1f} | {run.peak_mb:.0f} |"
        )
    out.append(f"| limit on {cores} cores | {limit_fps:.1f} | {limit_fps / found['usual'].fps:.2f} | 1.00 | | |")
    return [*out, ""]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--one", nargs=2, metavar=("WAY", "WORKERS"), help=argparse.SUPPRESS)
    parser.add_argument("clip", type=Path, nargs="?", default=ROOT / "sample_videos" / "hip_lift_mixed.mp4")
    parser.add_argument("--model", nargs="+", default=["full", "heavy"])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=10.0, help="length of the long recording for memory; 0: none")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "PERFORMANCE.md")
    args = parser.parse_args()
    if args.one:
        here(args.one[0], args.clip, args.model[0], int(args.one[1]))
        return
    cores = len(os.sched_getaffinity(0))
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        large = enlarged(args.clip, Path(folder) / "large.mp4")
        for model in args.model:
            for size, clip in (("640x360", args.clip), ("1920x1080", large)):
                lines += table(f"`{model}`, {size}", compared(clip, model, args.rounds, args.workers), cores)
                if model == "full":
                    share = measured("rest", clip, model).frames / 10
                    lines += [f"Neither decoding nor the network: {share:.1f} % of the CPU time.", ""]
                print("\n".join(lines[-11:]), flush=True)
        if args.minutes:
            long = looped(args.clip, args.minutes, Path(folder) / "long.mp4")
            run = measured("ours", long, "full", 2)
            lines.append(f"{args.minutes:g} minutes of recording, 2 workers: peak {run.peak_mb:.0f} MB.")
            print(lines[-1])
    write(args.out, lines)


BEGIN, END = "<!-- bench.speed -->", "<!-- end of bench.speed -->"


def write(page: Path, lines: list[str]) -> None:
    """Put the tables between the marks of the page."""
    text = page.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[-1]
    page.write_text(before + "\n".join([BEGIN, "", *lines, "", END]) + after, encoding="utf-8")


if __name__ == "__main__":
    main()

"""What `formcheck analyze` costs beside the pose network: CPU time and memory, as ratios within one run.

    python -m bench.cost [CLIP] [--minutes 1 10] [--repeats 3]

bare      decode with PyAV + `detect_for_video` with the same model, nothing else
analyze   `formcheck analyze --json`, everything included

CPU seconds are user + system of the child process. Memory is its peak resident size, on CLIP played in a loop for
the given numbers of minutes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av

ROOT = Path(__file__).resolve().parent.parent
BARE = """
import sys, av, mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[2]), running_mode=vision.RunningMode.VIDEO)
container = av.open(sys.argv[1])
with vision.PoseLandmarker.create_from_options(options) as landmarker:
    for frame in container.decode(video=0):
        picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))
        landmarker.detect_for_video(picture, round(frame.time * 1000))
"""


def cost(command: list[str]) -> tuple[float, float]:
    """CPU seconds and peak MB of a child process."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"{command} failed with status {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def looped(clip: Path, minutes: float, out: Path) -> Path:
    """The clip's packets again and again, until it is so many minutes long."""
    with av.open(str(clip)) as source, av.open(str(out), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        packets = [p for p in source.demux(stream) if p.pts is not None and p.dts is not None]
        span = max(p.pts for p in packets) - min(p.pts for p in packets) + (packets[0].duration or 1)
        rounds = max(1, round(minutes * 60 / float(span * stream.time_base)))
        data = [(bytes(p), p.pts, p.dts, p.is_keyframe) for p in packets]
        for turn in range(rounds):
            for content, pts, dts, key in data:
                packet = av.Packet(content)
                packet.stream, packet.time_base = copy, stream.time_base
                packet.pts, packet.dts, packet.is_keyframe = pts + turn * span, dts + turn * span, key
                target.mux(packet)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path, nargs="?", default=ROOT / "sample_videos" / "hip_lift_mixed.mp4")
    parser.add_argument("--minutes", type=float, nargs=2, default=(1.0, 10.0))
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "report.json"
        bare_command = [sys.executable, "-c", BARE, str(args.clip), str(ROOT / "models" / "pose_landmarker_full.task")]
        ours_command = [sys.executable, "-m", "formcheck", "analyze", str(args.clip), "--json", str(result)]
        bare, ours = [], []
        for _ in range(args.repeats):
            bare.append(cost(bare_command)[0])
            ours.append(cost(ours_command)[0])
        ratio = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
        print(f"CPU: bare {statistics.median(bare):.1f} s, analyze {statistics.median(ours):.1f} s, ratio {ratio:.3f}")
        peaks = []
        for minutes in args.minutes:
            clip = looped(args.clip, minutes, Path(folder) / f"{minutes:g}.mp4")
            peaks.append(cost([*ours_command[:4], str(clip), "--json", str(result)])[1])
        first, last = args.minutes
        print(
            f"memory: {first:g} min {peaks[0]:.0f} MB, {last:g} min {peaks[1]:.0f} MB, ratio {peaks[1] / peaks[0]:.3f}"
        )
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "formcheck", "--help"], stdout=subprocess.DEVNULL, check=True)
    print(f"formcheck --help: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()

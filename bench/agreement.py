"""How well OpenVINO's landmarks and verdicts agree with MediaPipe's, clip by clip.

    python -m bench.agreement FOLDER_OR_CLIP... [--model full] [--precision f32] [--seconds S]

Every recording is read once, and both landmarkers see every picture. Differences are distances between landmarks in
percent of the torso's length (middle of the shoulders to middle of the hips). "same" tells whether repetitions,
verdicts and faults are the same; it is left out with --seconds. The last line is over all landmarks of all clips.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from formcheck.estimate import Landmarker
from formcheck.hindsight import look_back
from formcheck.landmarks import Landmark
from formcheck.models import read_model
from formcheck.openvino_pose import OpenVinoNetwork
from formcheck.quiet import quiet
from formcheck.records import Floats, Recorder, SourceInfo, Track
from formcheck.report import list_reps
from formcheck.video import VideoFile

SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
RECORDINGS = {".mp4", ".mov", ".mkv", ".webm"}


class Both(NamedTuple):
    """One recording as both saw it, and the time that each took for a picture."""

    mediapipe: Track
    openvino: Track
    info: SourceInfo
    took_ms: Floats


def see(clip: Path, model: str, precision: str, seconds: float) -> Both:
    """Both landmarkers on the same pictures."""
    with (
        quiet(),
        VideoFile(clip) as source,
        Landmarker(model, "mediapipe") as one,
        Landmarker(model, "openvino") as two,
    ):
        two._network = OpenVinoNetwork(read_model(model), precision=precision)  # type: ignore[arg-type]
        recorders, took_s = (Recorder(), Recorder()), []
        for frame in source:
            if frame.t_s > seconds:
                break
            stamps_s = [time.perf_counter()]
            for landmarker, recorder in zip((one, two), recorders, strict=True):
                recorder.step(landmarker.step(frame, source.info))
                stamps_s.append(time.perf_counter())
            took_s.append(np.diff(stamps_s))
        return Both(*(recorder.finish() for recorder in recorders), source.info, 1e3 * np.median(took_s, axis=0))


def differences(both: Both) -> Floats:
    """(N, 33) distances in percent of the torso's length, in the frames where both saw somebody."""
    rows = both.mediapipe.seen & both.openvino.seen
    a, b = both.mediapipe.xy_px[rows], both.openvino.xy_px[rows]
    torso_px = np.linalg.norm(a[:, SHOULDERS].mean(axis=1) - a[:, HIPS].mean(axis=1), axis=-1)
    return 100.0 * np.linalg.norm(a - b, axis=-1) / np.maximum(torso_px, 1.0)[:, None]


def verdicts(track: Track, info: SourceInfo) -> list[tuple[str, str, tuple[str, ...]]]:
    """Side, verdict and faults of every repetition."""
    found, _ = look_back(track, info, None)
    return (
        [(rep.side, rep.verdict, tuple(sorted(f.code for f in rep.faults))) for rep in list_reps(found)]
        if found
        else []
    )


def clips_in(places: list[Path]) -> list[Path]:
    """The recordings named, and those in the folders named."""
    found = [sorted(place.iterdir()) if place.is_dir() else [place] for place in places]
    return [path for paths in found for path in paths if path.suffix.lower() in RECORDINGS]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", type=Path, nargs="+")
    parser.add_argument("--model", default="full")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--seconds", type=float, default=np.inf)
    args = parser.parse_args()
    everything, differ, took_ms = [], 0, []
    print("median %  p95 %  only MediaPipe/OpenVINO sees  ms MediaPipe/OpenVINO  same  clip")
    for clip in clips_in(args.places):
        both = see(clip, args.model, args.precision, args.seconds)
        percent = differences(both)
        lonely = [int((x.seen & ~y.seen).sum()) for x, y in (both[:2], both[1::-1])]
        said = [verdicts(track, both.info) for track in both[:2]] if np.isinf(args.seconds) else []
        same = "-" if not said else "yes" if said[0] == said[1] else "NO"
        differ += same == "NO"
        everything.append(percent.ravel())
        took_ms.append(both.took_ms)
        middle, high = np.percentile(percent, [50, 95]) if percent.size else (np.nan, np.nan)
        print(
            f"{middle:8.3f} {high:6.2f}  {lonely[0]:5d}/{lonely[1]:<5d} of {len(both.mediapipe):5d}"
            f"  {both.took_ms[0]:6.1f}/{both.took_ms[1]:<6.1f}  {same:4}  {clip.name}",
            flush=True,
        )
        for name, reps in zip(("MediaPipe", "OpenVINO"), said if same == "NO" else [], strict=False):
            print(f"          {name}: {reps}")
    middle, high = np.percentile(np.concatenate(everything), [50, 95])
    ms = np.median(took_ms, axis=0)
    print(f"all: median {middle:.3f} %, 95th percentile {high:.2f} %; {differ} clips judged differently;", end=" ")
    print(f"median {ms[0]:.1f} ms a picture by MediaPipe, {ms[1]:.1f} ms by OpenVINO, ratio {ms[0] / ms[1]:.2f}")


if __name__ == "__main__":
    main()

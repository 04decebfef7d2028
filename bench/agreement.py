"""How well OpenVINO's landmarks and verdicts agree with MediaPipe's, clip by clip.

    python -m bench.agreement FOLDER_OR_CLIP... [--model full] [--precision f32] [--seconds S] [--workers 1]

Every recording is read once, and all landmarkers see every picture. Differences are distances between landmarks in
percent of the torso's length (middle of the shoulders to middle of the hips). "itself" is how far MediaPipe differs
from itself where one value in a thousand of every picture is a grey level off: what it sees hangs on less than that, so
nothing can agree better that does not reckon in the very same order. "same" tells whether repetitions, verdicts and
faults are the same; it is left out with --seconds. The last lines are over all landmarks of all clips. Times are those
of one landmarker beside nothing else only with one worker.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

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


class Seen(NamedTuple):
    """One recording as each saw it, and the time that each took for a picture."""

    mediapipe: Track
    openvino: Track
    disturbed: Track
    """As MediaPipe saw it where values were a grey level off."""
    info: SourceInfo
    took_ms: Floats


def see(clip: Path, model: str, precision: str, seconds: float) -> Seen:
    """All landmarkers on the same pictures."""
    with (
        quiet(),
        VideoFile(clip) as source,
        Landmarker(model, "mediapipe") as one,
        Landmarker(model, "openvino") as two,
        Landmarker(model, "mediapipe") as three,
    ):
        two._network = OpenVinoNetwork(read_model(model), precision=precision)  # type: ignore[arg-type]
        recorders, took_s = (Recorder(), Recorder(), Recorder()), []
        for frame in source:
            if frame.t_s > seconds:
                break
            frames = (frame, frame, replace(frame, image=a_grey_level_off(frame.image)))
            stamps_s = [time.perf_counter()]
            for landmarker, recorder, shown in zip((one, two, three), recorders, frames, strict=True):
                recorder.step(landmarker.step(shown, source.info))
                stamps_s.append(time.perf_counter())
            took_s.append(np.diff(stamps_s))
        return Seen(*(recorder.finish() for recorder in recorders), source.info, 1e3 * np.median(took_s, axis=0))


def a_grey_level_off(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture with the last bit of one value in a thousand turned over."""
    out = image.copy()
    out.reshape(-1)[::1009] ^= 1
    return out


def differences(one: Track, other: Track) -> Floats:
    """(N, 33) distances in percent of the torso's length, in the frames where both saw somebody."""
    rows = one.seen & other.seen
    a, b = one.xy_px[rows], other.xy_px[rows]
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
    parser.add_argument("--workers", type=int, default=1, help="recordings at a time, each in a process of its own")
    args = parser.parse_args()
    everything: list[list[Floats]] = [[], []]
    differ, took_ms = 0, []
    clips = clips_in(args.places)
    look = partial(see, model=args.model, precision=args.precision, seconds=args.seconds)
    print("median %  p95 %  itself: median, p95  only MediaPipe/OpenVINO sees  ms MediaPipe/OpenVINO  same  clip")
    with ProcessPoolExecutor(args.workers) as pool:
        for clip, seen in zip(clips, pool.map(look, clips), strict=True):
            percent = [differences(seen.mediapipe, other) for other in (seen.openvino, seen.disturbed)]
            lonely = [int((x.seen & ~y.seen).sum()) for x, y in (seen[:2], seen[1::-1])]
            said = [verdicts(track, seen.info) for track in seen[:2]] if np.isinf(args.seconds) else []
            same = "-" if not said else "yes" if said[0] == said[1] else "NO"
            differ += same == "NO"
            took_ms.append(seen.took_ms)
            for found, kept in zip(percent, everything, strict=True):
                kept.append(found.ravel())
            (middle, high), (own_middle, own_high) = map(spread, percent)
            print(
                f"{middle:8.3f} {high:6.2f}  {own_middle:14.3f} {own_high:6.2f}"
                f"  {lonely[0]:5d}/{lonely[1]:<5d} of {len(seen.mediapipe):5d}"
                f"  {seen.took_ms[0]:6.1f}/{seen.took_ms[1]:<6.1f}  {same:4}  {clip.name}",
                flush=True,
            )
            for name, reps in zip(("MediaPipe", "OpenVINO"), said if same == "NO" else [], strict=False):
                print(f"          {name}: {reps}")
    for name, kept in zip(("OpenVINO and MediaPipe", "MediaPipe and itself"), everything, strict=True):
        middle, high = spread(np.concatenate(kept))
        print(f"{name}, all: median {middle:.3f} %, 95th percentile {high:.2f} %")
    ms = np.median(took_ms, axis=0)
    print(f"{differ} clips judged differently; median {ms[0]:.1f} ms a picture by MediaPipe,", end=" ")
    print(f"{ms[1]:.1f} ms by OpenVINO, ratio {ms[0] / ms[1]:.2f}")


def spread(percent: Floats) -> tuple[float, float]:
    """Median and 95th percentile; NaN of nothing."""
    return tuple(np.percentile(percent, [50, 95]).tolist()) if percent.size else (np.nan, np.nan)


if __name__ == "__main__":
    main()

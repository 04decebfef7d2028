"""How well OpenVINO's landmarks and verdicts agree with MediaPipe's, clip by clip.

    python -m bench.agreement FOLDER_OR_CLIP... [--model full] [--precision f32] [--seconds S] [--single S]
                              [--workers 1]

Every recording is read once, and all landmarkers see every picture. Differences are distances between landmarks in
percent of the torso's length (middle of the shoulders to middle of the hips). "itself" is how far MediaPipe differs
from itself where one value in a thousand of every picture is a grey level off: what it sees hangs on less than that, so
nothing can agree better that does not reckon in the very same order. "same" tells whether repetitions, verdicts and
faults are the same; it is left out with --seconds and --single. With --single, every landmarker finds the person afresh
in single pictures so many seconds apart, where no small difference can grow from frame to frame. Times are CPU time.
The last lines are over all landmarks of all clips.
"""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from formcheck.estimate import Landmarker, Snapshots, _as_displayed
from formcheck.hindsight import look_back
from formcheck.landmarks import Landmark
from formcheck.models import read_model
from formcheck.openvino_pose import OpenVinoNetwork
from formcheck.quiet import quiet
from formcheck.records import Floats, Frame, Recorder, Sighting, SourceInfo, Track
from formcheck.report import list_reps
from formcheck.video import VideoFile

SHOULDERS = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]
HIPS = [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
RECORDINGS = {".mp4", ".mov", ".mkv", ".webm"}


class Finder(Protocol):
    """Finds a person in pictures."""

    def step(self, frame: Frame, info: SourceInfo) -> Sighting: ...


class Seen(NamedTuple):
    """One recording as each saw it, and the CPU time that each took for a picture."""

    mediapipe: Track
    openvino: Track
    disturbed: Track
    """As MediaPipe saw it where values were a grey level off."""
    info: SourceInfo
    took_ms: Floats


class Singly:
    """Finds one person by OpenVINO in single pictures, each for itself, as `Snapshots` does by MediaPipe."""

    def __init__(self, network: OpenVinoNetwork) -> None:
        self._network = network

    def step(self, frame: Frame, info: SourceInfo) -> Sighting:
        pose = next(iter(self._network.everybody(frame.image, 1)), None)
        return Sighting(frame.t_s, _as_displayed(pose, frame.image, info) if pose else None)


def see(clip: Path, model: str, precision: str, seconds: float, single_s: float | None) -> Seen:
    """All landmarkers on the same pictures."""
    network = OpenVinoNetwork(read_model(model), precision=precision)  # type: ignore[arg-type]
    with quiet(), VideoFile(clip) as source, ExitStack() as stack:
        if single_s:
            plain, off = (stack.enter_context(Snapshots(model)) for _ in range(2))
            finders: list[Finder] = [plain, Singly(network), off]
        else:
            followers = [
                stack.enter_context(Landmarker(model, name)) for name in ("mediapipe", "openvino", "mediapipe")
            ]
            followers[1]._network = network
            finders = [*followers]
        recorders, took_s, next_s = [Recorder() for _ in finders], [], 0.0
        for frame in source:
            if frame.t_s > seconds:
                break
            if single_s:
                if frame.t_s < next_s:
                    continue
                next_s = frame.t_s + single_s
            frames = (frame, frame, replace(frame, image=a_grey_level_off(frame.image)))
            stamps_s = [time.process_time()]
            for finder, recorder, shown in zip(finders, recorders, frames, strict=True):
                recorder.step(finder.step(shown, source.info))
                stamps_s.append(time.process_time())
            took_s.append(np.diff(stamps_s))
        one, two, three = (recorder.finish() for recorder in recorders)
        return Seen(one, two, three, source.info, 1e3 * np.median(took_s, axis=0))


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
    parser.add_argument("--single", type=float, help="seconds between single pictures, each looked at for itself")
    parser.add_argument("--workers", type=int, default=1, help="recordings at a time, each in a process of its own")
    args = parser.parse_args()
    everything: list[list[Floats]] = [[], []]
    differ, took_ms = 0, []
    clips = clips_in(args.places)
    look = partial(see, model=args.model, precision=args.precision, seconds=args.seconds, single_s=args.single)
    print("median %  p95 %  itself: median, p95  only MediaPipe/OpenVINO sees  CPU ms MediaPipe/OpenVINO  same  clip")
    with ProcessPoolExecutor(args.workers) as pool:
        for clip, seen in zip(clips, pool.map(look, clips), strict=True):
            percent = [differences(seen.mediapipe, other) for other in (seen.openvino, seen.disturbed)]
            lonely = [int((x.seen & ~y.seen).sum()) for x, y in (seen[:2], seen[1::-1])]
            said = (
                [verdicts(track, seen.info) for track in seen[:2]] if np.isinf(args.seconds) and not args.single else []
            )
            same = "-" if not said else "yes" if said[0] == said[1] else "NO"
            differ += same == "NO"
            took_ms.append(seen.took_ms)
            for found, kept in zip(percent, everything, strict=True):
                kept.append(found.ravel())
            (middle, high), (own_middle, own_high) = map(spread, percent)
            print(
                f"{middle:8.3f} {high:6.2f}  {own_middle:14.3f} {own_high:6.2f}"
                f"  {lonely[0]:5d}/{lonely[1]:<5d} of {len(seen.mediapipe):5d}"
                f"  {seen.took_ms[0]:10.1f}/{seen.took_ms[1]:<6.1f}  {same:4}  {clip.name}",
                flush=True,
            )
            for name, reps in zip(("MediaPipe", "OpenVINO"), said if same == "NO" else [], strict=False):
                print(f"          {name}: {reps}")
    for name, kept in zip(("OpenVINO and MediaPipe", "MediaPipe and itself"), everything, strict=True):
        middle, high = spread(np.concatenate(kept))
        print(f"{name}, all: median {middle:.3f} %, 95th percentile {high:.2f} %")
    ms = np.median(took_ms, axis=0)
    print(f"{differ} clips judged differently; median {ms[0]:.1f} CPU ms a picture by MediaPipe,", end=" ")
    print(f"{ms[1]:.1f} ms by OpenVINO, ratio {ms[0] / ms[1]:.2f}")


def spread(percent: Floats) -> tuple[float, float]:
    """Median and 95th percentile; NaN of nothing."""
    return tuple(np.percentile(percent, [50, 95]).tolist()) if percent.size else (np.nan, np.nan)


if __name__ == "__main__":
    main()

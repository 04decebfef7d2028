"""What does cutting a recording into stretches change, beside what noise in its pictures changes?

    python -m bench.splits FOLDER_OR_CLIP... [--usual 8] [--model full] [--runtime mediapipe]

Every recording is watched in one piece, in stretches of about `--usual` seconds, and in one piece with one value in a
thousand of every picture a grey level off. Told are by how many seconds the edges of repetitions move (the farthest,
and the median), and whether repetitions, verdicts and faults are the same.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.agreement import a_grey_level_off, clips_in, verdicts
from formcheck.estimate import Landmarker
from formcheck.hindsight import look_back
from formcheck.quiet import quiet
from formcheck.records import Floats, Frame, Recorder, SourceInfo, Track
from formcheck.report import list_reps
from formcheck.stretches import Watch
from formcheck.video import VideoFile

EDGES = ("start_s", "top_start_s", "top_end_s", "end_s")


def whole(clip: Path, model: str, runtime: str, shown: Callable[[Frame], Frame]) -> tuple[Track, SourceInfo]:
    """The recording watched in one piece, every picture as `shown`."""
    with quiet(), VideoFile(clip) as source, Landmarker(model, runtime) as landmarker:
        recorder = Recorder()
        for frame in source:
            recorder.step(landmarker.step(shown(frame), source.info))
        return recorder.finish(), source.info


def cut(clip: Path, model: str, runtime: str, usual_s: float) -> Track:
    """The recording watched in stretches."""
    with quiet(), VideoFile(clip) as source:
        watch = Watch(source, model, 1, usual_s, runtime=runtime)
        watch.run()
        return watch.finish()[0]


def edges(track: Track, info: SourceInfo) -> Floats:
    """(N, 4) edges of the repetitions in seconds."""
    found, _ = look_back(track, info, None)
    reps = list_reps(found) if found else []
    return np.array([[getattr(rep, name) for name in EDGES] for rep in reps]).reshape(-1, 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("places", type=Path, nargs="+")
    parser.add_argument("--usual", type=float, default=8.0, help="length of a stretch, seconds")
    parser.add_argument("--model", default="full")
    parser.add_argument("--runtime", default="mediapipe")
    args = parser.parse_args()
    print("cut: farthest s, median, same   noise: farthest s, median, same   clip")
    for clip in clips_in(args.places):
        plain, info = whole(clip, args.model, args.runtime, lambda frame: frame)
        noisy, _ = whole(
            clip, args.model, args.runtime, lambda frame: replace(frame, image=a_grey_level_off(frame.image))
        )
        columns = []
        for other in (cut(clip, args.model, args.runtime, args.usual), noisy):
            a, b = edges(plain, info), edges(other, info)
            moved_s = np.abs(a - b) if a.shape == b.shape and a.size else np.full((1, 4), np.nan)
            same = "yes" if verdicts(plain, info) == verdicts(other, info) else "NO"
            columns.append(f"{moved_s.max():10.3f} {np.median(moved_s):8.3f}  {same:4}")
        print("         ".join(columns), f"    {clip.name}", flush=True)


if __name__ == "__main__":
    main()

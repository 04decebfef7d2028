"""Keep what an evaluation needs of clips that are too large, or too slow to render, to be kept themselves.

    python -m bench.keep CLIPS [CLIPS ...] [--landmarks DIR] [--out bench/kept] [--model full]

Writes OUT/FOLDER/NAME.truth.json with what is compared, and OUT/landmarks/MODEL/FOLDER/NAME.npz with the landmarks as
the network saw them, to a sixteenth of a pixel. Then

    python -m bench.accuracy OUT/FOLDER --landmarks OUT/landmarks

needs neither video nor network.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.clips import Clip, UnusableError, find_clips, without_truth
from formcheck.records import Track
from formcheck.saved import save_landmarks

STEPS = {"xy_px": 1 / 16, "visibility": 1 / 256, "world_m": 1 / 128}
"""Landmarks are rounded to these, finer than they tremble at rest; what is left packs into a quarter."""


def rounded(track: Track) -> Track:
    """The track without digits that mean nothing."""
    return replace(
        track,
        **{name: np.round(getattr(track, name) / step).astype(np.float32) * step for name, step in STEPS.items()},
    )


def keep(clip: Clip, model: str, out: Path) -> None:
    """Write what is needed of one clip."""
    truth = clip.truth()
    track, info = clip.track(truth.file, model)
    folder, landmarks = out / clip.truth_path.parent.name, out / "landmarks" / Path(*clip.landmarks.parts[-3:])
    for path in (folder, landmarks.parent):
        path.mkdir(parents=True, exist_ok=True)
    content = json.dumps(truth.model_dump(mode="json", exclude_unset=True), separators=(",", ":"))
    (folder / clip.truth_path.name).write_text(content + "\n", encoding="utf-8")
    save_landmarks(landmarks, info, rounded(track))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+", help="folders of NAME.truth.json and videos")
    parser.add_argument("--landmarks", type=Path, default=Path("build/landmarks"), help="where landmarks are kept")
    parser.add_argument("--out", type=Path, default=Path("bench/kept"))
    parser.add_argument("--model", default="full", help="full, heavy, or a .task file")
    args = parser.parse_args()
    problems = without_truth(args.clips)
    for clip in find_clips(args.clips, args.landmarks, args.model):
        try:
            keep(clip, args.model, args.out)
        except UnusableError as error:
            problems.append(str(error))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 2 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

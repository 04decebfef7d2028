"""Near side or middles: which hip angle is nearest to the true one, at which yaw of the camera?

    python -m bench.blend CLIPS [CLIPS ...] [--landmarks DIR] [--model full]

For the near side alone (share 1), the middles between left and right (share 0) and blends: how far the angle reads too
much at the line (174-186 deg), per clip and as a spread over clips, and how far that differs from the excess at rest. A
mean does not matter, since the line is found per person; a spread and a difference do. Clips of hip lifts only.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bench.clips import UnusableError, find_clips
from bench.systems import middle_hip_deg, near_hip_deg
from formcheck.measures import Body, near_knee_deg, yaw_deg
from formcheck.posture import classify, scenes
from formcheck.records import Floats, SourceInfo, Track

SHARES = (1.0, 0.75, 0.5, 0.25, 0.0)
LINE_DEG, REST_BELOW_DEG, BENT_DEG = (174.0, 186.0), 140.0, 45.0
LEAST_FRAMES = 10
VIEWS_DEG = ((-40, -14), (-14, -7), (-7, 7), (7, 14), (14, 40))


def excesses(track: Track, info: SourceInfo, true_deg: Floats) -> Iterator[tuple[float, Floats, Floats]]:
    """Of each scene the yaw as measured, and for every share the excess at the line and at rest."""
    for scene in scenes(track, classify(track, info)):
        if scene.position != "supine":
            continue
        body = Body.of(track[scene.rows], "supine", scene.head_at, (info.width_px, info.height_px))
        true, bent = true_deg[scene.rows], near_knee_deg(body) > BENT_DEG
        line, rest = bent & (true > LINE_DEG[0]) & (true < LINE_DEG[1]), bent & (true < REST_BELOW_DEG)
        if min(line.sum(), rest.sum()) < LEAST_FRAMES:
            continue
        near, middle = near_hip_deg(body), middle_hip_deg(body)
        errors = [share * near + (1 - share) * middle - true for share in SHARES]
        at_line, at_rest = (np.array([np.nanmedian(error[rows]) for error in errors]) for rows in (line, rest))
        yield float(np.nanmedian(yaw_deg(body))), at_line, at_rest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+")
    parser.add_argument("--landmarks", type=Path, default=Path("build/landmarks"))
    parser.add_argument("--model", default="full")
    args = parser.parse_args()
    views, lines, rests = [], [], []
    for clip in find_clips(args.clips, args.landmarks, args.model):
        try:
            truth = clip.truth()
            if truth.exercise != "hip_lift" or truth.views:
                continue
            track, info = clip.track(truth.file, args.model)
        except UnusableError as error:
            print(error)
            continue
        signal = np.array(truth.per_frame.hip_deg_signed, float)
        if len(signal) != len(track):
            print(f"{clip.name}: another number of frames than its truth")
            continue
        for seen_deg, at_line, at_rest in excesses(track, info, signal):
            yaw = json.loads(clip.truth_path.read_text(encoding="utf-8"))["view"]["yaw_deg"]
            shown = ", ".join(f"{x:+.1f}" for x in at_line)
            print(f"{clip.name:40} yaw {yaw:+5.0f} (measured {seen_deg:+5.1f}): {shown}", flush=True)
            views, lines, rests = [*views, yaw], [*lines, at_line], [*rests, at_rest]
    print(f"\n{'share of the near side':24} " + " ".join(f"{share:6.2f}" for share in SHARES))
    yaw, line, rest = np.array(views), np.array(lines), np.array(rests)
    for low, high in (*VIEWS_DEG, (-90, 90)):
        rows = (yaw >= low) & (yaw < high)
        if rows.any():
            spread, drift = line[rows].std(axis=0), np.abs(rest[rows] - line[rows]).mean(axis=0)
            label = f"yaw {low}..{high}, {rows.sum()} scenes"
            print(f"{label:24} " + " ".join(f"{x:6.2f}" for x in spread) + "  spread at the line")
            print(f"{'':24} " + " ".join(f"{x:6.2f}" for x in drift) + "  difference to rest")


if __name__ == "__main__":
    main()

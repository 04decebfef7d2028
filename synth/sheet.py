"""Contact sheet of a bank or of a clip, with the true joints drawn.

python -m synth.sheet --bank BANKS/D1     --out sheet.png [--count 6]
python -m synth.sheet --clip CLIPS/NAME.mp4 --out sheet.png [--count 12]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from synth.frames import Bank, Picture

LINES = (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
COLORS = (("left", (255, 120, 0)), ("right", (0, 200, 0)))  # BGR
WIDTH_PX = 640


def draw(picture: Picture, joints_px: dict[str, Any], text: str) -> Picture:
    picture = picture.copy()
    for side, color in COLORS:
        for a, b in LINES:
            one, two = (tuple(round(v) for v in joints_px[f"{n}_{side}"]) for n in (a, b))
            cv2.line(picture, one, two, color, 1, cv2.LINE_AA)
    scale = WIDTH_PX / picture.shape[1]
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cv2.putText(picture, text, (8, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 160), 1, cv2.LINE_AA)
    return picture


def of_bank(folder: Path, count: int) -> list[list[Picture]]:
    bank, rows = Bank(folder), []
    for track, poses in bank.tracks.items():
        row = []
        for i in np.linspace(0, len(poses) - 1, count).round().astype(int):
            d = poses[i]
            knees = f"L {d['knee_flexion_left_deg']:.0f} R {d['knee_flexion_right_deg']:.0f}"
            text = f"{track} {d['value']:.1f}  hip {d['hip_deg_signed']:.1f} {knees}"
            row.append(draw(bank.picture(track, int(i)), d["joints_px"], text))
        rows.append(row)
    return rows


def of_clip(file: Path, count: int) -> list[list[Picture]]:
    truth = json.loads(file.with_name(file.stem + ".truth.json").read_text())
    size, points, frames = np.array([truth["width"], truth["height"]]), truth["landmarks_2d"], truth["per_frame"]
    video, shown = cv2.VideoCapture(str(file)), []
    wanted = set(np.linspace(0, truth["frame_count"] - 1, count).round().astype(int).tolist())
    for i, time_s in enumerate(frames["t_s"]):
        if not video.grab():
            raise ValueError(f"{file} ends after {i} of {truth['frame_count']} frames")
        if i in wanted:
            joints = {n: np.array([q["x"][i], q["y"][i]]) * size for n, q in points.items() if n != "unit"}
            text = f"{time_s:.1f} s  hip {frames['hip_deg_signed'][i]:.0f}"
            shown.append(draw(video.retrieve()[1], joints, text))
    return [shown[i : i + 3] for i in range(0, len(shown) - len(shown) % 3, 3)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--bank", type=Path)
    source.add_argument("--clip", type=Path, help="its .truth.json lies beside it")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=6, help="pictures of each track, or of the clip")
    args = parser.parse_args()
    rows = of_bank(args.bank, args.count) if args.bank else of_clip(args.clip, args.count)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(args.out), np.vstack([np.hstack(row) for row in rows]))


if __name__ == "__main__":
    main()

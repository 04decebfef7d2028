"""What MediaPipe sees on the stills: landmarks of every pose, written beside the truth. Resumable.

    python -m synth.measure_stills --stills STILLS --model models/pose_landmarker_full.task --out MEASURED [--mirror]

Each still is shown REPEAT times at 30 frames per second, as a video that stands still; the last answer counts. Writes
MEASURED/MODEL/NAME.npz (TRUTHS, labels, and xy_px: 33 landmarks in pixels, nan where nobody is found) and NAME.json.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import cv2
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

from synth.frames import Picture
from synth.geometry import Floats
from synth.truth import OPPOSITE

REPEAT = 6
FPS = 30
LANDMARKS = 33
TRUTHS = (
    "hip_deg_signed",
    "hip_left_deg_signed",
    "hip_height_m",
    "knee_flexion_left_deg",
    "knee_flexion_right_deg",
)


def pictures(folder: Path, truth: dict[str, Any], mirror: bool) -> list[Picture]:
    x0, _, _, y1 = truth["crop"]
    empty, out = cv2.imread(str(folder / "empty.png")), []
    for pose in truth["poses"]:
        picture = empty.copy()
        shot = cv2.imread(str(folder / f"{pose['label']}.png"))
        h, w = shot.shape[:2]  # the renderer rounds a crop up or down by one
        picture[y1 - h : y1, x0 : x0 + w] = shot
        out.append(cv2.flip(picture, 1) if mirror else picture)
    return out


def landmarks(stills: list[Picture], model: Path) -> Floats:
    """(n, 33, 2) pixels; nan where nobody is found."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=1,
    )
    xy_px = np.full((len(stills), LANDMARKS, 2), np.nan)
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for i, picture in enumerate(stills):
            h, w = picture.shape[:2]
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(picture[..., ::-1]))
            for k in range(REPEAT):
                found = landmarker.detect_for_video(image, round((i * REPEAT + k) * 1000 / FPS))
            if found.pose_landmarks:
                xy_px[i] = [[q.x * w, q.y * h] for q in found.pose_landmarks[0]]
    return xy_px


def swapped(pose: dict[str, Any]) -> dict[str, Any]:
    """The truth of a pose seen in a mirror, where the left leg is the right one."""
    left, right = (pose[f"knee_flexion_{side}_deg"] for side in ("left", "right"))
    side, _, rest = pose["label"].partition("_")
    label = f"{OPPOSITE[side]}_{rest}" if side in OPPOSITE else pose["label"]
    return pose | {"label": label, "knee_flexion_left_deg": right, "knee_flexion_right_deg": left}


def measure(folder: Path, model: Path, out: Path, mirror: bool) -> None:
    truth = json.loads((folder / "truth.json").read_text())
    name = folder.name + ("_m" if mirror else "")
    poses = [swapped(pose) if mirror else pose for pose in truth["poses"]]
    np.savez_compressed(
        out / f"{name}.npz",
        labels=np.array([pose["label"] for pose in poses]),
        xy_px=landmarks(pictures(folder, truth, mirror), model),
        **{key: np.array([pose[key] for pose in poses]) for key in TRUTHS},
    )
    about = {k: v for k, v in truth.items() if k != "poses"} | {"name": name, "mirrored": mirror}
    if mirror:
        about |= {"head_at": "right", "near_side": OPPOSITE[truth["near_side"]]}
    (out / f"{name}.json").write_text(json.dumps(about, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stills", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="a .task bundle")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mirror", action="store_true", help="head at the right")
    args = parser.parse_args()
    out = args.out / args.model.stem.removeprefix("pose_landmarker_")
    out.mkdir(parents=True, exist_ok=True)
    for folder in sorted(f.parent for f in args.stills.glob("*/truth.json")):
        if not (out / f"{folder.name}{'_m' if args.mirror else ''}.npz").exists():
            measure(folder, args.model, out, args.mirror)
            print(folder.name, flush=True)


if __name__ == "__main__":
    main()

"""What MediaPipe sees on the stills: landmarks of every pose, written beside the truth. Resumable.

    python -m synth.measure_stills --stills STILLS --model models/pose_landmarker_full.task --out MEASURED [--mirror]

Each still is shown REPEAT times at 30 frames per second, as a video that stands still; the last answer counts. Writes
MEASURED/NAME.npz: true_deg, flat, xyv (pixels and visibility), world (metres), and NAME.json.
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

REPEAT = 12
FPS = 30
LANDMARKS = 33


def pictures(folder: Path, truth: dict[str, Any], mirror: bool) -> list[Picture]:
    x0, y0, x1, y1 = truth["crop"]
    empty, out = cv2.imread(str(folder / "empty.png")), []
    for pose in truth["poses"]:
        picture = empty.copy()
        picture[y0:y1, x0:x1] = cv2.imread(str(folder / f"{pose['label']}.png"))
        out.append(cv2.flip(picture, 1) if mirror else picture)
    return out


def landmarks(stills: list[Picture], model: Path) -> tuple[Floats, Floats]:
    """Picture (n, 33, 3: x px, y px, visibility) and world landmarks (n, 33, 3: metres); nan where nobody is found."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=1,
    )
    xyv, world = (np.full((len(stills), LANDMARKS, 3), np.nan) for _ in range(2))
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for i, picture in enumerate(stills):
            h, w = picture.shape[:2]
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(picture[..., ::-1]))
            for k in range(REPEAT):
                found = landmarker.detect_for_video(image, round((i * REPEAT + k) * 1000 / FPS))
            if found.pose_landmarks:
                xyv[i] = [[q.x * w, q.y * h, q.visibility] for q in found.pose_landmarks[0]]
                world[i] = [[q.x, q.y, q.z] for q in found.pose_world_landmarks[0]]
    return xyv, world


def measure(folder: Path, model: Path, out: Path, mirror: bool) -> None:
    truth = json.loads((folder / "truth.json").read_text())
    xyv, world = landmarks(pictures(folder, truth, mirror), model)
    name = folder.name + ("_m" if mirror else "")
    np.savez_compressed(
        out / f"{name}.npz",
        true_deg=np.array([p["hip_deg_signed"] for p in truth["poses"]]),
        flat=np.array([p["label"] == "flat" for p in truth["poses"]]),
        xyv=xyv,
        world=world,
    )
    about = {k: v for k, v in truth.items() if k != "poses"} | {"name": name, "mirrored": mirror, "model": model.stem}
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
    args.out.mkdir(parents=True, exist_ok=True)
    for folder in sorted(f.parent for f in args.stills.glob("*/truth.json")):
        if not (args.out / f"{folder.name}{'_m' if args.mirror else ''}.npz").exists():
            measure(folder, args.model, args.out, args.mirror)
            print(folder.name, flush=True)


if __name__ == "__main__":
    main()

"""MediaPipe against the truth, clip by clip: is what was rendered seen, and how far off are the angles?

    python -m synth.check --clips CLIPS --model models/pose_landmarker_full.task [--every 3]

Prints, for every clip: share of the frames with a pose, mean absolute error and mean error of the near side's hip angle
against the truth of the sagittal plane and against the truth projected into the picture, and of each knee (degrees).
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
from numpy.typing import NDArray

from synth.geometry import Floats

INDEX = {
    "left": {"shoulder": 11, "hip": 23, "knee": 25, "ankle": 27},
    "right": {"shoulder": 12, "hip": 24, "knee": 26, "ankle": 28},
}


def interior_deg(a: Floats, b: Floats, c: Floats) -> Floats:
    u, v = a - b, c - b
    cos = (u * v).sum(-1) / np.linalg.norm(u, axis=-1) / np.linalg.norm(v, axis=-1)
    return np.degrees(np.arccos(np.clip(cos, -1, 1)))


def signed_hip_deg(shoulder: Floats, hip: Floats, knee: Floats, on_left: NDArray[np.bool_]) -> Floats:
    """Front-side angle from picture points (y down); on_left: of the angles counted from the shoulder's side."""
    u, v = shoulder - hip, knee - hip
    deg = np.degrees(np.arctan2(-u[:, 1], u[:, 0]) - np.arctan2(-v[:, 1], v[:, 0])) % 360
    return np.where(on_left, deg, 360 - deg)


def detect(file: Path, truth: dict[str, Any], model: Path, every: int) -> tuple[Floats, NDArray[np.int64]]:
    """Landmarks (n, 33, 2: pixels; nan where nobody is found) of every n-th frame, and the frames' numbers."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=1,
    )
    video, rows, index = cv2.VideoCapture(str(file)), [], []
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for i, time_s in enumerate(truth["per_frame"]["t_s"]):
            if not video.grab():
                raise ValueError(f"{file} ends after {i} of {truth['frame_count']} frames")
            if i % every == 0:
                frame = video.retrieve()[1]
                h, w = frame.shape[:2]
                image = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame[..., ::-1]))
                found = landmarker.detect_for_video(image, round(time_s * 1000)).pose_landmarks
                rows.append([[q.x * w, q.y * h] for q in found[0]] if found else np.full((33, 2), np.nan))
                index.append(i)
    return np.array(rows, float), np.array(index)


def compare(truth: dict[str, Any], xy: Floats, index: NDArray[np.int64]) -> str:
    frames = {k: np.array(v)[index] for k, v in truth["per_frame"].items()}
    views, seen = truth.get("views", [truth["view"]]), frames["person_visible"].astype(bool)
    at = np.searchsorted([v["from_s"] for v in views], frames["t_s"] + 1e-9, "right") - 1
    near_left = np.array([v["near_side"] == "left" for v in views])[at]
    on_left = np.array([v["head_at"] == "left" for v in views])[at] == (truth["exercise"] == "hip_lift")
    size = np.array([truth["width"], truth["height"]])

    def drawn(name: str, side: str) -> Floats:
        q = truth["landmarks_2d"][f"{name}_{side}"]
        return np.c_[np.array(q["x"])[index], np.array(q["y"])[index]] * size

    def found(name: str, side: str) -> Floats:
        return xy[:, INDEX[side][name]]

    def hip_deg(source: Any) -> Floats:
        points = (
            np.where(near_left[:, None], source(n, "left"), source(n, "right")) for n in ("shoulder", "hip", "knee")
        )
        return signed_hip_deg(*points, on_left)  # type: ignore[misc]

    cells = [f"pose {np.mean(~np.isnan(xy[seen, 0, 0])):.3f}"]
    for label, true in (("hip", frames["hip_deg_signed"]), ("hip in the picture", hip_deg(drawn))):
        error = (hip_deg(found) - true)[seen]
        cells.append(f"{label} {np.nanmean(np.abs(error)):.1f} ({np.nanmean(error):+.1f})")
    for side in ("left", "right"):
        flexion = 180 - interior_deg(*(found(n, side) for n in ("hip", "knee", "ankle")))
        error = (flexion - frames[f"knee_flexion_{side}_deg"])[seen]
        cells.append(f"{side} knee {np.nanmean(np.abs(error)):.1f} ({np.nanmean(error):+.1f})")
    return "  ".join(cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--every", type=int, default=3, help="use every n-th frame")
    args = parser.parse_args()
    for file in sorted(args.clips.glob("*.mp4")):
        truth = json.loads(file.with_name(file.stem + ".truth.json").read_text())
        if truth["exercise"] in ("hip_lift", "leg_curl"):
            xy, index = detect(file, truth, args.model, args.every)
            print(f"{truth['clip']:34s} {compare(truth, xy, index)}", flush=True)


if __name__ == "__main__":
    main()

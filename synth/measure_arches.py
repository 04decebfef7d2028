"""Where the network's mask ends in front of and behind each body of `synth.arches`; makes bench/contours.npz.

    python -m synth.measure_arches --stills ARCHES --model models/pose_landmarker_full.task --out bench/contours.npz

Each still is shown REPEAT times with new noise and compressed anew; the median of what comes after SETTLE counts. The
size of the pictures (640) matters: MediaPipe 0.10.31 ends the process when a mask is read whose width is no multiple
of four (its rows are then padded, and `CopyToBuffer` insists on bytes).
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

from synth.frames import Picture
from synth.geometry import Floats
from synth.measure_stills import pictures

REPEAT, SETTLE, FPS = 12, 4, 30
NOISE, JPEG_QUALITY = 4.0, 80
TRUNK = np.arange(-0.4, 1.0001, 0.05)
"""Places on the line from hip to shoulder, in its length; below 0 it is drawn on towards the feet."""
THIGH = np.arange(0.1, 0.9001, 0.1)
REACH, STEPS = 0.6, 120


def edges(mask: Floats, places: Floats, way: Floats, reach_px: float) -> Floats:
    """How far from each place (n, 2) the mask falls below 0.5 along `way` (pixels); nan where it never does."""
    far = np.linspace(0, reach_px, STEPS, dtype=np.float32)
    points = (places[:, None] + way * far[None, :, None]).astype(np.float32)
    level = cv2.remap(mask.astype(np.float32), points[..., 0], points[..., 1], cv2.INTER_LINEAR)
    out = np.full(len(places), np.nan)
    for i, row in enumerate(level):
        outside = np.flatnonzero(row < 0.5)
        if row[0] >= 0.5 and len(outside):
            k = outside[0]
            out[i] = np.interp(0.5, (row[k], row[k - 1]), (far[k], far[k - 1]))
    return out


def contours(mask: Floats, xy_px: Floats) -> dict[str, Floats]:
    """Distance of the mask's edge from trunk and thigh, in their lengths; the head is at the left."""
    shoulder, hip, knee = ((xy_px[k] + xy_px[k + 1]) / 2 for k in (11, 23, 25))
    out = {}
    for name, end, shares in (("trunk", shoulder, TRUNK), ("thigh", knee, THIGH)):
        length = float(np.linalg.norm(end - hip))
        along = (end - hip) / length
        back = np.array([along[1], -along[0]])
        back *= np.sign(back[1])
        places = hip + shares[:, None] * length * along
        out[f"{name}_back"] = edges(mask, places, back, REACH * length) / length
        out[f"{name}_front"] = edges(mask, places, -back, REACH * length) / length
    return out


def seen(stills: list[Picture], model: Path) -> tuple[Floats, Floats]:
    """Landmarks (n, 33, 2) in pixels and masks (n, height, width), 0..1."""
    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)),
        running_mode=vision.RunningMode.VIDEO,
        output_segmentation_masks=True,
    )
    rng, points, masks = np.random.default_rng(0), [], []
    with vision.PoseLandmarker.create_from_options(options) as landmarker:
        for i, still in enumerate(stills):
            some: list[tuple[Floats, Floats]] = []
            for k in range(REPEAT):
                picture = np.clip(still + rng.normal(0, NOISE, still.shape), 0, 255).astype(np.uint8)
                coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1]
                picture = np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1])
                image = mp.Image(image_format=mp.ImageFormat.SRGB, data=picture)
                found = landmarker.detect_for_video(image, round((i * REPEAT + k) * 1000 / FPS))
                size = (still.shape[1], still.shape[0])
                xy_px = np.array([(q.x, q.y) for q in found.pose_landmarks[0]]) * size
                some.append((xy_px, found.segmentation_masks[0].numpy_view()[..., 0].copy()))
            points.append(np.median([xy for xy, _ in some[SETTLE:]], axis=0))
            masks.append(np.median([mask for _, mask in some[SETTLE:]], axis=0))
    return np.array(points), np.array(masks)


def rows_of(truth: dict[str, Any], points: Floats, masks: Floats) -> list[dict[str, Any]]:
    """One row for each pose of a body."""
    return [
        {
            "body": truth["body"],
            "arms": truth["arms"],
            "true_deg": pose["hip_deg_signed"],
            "arch_deg": pose["arch_deg"],
            "xy_px": xy_px,
            **contours(mask, xy_px),
        }
        for pose, xy_px, mask in zip(truth["poses"], points, masks, strict=True)
    ]


def pack(rows: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Columns instead of rows; numbers in single precision."""
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return {k: v.astype(np.float32) if v.dtype == np.float64 else v for k, v in columns.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stills", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True, help="a .task bundle")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    rows = []
    for folder in sorted(f.parent for f in args.stills.glob("*/truth.json")):
        truth = json.loads((folder / "truth.json").read_text())
        rows += rows_of(truth, *seen(pictures(folder, truth, mirror=False), args.model))
        print(folder.name, flush=True)
    np.savez_compressed(args.out, **pack(rows))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()

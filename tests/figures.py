"""Landmarks of the sample recordings without a network: joints from their truth, the rest of a body put around them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.landmarks import LANDMARK_COUNT, Landmark, side_landmark
from formcheck.records import SourceInfo, Track
from formcheck.saved import save_landmarks

SAMPLES = Path(__file__).resolve().parent.parent / "sample_videos"
M_PER_PX = 0.006
"""Size of the bodies in the sample recordings: a trunk of 0.5 m is 80 pixels long."""
DEPTH_M = {True: -0.15, False: 0.15}
"""The near side of the body is this far in front of its middle."""


def save_figure(path: Path, name: str, until_s: float = 1e9, shown: bool = True) -> Path:
    """Save a sample recording's truth as landmarks; not `shown`, nobody is there."""
    truth = json.loads((SAMPLES / f"{name}.truth.json").read_text(encoding="utf-8"))
    track = figure(truth)
    track = track[: int(np.searchsorted(track.t_s, until_s))]
    if not shown:
        track = Track(
            track.t_s, *(np.full_like(array, np.nan) for array in (track.xy_px, track.visibility, track.world_m))
        )
    save_landmarks(path, SourceInfo("file", truth["file"], truth["width"], truth["height"], truth["fps"]), track)
    return path


def figure(truth: dict[str, Any]) -> Track:
    """The whole body of a truth file, seen squarely from the side."""
    t_s = np.array(truth["per_frame"]["t_s"])
    xy_px = np.zeros((len(t_s), LANDMARK_COUNT, 2))
    depth_m = np.zeros(LANDMARK_COUNT)
    up = -1 if truth["exercise"] == "hip_lift" else 1  # where the front of the body is, along y
    for side in ("left", "right"):
        for joint in ("shoulder", "hip", "knee", "ankle"):
            point = truth["landmarks_2d"][f"{joint}_{side}"]
            xy_px[:, side_landmark(joint, side)] = np.c_[point["x"], point["y"]] * (truth["width"], truth["height"])
        shoulder, ankle = (xy_px[:, side_landmark(joint, side)] for joint in ("shoulder", "ankle"))
        outward = np.sign(np.mean(shoulder[:, 0] - ankle[:, 0]))
        xy_px[:, side_landmark("ear", side)] = shoulder + np.array((20 * outward, 0))
        xy_px[:, side_landmark("heel", side)] = ankle + np.array((2 * outward, 6))
        xy_px[:, side_landmark("toe", side)] = ankle + np.array((-18 * outward, 6))
        for joint in ("shoulder", "hip", "knee", "ankle", "ear", "heel", "toe"):
            depth_m[side_landmark(joint, side)] = DEPTH_M[side == truth["view"]["near_side"]]
    xy_px[:, Landmark.NOSE] = xy_px[:, Landmark.LEFT_EAR] + (0, 12 * up)
    world_m = np.concatenate([xy_px * M_PER_PX, np.broadcast_to(depth_m[:, None], (*xy_px.shape[:2], 1))], axis=2)
    visibility = np.ones(xy_px.shape[:2], np.float32)
    return Track(t_s, xy_px.astype(np.float32), visibility, world_m.astype(np.float32))

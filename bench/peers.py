"""The simple rules that tutorials and most programs use, on the same landmarks.

They are told the exercise (formcheck finds it). What they measure is held against formcheck's own limits where that
makes sense (hold, tempo, height); of what they cannot measure they say nothing, and none knows how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.scoring import Answer
from bench.systems import Judged, looking_back_with, with_exercise
from formcheck.exercises import all_exercises
from formcheck.landmarks import Landmark, Side, side_landmark
from formcheck.measures import Body, flexion_deg, hip_deg, interior_deg
from formcheck.movement import FULL_MOVE, crossing
from formcheck.records import Floats, SourceInfo, Track

STRAIGHT_DEG, BENT_DEG = 160.0, 130.0
PROMINENCE = 0.05
"""Least height of a peak, as a share of the picture's height."""
SMOOTH_S = 0.25
Moment = tuple[float, float, float, float]
"""Start, top's start, top's end, end (s)."""


def joint(track: Track, name: str, side: Side) -> Floats:
    """(N, 2) pixels of one joint."""
    return track.xy_px[:, side_landmark(name, side)].astype(np.float64)


def clearer_side(track: Track) -> Side:
    """The side that the network calls more visible."""
    names = ("shoulder", "hip", "knee")
    seen = {s: np.nansum([track.visibility[:, side_landmark(n, s)] for n in names]) for s in ("left", "right")}
    return "left" if seen["left"] > seen["right"] else "right"


def tempo(t_s: Moment) -> dict[str, float]:
    """Durations of the way up and down, between 10 % and 90 % of the way."""
    start_s, top_start_s, top_end_s, end_s = t_s
    return {"momentum": (top_start_s - start_s) / FULL_MOVE, "fast_lowering": (end_s - top_end_s) / FULL_MOVE}


def said(side: str, t_s: Moment, exercise: str, values: Mapping[str, float]) -> dict[str, Any]:
    """One repetition; its hold and the other measured `values` are held against formcheck's limits."""
    start_s, top_start_s, top_end_s, end_s = t_s
    hold_s = top_end_s - top_start_s
    values = {**values, **({"short_hold": hold_s} if exercise == "hip_lift" else {})}
    faults = all_exercises()[exercise].faults
    return {
        "side": side, "start_s": start_s, "top_start_s": top_start_s, "top_end_s": top_end_s, "end_s": end_s,
        "hold_s": hold_s,
        "faults": [{"code": f.code} for f in faults if f.severity(values.get(f.code, nan)) is not None],
    }  # fmt: skip


def excursions(top: NDArray[np.bool_], bottom: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Rows at which a signal leaves the bottom, is first and last at the top, and is at the bottom again.

    The counter of the tutorials: "up" when over one limit, one more when under the other.
    """
    found: list[tuple[int, int, int, int]] = []
    left, first, last = 0, -1, -1
    for row in np.flatnonzero(top | bottom).tolist():
        if top[row]:
            first, last = (row if first < 0 else first), row
        else:
            if first >= 0:
                found.append((left, first, last, row))
            left, first = row, -1
    return found


def fixed_thresholds(track: Track, info: SourceInfo, exercise: str) -> Answer | None:
    """Angles of 160 and 130 deg: a lift opens the unsigned hip angle beyond both, a curl closes the knee's.

    Between two fixed angles lies another part of every move, so that it tells no tempo.
    """
    if exercise == "hip_lift":
        side = clearer_side(track)
        hip = interior_deg(*(joint(track, name, side) for name in ("shoulder", "hip", "knee")))
        reps = _counted(track, "both", hip > STRAIGHT_DEG, hip < BENT_DEG, hip, exercise)
    elif exercise == "leg_curl":
        reps = []
        for side in ("left", "right"):
            bend = flexion_deg(*(joint(track, name, side) for name in ("hip", "knee", "ankle")))
            reps += _counted(track, side, bend > 180 - BENT_DEG, bend < 180 - STRAIGHT_DEG, bend, exercise)
    else:
        return None
    return Answer.model_validate({"exercise": exercise, "reps": sorted(reps, key=lambda rep: rep["start_s"])})


def _counted(
    track: Track, side: str, top: NDArray[np.bool_], bottom: NDArray[np.bool_], angle: Floats, exercise: str
) -> list[dict[str, Any]]:
    reps = []
    for rows in excursions(top, bottom):
        peak_deg = float(np.nanmax(angle[rows[1] : rows[2] + 1]))
        height = {"low_height": 180 - peak_deg, "lumbar_arch": peak_deg - 180, "incomplete_curl": peak_deg}
        moment: Moment = tuple(track.t_s[list(rows)].tolist())
        reps.append({**said(side, moment, exercise, height), "peak_deg": peak_deg})
    return reps


def peaks(x: Floats, least: float) -> list[tuple[int, int, int]]:
    """Rows of valley, peak and valley, where the peak rises over both by `least` (its prominence)."""
    found: list[tuple[int, int, int]] = []
    valley, peak, after = 0, -1, 0
    for row, value in enumerate(x):
        if peak < 0:
            if value < x[valley]:
                valley = row
            elif value > x[valley] + least:
                peak = after = row
        elif value > x[peak] and x[after] > x[peak] - least:
            peak = after = row
        elif value < x[after]:
            after = row
        elif x[after] < x[peak] - least and value > x[after] + least:
            found.append((valley, peak, after))
            valley, peak, after = after, row, row
    return [*found, (valley, peak, after)] if peak >= 0 and x[after] < x[peak] - least else found


def height_peaks(track: Track, info: SourceInfo, exercise: str) -> Answer | None:
    """Peaks of the hips' height in the picture; for curls, of each ankle's. It measures no angle."""
    if exercise not in ("hip_lift", "leg_curl") or not track.seen.any():
        return None
    heights = {side: -joint(track, "ankle", side)[:, 1] for side in ("left", "right")}
    if exercise == "hip_lift":
        heights = {"both": -track.xy_px[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP], 1].mean(axis=1)}
    reps = []
    for side, height in heights.items():
        smooth = averaged(track.t_s, height.astype(np.float64) / info.height_px)
        moments = [moment(track.t_s, smooth, rows) for rows in peaks(smooth, PROMINENCE)]
        reps += [said(side, t_s, exercise, tempo(t_s)) for t_s in moments]
    return Answer.model_validate({"exercise": exercise, "reps": sorted(reps, key=lambda rep: rep["start_s"])})


def averaged(t_s: Floats, x: Floats) -> Floats:
    """Gaps drawn through, then a moving average over SMOOTH_S."""
    known = np.isfinite(x)
    width = max(1, round(SMOOTH_S * (len(t_s) - 1) / max(t_s[-1] - t_s[0], 1e-9)))
    padded = np.pad(np.interp(t_s, t_s[known], x[known]), (width // 2, width - 1 - width // 2), mode="edge")
    return np.convolve(padded, np.full(width, 1 / width), mode="valid")


def moment(t_s: Floats, x: Floats, rows: tuple[int, int, int]) -> Moment:
    """Times at 10 % and 90 % of the way between a peak and the valley on either side."""
    valley, peak, after = rows

    def edge_s(side: int, step: int, at: float) -> float:
        found = crossing(t_s, x, peak, step, float(x[side] + at * (x[peak] - x[side])))
        return float(t_s[side]) if found is None else found

    return edge_s(valley, -1, 0.1), edge_s(valley, -1, 0.9), edge_s(after, 1, 0.9), edge_s(after, 1, 0.1)


def unsigned_hip_deg(body: Body) -> Floats:
    """The hip angle folded at 180: beyond the line looks like short of it."""
    angle: Floats = 180.0 - np.abs(180.0 - hip_deg(body))
    return angle


def unsigned(track: Track, info: SourceInfo, _exercise: str) -> Answer:
    """formcheck with an unsigned hip angle, which has no line to correct."""
    folded = {**all_exercises()["hip_lift"].measures, "hip_deg": unsigned_hip_deg}
    return looking_back_with([with_exercise("hip_lift", measures=folded, line=None)], track, info)


def unchanged(track: Track, info: SourceInfo, _exercise: str) -> Answer:
    """formcheck itself."""
    return looking_back_with([], track, info)


def normalised(system: Judged) -> Judged:
    """A system on coordinates from 0 to 1 along both sides of the picture, as MediaPipe gives them: stretched."""

    def answer(track: Track, info: SourceInfo, exercise: str) -> Answer | None:
        side_px = info.height_px
        stretch = np.array([side_px / info.width_px, 1.0], np.float32)
        square = replace(info, width_px=side_px, height_px=side_px)
        return system(replace(track, xy_px=track.xy_px * stretch), square, exercise)

    return answer


PEERS: dict[str, Judged] = {
    "fixed 160/130 deg, unsigned angle": fixed_thresholds,
    "the same on normalised coordinates": normalised(fixed_thresholds),
    "peaks of the height in the picture": height_peaks,
    "formcheck on the unsigned angle": unsigned,
    "formcheck on normalised coordinates": normalised(unchanged),
}

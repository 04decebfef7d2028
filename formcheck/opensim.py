"""Files for OpenSim users: markers (TRC) and angles (MOT) of the side that faces the camera. Honestly two-dimensional.

The picture's plane becomes metres by one scale, from body height; x to the right, y up, z = 0.
Both files have a uniform rate, and times start where the recording does.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from formcheck.errors import RequestError
from formcheck.landmarks import Side, side_landmark
from formcheck.measures import distance, flexion_deg
from formcheck.records import Floats, Track
from formcheck.session import Analysis
from formcheck.study import frame_rate_hz

MARKERS = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "toe")
LEG_HEIGHTS = 0.246 + 0.245
"""Thigh and shank as shares of body height (Winter, Biomechanics and Motor Control of Human Movement)."""
ASSUMED_HEIGHT_M = 1.60
MOST_RATE_HZ = 240.0


def near_of(analysis: Analysis) -> Side:
    """The side that faces the camera; RequestError where nothing was judged."""
    near = analysis.report.tracking.near_side
    if near is None:
        raise RequestError(
            en="nothing could be judged in this session, so there is no side to write; film from the side",
            ja="判定できた部分がないため、書き出せません。横から撮影してください",
        )
    return near


def uniform(track: Track) -> tuple[float, Floats]:
    """The usual rate and evenly spaced times from the first frame to the last."""
    rate_hz = min(MOST_RATE_HZ, round(frame_rate_hz(track.t_s), 3))
    count = int(np.floor((track.t_s[-1] - track.t_s[0]) * rate_hz + 1e-6)) + 1
    return rate_hz, track.t_s[0] + np.arange(count) / rate_hz


def markers_m(analysis: Analysis, height_m: float) -> tuple[float, Floats, Floats]:
    """Rate, times (N,) and positions (N, markers, 2) in metres; NaN where nobody was seen."""
    track, near = analysis.track, near_of(analysis)
    rate_hz, times = uniform(track)
    points = track.xy_px[:, [side_landmark(name, near) for name in MARKERS]].astype(np.float64)
    hip, knee, ankle = (points[:, MARKERS.index(name)] for name in ("hip", "knee", "ankle"))
    leg_px = float(np.nanmedian(distance(hip, knee)) + np.nanmedian(distance(knee, ankle)))
    scale_m = LEG_HEIGHTS * height_m / leg_px
    flat = points.reshape(len(points), -1)
    even = np.stack([_resampled(times, track.t_s, column) for column in flat.T], axis=1).reshape(len(times), -1, 2)
    even[..., 1] = analysis.info.height_px - even[..., 1]
    return rate_hz, times, even * scale_m


def _resampled(times: Floats, t_s: Floats, x: Floats) -> Floats:
    """Linear between frames; NaN where the nearest frame knows nothing."""
    known = np.isfinite(x)
    if not known.any():
        return np.full(len(times), np.nan)
    nearest = np.clip(np.searchsorted(t_s, times), 0, len(t_s) - 1)
    return np.where(known[nearest], np.interp(times, t_s[known], x[known]), np.nan)


def trc(analysis: Analysis, height_m: float | None = None) -> Iterator[str]:
    """Lines of a TRC file. Frames count from 1; unseen markers are NaN: OpenSim refuses a row of empty cells."""
    rate_hz, times, points = markers_m(analysis, height_m or ASSUMED_HEIGHT_M)
    side = near_of(analysis)[0].upper()
    names = [f"{side}_{name}" for name in MARKERS]
    how = f"scaled by a body height of {height_m or ASSUMED_HEIGHT_M:.2f} m {'(given)' if height_m else '(assumed)'}"
    yield f"PathFileType\t4\t(X/Y/Z)\tformcheck, one camera, two-dimensional: z = 0, near side only, {how}"
    yield "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames"
    yield f"{rate_hz:g}\t{rate_hz:g}\t{len(times)}\t{len(names)}\tm\t{rate_hz:g}\t1\t{len(times)}"
    yield "Frame#\tTime\t" + "\t\t\t".join(names) + "\t\t"
    yield "\t\t" + "\t".join(f"{axis}{number}" for number in range(1, len(names) + 1) for axis in "XYZ")
    yield ""
    for number, (t_s, row) in enumerate(zip(times, points, strict=True), 1):
        cells = ("NaN\tNaN\tNaN" if np.isnan(x) else f"{x:.5f}\t{y:.5f}\t0.00000" for x, y in row)
        yield f"{number}\t{t_s:.6f}\t" + "\t".join(cells)


def mot(analysis: Analysis) -> Iterator[str]:
    """Lines of a MOT file: pelvis-free joint angles in degrees; the knee is negative when bent, as OpenSim counts."""
    track, near = analysis.track, near_of(analysis)
    rate_hz, times = uniform(track)
    joint = {name: track.xy_px[:, side_landmark(name, near)].astype(np.float64) for name in MARKERS}
    hip = flexion_deg(joint["shoulder"], joint["hip"], joint["knee"])
    verdict = analysis.verdict
    for study in verdict.studies if verdict else []:
        if "hip_deg" in study.values:  # signed: negative beyond straight
            hip[study.scene.rows] = 180.0 - study.values["hip_deg"]
    angles = {
        f"hip_flexion_{near[0]}": hip,
        f"knee_angle_{near[0]}": -flexion_deg(joint["hip"], joint["knee"], joint["ankle"]),
    }
    columns = [_resampled(times, track.t_s, angle) for angle in angles.values()]
    yield "formcheck: one camera, two-dimensional, near side only"
    yield "version=1"
    yield f"nRows={len(times)}"
    yield f"nColumns={1 + len(columns)}"
    yield "inDegrees=yes"
    yield f"DataRate={rate_hz:g}"
    yield "endheader"
    yield "time\t" + "\t".join(angles)
    for t_s, *row in zip(times, *columns, strict=True):
        yield f"{t_s:.6f}\t" + "\t".join("NaN" if np.isnan(value) else f"{value:.4f}" for value in row)

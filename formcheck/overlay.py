"""What was seen and judged, drawn into a picture: skeleton, line, angle, phase, count, hold clock, faults."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from formcheck.events import Phase, RepSide
from formcheck.landmarks import Landmark, Side, side_landmark
from formcheck.records import Pose
from formcheck.spec import Exercise
from formcheck.text import Lang, Text, say, told

Picture = NDArray[np.uint8]
Colour = tuple[int, int, int]

FONT = Path(__file__).parent / "fonts" / "BIZUDPGothic-Bold.ttf"
"""Japanese and Latin letters made for being read easily; the glyphs that OpenCV brings are partly Chinese."""
GREEN, AMBER, RED, WHITE, GRAY, INK = (
    (60, 220, 120),
    (255, 190, 40),
    (255, 90, 80),
    (255, 255, 255),
    (190,) * 3,
    (20,) * 3,
)
"""RGB."""
PHASES = {
    Phase.REST: Text(ja="休む", en="rest"),
    Phase.RISING: Text(ja="上げる", en="up"),
    Phase.TOP: Text(ja="キープ", en="hold"),
    Phase.LOWERING: Text(ja="下ろす", en="down"),
}
JOINTS = {"hip_deg": ("shoulder", "hip", "knee"), "knee": ("hip", "knee", "ankle")}
"""The three points whose angle drives an exercise, by the measure's name or how it begins."""
TRUNK = (
    (Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER),
    (Landmark.LEFT_HIP, Landmark.RIGHT_HIP),
)
CHAIN = (
    ("ear", "shoulder"), ("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), ("hip", "knee"),
    ("knee", "ankle"), ("ankle", "heel"), ("heel", "toe"), ("ankle", "toe"),
)  # fmt: skip
LEAST_VISIBILITY = 0.3
"""Limbs that the network itself does not believe in are left out."""
TEXT_CACHE = 512


@dataclass(frozen=True, slots=True)
class Tick:
    """All that is shown at one time. `near` is the side that faces the camera, drawn brighter.

    `joints` are the ends and the middle of the judged line with its `angle_deg` (NaN: not known now). `faults` are
    words in the language of the picture. `on_line` colours the line green, `straight` says that it should become one;
    `hold_s` is None while nothing is held.
    """

    pose: Pose | None
    near: Side | None = None
    joints: tuple[Landmark, Landmark, Landmark] | None = None
    angle_deg: float = math.nan
    on_line: bool = False
    straight: bool = True
    phase: Phase | None = None
    count: int | None = None
    target: int | None = None
    hold_s: float | None = None
    hold_target_s: float | None = None
    faults: tuple[str, ...] = ()
    severe: bool = False
    note: str = ""
    """A quiet line at the bottom, such as why nothing can be judged now."""


def line_joints(exercise: Exercise, side: RepSide, near: Side) -> tuple[Landmark, Landmark, Landmark] | None:
    """The joints of the judged line on the side that moves; None for exercises that have no such line."""
    measure = exercise.rep.signals.get(side) or next(iter(exercise.rep.signals.values()))
    names = next((names for start, names in JOINTS.items() if measure.startswith(start)), None)
    moving: Side = "left" if side == "left" else "right" if side == "right" else near
    return (_on(names[0], moving), _on(names[1], moving), _on(names[2], moving)) if names else None


def _on(name: str, side: Side) -> Landmark:
    return side_landmark(name, side)


def draw(image: Picture, tick: Tick, lang: Lang, picture_px: tuple[int, int]) -> Picture:
    """A copy of an RGB picture (H, W, 3) with everything of the tick on it.

    `picture_px` is the width and height in which the landmarks are measured (`SourceInfo.width_px`, `height_px`).
    """
    canvas = image.copy()
    unit_px = min(canvas.shape[0], canvas.shape[1] * 0.75) / 100
    if tick.pose:
        scale = canvas.shape[1] / picture_px[0]
        points = tick.pose.xy_px * scale
        draw_skeleton(canvas, points, tick.pose.visibility, tick.near, unit_px)
        if tick.joints:
            draw_line(canvas, points[list(tick.joints)], tick, unit_px)
    if tick.count is not None or tick.phase:
        draw_count(canvas, tick, lang, unit_px)
    if tick.hold_s is not None:
        draw_hold(canvas, tick.hold_s, tick.hold_target_s, unit_px)
    draw_words(canvas, tick, unit_px)
    return canvas


def draw_skeleton(
    canvas: Picture, points: NDArray[np.float32], visibility: NDArray[np.float32], near: Side | None, unit_px: float
) -> None:
    """Limbs as lines with a dark edge, the far side dimmer and under the near one. points: (33, 2) in this picture."""
    far: Side = "left" if near == "right" else "right"
    for side, colour in ((far, GRAY), (near or "left", WHITE)):
        pairs = [(_on(a, side), _on(b, side)) for a, b in CHAIN]
        _limbs(canvas, points, visibility, [*pairs, *TRUNK] if side == far else pairs, colour, unit_px)


def _limbs(
    canvas: Picture, points: NDArray[np.float32], visibility: NDArray[np.float32],
    pairs: list[tuple[Landmark, Landmark]], colour: Colour, unit_px: float,
) -> None:  # fmt: skip
    seen = [(a, b) for a, b in pairs if min(visibility[a], visibility[b]) >= LEAST_VISIBILITY]
    ends = [np.round(points[[a, b]]).astype(np.int32) for a, b in seen if np.isfinite(points[[a, b]]).all()]
    cv2.polylines(canvas, ends, False, INK, max(1, round(1.4 * unit_px)), cv2.LINE_8)
    cv2.polylines(canvas, ends, False, colour, max(1, round(0.7 * unit_px)), cv2.LINE_AA)


def draw_line(canvas: Picture, ends: NDArray[np.float32], tick: Tick, unit_px: float) -> None:
    """The judged line over its three joints (3, 2), its angle beside the middle one, and where straight would be."""
    if not np.isfinite(ends).all():
        return
    colour = GREEN if tick.on_line else RED if tick.severe else AMBER
    start, middle, end = (tuple(int(v) for v in point) for point in np.round(ends))
    if tick.straight:
        cv2.line(canvas, start, end, WHITE, max(1, round(0.4 * unit_px)), cv2.LINE_AA)
    path = [np.array([start, middle, end], np.int32)]
    cv2.polylines(canvas, path, False, INK, max(2, round(2.4 * unit_px)), cv2.LINE_AA)
    cv2.polylines(canvas, path, False, colour, max(1, round(1.6 * unit_px)), cv2.LINE_AA)
    for point in (start, middle, end):
        cv2.circle(canvas, point, max(2, round(2.0 * unit_px)), INK, -1, cv2.LINE_AA)
        cv2.circle(canvas, point, max(1, round(1.4 * unit_px)), colour, -1, cv2.LINE_AA)
    if math.isfinite(tick.angle_deg):
        size_px = round(6 * unit_px)
        write(canvas, f"{tick.angle_deg:.0f}°", (middle[0] + size_px // 2, middle[1] - size_px), size_px, colour)


def draw_count(canvas: Picture, tick: Tick, lang: Lang, unit_px: float) -> None:
    """The number of repetitions and the phase, top left."""
    margin_px, big_px, small_px = round(3 * unit_px), round(13 * unit_px), round(6 * unit_px)
    count = "" if tick.count is None else f"{tick.count}" + told(lang, ja="回", en="")
    wide_px = write(canvas, count, (margin_px, margin_px), big_px, WHITE)
    goal = f"/ {tick.target}" if tick.target else ""
    if goal:
        write(canvas, goal, (margin_px + wide_px, margin_px + big_px - small_px), small_px, WHITE)
    if tick.phase:
        write(canvas, say(PHASES[tick.phase], lang), (margin_px, 2 * margin_px + big_px), small_px, WHITE)


def draw_hold(canvas: Picture, hold_s: float, target_s: float | None, unit_px: float) -> None:
    """A clock that fills while the top is held, with the seconds in it, top right."""
    radius_px = round(10 * unit_px)
    centre = (canvas.shape[1] - radius_px - round(4 * unit_px), radius_px + round(4 * unit_px))
    share = min(1.0, hold_s / target_s) if target_s else 0.0
    thick_px = max(2, round(2.4 * unit_px))
    cv2.circle(canvas, centre, radius_px, INK, -1, cv2.LINE_AA)
    cv2.ellipse(canvas, centre, (radius_px, radius_px), -90, 0, 360, (90, 90, 90), thick_px, cv2.LINE_AA)
    colour = GREEN if share >= 1.0 else AMBER
    if share > 0:
        cv2.ellipse(canvas, centre, (radius_px, radius_px), -90, 0, 360 * share, colour, thick_px, cv2.LINE_AA)
    words, size_px = f"{hold_s:.1f}", round(7 * unit_px)
    wide_px = letters(words, size_px).shape[1]
    write(canvas, words, (centre[0] - wide_px // 2, centre[1] - size_px // 2), size_px, WHITE)


def draw_words(canvas: Picture, tick: Tick, unit_px: float) -> None:
    """The faults on bands at the bottom, the newest lowest; a quiet note where there is none."""
    size_px, margin_px = round(6.4 * unit_px), round(2 * unit_px)
    lines = [(words, RED if tick.severe else AMBER) for words in tick.faults] or (
        [(tick.note, GRAY)] if tick.note else []
    )
    band_px = size_px + 2 * margin_px
    for row, (words, colour) in enumerate(reversed(lines)):
        top_px = canvas.shape[0] - (row + 1) * band_px
        band = canvas[max(0, top_px) : top_px + band_px]
        band[:] = (band * 0.3).astype(np.uint8)
        fitting_px = min(
            size_px, int(size_px * (canvas.shape[1] - 4 * margin_px) / max(1, letters(words, size_px).shape[1]))
        )
        write(canvas, words, (2 * margin_px, top_px + (band_px - fitting_px) // 2), fitting_px, colour)


def write(canvas: Picture, words: str, corner: tuple[int, int], size_px: int, colour: Colour) -> int:
    """Put words with a dark edge on a picture, top left at `corner`, cut where the picture ends; returns the width."""
    for shape, tint in ((edge(words, size_px), INK), (letters(words, size_px), colour)):
        _blend(canvas, shape, corner, tint)
    return int(letters(words, size_px).shape[1])


def _blend(canvas: Picture, shape: Picture, corner: tuple[int, int], colour: Colour) -> None:
    x, y = corner
    left, top = max(0, -x), max(0, -y)
    part = canvas[max(0, y) : max(0, y + shape.shape[0]), max(0, x) : max(0, x + shape.shape[1])]
    cover = shape[top : top + part.shape[0], left : left + part.shape[1], None].astype(np.uint16)
    if part.size:
        part[:] = ((part * (255 - cover) + np.array(colour, np.uint16) * cover) // 255).astype(np.uint8)


@cache
def _font() -> cv2.FontFace:
    return cv2.FontFace(str(FONT))


@lru_cache(TEXT_CACHE)
def letters(words: str, size_px: int) -> Picture:
    """(H, W) cover of the words, 0..255. Kept, since drawing letters takes a hundred times longer than placing them."""
    size_px = max(4, size_px)
    _, _, wide_px, _ = cv2.getTextSize((0, 0), words, (0, 0), _font(), size_px)
    pad_px = max(1, size_px // 8)
    shape = np.zeros((round(size_px * 1.3) + 2 * pad_px, wide_px + 2 * pad_px), np.uint8)
    cv2.putText(shape, words, (pad_px, size_px + pad_px // 2), (255,), _font(), size_px)
    return shape


@lru_cache(TEXT_CACHE)
def edge(words: str, size_px: int) -> Picture:
    """(H, W) cover of the dark edge around the words."""
    width = 2 * max(1, size_px // 10) + 1
    return cv2.dilate(letters(words, size_px), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))).astype(
        np.uint8
    )

"""Cuts are found, and nothing else is taken for one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from formcheck.cuts import LEAST_JUMP, CutFinder, difference, thumbnail
from formcheck.records import Frame
from formcheck.video import VideoFile

pytestmark = pytest.mark.filterwarnings("error")

Picture = NDArray[np.uint8]
SIZE_PX = (360, 640)
FPS = 30.0


def room(seed: int) -> Picture:
    """A still picture of large even areas, as rooms have them: another one for every seed."""
    gray = np.random.default_rng(seed).integers(30, 200, (6, 8))
    return np.repeat(np.kron(gray, np.ones((60, 80)))[..., None], 3, axis=2).astype(np.uint8)


def scene(seed: int, count: int, noise: float = 2.0) -> Iterator[Picture]:
    """Pictures of one room through a noisy camera, with somebody moving in front."""
    still, random = room(seed), np.random.default_rng(seed)
    for number in range(count):
        picture = still + random.normal(0.0, noise, (*SIZE_PX, 1))
        top = 150 + round(40 * np.sin(number / 8))
        picture[top : top + 60, 200:420] = 220
        yield picture.clip(0, 255).astype(np.uint8)


def cuts(pictures: Iterator[Picture], fps: float = FPS) -> list[int]:
    """The numbers of the pictures at which a cut is told."""
    finder = CutFinder()
    return [number for number, image in enumerate(pictures) if finder.step(Frame(number, number / fps, image))]


@pytest.mark.parametrize("fps", [10.0, 30.0, 60.0])
def test_a_cut_is_told_at_once(fps: float) -> None:
    assert cuts(chain(scene(1, 45), scene(2, 45)), fps) == [45]


def test_a_scene_has_none() -> None:
    assert cuts(scene(1, 60, noise=12.0)) == []


@pytest.mark.parametrize("gain", [1.2, 1.0 / 1.2])
def test_exposure_jumps(gain: float) -> None:
    """A camera that finds the picture too dark or too light changes all of it in one frame."""

    def seen(number: int, picture: Picture) -> Picture:
        return (picture * (gain if number >= 30 else 1.0)).clip(0, 255).astype(np.uint8)

    assert cuts(seen(number, picture) for number, picture in enumerate(scene(1, 60))) == []


def test_somebody_appears_and_leaves() -> None:
    """From one frame to the next: as large as a person who lies in front of the camera."""

    def seen(number: int, picture: Picture) -> Picture:
        if 20 <= number < 40:
            picture[220:300, 150:500] //= 2
        return picture

    assert cuts(seen(number, picture) for number, picture in enumerate(scene(1, 60))) == []


def test_a_camera_that_is_carried() -> None:
    wide = np.concatenate([room(1), room(2)], axis=1)
    assert cuts(wide[:, 12 * number : 12 * number + 640] for number in range(50)) == []


def test_a_second_cut_within_a_second_waits() -> None:
    assert cuts(chain(scene(1, 20), scene(2, 10), scene(3, 60))) == [20, 50]


def test_flicker_does_not_go_on_counting() -> None:
    """A slide show or a stroboscope: each restart costs more than it gains."""
    flicker = (room(number % 2) for number in range(300))
    assert len(cuts(flicker)) <= 1


def test_another_size_is_another_scene() -> None:
    assert cuts(chain(scene(1, 20), (picture[:200] for picture in scene(1, 20)))) == [20]


def test_one_frame() -> None:
    assert cuts(scene(1, 1)) == []


@pytest.mark.parametrize("size_px", [(1, 1), (2, 3), (77, 101), (720, 1280), (1280, 720)])
def test_thumbnails_are_small(size_px: tuple[int, int]) -> None:
    assert 1 <= max(thumbnail(np.zeros((*size_px, 3), np.uint8)).shape) <= 40


def test_what_the_whole_picture_has_in_common_does_not_count() -> None:
    before = thumbnail(room(1))
    assert difference(before, before + 30) == 0.0
    assert difference(before, thumbnail(room(2))) > LEAST_JUMP


def test_it_costs_next_to_nothing() -> None:
    finder, frames = CutFinder(), [Frame(n, n / FPS, image) for n, image in enumerate(scene(1, 60))]
    took_s = []
    for frame in frames:
        start_s = time.perf_counter()
        finder.step(frame)
        took_s.append(time.perf_counter() - start_s)
    assert np.median(took_s) < 0.3e-3  # 0.04 ms where little else runs


CLIPS = {"hip_lift_cut_d1_d2": 1, "hip_lift_lost_d1": 0, "hip_lift_good_dim_d2": 0, "leg_curl_swing_d1_m": 0}
"""The true cut; a person who vanishes and comes back; noise in the dark; the fastest movement."""


@pytest.mark.parametrize("name", CLIPS)
def test_rendered_clips(name: str, shared: Path) -> None:
    finder = CutFinder()
    with VideoFile(shared / "clips" / f"{name}.mp4", max_side_px=640) as source:
        found_s = [frame.t_s for frame in source if finder.step(frame)]
    assert found_s == pytest.approx([21.267] * CLIPS[name], abs=0.02)


@pytest.mark.parametrize("name", ["step-up", "chair-mobility", "glute-bridge"])
def test_real_clips(name: str, shared: Path) -> None:
    """Two with a restless camera, one that stands still; all without cuts."""
    finder = CutFinder()
    with VideoFile(shared / "real" / f"{name}.mp4") as source:
        assert [frame.t_s for frame in source if finder.step(frame)] == []

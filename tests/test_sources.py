"""What every source promises, be it a recording, a camera or saved landmarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recordings import INFO, assert_upright, drawn, gray_of, patch, record, scripted, track_of

from formcheck.records import Sighting
from formcheck.saved import SavedLandmarks, save_landmarks
from formcheck.session import open_source
from formcheck.sources import Source
from formcheck.video import VideoFile

pytestmark = pytest.mark.filterwarnings("error")


def _video(folder: Path) -> Source[Any]:
    return VideoFile(record(folder / "clip.mp4"))


def _camera(_: Path) -> Source[Any]:
    return scripted([drawn(index, 96, 64) for index in range(10)])[0]


def _saved(folder: Path) -> Source[Any]:
    save_landmarks(folder / "set.npz", replace(INFO, width_px=96, height_px=64), track_of(10))
    return SavedLandmarks(folder / "set.npz")


@pytest.mark.parametrize("make", [_video, _camera, _saved], ids=["file", "camera", "landmarks"])
class TestEverySource:
    """What every source promises."""

    @pytest.fixture
    def source(self, make: Callable[[Path], Source[Any]], tmp_path: Path) -> Iterator[Source[Any]]:
        with make(tmp_path) as opened:
            yield opened

    def test_times_start_at_zero_and_increase(self, source: Source[Any]) -> None:
        times_s = [item.t_s for item in source]
        assert len(times_s) == 10
        assert times_s[0] == 0.0
        assert all(later > earlier for earlier, later in pairwise(times_s))

    def test_info_is_filled(self, source: Source[Any]) -> None:
        assert source.info.kind in ("file", "camera", "landmarks")
        assert (source.info.width_px, source.info.height_px) == (96, 64)
        assert source.info.name
        assert source.info.fps == pytest.approx(25.0)
        assert source.warnings == []

    def test_pictures_are_upright_contiguous_rgb(self, source: Source[Any]) -> None:
        for index, item in enumerate(source):
            if isinstance(item, Sighting):
                assert item.pose is not None
                assert item.pose.xy_px.shape == (33, 2)
                continue
            assert item.index == index
            assert item.image.dtype == np.uint8
            assert item.image.shape == (64, 96, 3)
            assert item.image.flags["C_CONTIGUOUS"]
            assert_upright(item.image)
            assert patch(item.image, "middle") == pytest.approx([gray_of(index)] * 3, abs=8)

    def test_close_may_be_called_again(self, source: Source[Any]) -> None:
        source.close()
        source.close()
        assert source.info.width_px > 0

    def test_closing_midway_ends_the_reading(self, source: Source[Any]) -> None:
        items = iter(source)
        next(items)
        source.close()
        assert len(list(items)) <= 9


def test_open_source_goes_by_the_ending(tmp_path: Path) -> None:
    save_landmarks(tmp_path / "set.NPZ", INFO, track_of(2))
    with open_source(str(tmp_path / "set.NPZ")) as source:
        assert isinstance(source, SavedLandmarks)
    with open_source(record(tmp_path / "a.mp4")) as source:
        assert isinstance(source, VideoFile)

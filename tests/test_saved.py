"""Saved landmarks come back as they were, and damaged ones are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recordings import INFO, track_of

from formcheck.errors import OutputError, SourceError
from formcheck.records import Track
from formcheck.saved import SavedLandmarks, save_landmarks

pytestmark = pytest.mark.filterwarnings("error")


def refusal(path: Path) -> str:
    """What is said when a file cannot be played back; nothing where it can."""
    try:
        SavedLandmarks(path).close()
    except SourceError as error:
        return str(error)
    return ""


class TestSavedLandmarks:
    def test_round_trip(self, tmp_path: Path) -> None:
        track = track_of(6, missing=[0, 3])
        save_landmarks(tmp_path / "set.npz", INFO, track)
        with SavedLandmarks(tmp_path / "set.npz") as source:
            sightings = list(source)
            assert source.info == replace(INFO, kind="landmarks")
            assert source.duration_s == pytest.approx(0.2)
        assert [row for row, sighting in enumerate(sightings) if sighting.pose is None] == [0, 3]
        again = Track.of(sightings)
        for name in ("t_s", "xy_px", "visibility", "world_m"):
            np.testing.assert_array_equal(getattr(again, name), getattr(track, name))
            assert getattr(source.track, name).dtype == getattr(track, name).dtype

    def test_nothing_seen_at_all(self, tmp_path: Path) -> None:
        save_landmarks(tmp_path / "set.npz", INFO, track_of(0))
        with SavedLandmarks(tmp_path / "set.npz") as source:
            assert list(source) == []

    def test_only_whole_files_appear(self, tmp_path: Path) -> None:
        save_landmarks(tmp_path / "set.npz", INFO, track_of(2))
        save_landmarks(tmp_path / "set.npz", INFO, track_of(3))
        assert [path.name for path in tmp_path.iterdir()] == ["set.npz"]
        with SavedLandmarks(tmp_path / "set.npz") as source:
            assert len(list(source)) == 3

    def test_no_folder_to_write_to(self, tmp_path: Path) -> None:
        with pytest.raises(OutputError, match="cannot be written"):
            save_landmarks(tmp_path / "none" / "set.npz", INFO, track_of(2))

    def test_a_folder_in_the_way_leaves_nothing_behind(self, tmp_path: Path) -> None:
        (tmp_path / "set.npz").mkdir()
        with pytest.raises(OutputError):
            save_landmarks(tmp_path / "set.npz", INFO, track_of(2))
        assert [path.name for path in tmp_path.iterdir()] == ["set.npz"]

    @staticmethod
    def _altered(folder: Path, **arrays: Any) -> Path:
        track = track_of(3)
        whole = {name: getattr(track, name) for name in ("t_s", "xy_px", "visibility", "world_m")}
        info = '{"kind": "file", "name": "a", "width_px": 2, "height_px": 2}'
        kept = {name: array for name, array in {**whole, "info": info, **arrays}.items() if array is not None}
        np.savez(folder / "set.npz", **kept)
        return folder / "set.npz"

    @pytest.mark.parametrize(
        "arrays",
        [
            {"t_s": np.array([0.0, 0.2, 0.1])},
            {"t_s": np.array([0.0, np.nan, 0.1])},
            {"t_s": np.zeros((3, 1))},
            {"xy_px": np.zeros((3, 17, 2))},
            {"world_m": None},
            {"info": "not json"},
            {"info": '{"camera": 1}'},
            {"info": '{"kind": "file", "name": "a", "width_px": "wide", "height_px": 2}'},
            {"info": None},
            {"visibility": np.array([{"a": 1}], dtype=object)},
        ],
        ids=lambda arrays: "-".join(arrays),
    )
    def test_wrong_content(self, tmp_path: Path, arrays: dict[str, Any]) -> None:
        with pytest.raises(SourceError, match="not landmarks saved by formcheck") as refusal:
            SavedLandmarks(self._altered(tmp_path, **arrays))
        assert "\n" not in str(refusal.value)

    @pytest.mark.parametrize("keep", [0.3, 0.9])
    def test_cut_file(self, tmp_path: Path, keep: float) -> None:
        path = self._altered(tmp_path)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
        with pytest.raises(SourceError, match="damaged"):
            SavedLandmarks(path)

    def test_every_damaged_byte_is_an_answer(self, tmp_path: Path) -> None:
        save_landmarks(tmp_path / "set.npz", INFO, track_of(2))
        whole = (tmp_path / "set.npz").read_bytes()
        for place in range(0, len(whole), 37):
            (tmp_path / "set.npz").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
            assert "\n" not in refusal(tmp_path / "set.npz")

    def test_not_an_npz(self, tmp_path: Path) -> None:
        (tmp_path / "set.npz").write_bytes(b"hello")
        with pytest.raises(SourceError, match="not landmarks"):
            SavedLandmarks(tmp_path / "set.npz")
        np.save(tmp_path / "one.npy", np.zeros(3))
        with pytest.raises(SourceError, match="not landmarks"):
            SavedLandmarks((tmp_path / "one.npy").rename(tmp_path / "one.npz"))

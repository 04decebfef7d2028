"""Landmarks kept in a file: written whole or not at all, and played back like a recording."""

from __future__ import annotations

import json
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO

import numpy as np

from formcheck.errors import OutputError, SourceError
from formcheck.landmarks import LANDMARK_COUNT
from formcheck.records import Pose, Sighting, SourceInfo, Track
from formcheck.sources import Source, require_file


class SavedLandmarks(Source[Sighting]):
    """Poses kept by `save_landmarks`, played back as if they were just seen: a set again, without video or network."""

    def __init__(self, path: str | Path) -> None:
        super().__init__()
        path = Path(path)
        require_file(path)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as saved:
                self.track = _checked(Track(*(saved[name] for name in ("t_s", "xy_px", "visibility", "world_m"))))
                self.info = replace(SourceInfo(**json.loads(str(saved["info"]))), kind="landmarks")
            if min(self.info.width_px, self.info.height_px) < 1:
                raise ValueError("a picture without size")
        except (OSError, ValueError, LookupError, TypeError, RuntimeError, MemoryError, EOFError, *_BAD_ZIP) as error:
            raise SourceError.about(
                path,
                en="not landmarks saved by formcheck, or damaged; save them again",
                ja="formcheckで保存した骨格データではないか、壊れています。保存し直してください",
            ) from error
        self.duration_s = float(self.track.t_s[-1]) if len(self.track) else None

    def __iter__(self) -> Iterator[Sighting]:
        track = self.track
        for row, seen in enumerate(track.seen):
            pose = Pose(track.xy_px[row], track.visibility[row], track.world_m[row]) if seen else None
            yield Sighting(float(track.t_s[row]), pose)

    def close(self) -> None:
        """Nothing is held open."""


_BAD_ZIP = (zipfile.BadZipFile, zlib.error)


def _checked(track: Track) -> Track:
    """The same track in its own number types; ValueError when shapes or times are impossible."""
    shapes = [(len(track), LANDMARK_COUNT, *tail) for tail in ((2,), (), (3,))]
    arrays = [np.asarray(array, np.float32) for array in (track.xy_px, track.visibility, track.world_m)]
    t_s = np.asarray(track.t_s, np.float64)
    if t_s.ndim != 1 or [array.shape for array in arrays] != shapes:
        raise ValueError("arrays of the wrong shape")
    if not (np.isfinite(t_s).all() and (np.diff(t_s) > 0.0).all()):
        raise ValueError("times that do not increase")
    return Track(t_s, *arrays)


def save_landmarks(path: str | Path, info: SourceInfo, track: Track) -> None:
    """Keep a track for `SavedLandmarks`, whole or not at all; OutputError when it cannot be written."""
    path = Path(path)
    aside = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with aside.open("xb") as file:
            pack_landmarks(file, info, track)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise OutputError.refused(path, error) from error


def pack_landmarks(file: IO[bytes], info: SourceInfo, track: Track) -> None:
    """Write a track into an open file, as `SavedLandmarks` reads it."""
    arrays = {name: getattr(track, name) for name in ("t_s", "xy_px", "visibility", "world_m")}
    np.savez_compressed(file, info=np.array(json.dumps(asdict(info))), **arrays)

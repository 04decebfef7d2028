"""The clips of a folder with their truth, and their landmarks, seen once by the network and kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.truth import DamagedTruthError, Truth, read_truth
from formcheck.errors import FormcheckError, SourceError
from formcheck.models import model_label
from formcheck.quiet import quiet
from formcheck.records import SourceInfo, Track
from formcheck.saved import SavedLandmarks, save_landmarks
from formcheck.stretches import Watch
from formcheck.video import VideoFile

SUFFIX = ".truth.json"


class UnusableError(Exception):
    """A clip that cannot be evaluated; the message is one line that names it."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One recording: where its truth lies, and where its landmarks are kept."""

    truth_path: Path
    landmarks: Path

    @property
    def name(self) -> str:
        """Folder and name."""
        return f"{self.truth_path.parent.name}/{self.truth_path.name.removesuffix(SUFFIX)}"

    def truth(self) -> Truth:
        """Its truth; UnusableError names what is damaged."""
        try:
            return read_truth(self.truth_path)
        except DamagedTruthError as error:
            raise UnusableError(str(error)) from error

    def track(self, file: str, model: str) -> tuple[Track, SourceInfo]:
        """Its landmarks as kept, else by the network from the video `file` beside the truth, and then kept."""
        video = self.truth_path.parent / file
        if kept := self._kept(video):
            return kept
        if not video.is_file():
            raise UnusableError(f"{video}: the video is missing, and no landmarks of it are kept")
        try:
            return self._seen(video, model)
        except FormcheckError as error:
            raise UnusableError(str(error)) from error

    def _kept(self, video: Path) -> tuple[Track, SourceInfo] | None:
        """Landmarks that are whole and not older than the video."""
        if not self.landmarks.is_file():
            return None
        if video.is_file() and video.stat().st_mtime > self.landmarks.stat().st_mtime:
            return None
        try:
            with SavedLandmarks(self.landmarks) as saved:
                return saved.track, saved.info
        except SourceError:
            return None

    def _seen(self, video: Path, model: str) -> tuple[Track, SourceInfo]:
        with quiet(), VideoFile(video) as source:
            watch, info = Watch(source, model), source.info
            watch.run()
            track, _ = watch.finish()
        self.landmarks.parent.mkdir(parents=True, exist_ok=True)
        save_landmarks(self.landmarks, info, track)
        return track, info


def without_truth(folders: list[Path]) -> list[str]:
    """One line for each folder in which nothing can be found."""
    return [f"{path}: no truth files (NAME{SUFFIX}) there" for path in folders if not any(path.glob(f"*{SUFFIX}"))]


def find_clips(folders: list[Path], landmarks: Path, model: str) -> Iterator[Clip]:
    """Every clip of the folders in order of name; its landmarks belong in LANDMARKS/MODEL/FOLDER/NAME.npz."""
    for folder in folders:
        for path in sorted(folder.resolve().glob(f"*{SUFFIX}")):
            name = path.name.removesuffix(SUFFIX)
            yield Clip(path, landmarks / model_label(model) / path.parent.name / f"{name}.npz")

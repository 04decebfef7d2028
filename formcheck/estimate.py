"""From frames to poses: the one door to MediaPipe."""

from __future__ import annotations

import hashlib
import weakref
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from formcheck.cuts import CutFinder
from formcheck.errors import ModelError
from formcheck.person import Follower, Place, without
from formcheck.records import Frame, Pose, Sighting, SourceInfo
from formcheck.text import why

BUNDLED = {
    "full": "563b0638542257af9ea190a4965843ea135cce1c0a6129438fde6a85444573ad",
    "heavy": "5dceb2a2df4521227a19ec8c84aa23aa550a43b4ea432367b671c7a36cc8707a",
}
"""SHA-256 of the models that come along; "lite" is left out since it bends knees by 17-40 deg in prone poses."""

MODEL_FOLDERS = (Path(__file__).parent / "models", Path(__file__).parents[1] / "models")
"""Where bundled models lie: inside the installed package, or beside it in a checkout."""


def find_model(name_or_path: str | Path) -> Path:
    """The file of a bundled model ("full", "heavy") or of any other pose model; ModelError when there is none."""
    name = str(name_or_path)
    if name in BUNDLED:
        candidates = [folder / f"pose_landmarker_{name}.task" for folder in MODEL_FOLDERS]
        found = next((path for path in candidates if path.is_file()), None)
        if found is None:
            raise ModelError.about(
                candidates[0],
                en=f"the model '{name}' is missing; reinstall formcheck or fetch the file again",
                ja=f"モデル「{name}」がありません。formcheckを入れ直してください",
            )
        return found
    path = Path(name_or_path)
    if not path.is_file():
        choices = " or ".join(f"'{bundled}'" for bundled in BUNDLED)
        raise ModelError.about(
            name,
            en=f"there is no such model; choose {choices}, or name a .task file",
            ja=f"そのモデルはありません。{'か'.join(BUNDLED)}、または.taskファイルを選んでください",
        )
    return path


def model_label(name_or_path: str | Path) -> str:
    """What reports call a model: "full", "heavy", or the file's name without its ending."""
    return str(name_or_path) if str(name_or_path) in BUNDLED else Path(name_or_path).stem


def read_model(name_or_path: str | Path) -> bytes:
    """The model's bytes, checked: a bundled one against its hash, another for being a .task bundle; else ModelError."""
    path = find_model(name_or_path)
    try:
        content = path.read_bytes()
        bundle = _whole_zip(path)
    except OSError as error:
        reason = why(error)
        raise ModelError.about(
            path,
            en=f"the model cannot be read ({reason.en}); check its permissions",
            ja=f"モデルを読めません（{reason.ja}）。ファイルの許可を確かめてください",
        ) from error
    expected = BUNDLED.get(str(name_or_path))
    if expected is not None and hashlib.sha256(content).hexdigest() != expected:
        raise ModelError.about(
            path,
            en="the model file is damaged; reinstall formcheck or fetch the file again",
            ja="モデルのファイルが壊れています。formcheckを入れ直してください",
        )
    if not bundle:
        raise _no_pose_model(path)
    return content


def _no_pose_model(path: str | Path) -> ModelError:
    return ModelError.about(
        path,
        en="this is not a pose model; name a pose landmarker bundle (.task)",
        ja="姿勢を読み取るモデルではありません。Pose Landmarkerの.taskファイルを選んでください",
    )


def _whole_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as bundle:
            return bundle.testzip() is None
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        return False


MOST_PEOPLE = 3
"""How many are looked for when it is asked who else is there."""


class Landmarker:
    """Follows one person from frame to frame, searching afresh behind a cut; a context manager.

    Where several people are in the picture, it follows the one that lies (`person.Follower`). Asking for several in
    every frame would cost half as much again (27 instead of 17 ms, measured: bench/company.py) and leave the landmarks
    unsmoothed, so a second network is asked at the start and when something is odd.
    `model` is "full", "heavy" or the path of a .task file; ModelError when it cannot be loaded.
    """

    def __init__(self, model: str | Path = "full") -> None:
        self._model = model
        self._content = read_model(model)
        self._stamp_ms = -1
        self._cuts, self._follower = CutFinder(), Follower()
        self._closed = False
        # Held apart from the landmarker: MediaPipe hangs the interpreter when a network that nobody closed is freed
        # together with its thread, so the networks must outlive their landmarker.
        self._networks: dict[str, Any] = {"one": _load(self._content, model)}
        weakref.finalize(self, _free_all, self._networks)

    def step(self, frame: Frame, info: SourceInfo) -> Sighting:
        """Find the person in the next frame; pixels are those of the displayed picture that `info` describes."""
        if self._closed:
            # MediaPipe would not complain and see nobody.
            raise ValueError("the landmarker is closed")
        if self._cuts.step(frame):
            # The network would look where the person was in the other scene, and see nonsense for seconds.
            self._reload()
            self._follower = Follower()
        pose = self._track(frame, frame.image, info)
        if pose and self._asks(frame.t_s, pose):
            pose = self._look_around(frame, info, pose)
        return Sighting(frame.t_s, pose)

    def _asks(self, t_s: float, pose: Pose) -> bool:
        return self._follower.step(t_s, pose)

    def _track(self, frame: Frame, image: NDArray[np.uint8], info: SourceInfo) -> Pose | None:
        """The person in the next frame, where the last one was followed to."""
        # Stamps are whole milliseconds and must increase, also where two frames are less than one apart.
        self._stamp_ms = max(round(frame.t_s * 1000.0), self._stamp_ms + 1)
        found = self._answer(self._networks["one"].detect_for_video, image, self._stamp_ms)
        return next(_poses(found, info), None)

    def _look_around(self, frame: Frame, info: SourceInfo, followed: Pose) -> Pose | None:
        """Follow somebody else who suits better, found again with all others painted over."""
        found = list(_poses(self._answer(self._company().detect, frame.image), info))
        chosen = self._follower.choose(frame.t_s, followed, found, _size_px(info))
        if chosen is None:
            return followed
        self._reload()
        others = [pose for k, pose in enumerate(found) if k != chosen]
        return self._track(frame, without(frame.image, found[chosen], others, _size_px(info)), info)

    def count_people(self, frame: Frame, info: SourceInfo) -> int:
        """How many people are in a picture, up to MOST_PEOPLE; 27 ms, and 0.15 s the first time."""
        if self._closed:
            raise ValueError("the landmarker is closed")
        places: list[Place] = []
        for pose in _poses(self._answer(self._company().detect, frame.image), info):
            place = Place.of(pose)
            if not any(place.same_as(other) for other in places):
                places.append(place)
        return len(places)

    def _company(self) -> Any:
        """The network that looks for several people."""
        if "crowd" not in self._networks:
            self._networks["crowd"] = _load(self._content, self._model, MOST_PEOPLE)
        return self._networks["crowd"]

    def _answer(self, ask: Callable[..., Any], image: NDArray[np.uint8], *stamp_ms: int) -> Any:
        """What a network says of a picture."""
        import mediapipe

        try:
            return ask(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image), *stamp_ms)
        except RuntimeError as error:
            raise ModelError.about(
                self._model,
                en="the model fails on pictures; choose another, such as 'full'",
                ja="このモデルでは映像を調べられません。fullなど別のモデルを選んでください",
            ) from error

    def restart(self) -> None:
        """Forget all that was seen, so that the next frame is searched afresh (another recording). Takes 0.15 s."""
        self._reload()
        self._cuts, self._follower = CutFinder(), Follower()

    def _reload(self) -> None:
        _free(self._networks["one"])
        self._networks["one"], self._closed = _load(self._content, self._model), False

    def close(self) -> None:
        """Free the networks; may be called again."""
        self._closed = True
        _free_all(self._networks)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _free_all(networks: dict[str, Any]) -> None:
    for network in networks.values():
        _free(network)


def _free(network: Any) -> None:
    try:
        network.close()
    except RuntimeError:
        # A network that failed says so once more here, and would hang the interpreter when freed a second time.
        network._handle = None


def _load(content: bytes, name_or_path: str | Path, people: int = 1) -> Any:
    """A landmarker for successive frames of one person, or for single pictures of several; ModelError when the bundle
    holds something else.
    """
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=content),
        running_mode=RunningMode.VIDEO if people == 1 else RunningMode.IMAGE,
        num_poses=people,
    )
    try:
        return PoseLandmarker.create_from_options(options)
    except (ValueError, RuntimeError, OSError, LookupError) as error:
        raise _no_pose_model(name_or_path) from error


def _poses(found: Any, info: SourceInfo) -> Iterator[Pose]:
    """MediaPipe's people as poses: fractions of the picture become pixels here and nowhere else."""
    for points, world in zip(found.pose_landmarks, found.pose_world_landmarks, strict=True):
        fractions = np.array([(point.x, point.y) for point in points], np.float32)
        yield Pose(
            xy_px=fractions * _size_px(info),
            visibility=np.array([point.visibility for point in points], np.float32),
            world_m=np.array([(point.x, point.y, point.z) for point in world], np.float32),
        )


def _size_px(info: SourceInfo) -> NDArray[np.float32]:
    return np.array((info.width_px, info.height_px), np.float32)

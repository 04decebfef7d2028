"""From frames to poses, by MediaPipe or OpenVINO: the one door to MediaPipe."""

from __future__ import annotations

import importlib.util
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol, Self, get_args

import numpy as np
from numpy.typing import NDArray

from formcheck.cuts import CutFinder
from formcheck.errors import ModelError, RequestError
from formcheck.models import no_pose_model, read_model
from formcheck.person import Follower, Place, without
from formcheck.records import Frame, Mask, Pose, Sighting, SourceInfo

MOST_PEOPLE = 3
"""How many are looked for when it is asked who else is there."""


Runtime = Literal["mediapipe", "openvino"]
"""What runs a model's networks."""


def choose_runtime(wanted: str, model: str | Path) -> Runtime:
    """The runtime that "auto", "mediapipe" or "openvino" means here; RequestError when there is no such one, or it is
    not installed. "auto" is OpenVINO where it is installed and known to agree about the model.
    """
    installed = importlib.util.find_spec("openvino") is not None
    if wanted not in ("auto", *get_args(Runtime)):
        raise RequestError(
            en=f"there is no runtime '{wanted}'; choose auto, mediapipe or openvino",
            ja=f"「{wanted}」という実行方式はありません。auto、mediapipe、openvinoから選んでください",
        )
    if wanted == "openvino" and not installed:
        raise RequestError(
            en="OpenVINO is not installed; pip install 'formcheck[fast]', or choose --runtime mediapipe",
            ja="OpenVINOがありません。pip install 'formcheck[fast]' で入れるか、--runtime mediapipe を選んでください",
        )
    trusted = wanted == "openvino" or (wanted == "auto" and str(model) in AGREED)
    return "openvino" if installed and trusted else "mediapipe"


AGREED = frozenset({"full"})
"""Models with which OpenVINO comes to the same repetitions, verdicts and faults as MediaPipe in every clip, landmarks
within 0.5 % of the torso (median) and 2 % (95th percentile). Measured: bench/agreement.py, 0.12 and 1.1 %."""


class Network(Protocol):
    """A pose network that follows one person; RuntimeError when it fails on a picture. Poses are in its pixels."""

    def track(self, image: NDArray[np.uint8], t_s: float) -> Pose | None:
        """The person in the next picture, (H, W, 3) RGB, or None; times increase."""

    def everybody(self, image: NDArray[np.uint8], most: int) -> list[Pose]:
        """At most so many people in one picture; whom it follows stays the same."""

    def forget(self) -> None:
        """Search the next picture afresh."""

    def close(self) -> None:
        """Free everything."""


class Landmarker:
    """Follows one person from frame to frame, searching afresh behind a cut; a context manager.

    Where several people are in the picture, it follows the one that lies (`person.Follower`). Asking for several in
    every frame would cost half as much again (27 instead of 17 ms, measured: bench/company.py) and leave the landmarks
    unsmoothed, so it is asked at the start and when something is odd.
    `model` is "full", "heavy" or the path of a .task file; ModelError when it cannot be loaded. With `masks`, which
    OpenVINO alone gives, every pose says which pixels belong to the person.
    """

    def __init__(self, model: str | Path = "full", runtime: str = "mediapipe", *, masks: bool = False) -> None:
        self._model = model
        self.runtime = choose_runtime("openvino" if masks else runtime, model)
        content = read_model(model)
        self._cuts, self._follower = CutFinder(), Follower()
        self._closed = False
        self._network: Network = _opened(content, model, self.runtime, masks)
        # MediaPipe hangs the interpreter when a network that nobody closed is freed together with its thread, so the
        # networks must outlive their landmarker.
        weakref.finalize(self, self._network.close)

    def step(self, frame: Frame, info: SourceInfo) -> Sighting:
        """Find the person in the next frame; pixels are those of the displayed picture that `info` describes."""
        if self._closed:
            # MediaPipe would not complain and see nobody.
            raise ValueError("the landmarker is closed")
        if self._cuts.step(frame):
            # The network would look where the person was in the other scene, and see nonsense for seconds.
            self._network.forget()
            self._follower = Follower()
        pose = self._track(frame, frame.image, info)
        if pose and self._asks(frame.t_s, pose):
            pose = self._look_around(frame, info, pose)
        return Sighting(frame.t_s, pose)

    def _asks(self, t_s: float, pose: Pose) -> bool:
        return self._follower.step(t_s, pose)

    def _track(self, frame: Frame, image: NDArray[np.uint8], info: SourceInfo) -> Pose | None:
        """The person in the next frame, where the last one was followed to."""
        with _explained(self._model):
            found = self._network.track(image, frame.t_s)
        return _as_displayed(found, image, info) if found else None

    def _look_around(self, frame: Frame, info: SourceInfo, followed: Pose) -> Pose | None:
        """Follow somebody else who suits better, found again with all others painted over."""
        with _explained(self._model):
            seen = self._network.everybody(frame.image, MOST_PEOPLE)
        found = [_as_displayed(pose, frame.image, info) for pose in seen]
        chosen = self._follower.choose(frame.t_s, followed, found, _size_px(info))
        if chosen is None:
            return followed
        self._network.forget()
        others = [pose for k, pose in enumerate(found) if k != chosen]
        return self._track(frame, without(frame.image, found[chosen], others, _size_px(info)), info)

    def count_people(self, frame: Frame, info: SourceInfo) -> int:
        """How many people are in a picture, up to MOST_PEOPLE; 27 ms, and 0.15 s the first time."""
        if self._closed:
            raise ValueError("the landmarker is closed")
        with _explained(self._model):
            seen = self._network.everybody(frame.image, MOST_PEOPLE)
        places: list[Place] = []
        for pose in seen:
            place = Place.of(_as_displayed(pose, frame.image, info))
            if not any(place.same_as(other) for other in places):
                places.append(place)
        return len(places)

    def restart(self) -> None:
        """Forget all that was seen, so that the next frame is searched afresh (another recording)."""
        self._network.forget()
        self._cuts, self._follower, self._closed = CutFinder(), Follower(), False

    def close(self) -> None:
        """Free the networks; may be called again."""
        self._closed = True
        self._network.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def _explained(model: str | Path) -> Iterator[None]:
    """A network that fails on a picture, as the user sees it."""
    try:
        yield
    except RuntimeError as error:
        raise ModelError.about(
            model,
            en="the model fails on pictures; choose another, such as 'full'",
            ja="このモデルでは映像を調べられません。fullなど別のモデルを選んでください",
        ) from error


class Snapshots:
    """Finds one person in single pictures, each for itself; a context manager.

    For pictures a second apart: a landmarker that follows would smooth over what is long past, and look where the
    person was. `model` is "full", "heavy" or the path of a .task file; ModelError when it cannot be loaded.
    """

    def __init__(self, model: str | Path = "full") -> None:
        self._model = model
        self._network: Any = _load(read_model(model), model, single=True)
        weakref.finalize(self, _free, self._network)

    def step(self, frame: Frame, info: SourceInfo) -> Sighting:
        """Find the person; pixels are those of the displayed picture that `info` describes."""
        with _explained(self._model):
            pose = next(_poses(_answer(self._network.detect, frame.image), frame.image), None)
        return Sighting(frame.t_s, _as_displayed(pose, frame.image, info) if pose else None)

    def close(self) -> None:
        """Free the network; may be called again."""
        _free(self._network)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(content: bytes, model: str | Path, runtime: Runtime, masks: bool) -> Network:
    """The networks of a bundle; ModelError when it holds something else."""
    if runtime == "mediapipe":
        return _MediaPipe(content, model)
    from formcheck.openvino_pose import OpenVinoNetwork

    try:
        return OpenVinoNetwork(content, masks=masks)
    except (ValueError, RuntimeError, OSError, LookupError) as error:
        raise no_pose_model(model) from error


def _as_displayed(pose: Pose, image: NDArray[np.uint8], info: SourceInfo) -> Pose:
    """The same pose in pixels of the displayed picture, of which the image may be a smaller copy."""
    factors = np.divide(_size_px(info), image.shape[1::-1], dtype=np.float32)
    mask = pose.mask and Mask(pose.mask.share, pose.mask.to_picture * factors[:, None].astype(np.float64))
    return replace(pose, xy_px=pose.xy_px * factors, mask=mask)


def _size_px(info: SourceInfo) -> NDArray[np.float32]:
    return np.array((info.width_px, info.height_px), np.float32)


class _MediaPipe:
    """MediaPipe's landmarkers: one that follows a person, and one that is asked who else is there."""

    def __init__(self, content: bytes, model: str | Path) -> None:
        self._content, self._model = content, model
        self._stamp_ms = -1
        self._follows: Any = _load(content, model)
        self._crowd: Any = None

    def track(self, image: NDArray[np.uint8], t_s: float) -> Pose | None:
        # Stamps are whole milliseconds and must increase, also where two frames are less than one apart.
        self._stamp_ms = max(round(t_s * 1000.0), self._stamp_ms + 1)
        return next(_poses(_answer(self._follows.detect_for_video, image, self._stamp_ms), image), None)

    def everybody(self, image: NDArray[np.uint8], most: int) -> list[Pose]:
        if self._crowd is None:
            self._crowd = _load(self._content, self._model, most, single=True)
        return list(_poses(_answer(self._crowd.detect, image), image))

    def forget(self) -> None:
        """Takes 0.15 s."""
        _free(self._follows)
        self._follows, self._stamp_ms = _load(self._content, self._model), -1

    def close(self) -> None:
        _free(self._follows)
        if self._crowd is not None:
            _free(self._crowd)


def _answer(ask: Callable[..., Any], image: NDArray[np.uint8], *stamp_ms: int) -> Any:
    """What a landmarker says of a picture."""
    import mediapipe

    return ask(mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image), *stamp_ms)


def _free(network: Any) -> None:
    try:
        network.close()
    except RuntimeError:
        # A network that failed says so once more here, and would hang the interpreter when freed a second time.
        network._handle = None


def _load(content: bytes, name_or_path: str | Path, people: int = 1, *, single: bool = False) -> Any:
    """A landmarker for successive frames, or for single pictures; ModelError when the bundle holds something else."""
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=content),
        running_mode=RunningMode.IMAGE if single else RunningMode.VIDEO,
        num_poses=people,
    )
    try:
        return PoseLandmarker.create_from_options(options)
    except (ValueError, RuntimeError, OSError, LookupError) as error:
        raise no_pose_model(name_or_path) from error


def _poses(found: Any, image: NDArray[np.uint8]) -> Iterator[Pose]:
    """MediaPipe's people as poses: fractions of the picture become pixels here and nowhere else."""
    size_px = np.array(image.shape[1::-1], np.float32)
    for points, world in zip(found.pose_landmarks, found.pose_world_landmarks, strict=True):
        yield Pose(
            xy_px=np.array([(point.x, point.y) for point in points], np.float32) * size_px,
            visibility=np.array([point.visibility for point in points], np.float32),
            world_m=np.array([(point.x, point.y, point.z) for point in world], np.float32),
        )

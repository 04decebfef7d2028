"""From frames to poses, by MediaPipe or OpenVINO: the one door to MediaPipe."""

from __future__ import annotations

import hashlib
import importlib.util
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol, Self, get_args

import numpy as np
from numpy.typing import NDArray

from formcheck.cuts import CutFinder
from formcheck.errors import ModelError, RequestError
from formcheck.records import Frame, Mask, Pose, Sighting, SourceInfo
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


Runtime = Literal["auto", "mediapipe", "openvino"]
"""What runs the network; "auto" is OpenVINO where it is installed, which is faster and says the same."""


def choose_runtime(runtime: str) -> Literal["mediapipe", "openvino"]:
    """The runtime that will be used; RequestError when there is no such one, or it is not installed."""
    if runtime not in get_args(Runtime):
        raise RequestError(
            en=f"there is no runtime '{runtime}'; choose auto, mediapipe or openvino",
            ja=f"「{runtime}」という実行方式はありません。auto、mediapipe、openvinoから選んでください",
        )
    installed = importlib.util.find_spec("openvino") is not None
    if runtime == "openvino" and not installed:
        raise RequestError(
            en="OpenVINO is not installed; pip install 'formcheck[fast]', or choose --runtime mediapipe",
            ja="OpenVINOがありません。pip install 'formcheck[fast]' で入れるか、--runtime mediapipe を選んでください",
        )
    return "openvino" if installed and runtime != "mediapipe" else "mediapipe"


class Network(Protocol):
    """A pose network that follows one person; RuntimeError when it fails on a picture."""

    def track(self, image: NDArray[np.uint8], t_s: float) -> Pose | None:
        """The person in the next picture, (H, W, 3) RGB, in its pixels, or None; times increase."""

    def everybody(self, image: NDArray[np.uint8], most: int) -> list[Pose]:
        """At most so many people in one picture; whom it follows stays the same."""

    def forget(self) -> None:
        """Search the next picture afresh."""

    def close(self) -> None:
        """Free everything."""


class Landmarker:
    """Follows one person from frame to frame, searching afresh behind a cut; a context manager.

    `model` is "full", "heavy" or the path of a .task file; ModelError when it cannot be loaded. With `masks`, which
    only OpenVINO gives, every pose says which pixels belong to the person.
    """

    def __init__(self, model: str | Path = "full", runtime: str = "auto", *, masks: bool = False) -> None:
        self._model = model
        self.runtime = choose_runtime("openvino" if masks else runtime)
        self._last_s = -1.0
        self._cuts = CutFinder()
        self._closed = False
        self._network = _load(read_model(model), model, self.runtime, masks)

    def step(self, frame: Frame, info: SourceInfo) -> Sighting:
        """Find the person in the next frame; pixels are those of the displayed picture that `info` describes."""
        if self._closed:
            # MediaPipe would not complain and see nobody.
            raise ValueError("the landmarker is closed")
        if self._cuts.step(frame):
            # The network would look where the person was in the other scene, and see nonsense for seconds.
            self._network.forget()
        # Times must increase by a millisecond, also where two frames are closer or another recording begins.
        self._last_s = max(frame.t_s, self._last_s + 0.001)
        try:
            pose = self._network.track(frame.image, self._last_s)
        except RuntimeError as error:
            raise ModelError.about(
                self._model,
                en="the model fails on pictures; choose another, such as 'full'",
                ja="このモデルでは映像を調べられません。fullなど別のモデルを選んでください",
            ) from error
        return Sighting(frame.t_s, _as_displayed(pose, frame, info) if pose else None)

    def restart(self) -> None:
        """Forget all that was seen, so that the next frame is searched afresh (another recording)."""
        self._network.forget()
        self._cuts, self._last_s = CutFinder(), -1.0

    def close(self) -> None:
        """Free the network; may be called again."""
        if not self._closed:
            self._network.close()
        self._closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _load(content: bytes, name_or_path: str | Path, runtime: str, masks: bool) -> Network:
    """A network of the bundle; ModelError when it holds something else."""
    from formcheck.openvino_pose import OpenVinoNetwork

    try:
        return OpenVinoNetwork(content, masks=masks) if runtime == "openvino" else _MediaPipe(content)
    except (ValueError, RuntimeError, OSError, LookupError) as error:
        raise _no_pose_model(name_or_path) from error


def _as_displayed(pose: Pose, frame: Frame, info: SourceInfo) -> Pose:
    """The same pose in pixels of the displayed picture, of which the frame may be a smaller copy."""
    factors = np.array([info.width_px / frame.image.shape[1], info.height_px / frame.image.shape[0]])
    mask = pose.mask and Mask(pose.mask.share, pose.mask.to_picture * factors[:, None])
    return replace(pose, xy_px=pose.xy_px * factors.astype(np.float32), mask=mask)


class _MediaPipe:
    """MediaPipe's own landmarker."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._tracker = _landmarker(content)

    def track(self, image: NDArray[np.uint8], t_s: float) -> Pose | None:
        # Stamps are whole milliseconds.
        poses = _poses(self._tracker.detect_for_video(_image(image), round(t_s * 1000.0)), image)
        return next(iter(poses), None)

    def everybody(self, image: NDArray[np.uint8], most: int) -> list[Pose]:
        crowd = _landmarker(self._content, most)
        try:
            return _poses(crowd.detect(_image(image)), image)
        finally:
            _free(crowd)

    def forget(self) -> None:
        _free(self._tracker)
        self._tracker = _landmarker(self._content)

    def close(self) -> None:
        _free(self._tracker)


def _landmarker(content: bytes, most: int | None = None) -> Any:
    """MediaPipe's landmarker for successive pictures of one person, or for single ones of at most so many."""
    from mediapipe.tasks.python.core.base_options import BaseOptions
    from mediapipe.tasks.python.vision import PoseLandmarker, PoseLandmarkerOptions, RunningMode

    options = PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_buffer=content),
        running_mode=RunningMode.IMAGE if most else RunningMode.VIDEO,
        num_poses=most or 1,
    )
    return PoseLandmarker.create_from_options(options)


def _free(landmarker: Any) -> None:
    try:
        landmarker.close()
    except RuntimeError:
        # One that failed says so once more here, and would hang the interpreter when freed a second time.
        landmarker._handle = None


def _image(image: NDArray[np.uint8]) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)


def _poses(found: Any, image: NDArray[np.uint8]) -> list[Pose]:
    """MediaPipe's people: fractions of the picture become pixels here and nowhere else."""
    size_px = np.array(image.shape[1::-1], np.float32)
    return [
        Pose(
            xy_px=np.array([(point.x, point.y) for point in points], np.float32) * size_px,
            visibility=np.array([point.visibility for point in points], np.float32),
            world_m=np.array([(point.x, point.y, point.z) for point in world], np.float32),
        )
        for points, world in zip(found.pose_landmarks, found.pose_world_landmarks, strict=True)
    ]

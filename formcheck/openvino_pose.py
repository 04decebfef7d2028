"""The networks of a pose landmarker bundle run by OpenVINO as MediaPipe runs them. The one door to OpenVINO."""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.blazepose import (
    DETECTOR_PX,
    HIPS,
    LANDMARKER_PX,
    LEAST_PRESENCE,
    RIM,
    Values,
    detections,
    refined,
    sigmoid,
)  # fmt: skip
from formcheck.landmarks import LANDMARK_COUNT
from formcheck.records import Mask, Pose
from formcheck.region import Region
from formcheck.smoothing import Fading, OneEuro

Precision = Literal["f32", "bf16"]

Shape = tuple[int, ...]

NETWORKS = ("pose_detector.tflite", "pose_landmarks_detector.tflite")
BOXES, SCORES = (1, 2254, 12), (1, 2254, 1)
LANDMARKS, PRESENCE, MASK, HEAT, WORLD = (1, 195), (1, 1), (1, 256, 256, 1), (1, 64, 64, 39), (1, 117)
"""Shapes of the networks' outputs, which tell them apart.

Landmarks are 39 times x, y, z in pixels of the crop, logits of visibility and presence; presence is the probability
that a person is there; heat and mask are logits; world has metres, upright as in the region.
"""
DETECTOR = frozenset({BOXES, SCORES})
LANDMARKER = frozenset({LANDMARKS, PRESENCE, MASK, HEAT, WORLD})


class OpenVinoNetwork:
    """Follows one person through successive pictures; raises ValueError where the bundle holds something else.

    `masks` makes every pose come with its mask, which takes more than half as long again.
    """

    def __init__(self, content: bytes, *, masks: bool = False, precision: Precision = "f32") -> None:
        self._region: Region | None = None
        self._smoother, self._stamp_ms = Smoother(), -1
        with zipfile.ZipFile(io.BytesIO(content)) as bundle, tempfile.TemporaryDirectory() as folder:
            detector, landmarker = (_network_file(bundle, name, folder) for name in NETWORKS)
            self._detector = _compiled(detector, (-1.0, 1.0), DETECTOR, "f32")
            wanted = LANDMARKER if masks else LANDMARKER - {MASK}
            self._landmarker = _compiled(landmarker, (0.0, 1.0), wanted, precision)

    def track(self, image: NDArray[np.uint8], t_s: float) -> Pose | None:
        """The person in the next picture, (H, W, 3) RGB, in its pixels, smoothed in time; times must increase."""
        # MediaPipe counts whole milliseconds.
        self._stamp_ms = max(round(t_s * 1000.0), self._stamp_ms + 1)
        region = self._region or next(iter(self._detect(image)), None)
        found = self._look(image, region) if region else None
        if found is None:
            self._region, self._smoother = None, Smoother()
            return None
        pose, self._region = found
        return self._smoother.step(self._stamp_ms / 1000, pose, self._region.side_px)

    def everybody(self, image: NDArray[np.uint8], most: int) -> list[Pose]:
        """At most so many people in one picture, the surest first, not smoothed; whom it follows stays the same."""
        found = (self._look(image, region) for region in self._detect(image)[:most])
        return [seen[0] for seen in found if seen]

    def forget(self) -> None:
        """Search the next picture afresh."""
        self._region, self._smoother, self._stamp_ms = None, Smoother(), -1

    def close(self) -> None:
        """Nothing is held but memory."""

    def _detect(self, image: NDArray[np.uint8]) -> list[Region]:
        whole = Region.whole(image.shape[1], image.shape[0])
        said = self._detector(whole.crop(image, DETECTOR_PX, black=True))
        found = detections(said[BOXES][0], said[SCORES][0, :, 0])
        return [Region.around(*whole.placed(points)[:2]) for points in found]

    def _look(self, image: NDArray[np.uint8], region: Region) -> tuple[Pose, Region] | None:
        """Who is in a region, and the region to look at in the next picture."""
        said = self._landmarker(region.crop(image, LANDMARKER_PX, black=False))
        if said[PRESENCE][0, 0] <= LEAST_PRESENCE:
            return None
        landmarks, world_m = said[LANDMARKS].reshape(39, 5), said[WORLD].reshape(39, 3)
        xy_px = region.placed(refined(landmarks[:, :2].astype(np.float64) / LANDMARKER_PX, said[HEAT][0]))
        pose = Pose(
            xy_px=xy_px[:LANDMARK_COUNT].astype(np.float32),
            visibility=sigmoid(landmarks[:LANDMARK_COUNT, 3]).astype(np.float32),
            world_m=_turned(world_m[:LANDMARK_COUNT], region),
            mask=Mask(sigmoid(said[MASK][0, :, :, 0]), region.to_picture(LANDMARKER_PX)) if MASK in said else None,
        )
        return pose, Region.around(xy_px[HIPS], xy_px[RIM])


def _turned(world_m: Values, region: Region) -> Values:
    """(N, 3) metres as the region shows them, turned to how the person lies in the picture."""
    turned = world_m.copy()
    turned[:, :2] = world_m[:, :2] @ region.turn.T
    return turned


class Smoother:
    """Smooths the landmarks of one person with the settings of MediaPipe's landmarker."""

    def __init__(self) -> None:
        self._xy_px, self._world_m = OneEuro(0.05, 80.0), OneEuro(0.1, 40.0)
        self._visibility = Fading(0.1)

    def step(self, t_s: float, pose: Pose, side_px: float) -> Pose:
        """The next pose smoothed; `side_px` is that of the person's region, and every person's size is taken as 1 m."""
        return Pose(
            xy_px=self._xy_px.step(t_s, pose.xy_px.astype(np.float64), side_px).astype(np.float32),
            visibility=self._visibility.step(pose.visibility.astype(np.float64)).astype(np.float32),
            world_m=self._world_m.step(t_s, pose.world_m.astype(np.float64), 1.0).astype(np.float32),
            mask=pose.mask,
        )


class _Compiled:
    """One network, asked on one core."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._outputs = [(tuple(output.shape), output) for output in request.model_outputs]

    def __call__(self, crop: NDArray[np.uint8]) -> dict[Shape, Values]:
        """The outputs by their shapes; they are good until the next call."""
        said = self._request.infer([crop[None]], share_inputs=True, share_outputs=True)
        return {shape: said[output] for shape, output in self._outputs}


def _network_file(bundle: zipfile.ZipFile, name: str, folder: str) -> Path:
    if name not in bundle.namelist():
        raise ValueError(f"the bundle has no {name}")
    return Path(bundle.extract(name, folder))


def _compiled(path: Path, span: tuple[float, float], wanted: frozenset[Shape], precision: Precision) -> _Compiled:
    """A network that takes pictures of 0..255, which it expects within `span`; only the outputs wanted are computed."""
    # OpenVINO reports every import to Google by this package of its own, and goes without where it is missing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino
    from openvino.preprocess import PrePostProcessor

    core = openvino.Core()
    # The file is removed again, which Windows refuses while it is mapped.
    core.set_property({"ENABLE_MMAP": False})
    try:
        model = core.read_model(path)
    except RuntimeError as error:
        raise ValueError(f"{path.name} is not a network") from error
    shapes = {result: tuple(result.get_output_shape(0)) for result in model.get_results()}
    if not wanted <= set(shapes.values()):
        raise ValueError(f"{path.name} is another network")
    for result, shape in shapes.items():
        if shape not in wanted:
            model.remove_result(result)
    steps = PrePostProcessor(model)
    scale = 255.0 / (span[1] - span[0])
    steps.input().tensor().set_element_type(openvino.Type.u8)
    steps.input().preprocess().convert_element_type(openvino.Type.f32).mean(-span[0] * scale).scale(scale)
    # Pinned to cores, all landmarkers of a process would share the first one.
    options = {
        "INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "INFERENCE_PRECISION_HINT": precision,
        "ENABLE_CPU_PINNING": False,
    }  # fmt: skip
    return _Compiled(core.compile_model(steps.build(), "CPU", options).create_infer_request())

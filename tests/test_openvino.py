"""OpenVINO's pose networks agree with MediaPipe's, and every step between picture and pose does what it says."""

from __future__ import annotations

import math
import re
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from formcheck import estimate
from formcheck.blazepose import ANCHORS, HEATMAP_PX, detections, refined
from formcheck.errors import RequestError
from formcheck.estimate import Landmarker, Snapshots, choose_runtime
from formcheck.landmarks import Landmark
from formcheck.models import read_model
from formcheck.openvino_pose import OpenVinoNetwork, Smoother
from formcheck.records import Frame, Pose, SourceInfo
from formcheck.region import MARGIN, Region
from formcheck.smoothing import Fading, OneEuro
from formcheck.video import VideoFile

CLIP = Path(__file__).parents[1] / "sample_videos" / "hip_lift_mixed.mp4"


@pytest.fixture(scope="module")
def recording() -> tuple[SourceInfo, list[Frame]]:
    with VideoFile(CLIP) as source:
        return source.info, list(islice(source, 120))


def test_agrees_with_mediapipe(recording: tuple[SourceInfo, list[Frame]]) -> None:
    """bench/agreement.py measures the same on all clips."""
    info, frames = recording
    percent = []
    with Landmarker("full", "mediapipe") as one, Landmarker("full", "openvino") as two:
        for frame in frames:
            a, b = one.step(frame, info).pose, two.step(frame, info).pose
            assert a is not None
            assert b is not None
            torso_px = np.linalg.norm(a.xy_px[11:13].mean(axis=0) - a.xy_px[23:25].mean(axis=0))
            percent.append(100 * np.linalg.norm(a.xy_px - b.xy_px, axis=1) / torso_px)
            assert np.abs(a.visibility - b.visibility).max() < 0.05
            assert np.abs(a.world_m - b.world_m).max() < 0.05
    assert np.median(percent[:3]) < 0.02
    assert np.median(percent) < 0.3
    assert np.percentile(percent, 95) < 1.2


def test_single_pictures_agree_to_a_fiftieth_of_a_pixel(recording: tuple[SourceInfo, list[Frame]]) -> None:
    """One picture leaves no room for small differences to grow from frame to frame."""
    info, frames = recording
    network = OpenVinoNetwork(read_model("full"))
    with Snapshots("full") as mediapipe:
        for frame in frames[::40]:
            a, b = mediapipe.step(frame, info).pose, network.everybody(frame.image, 1)
            assert a is not None
            assert np.median(np.abs(a.xy_px - b[0].xy_px)) < 0.02


def test_a_mask_lies_on_the_person(recording: tuple[SourceInfo, list[Frame]]) -> None:
    info, frames = recording
    with Landmarker("full", masks=True) as landmarker, Landmarker("full", "openvino") as plain:
        pose, bare = (one.step(frames[0], info).pose for one in (landmarker, plain))
    assert pose is not None
    assert pose.mask is not None
    assert bare is not None
    assert bare.mask is None
    np.testing.assert_allclose(pose.xy_px, bare.xy_px, atol=0.01)
    share, matrix = pose.mask.share, pose.mask.to_picture
    assert (share.shape, share.dtype) == ((256, 256), np.float32)
    assert 0.0 <= share.min() < 0.01 < 0.99 < share.max() <= 1.0

    def at(place_px: np.ndarray) -> float:
        x, y = np.linalg.solve(matrix[:, :2], place_px - matrix[:, 2]).round().astype(int).clip(0, 255)
        return float(share[y, x])

    trunk = pose.xy_px[[Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    assert at(trunk.mean(axis=0)) > 0.9
    assert at(trunk.mean(axis=0) - (0, 0.35 * info.height_px)) < 0.1


def test_everybody_leaves_the_followed_one_alone(recording: tuple[SourceInfo, list[Frame]]) -> None:
    _, frames = recording
    disturbed, plain = (OpenVinoNetwork(read_model("full")) for _ in range(2))
    for frame in frames[:3]:
        people = disturbed.everybody(frame.image, 3)
        assert len(people) == 1
        a, b = disturbed.track(frame.image, frame.t_s), plain.track(frame.image, frame.t_s)
        assert a is not None
        assert b is not None
        np.testing.assert_array_equal(a.xy_px, b.xy_px)


class TestChoosing:
    def test_where_it_is_not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(estimate.importlib.util, "find_spec", lambda name: None)
        assert choose_runtime("auto", "full") == "mediapipe"
        with pytest.raises(RequestError, match=re.escape("pip install 'formcheck[fast]'")):
            choose_runtime("openvino", "full")

    def test_auto_takes_it_for_models_that_are_known_to_agree(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(estimate, "AGREED", frozenset({"full"}))
        assert [choose_runtime("auto", model) for model in ("full", "heavy")] == ["openvino", "mediapipe"]
        assert [choose_runtime(name, "own.task") for name in ("mediapipe", "openvino")] == ["mediapipe", "openvino"]

    def test_unknown(self) -> None:
        with pytest.raises(RequestError, match="no runtime 'gpu'; choose auto, mediapipe or openvino"):
            choose_runtime("gpu", "full")


class TestRegion:
    def test_an_upright_person_is_not_turned(self) -> None:
        region = Region.around(np.array([100.0, 80.0]), np.array([100.0, 40.0]))
        assert region.turn_rad == pytest.approx(0.0)
        assert (region.x_px, region.y_px, region.side_px) == (100.0, 80.0, 80.0 * MARGIN)

    @pytest.mark.parametrize("turn_deg", [-135, -90, 30, 90, 180])
    def test_places_in_the_crop_and_in_the_picture(self, turn_deg: float) -> None:
        turn_rad = math.radians(turn_deg)
        above = np.array([math.sin(turn_rad), -math.cos(turn_rad)])
        region = Region.around(np.array([50.0, 60.0]), np.array([50.0, 60.0]) + 20 * above)
        np.testing.assert_allclose(region.placed(np.array([[0.5, 0.1]])), [[50, 60] + 20 * above], atol=1e-9)
        matrix = region.to_picture(256)
        np.testing.assert_allclose(matrix @ [128, 0.1 * 256, 1], [50, 60] + 20 * above, atol=1e-9)

    def test_a_crop_shows_what_is_there(self) -> None:
        image = np.zeros((40, 60, 3), np.uint8)
        image[:, 40:] = (10, 200, 30)
        crop = Region(40, 20, 20).crop(image, 20, black=True)
        assert (crop[:, :9] == 0).all()
        assert (crop[:, 11:] == (10, 200, 30)).all()
        beyond_px = [Region(59, 20, 20).crop(image, 20, black=black)[10, 19] for black in (True, False)]
        assert [pixel.tolist() for pixel in beyond_px] == [[0, 0, 0], [10, 200, 30]]

    @pytest.mark.parametrize("black", [False, True])
    def test_pixels_are_reckoned_in_whole_numbers(self, black: bool) -> None:
        """As MediaPipe's are: an equal share of two values is rounded up, never to the even one."""
        image = np.random.default_rng(1).integers(0, 256, (40, 60, 3), dtype=np.uint8)
        region = Region(31.3, 18.7, 45.1, 0.4)
        row, column = np.mgrid[:64, :64].reshape(2, -1)
        places = np.rint(32 * (region.to_picture(64) @ [column, row, np.ones_like(row)])).astype(int)
        wide = np.pad(image.astype(int), ((64, 64), (64, 64), (0, 0)), **({} if black else {"mode": "edge"}))
        total = 0
        for right, down in ((0, 0), (0, 1), (1, 0), (1, 1)):
            x, y = (place // 32 + 64 + step for place, step in zip(places, (right, down), strict=True))
            x_share, y_share = (
                place % 32 if step else 32 - place % 32 for place, step in zip(places, (right, down), strict=True)
            )
            total = total + wide[y, x] * (x_share * y_share)[:, None]
        expected = (total + 512) // 1024
        np.testing.assert_array_equal(region.crop(image, 64, black=black).reshape(-1, 3), expected)

    def test_a_region_far_beyond_the_picture(self) -> None:
        assert Region(0, 0, 1e7).crop(np.full((9, 9, 3), 7, np.uint8), 8, black=False).max() <= 7


class TestDecoding:
    def test_the_three_coarsest_layers_take_turns_in_each_place(self) -> None:
        assert len(ANCHORS) == 28 * 28 * 2 + 14 * 14 * 2 + 7 * 7 * 6
        np.testing.assert_allclose(ANCHORS[-6:], 13 / 14)
        np.testing.assert_allclose(ANCHORS[-12:-6], [[11 / 14, 13 / 14]] * 6)

    def test_two_people_one_seen_by_two_anchors(self) -> None:
        boxes, logits = np.zeros((len(ANCHORS), 12), np.float32), np.full(len(ANCHORS), -9.0, np.float32)
        boxes[:, 2:4] = 60.0
        for anchor, logit in ((100, 2.0), (101, 1.0), (1500, 3.0)):
            logits[anchor] = logit
        found = detections(boxes, logits)
        np.testing.assert_allclose([points[0] for points in found], [ANCHORS[1500], ANCHORS[100]], atol=1e-6)

    @pytest.mark.parametrize(("apart_px", "people"), [(18.0, 1), (22.0, 2)], ids=["share 0.54", "share 0.46"])
    def test_boxes_that_share_more_than_half_are_one_person(self, apart_px: float, people: int) -> None:
        boxes, logits = np.zeros((len(ANCHORS), 12), np.float32), np.full(len(ANCHORS), -9.0, np.float32)
        boxes[:, 2:4] = 60.0
        boxes[101, 0] = apart_px
        logits[[100, 101]] = 2.0
        assert len(detections(boxes, logits)) == people

    def test_nobody(self) -> None:
        assert detections(np.zeros((2254, 12), np.float32), np.full(2254, -0.01, np.float32)) == []

    def test_landmarks_move_to_the_heat_near_them(self) -> None:
        heat = np.full((HEATMAP_PX, HEATMAP_PX, 3), -30.0, np.float32)
        heat[20, 12, 0] = 9.0
        heat[20, 20, 1] = 9.0
        fractions = np.array([[10.5, 21.2], [10.5, 21.2], [70.0, -2.0]]) / HEATMAP_PX
        expected = np.array([[12.0, 20.0], [10.5, 21.2], [70.0, -2.0]]) / HEATMAP_PX
        np.testing.assert_allclose(refined(fractions, heat), expected, atol=1e-4)


class TestSmoothing:
    def test_a_still_point_is_smoothed_and_a_quick_one_is_not(self) -> None:
        noise = np.random.default_rng(1).normal(0, 0.1, 90)
        still, quick = OneEuro(0.05, 80.0), OneEuro(0.05, 80.0)
        times_s = np.arange(1, 91) / 30
        smooth = [still.step(t_s, np.array([x]), 500.0)[0] for t_s, x in zip(times_s, noise, strict=True)]
        assert np.std(smooth[30:]) < 0.5 * np.std(noise)
        moved = [quick.step(t_s, np.array([300 * t_s]), 500.0)[0] for t_s in times_s]
        assert abs(moved[-1] - 300 * times_s[-1]) < 5.0

    def test_the_step_after_zero_is_one_of_thirty_frames_a_second(self) -> None:
        """So MediaPipe has it, whatever time has passed."""

        def after_zero(t_s: float) -> float:
            smoother = OneEuro(0.05, 80.0)
            smoother.step(0.0, np.zeros(1), 1.0)
            return float(smoother.step(t_s, np.ones(1), 1.0)[0])

        assert after_zero(0.01) == after_zero(0.2) == after_zero(1 / 30)

    def test_world_landmarks_are_smoothed_as_if_everybody_were_a_metre_wide(self) -> None:
        rng = np.random.default_rng(2)
        xy_px, world_m = rng.normal(0, 1, (2, 30, 33, 3))
        seen = np.ones(33, np.float32)
        smoothed = {}
        for side_px in (100.0, 800.0):
            smoother, plain = Smoother(), OneEuro(0.1, 40.0)
            for k in range(30):
                pose = Pose(xy_px[k, :, :2].astype(np.float32), seen, world_m[k].astype(np.float32))
                smoothed[side_px] = smoother.step((k + 1) / 30, pose, side_px)
                expected = plain.step((k + 1) / 30, pose.world_m.astype(np.float64), 1.0)
            np.testing.assert_allclose(smoothed[side_px].world_m, expected, atol=1e-6)
        assert np.abs(smoothed[100.0].xy_px - smoothed[800.0].xy_px).max() > 0.01

    def test_fading(self) -> None:
        fading = Fading(0.1)
        assert [round(float(fading.step(np.array([x]))[0]), 3) for x in (1.0, 0.0, 0.0)] == [1.0, 0.9, 0.81]

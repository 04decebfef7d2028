"""Models are found and checked; the landmarker follows a real person, in pixels of the displayed picture."""

from __future__ import annotations

import ast
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from bodies import Camera, Film, film, lifts, standing

from formcheck import estimate, models
from formcheck.errors import ModelError
from formcheck.estimate import Landmarker, Snapshots
from formcheck.landmarks import Landmark
from formcheck.models import BUNDLED, find_model, model_label, read_model
from formcheck.records import Frame, Pose, SourceInfo
from formcheck.video import VideoFile

pytestmark = pytest.mark.filterwarnings("error")

REPO = Path(__file__).parents[1]
SHARED = REPO.parent / "shared"


def model_file() -> Path | None:
    folders = (*models.MODEL_FOLDERS, SHARED / "models")
    return next((path for folder in folders if (path := folder / "pose_landmarker_full.task").is_file()), None)


def clip_file() -> Path | None:
    preferred = SHARED / "clips" / "hip_lift_good_d1.mp4"
    return next(
        iter([*sorted((REPO / "sample_videos").glob("*.mp4")), *([preferred] if preferred.is_file() else [])]), None
    )


needs_model = pytest.mark.skipif(model_file() is None, reason="no pose model is here")


@pytest.fixture
def bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own for bundled models, with a stand-in for "full" whose hash is right."""
    folder = tmp_path / "models"
    folder.mkdir()
    path = folder / "pose_landmarker_full.task"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("weights", "none")
    monkeypatch.setattr(models, "MODEL_FOLDERS", (tmp_path / "absent", folder))
    monkeypatch.setitem(BUNDLED, "full", hashlib.sha256(path.read_bytes()).hexdigest())
    return path


class TestFindingModels:
    def test_bundled_by_name(self, bundled: Path) -> None:
        assert find_model("full") == bundled
        assert read_model("full") == bundled.read_bytes()

    def test_bundled_but_missing(self, bundled: Path) -> None:
        with pytest.raises(ModelError, match=r"pose_landmarker_heavy\.task: the model 'heavy' is missing; reinstall"):
            find_model("heavy")

    @pytest.mark.parametrize("place", [0, 40, -1])
    def test_one_damaged_byte_is_noticed(self, bundled: Path, place: int) -> None:
        content = bytearray(bundled.read_bytes())
        content[place] ^= 1
        bundled.write_bytes(content)
        with pytest.raises(ModelError, match="damaged; reinstall formcheck or fetch the file again") as refusal:
            Landmarker("full")
        assert str(bundled) in str(refusal.value)

    def test_any_other_file(self, bundled: Path, tmp_path: Path) -> None:
        own = Path(shutil.copy(bundled, tmp_path / "自分の model.task"))
        assert find_model(own) == find_model(str(own)) == own

    @pytest.mark.parametrize("name", ["lite", "none.task", ".", "", "a\0b"])
    def test_unknown(self, name: str) -> None:
        with pytest.raises(ModelError, match=r"choose 'full' or 'heavy', or name a \.task file") as refusal:
            find_model(name)
        assert "\n" not in str(refusal.value)

    @pytest.mark.parametrize(
        ("given", "label"), [("full", "full"), ("heavy", "heavy"), (Path("m/own.v2.task"), "own.v2")]
    )
    def test_label(self, given: str | Path, label: str) -> None:
        assert model_label(given) == label

    @pytest.mark.parametrize(
        "content", [b"", b"hello", np.random.default_rng(3).bytes(5000)], ids=["empty", "text", "noise"]
    )
    def test_not_a_bundle(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "own.task").write_bytes(content)
        with pytest.raises(ModelError, match=r"own\.task: this is not a pose model; name a pose landmarker") as refusal:
            Landmarker(tmp_path / "own.task")
        assert "\n" not in str(refusal.value)

    def test_a_bundle_of_something_else(self, bundled: Path) -> None:
        with pytest.raises(ModelError, match="this is not a pose model") as refusal:
            Landmarker(bundled)
        assert "\n" not in str(refusal.value)

    @needs_model
    def test_a_cut_off_bundle(self, tmp_path: Path) -> None:
        whole = model_file()
        assert whole is not None
        (tmp_path / "own.task").write_bytes(whole.read_bytes()[:1_000_000])
        with pytest.raises(ModelError, match="not a pose model"):
            Landmarker(tmp_path / "own.task")

    @needs_model
    def test_a_damaged_byte_in_an_own_bundle(self, tmp_path: Path) -> None:
        whole = model_file()
        assert whole is not None
        content = bytearray(whole.read_bytes())
        content[5_000_000] ^= 1
        (tmp_path / "own.task").write_bytes(content)
        with pytest.raises(ModelError, match="not a pose model"):
            read_model(tmp_path / "own.task")

    @needs_model
    def test_a_bundle_with_its_networks_exchanged(self, tmp_path: Path) -> None:
        whole = model_file()
        assert whole is not None
        with zipfile.ZipFile(whole) as bundle, zipfile.ZipFile(tmp_path / "own.task", "w") as own:
            names = bundle.namelist()
            for name, other in zip(names, reversed(names), strict=True):
                own.writestr(name, bundle.read(other))
        with (
            Landmarker(tmp_path / "own.task", "mediapipe") as landmarker,
            pytest.raises(ModelError, match="fails on pictures"),
        ):
            landmarker.step(empty(0.0), INFO)
        with pytest.raises(ModelError, match="this is not a pose model"):
            Landmarker(tmp_path / "own.task", "openvino")

    @pytest.mark.parametrize("name", BUNDLED)
    def test_the_bundled_models_are_the_ones_described(self, name: str) -> None:
        try:
            read_model(name)
        except ModelError as missing:
            if "missing" not in str(missing):
                raise
            pytest.skip("the models are not in this checkout")


class TestTheDoor:
    def test_importing_costs_no_mediapipe(self) -> None:
        code = "import sys, formcheck.estimate; print(sorted({'mediapipe', 'cv2', 'openvino'} & set(sys.modules)))"
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPO)
        assert said.stdout.strip() == "[]"

    def test_nobody_else_imports_mediapipe(self) -> None:
        importers = set()
        for path in (REPO / "formcheck").rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                if any(name.split(".")[0] == "mediapipe" for name in names):
                    importers.add(path.name)
        assert importers == {"estimate.py"}


INFO = SourceInfo("file", "a.mp4", 640, 360)


class Crowd:
    """Stands for the pose network: people whose noses are bright dots in the picture, unless they are painted over.

    One that follows keeps to whom it had, else takes the first; what it is given with `stolen` it follows from then on.
    """

    def __init__(self, cast: dict[str, Pose], people: int) -> None:
        self.cast, self.people, self.had, self.stolen, self.asked = cast, people, "", "", 0

    def _seen(self, picture: Any) -> list[str]:
        pixels = picture.numpy_view()
        noses = {who: pose.xy_px[Landmark.NOSE].astype(int) for who, pose in self.cast.items()}
        return [who for who, (x, y) in noses.items() if pixels[y, x, 0] == 255]

    def _answer(self, names: list[str]) -> Any:
        points = [
            [SimpleNamespace(x=x / 640, y=y / 360, z=0.0, visibility=0.99) for x, y in self.cast[who].xy_px.tolist()]
            for who in names
        ]
        return SimpleNamespace(pose_landmarks=points, pose_world_landmarks=points)

    def detect(self, picture: Any) -> Any:
        self.asked += 1
        return self._answer(self._seen(picture))

    def detect_for_video(self, picture: Any, _: int) -> Any:
        seen = self._seen(picture)
        self.had = self.stolen or (self.had if self.had in seen else next(iter(seen), ""))
        self.stolen = ""
        return self._answer([self.had] if self.had else [])

    def close(self) -> None:
        """Nothing is held."""


def lying(shift_px: tuple[float, float] = (0.0, 0.0)) -> Pose:
    return pose_of(film(lifts([]), camera=Camera(shift_px=shift_px)))


def pose_of(taken: Film) -> Pose:
    pose = next(iter(taken.track.sightings())).pose
    assert pose is not None
    return pose


class TestCompany:
    """Somebody else in the picture, with networks that are scripted."""

    @pytest.fixture
    def cast(self) -> dict[str, Pose]:
        return {"guest": pose_of(film(standing(1), camera=Camera(shift_px=(-250.0, 0.0)))), "trainee": lying()}

    @pytest.fixture
    def networks(self, bundled: Path, cast: dict[str, Pose], monkeypatch: pytest.MonkeyPatch) -> list[Crowd]:
        made: list[Crowd] = []

        def load(_content: bytes, _name: object, people: int = 1, *, single: bool = False) -> Crowd:
            made.append(Crowd(cast, people))
            return made[-1]

        monkeypatch.setattr(estimate, "_load", load)
        return made

    def shown(self, number: int, present: list[Pose]) -> Frame:
        image = np.full((360, 640, 3), 90, np.uint8)
        for pose in present:
            x, y = pose.xy_px[Landmark.NOSE].astype(int)
            image[y, x] = 255
        return Frame(number, number / 30, image)

    def followed(self, landmarker: Landmarker, cast: dict[str, Pose], number: int, present: list[Pose]) -> str:
        pose = landmarker.step(self.shown(number, present), INFO).pose
        return next((who for who, one in cast.items() if pose and np.allclose(pose.xy_px, one.xy_px, atol=0.1)), "")

    def test_the_one_who_lies_is_followed_from_the_first_frame_on(
        self, networks: list[Crowd], cast: dict[str, Pose]
    ) -> None:
        with Landmarker("full") as landmarker:
            found = {self.followed(landmarker, cast, number, list(cast.values())) for number in range(60)}
        assert found == {"trainee"}

    def test_once_lost_to_somebody_else_the_one_who_lies_is_found_again(
        self, networks: list[Crowd], cast: dict[str, Pose]
    ) -> None:
        with Landmarker("full") as landmarker:
            for number in range(30):
                self.followed(landmarker, cast, number, list(cast.values()))
            networks[-1].stolen = "guest"
            found = [self.followed(landmarker, cast, number, list(cast.values())) for number in range(30, 45)]
        assert found[-1] == "trainee"
        assert found.count("guest") <= 10

    def test_alone_one_is_asked_about_once(self, networks: list[Crowd], cast: dict[str, Pose]) -> None:
        with Landmarker("full") as landmarker:
            for number in range(300):
                assert self.followed(landmarker, cast, number, [cast["trainee"]]) == "trainee"
        (crowd,) = (network for network in networks if network.people > 1)
        assert crowd.asked == 1

    def test_with_nobody_no_second_network_is_loaded(self, networks: list[Crowd], cast: dict[str, Pose]) -> None:
        with Landmarker("full") as landmarker:
            assert self.followed(landmarker, cast, 0, []) == ""
        assert len(networks) == 1


def empty(t_s: float, width_px: int = 640, height_px: int = 360) -> Frame:
    return Frame(0, t_s, np.full((height_px, width_px, 3), 90, np.uint8))


@pytest.fixture(scope="module", params=["mediapipe", "openvino"])
def landmarker(request: pytest.FixtureRequest) -> Iterator[Landmarker]:
    path = model_file()
    assert path is not None
    with Landmarker(path, request.param) as landmarker:
        yield landmarker


@pytest.fixture(scope="module")
def clip() -> tuple[SourceInfo, list[Frame]]:
    path = clip_file()
    if path is None:
        pytest.skip("no sample recording is here")
    with VideoFile(path) as source:
        return source.info, list(islice(source, 6))


@needs_model
class TestLandmarker:
    def test_nobody(self, landmarker: Landmarker) -> None:
        landmarker.restart()
        sighting = landmarker.step(empty(2.5), INFO)
        assert sighting.t_s == 2.5
        assert sighting.pose is None

    @pytest.mark.parametrize("size_px", [(1, 1), (3, 2), (101, 77), (1, 500)])
    def test_any_size(self, landmarker: Landmarker, size_px: tuple[int, int]) -> None:
        assert landmarker.step(empty(0.0, *size_px), INFO).pose is None

    def test_times_closer_than_a_millisecond(self, landmarker: Landmarker) -> None:
        times_s = [9.0, 9.0001, 9.0002, 9.0011, 9.0012]
        assert [landmarker.step(empty(t_s), INFO).t_s for t_s in times_s] == times_s

    def test_a_person(self, landmarker: Landmarker, clip: tuple[SourceInfo, list[Frame]]) -> None:
        info, frames = clip
        landmarker.restart()
        sightings = [landmarker.step(frame, info) for frame in frames]
        assert [sighting.t_s for sighting in sightings] == [frame.t_s for frame in frames]
        for sighting in sightings:
            pose = sighting.pose
            assert pose is not None
            assert (pose.xy_px.shape, pose.visibility.shape, pose.world_m.shape) == ((33, 2), (33,), (33, 3))
            assert pose.xy_px.dtype == pose.visibility.dtype == pose.world_m.dtype == np.float32
            assert ((pose.visibility >= 0.0) & (pose.visibility <= 1.0)).all()
            trunk_px = pose.xy_px[
                [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
            ]
            assert ((trunk_px > 0.0) & (trunk_px < (info.width_px, info.height_px))).all()
            hips_m = pose.world_m[[Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
            assert np.abs(hips_m.mean(axis=0)).max() < 0.02

    def test_pixels_are_those_of_the_displayed_picture(
        self, landmarker: Landmarker, clip: tuple[SourceInfo, list[Frame]]
    ) -> None:
        info, frames = clip
        poses = []
        for factor in (1, 3):
            landmarker.restart()
            shown = replace(info, width_px=info.width_px * factor, height_px=info.height_px * factor)
            poses.append(landmarker.step(frames[0], shown).pose)
        assert poses[0] is not None
        assert poses[1] is not None
        np.testing.assert_allclose(poses[1].xy_px, poses[0].xy_px * 3, rtol=1e-3, atol=0.5)

    def test_restart_goes_on_without_the_file(self, tmp_path: Path, clip: tuple[SourceInfo, list[Frame]]) -> None:
        whole, (info, frames) = model_file(), clip
        assert whole is not None
        own = Path(shutil.copy(whole, tmp_path / "own.task"))
        with Landmarker(own) as landmarker:
            own.unlink()
            first = landmarker.step(frames[0], info).pose
            landmarker.restart()
            again = landmarker.step(frames[0], info).pose
        assert first is not None
        assert again is not None
        np.testing.assert_allclose(again.xy_px, first.xy_px, atol=0.01)

    def test_behind_a_cut_the_search_begins_anew(
        self, clip: tuple[SourceInfo, list[Frame]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One scene, brighter from its fourth frame on, then another one: the first seen on its head."""
        info, frames = clip
        loads, load = [], estimate._load

        def counted(content: bytes, name: object, people: int = 1, *, single: bool = False) -> Any:
            loads.extend([name] * (not single))
            return load(content, name, people, single=single)

        monkeypatch.setattr(estimate, "_load", counted)
        brighter = [np.clip(frame.image * 1.2, 0, 255).astype(np.uint8) for frame in frames[3:]]
        other = [np.ascontiguousarray(255 - frame.image[::-1]) for frame in frames]
        images = [*(frame.image for frame in frames[:3]), *brighter, *other]
        path = model_file()
        assert path is not None
        counts = []
        with Landmarker(path) as landmarker:
            for number, image in enumerate(images):
                assert landmarker.step(Frame(number, number / 30, image), info).t_s == number / 30
                counts.append(len(loads))
        assert counts == [1] * 6 + [2] * 6

    def test_close_may_be_called_again(self) -> None:
        path = model_file()
        assert path is not None
        landmarker = Landmarker(path)
        landmarker.close()
        landmarker.close()
        with pytest.raises(ValueError, match="closed"):
            landmarker.step(empty(0.0), INFO)

    @pytest.mark.skipif(not (SHARED / "clips").is_dir(), reason="the shared clips are not beside this checkout")
    @pytest.mark.parametrize("name", ["hip_lift_good_d1", "hip_lift_good_rotated_d1", "hip_lift_good_d2_m"])
    def test_joints_lie_where_they_were_rendered(self, landmarker: Landmarker, name: str) -> None:
        truth = json.loads((SHARED / "clips" / f"{name}.truth.json").read_text("utf-8"))
        near = truth["view"]["near_side"]
        with VideoFile(SHARED / "clips" / f"{name}.mp4") as source:
            landmarker.restart()
            pose = landmarker.step(next(iter(source)), source.info).pose
        assert pose is not None
        for joint in ("shoulder", "hip", "knee", "ankle"):
            place = truth["landmarks_2d"][f"{joint}_{near}"]
            true_px = np.array([place["x"][0] * 640, place["y"][0] * 360])
            seen_px = pose.xy_px[Landmark[f"{near}_{joint}".upper()]]
            assert np.hypot(*(seen_px - true_px)) < 25.0, joint


@needs_model
def test_landmarkers_that_nobody_closed_are_freed_without_hanging() -> None:
    program = (
        "import gc; from formcheck.estimate import Landmarker; gc.disable()\n"
        "for _ in range(2): made = Landmarker(); made.itself = made\n"
        "del made; gc.collect(); print('freed')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert ended.stdout == "freed\n"


@needs_model
def test_single_pictures_are_seen_each_for_itself(clip: tuple[SourceInfo, list[Frame]]) -> None:
    info, frames = clip
    with Snapshots() as snapshots:
        first, nobody, again = (snapshots.step(frame, info) for frame in (frames[0], empty(1.0), frames[0]))
    snapshots.close()
    assert nobody.pose is None
    assert first.pose is not None
    assert again.pose is not None
    assert (first.pose.xy_px == again.pose.xy_px).all()
    with Landmarker() as landmarker:
        followed = landmarker.step(frames[0], info).pose
    assert followed is not None
    trunk = [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER, Landmark.LEFT_HIP, Landmark.RIGHT_HIP]
    assert np.abs(first.pose.xy_px[trunk] - followed.xy_px[trunk]).max() < 20

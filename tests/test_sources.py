"""Recordings, cameras and saved landmarks: what is drawn in must come out, at the right time and the right way up."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from formcheck.errors import OutputError, SourceError
from formcheck.records import Pose, Sighting, SourceInfo, Track
from formcheck.sources import Camera, SavedLandmarks, Source, VideoFile, open_source, save_landmarks

pytestmark = pytest.mark.filterwarnings("error")

SHARED = Path(__file__).parents[2] / "shared"

RED, GREEN, BLUE, WHITE = (230, 20, 20), (20, 200, 20), (20, 20, 230), (235, 235, 235)
COLOUR_MARGIN = 40
"""How far lossy coding with halved colour resolution may move a channel in the middle of a patch."""

GRAYS = 12
"""Distinct gray levels which number the frames."""


def gray_of(index: int) -> int:
    return 25 + 18 * (index % GRAYS)


def drawn(index: int, width_px: int, height_px: int) -> np.ndarray:
    """A picture whose gray tells its number, with red and green above (left, right), blue and white below."""
    picture = np.full((height_px, width_px, 3), gray_of(index), np.uint8)
    tall, wide = height_px // 4, width_px // 4
    picture[:tall, :wide], picture[:tall, -wide:] = RED, GREEN
    picture[-tall:, :wide], picture[-tall:, -wide:] = BLUE, WHITE
    return picture


def record(
    path: Path,
    *,
    codec: str = "libx264",
    size_px: tuple[int, int] = (96, 64),
    times_ms: Sequence[int] | None = None,
    count: int = 10,
    fps: int = 25,
    pixels: str = "yuv420p",
    turn_ccw_deg: float | None = None,
    mirrored: bool = False,
    pixel_aspect: Fraction | None = None,
    container: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
    format_name: str | None = None,
) -> Path:
    """Write a recording of drawn pictures and return its path."""
    stamps = list(times_ms) if times_ms is not None else [round(1000 * index / fps) for index in range(count)]
    width_px, height_px = size_px
    with av.open(str(path), "w", format=format_name, options=container or {}) as output:
        output.metadata.update(metadata or {})
        stream: Any = output.add_stream(codec, rate=fps, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, pixels
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        if pixel_aspect:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        if turn_ccw_deg is not None:
            stream.set_display_rotation(turn_ccw_deg, hflip=mirrored)
        for index, stamp_ms in enumerate(stamps):
            picture = av.VideoFrame.from_ndarray(drawn(index, width_px, height_px), "rgb24").reformat(format=pixels)
            picture.pts, picture.time_base = stamp_ms, Fraction(1, 1000)
            output.mux(stream.encode(picture))
        output.mux(stream.encode())
    return path


def patch(image: np.ndarray, where: str) -> np.ndarray:
    """Mean colour in the middle of a corner patch ("top left" ...) or of the whole picture ("middle")."""
    height_px, width_px = image.shape[:2]
    y = {"top": 0.125, "bottom": 0.875}.get(where.split()[0], 0.5)
    x = {"left": 0.125, "right": 0.875}.get(where.split()[-1], 0.5)
    rows = slice(int((y - 0.04) * height_px), int((y + 0.04) * height_px) + 1)
    columns = slice(int((x - 0.04) * width_px), int((x + 0.04) * width_px) + 1)
    return image[rows, columns].reshape(-1, 3).mean(axis=0)


def assert_upright(image: np.ndarray) -> None:
    for where, colour in (("top left", RED), ("top right", GREEN), ("bottom left", BLUE), ("bottom right", WHITE)):
        assert patch(image, where) == pytest.approx(colour, abs=COLOUR_MARGIN), where


def assert_numbered(images: Sequence[np.ndarray]) -> None:
    for index, image in enumerate(images):
        assert patch(image, "middle") == pytest.approx([gray_of(index)] * 3, abs=8), f"frame {index}"


def encoder(name: str) -> Any:
    try:
        av.Codec(name, "w")
    except av.FFmpegError:
        return pytest.param(name, marks=pytest.mark.skip(reason=f"this build of PyAV has no {name}"))
    return name


def track_of(count: int, missing: Sequence[int] = ()) -> Track:
    """A track with distinct numbers everywhere and nobody seen in the rows `missing`."""
    numbers = np.arange(count * 33 * 3, dtype=np.float32).reshape(count, 33, 3)
    return Track.of(
        Sighting(
            row / 25, None if row in missing else Pose(numbers[row, :, :2], numbers[row, :, 0] / 1e5, numbers[row] / 7)
        )
        for row in range(count)
    )


INFO = SourceInfo("file", "橋 1.mp4", 640, 360, fps=25.0, rotation_deg=90, started_at="2026-11-22T19:00:00+09:00")


class ScriptedCamera:
    """A camera that plays a list of pictures (None = a failed grab) and turns the hand of its own clock."""

    def __init__(self, pictures: Sequence[np.ndarray | None], step_s: float = 0.04, opened: bool = True) -> None:
        self.pictures, self.step_s, self.opened = list(pictures), step_s, opened
        self.time_s, self.released = 100.0, 0

    def now_s(self) -> float:
        return self.time_s

    def isOpened(self) -> bool:  # noqa: N802
        return self.opened

    def get(self, _: int) -> float:
        return 25.0

    def grab(self) -> bool:
        self.time_s += self.step_s
        self.current = self.pictures.pop(0) if self.pictures else None
        return self.current is not None

    def retrieve(self) -> tuple[bool, np.ndarray]:
        picture = self.current
        self.time_s += 0.013
        assert picture is not None
        return True, np.ascontiguousarray(picture[:, :, ::-1])

    def release(self) -> None:
        self.opened, self.released = False, self.released + 1


def scripted(pictures: Sequence[np.ndarray | None], **settings: Any) -> tuple[Camera, ScriptedCamera]:
    capture = ScriptedCamera(pictures, **settings)
    return Camera(0, capture=capture, now_s=capture.now_s), capture


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
                assert item.pose is not None and item.pose.xy_px.shape == (33, 2)
                continue
            assert item.index == index
            assert item.image.dtype == np.uint8 and item.image.shape == (64, 96, 3)
            assert item.image.flags["C_CONTIGUOUS"]
            assert_upright(item.image)
            assert patch(item.image, "middle") == pytest.approx([gray_of(index)] * 3, abs=8)

    def test_close_may_be_called_again(self, source: Source[Any]) -> None:
        source.close()
        source.close()

    def test_closing_midway_ends_the_reading(self, source: Source[Any]) -> None:
        items = iter(source)
        next(items)
        source.close()
        assert len(list(items)) <= 9


class TestTimes:
    def test_constant_rate(self, tmp_path: Path) -> None:
        with VideoFile(record(tmp_path / "a.mp4", count=10, fps=25)) as source:
            frames = list(source)
            assert source.duration_s == pytest.approx(0.4, abs=0.001)
        assert [frame.t_s for frame in frames] == pytest.approx([index / 25 for index in range(10)], abs=1e-6)
        assert [frame.index for frame in frames] == list(range(10))
        assert_numbered([frame.image for frame in frames])

    def test_variable_rate_is_exact(self, tmp_path: Path) -> None:
        times_ms = [0, 33, 40, 140, 141, 500, 1700, 1710]
        with VideoFile(record(tmp_path / "a.mp4", times_ms=times_ms, options={"bf": "2"})) as source:
            frames = list(source)
        assert [frame.t_s for frame in frames] == pytest.approx([time_ms / 1000 for time_ms in times_ms], abs=1e-6)
        assert_numbered([frame.image for frame in frames])

    def test_a_late_start_counts_from_zero(self, tmp_path: Path) -> None:
        with VideoFile(record(tmp_path / "a.ts", times_ms=[5000, 5040, 5120])) as source:
            assert [frame.t_s for frame in source] == pytest.approx([0.0, 0.04, 0.12], abs=1e-4)

    def test_without_times_the_rate_counts(self, tmp_path: Path) -> None:
        path = record(
            tmp_path / "bare.h264", format_name="h264", count=8, fps=50, options={"x264-params": "force-cfr=1"}
        )
        with VideoFile(path) as source:
            frames = list(source)
        assert len(frames) == 8
        step_s = 1.0 / (source.info.fps or 30.0)
        assert [frame.t_s for frame in frames] == pytest.approx([index * step_s for index in range(8)])
        assert source.warnings == []

    def test_joined_recordings_go_on_where_the_first_one_ended(self, tmp_path: Path) -> None:
        parts = [record(tmp_path / f"{part}.ts", count=50).read_bytes() for part in "ab"]
        (tmp_path / "joined.ts").write_bytes(b"".join(parts))
        with VideoFile(tmp_path / "joined.ts") as source:
            times_s = [frame.t_s for frame in source]
        assert len(times_s) == 100
        assert np.diff(times_s) == pytest.approx(np.full(99, 0.04), abs=0.001)

    @pytest.mark.parametrize(
        ("key", "written", "read"),
        [
            ("creation_time", "2026-11-22T10:00:00.000000Z", "2026-11-22T10:00:00+00:00"),
            ("creation_time", "1970-01-01T00:00:01Z", None),
            ("creation_time", "1904-01-01T00:00:00Z", None),
        ],
    )
    def test_started_at(self, tmp_path: Path, key: str, written: str, read: str | None) -> None:
        with VideoFile(record(tmp_path / "a.mp4", metadata={key: written})) as source:
            assert source.info.started_at == read

    def test_a_phones_local_time_is_preferred(self, tmp_path: Path) -> None:
        key = "com.apple.quicktime.creationdate"
        stamps = {key: "2026-11-22T19:00:00+0900", "creation_time": "2026-11-22T10:00:00Z"}
        path = record(tmp_path / "a.mov", metadata=stamps, container={"movflags": "use_metadata_tags"})
        with VideoFile(path) as source:
            assert source.info.started_at == "2026-11-22T19:00:00+09:00"

    def test_no_time_of_recording(self, tmp_path: Path) -> None:
        with VideoFile(record(tmp_path / "a.mp4")) as source:
            assert source.info.started_at is None


class TestPictures:
    @pytest.mark.parametrize(
        ("codec", "ending", "pixels"),
        [
            ("libx264", "mp4", "yuv420p"),
            ("libx265", "mov", "yuv420p10le"),
            ("mpeg4", "avi", "yuv420p"),
            ("mpeg4", "mp4", "yuv420p"),
            ("mjpeg", "mov", "yuvj420p"),
            ("libsvtav1", "mp4", "yuv420p"),
            ("libx264", "mkv", "yuv444p"),
        ],
    )
    def test_codecs(self, tmp_path: Path, codec: str, ending: str, pixels: str) -> None:
        try:
            av.Codec(codec, "w")
        except av.FFmpegError:
            pytest.skip(f"this build of PyAV has no {codec}")
        options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
        path = record(tmp_path / f"a.{ending}", codec=codec, pixels=pixels, options=options, size_px=(128, 96))
        with VideoFile(path) as source:
            frames = list(source)
            assert (source.info.width_px, source.info.height_px) == (128, 96)
        assert source.warnings == []
        assert [frame.t_s for frame in frames] == pytest.approx([index / 25 for index in range(10)], abs=0.001)
        assert_numbered([frame.image for frame in frames])
        assert_upright(frames[0].image)

    @pytest.mark.parametrize("turn_ccw_deg", [0, 90, 180, 270])
    def test_display_rotation(self, tmp_path: Path, turn_ccw_deg: int) -> None:
        path = record(tmp_path / "a.mp4", size_px=(96, 64), turn_ccw_deg=turn_ccw_deg)
        with VideoFile(path) as source:
            image = next(iter(source)).image
        stored = drawn(0, 96, 64)
        expected = np.rot90(stored, turn_ccw_deg // 90)
        assert image.shape == expected.shape == (source.info.height_px, source.info.width_px, 3)
        assert source.info.rotation_deg == -turn_ccw_deg % 360
        for corner in ("top left", "top right", "bottom left", "bottom right"):
            assert patch(image, corner) == pytest.approx(patch(expected, corner), abs=COLOUR_MARGIN), corner

    def test_mirrored_display(self, tmp_path: Path) -> None:
        with VideoFile(record(tmp_path / "a.mp4", turn_ccw_deg=0, mirrored=True)) as source:
            image = next(iter(source)).image
        assert patch(image, "top left") == pytest.approx(GREEN, abs=COLOUR_MARGIN)
        assert patch(image, "bottom right") == pytest.approx(BLUE, abs=COLOUR_MARGIN)

    @pytest.mark.skipif(not (SHARED / "clips").is_dir(), reason="the shared clips are not beside this checkout")
    def test_a_phones_rotated_clip_is_landscape(self) -> None:
        with VideoFile(SHARED / "clips" / "hip_lift_good_rotated_d1.mp4") as source:
            assert (source.info.width_px, source.info.height_px) == (640, 360)
            assert next(iter(source)).image.shape == (360, 640, 3)

    @pytest.mark.parametrize(("aspect", "shown_px"), [("2/1", (192, 64)), ("1/2", (96, 128)), ("16/15", (102, 64))])
    def test_oblong_pixels_get_their_shape(self, tmp_path: Path, aspect: str, shown_px: tuple[int, int]) -> None:
        with VideoFile(record(tmp_path / "a.mp4", pixel_aspect=Fraction(aspect))) as source:
            image = next(iter(source)).image
        assert (source.info.width_px, source.info.height_px) == shown_px
        assert image.shape == (*shown_px[::-1], 3)
        assert_upright(image)

    @pytest.mark.parametrize("size_px", [(101, 77), (33, 65), (2, 2), (1, 1)])
    def test_odd_sizes(self, tmp_path: Path, size_px: tuple[int, int]) -> None:
        path = record(tmp_path / "a.mkv", codec="ffv1", size_px=size_px, pixels="bgr0")
        with VideoFile(path) as source:
            frames = list(source)
        assert (source.info.width_px, source.info.height_px) == size_px
        assert [frame.image.shape for frame in frames] == [(*size_px[::-1], 3)] * 10
        if min(size_px) > 8:
            assert_upright(frames[0].image)

    def test_odd_size_h264(self, tmp_path: Path) -> None:
        with VideoFile(record(tmp_path / "a.mp4", size_px=(101, 77), pixels="yuv444p")) as source:
            frames = list(source)
        assert frames[0].image.shape == (77, 101, 3)
        assert_numbered([frame.image for frame in frames])

    def test_8k_is_reduced_with_its_full_size_told(self, tmp_path: Path) -> None:
        options = {"preset": "ultrafast"}
        path = record(tmp_path / "a.mp4", size_px=(7680, 4320), count=2, options=options, turn_ccw_deg=90)
        with VideoFile(path, max_side_px=640) as source:
            frames = list(source)
        assert (source.info.width_px, source.info.height_px) == (4320, 7680)
        assert [frame.image.shape for frame in frames] == [(640, 360, 3)] * 2
        assert patch(frames[0].image, "top left") == pytest.approx(GREEN, abs=COLOUR_MARGIN)

    def test_one_frame(self, tmp_path: Path) -> None:
        with VideoFile(record(tmp_path / "a.mp4", count=1)) as source:
            assert [frame.t_s for frame in source] == [0.0]
        assert source.warnings == []

    def test_a_photo_is_a_recording_of_one_frame(self, tmp_path: Path) -> None:
        path = record(tmp_path / "a.jpg", codec="mjpeg", pixels="yuvj420p", count=1)
        with VideoFile(path) as source:
            (frame,) = source
        assert_upright(frame.image)

    def test_a_second_reading_is_refused(self, tmp_path: Path) -> None:
        with VideoFile(record(tmp_path / "a.mp4")) as source:
            list(source)
            with pytest.raises(ValueError, match="open it again"):
                next(iter(source))


class TestNames:
    @pytest.mark.parametrize(
        "name", ["ヒップ リフト\u30001.mp4", "-x.mp4", "a:b.mp4", "100%d.mp4", "pipe:0", "http:x.mp4", "q?a#b.mp4"]
    )
    def test_any_name_is_only_a_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
        record(tmp_path / "plain.mp4").rename(tmp_path / name)
        monkeypatch.chdir(tmp_path)
        with VideoFile(name) as source:
            assert source.info.name == name
            assert len(list(source)) == 10

    def test_a_name_that_is_not_text(self, tmp_path: Path) -> None:
        try:
            path = record(tmp_path / "plain.mp4").rename(tmp_path / os.fsdecode(b"\xff\nx.mp4"))
        except OSError:
            pytest.skip("this file system keeps names as text")
        with VideoFile(path) as source:
            assert source.info.name == "??x.mp4"
            assert len(list(source)) == 10


class TestDamage:
    def test_broken_off_with_its_index_in_front(self, tmp_path: Path) -> None:
        path = record(tmp_path / "a.mp4", count=100, container={"movflags": "faststart"}, options={"g": "10"})
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
        with VideoFile(path) as source:
            frames = list(source)
        assert 20 <= len(frames) < 90
        assert_numbered([frame.image for frame in frames[:-1]])
        assert len(source.warnings) == 1
        assert source.warnings[0].startswith(f"the recording breaks off after {frames[-1].t_s:.1f} s of 4.0 s")

    def test_damaged_in_the_middle_goes_on_behind(self, tmp_path: Path) -> None:
        path = record(tmp_path / "a.mp4", count=100, container={"movflags": "faststart"}, options={"g": "10"})
        content = bytearray(path.read_bytes())
        middle = len(content) // 2
        content[middle : middle + 600] = os.urandom(600)
        path.write_bytes(content)
        with VideoFile(path) as source:
            frames = list(source)
        assert frames[-1].t_s == pytest.approx(3.96, abs=0.01)
        assert_numbered([frames[0].image])
        assert [warning.split(" near ")[0] for warning in source.warnings] == ["the recording is damaged"]

    def test_a_whole_recording_has_no_warning(self, tmp_path: Path) -> None:
        for ending in ("mp4", "mkv", "mov", "ts"):
            with VideoFile(record(tmp_path / f"a.{ending}", count=60)) as source:
                assert len(list(source)) == 60
            assert source.warnings == [], ending


def _missing(folder: Path) -> Path:
    return folder / "none.mp4"


def _folder(folder: Path) -> Path:
    return folder


def _written(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _sound_only(folder: Path) -> Path:
    path = folder / "sound.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("aac", rate=16_000)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), np.float32), format="fltp", layout="mono")
        sound.rate = 16_000
        output.mux(stream.encode(sound))
        output.mux(stream.encode())
    return path


def _index_at_the_end(folder: Path) -> Path:
    path = record(folder / "cut.mp4", count=50)
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def _no_frames(name: str, codec: str, pixels: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        with av.open(str(folder / name), "w") as output:
            stream: Any = output.add_stream(codec, rate=25)
            stream.width, stream.height, stream.pix_fmt = 64, 64, pixels
            output.start_encoding()
        return folder / name

    return write


def _pictures_wiped(folder: Path) -> Path:
    path = record(folder / "wiped.mp4")
    content = bytearray(path.read_bytes())
    start, end = content.index(b"mdat") + 4, content.index(b"moov") - 4
    content[start:end] = bytes(end - start)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(_missing, "no such file", id="missing"),
        pytest.param(_folder, "folder", id="folder"),
        pytest.param(_written("empty.mp4", b""), "empty", id="empty"),
        pytest.param(_written("text.mp4", "ヒップリフト notes\n".encode() * 50), "not a recording", id="text"),
        pytest.param(_written("notes.txt", b"ten lifts, two sets\n" * 50), "not supported|not a recording", id="txt"),
        pytest.param(_written("noise.mp4", np.random.default_rng(7).bytes(20_000)), "not a recording", id="noise"),
        pytest.param(_written("noise.yuv", np.random.default_rng(7).bytes(20_000)), "not a recording", id="yuv"),
        pytest.param(_sound_only, "only sound", id="sound"),
        pytest.param(_index_at_the_end, "cut off", id="cut"),
        pytest.param(_no_frames("a.mp4", "libx264", "yuv420p"), "no pictures", id="no-frames-mp4"),
        pytest.param(_no_frames("a.mkv", "ffv1", "bgr0"), "not a recording", id="no-frames-mkv"),
        pytest.param(_pictures_wiped, "no picture in it can be read", id="wiped"),
        pytest.param(lambda folder: folder / ("x" * 400 + ".mp4"), "cannot be opened", id="long-name"),
        pytest.param(lambda folder: folder / "a\0b.mp4", "no such file|cannot be opened", id="zero-byte-name"),
        pytest.param(lambda folder: Path("http://127.0.0.1:9/a.mp4"), "no such file", id="address"),
    ],
)
def test_unreadable_recordings_are_refused_in_one_line(
    make: Callable[[Path], Path], said: str, tmp_path: Path, capfd: Any
) -> None:
    path = make(tmp_path)
    with pytest.raises(SourceError, match=said) as refusal:
        VideoFile(path)
    assert "\n" not in str(refusal.value)
    assert path.name.replace("\0", "?") in str(refusal.value)
    assert capfd.readouterr().err == ""


def test_no_permission(tmp_path: Path) -> None:
    path = record(tmp_path / "a.mp4")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(SourceError, match="no permission"):
        VideoFile(path)


def test_a_playlist_does_not_reach_the_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        calls: list[object] = []

        def listen() -> None:
            try:
                connection, peer = server.accept()
            except TimeoutError:
                return
            connection.close()
            calls.append(peer)

        listener = threading.Thread(target=listen)
        listener.start()
        path = tmp_path / "list.m3u8"
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n")
        with pytest.raises(SourceError):
            VideoFile(path)
        listener.join()
    assert calls == []


class TestCamera:
    def test_time_is_that_of_the_grab(self) -> None:
        camera, _ = scripted([drawn(index, 96, 64) for index in range(4)], step_s=0.1)
        with camera:
            assert [frame.t_s for frame in camera] == pytest.approx([0.0, 0.113, 0.226, 0.339])

    def test_wakes_up_slowly(self) -> None:
        camera, _ = scripted([None, None, None, drawn(0, 96, 64), drawn(1, 96, 64)])
        frames = list(camera)
        assert [frame.index for frame in frames] == [0, 1]
        assert frames[0].t_s == 0.0

    def test_ends_with_a_warning_when_it_falls_silent(self) -> None:
        camera, capture = scripted([drawn(0, 96, 64), None, drawn(1, 96, 64)])
        assert len(list(camera)) == 2
        assert camera.warnings == ["the camera stopped after 0.1 s; check its cable"]
        camera.close()
        assert capture.released

    def test_closing_is_no_failure(self) -> None:
        camera, _ = scripted([drawn(0, 96, 64)] * 5)
        for _frame in camera:
            camera.close()
        assert camera.warnings == []

    def test_a_clock_that_stands_still(self) -> None:
        capture = ScriptedCamera([drawn(0, 96, 64)] * 3)
        with Camera(0, capture=capture, now_s=lambda: 5.0) as camera:
            assert [frame.t_s for frame in camera] == pytest.approx([0.0, 0.001, 0.002])

    @pytest.mark.parametrize(
        "settings", [{"opened": False}, {"opened": True}, {"step_s": 9.0}], ids=["shut", "silent", "slow"]
    )
    def test_no_camera(self, settings: dict[str, Any]) -> None:
        capture = ScriptedCamera([], **settings)
        with pytest.raises(SourceError, match="camera 3 does not answer"):
            Camera(3, capture=capture, now_s=capture.now_s)
        assert capture.released


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
            try:
                SavedLandmarks(tmp_path / "set.npz").close()
            except SourceError as refusal:
                assert "\n" not in str(refusal)

    def test_not_an_npz(self, tmp_path: Path) -> None:
        (tmp_path / "set.npz").write_bytes(b"hello")
        with pytest.raises(SourceError, match="not landmarks"):
            SavedLandmarks(tmp_path / "set.npz")
        np.save(tmp_path / "one.npy", np.zeros(3))
        with pytest.raises(SourceError, match="not landmarks"):
            SavedLandmarks((tmp_path / "one.npy").rename(tmp_path / "one.npz"))


def test_open_source_goes_by_the_ending(tmp_path: Path) -> None:
    save_landmarks(tmp_path / "set.NPZ", INFO, track_of(2))
    with open_source(str(tmp_path / "set.NPZ")) as source:
        assert isinstance(source, SavedLandmarks)
    with open_source(record(tmp_path / "a.mp4")) as source:
        assert isinstance(source, VideoFile)

"""Recordings: their pictures come at the right time and the right way up, and damage is told."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from recordings import BLUE, COLOUR_MARGIN, GREEN, assert_numbered, assert_upright, drawn, patch, record

from formcheck.video import VideoFile

pytestmark = pytest.mark.filterwarnings("error")

SHARED = Path(__file__).parents[2] / "shared"


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

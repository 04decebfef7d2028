"""The annotated film, decoded again: as many pictures, at their times, upright, with sound."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from recordings import drawn, record

from formcheck.errors import OutputError
from formcheck.film import Codec, film, take_stills
from formcheck.records import Pose, Sighting, SourceInfo, Track
from formcheck.report import build_report
from formcheck.session import Analysis, analyze
from formcheck.video import VideoFile


def unjudged(recording: Path) -> Analysis:
    """An analysis of a recording with somebody in every picture whom nothing can be said of."""
    with VideoFile(recording) as source:
        points = np.stack([np.linspace(5, 60, 33), np.linspace(10, 50, 33)], axis=1).astype(np.float32)
        pose = Pose(points, np.ones(33, np.float32), np.zeros((33, 3), np.float32))
        track = Track.of(Sighting(frame.t_s, pose) for frame in source)
        info: SourceInfo = source.info
    report = build_report(
        session_id="F1", info=info, track=track, positions_s={}, verdict=None, unjudged=[], given=False, model="full"
    )
    return Analysis(report, None, track, info)


def pictures(path: Path) -> list[tuple[float, np.ndarray]]:
    with av.open(str(path)) as source:
        return [(float(frame.time or 0.0), frame.to_ndarray(format="rgb24")) for frame in source.decode(video=0)]


def with_sound(path: Path, codec: str, seconds: float = 1.0) -> Path:
    """A recording of drawn pictures and a tone."""
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=25)
        video.width, video.height, video.pix_fmt = 96, 64, "yuv420p"
        sound = output.add_stream(codec, rate=48_000)
        for index in range(round(25 * seconds)):
            output.mux(video.encode(av.VideoFrame.from_ndarray(drawn(index, 96, 64), "rgb24")))
        tone = (8000 * np.sin(np.arange(round(48_000 * seconds)) * 0.06)).astype(np.int16)
        resampler = av.AudioResampler(format=sound.format, layout="stereo", rate=48_000)
        for start in range(0, len(tone), 1024):
            chunk = av.AudioFrame.from_ndarray(np.repeat(tone[None, start : start + 1024], 2, axis=1), "s16", "stereo")
            chunk.sample_rate, chunk.pts, chunk.time_base = 48_000, start, Fraction(1, 48_000)
            for frame in resampler.resample(chunk):
                output.mux(sound.encode(frame))
        output.mux(video.encode())
        output.mux(sound.encode())
    return path


VFR_MS = [0, 20, 90, 130, 330, 340, 500, 730, 760, 1000]


@pytest.mark.parametrize("times_ms", [VFR_MS, [40 * n for n in range(20)]], ids=["variable", "steady"])
@pytest.mark.parametrize("codec", ["h264", "vp9"])
def test_every_picture_keeps_its_time(tmp_path: Path, times_ms: Sequence[int], codec: Codec) -> None:
    recording = record(tmp_path / "a.mp4", times_ms=times_ms)
    path, _ = film(recording, unjudged(recording), tmp_path / "out", "ja", codec)
    shown = pictures(path)
    assert [t_s for t_s, _ in shown] == pytest.approx([ms / 1000 for ms in times_ms], abs=0.0011)
    assert shown[0][1].shape == (64, 96, 3)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [path.name]


@pytest.mark.parametrize("turn", [90.0, 180.0, 270.0])
def test_turned_recordings_come_upright_without_being_turned_again(tmp_path: Path, turn: float) -> None:
    recording = record(tmp_path / "a.mp4", turn_ccw_deg=turn, count=4)
    path, _ = film(recording, unjudged(recording), tmp_path, "en")
    with VideoFile(recording) as source, VideoFile(path) as made:
        assert made.info.rotation_deg == 0
        assert (made.info.width_px, made.info.height_px) == (source.info.width_px, source.info.height_px)
        before, after = next(iter(source)).image, next(iter(made)).image
        corner = slice(-12, -4)
        assert np.abs(before[corner, corner].mean((0, 1)) - after[corner, corner].mean((0, 1))).max() < 40


def test_odd_sizes_are_made_even(tmp_path: Path) -> None:
    recording = record(tmp_path / "a.avi", codec="mjpeg", size_px=(95, 63), pixels="yuvj444p", times_ms=None)
    path, _ = film(recording, unjudged(recording), tmp_path, "en")
    assert pictures(path)[0][1].shape == (64, 96, 3)


@pytest.mark.parametrize(
    ("name", "codec", "kept", "made"),
    [("a.mp4", "aac", "h264", "aac"), ("a.mkv", "libopus", "h264", "aac"), ("a.mkv", "libopus", "vp9", "opus")],
)
def test_the_sound_is_kept(tmp_path: Path, name: str, codec: str, kept: Codec, made: str) -> None:
    recording = with_sound(tmp_path / name, codec)
    path, _ = film(recording, unjudged(recording), tmp_path / "out", "ja", kept)
    with av.open(str(path)) as source:
        assert source.streams.audio[0].codec_context.name == made
        frames = list(source.decode(audio=0))
    assert sum(frame.samples for frame in frames) / 48_000 == pytest.approx(1.0, abs=0.15)
    assert abs(float(frames[0].time or 0.0)) < 0.06
    assert max(np.abs(frame.to_ndarray()).max() for frame in frames) > 0.05


def test_the_index_comes_first(tmp_path: Path) -> None:
    recording = record(tmp_path / "a.mp4")
    path, _ = film(recording, unjudged(recording), tmp_path, "en")
    content = path.read_bytes()
    assert 0 < content.index(b"moov") < content.index(b"mdat")


def test_what_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    recording = record(tmp_path / "a.mp4")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        film(recording, unjudged(recording), tmp_path / "file", "en")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.mp4", "file"]


@pytest.fixture(scope="module")
def real(sample_videos: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Analysis]:
    from test_offline import first_seconds

    path = first_seconds(sample_videos / "leg_curl_alternate.mp4", 8.0, tmp_path_factory.mktemp("film") / "curl.mp4")
    return path, analyze(path)


def test_the_findings_are_drawn_and_every_repetition_has_its_picture(
    real: tuple[Path, Analysis], tmp_path: Path
) -> None:
    recording, analysis = real
    assert analysis.report.reps
    path, stills = film(recording, analysis, tmp_path, "en")
    assert set(stills) == {rep.index for rep in analysis.report.reps} == set(take_stills(recording, analysis, "en"))
    assert all(data.startswith(b"\xff\xd8") and len(data) < 40_000 for data in stills.values())
    made, plain = pictures(path), pictures(recording)
    assert len(made) == len(plain) == len(analysis.track)
    assert all(a < b for (a, _), (b, _) in pairwise(made))
    row = len(made) // 2
    assert (np.abs(made[row][1].astype(int) - plain[row][1]).max(axis=2) > 80).mean() > 0.005

"""A recording watched in several stretches: the same for any number of workers, whatever happens to one of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from recordings import record
from test_offline import first_seconds

from bench import splits
from bench.agreement import verdicts
from formcheck import stretches
from formcheck.errors import ModelError, SourceError
from formcheck.landmarks import LANDMARK_COUNT
from formcheck.records import Frame, Pose, Sighting, SourceInfo, Track
from formcheck.session import analyze
from formcheck.stretches import WARM_UP_S, Span, Watch, cut
from formcheck.video import VideoFile

ROOT = Path(__file__).resolve().parent.parent
CLIP = ROOT / "sample_videos" / "hip_lift_good.mp4"
FPS, SECONDS = 20, 40


class Counter:
    """In place of a landmarker: says what the picture looks like, and how many pictures it has seen, up to thirty."""

    crashes: list[float]
    """Times at which one crashes, each once."""
    after: Any
    """What is called before every step."""

    def __init__(self, *_: object) -> None:
        self.count = 0

    def restart(self) -> None:
        self.count = 0

    def step(self, frame: Frame, info: SourceInfo) -> Sighting:
        self.count += 1
        self.after(frame.t_s)
        if self.crashes and frame.t_s >= self.crashes[0]:
            self.crashes.pop(0)
            raise RuntimeError("the network has crashed")
        xy_px = np.full((LANDMARK_COUNT, 2), (frame.image.mean(), min(self.count, 30)), np.float32)
        zeros = np.zeros((LANDMARK_COUNT, 3), np.float32)
        return Sighting(frame.t_s, Pose(xy_px, zeros[:, 0] + 1, zeros))

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def _no_thread_stays() -> Iterator[None]:
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("formcheck-watch")] == []


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "Landmarker", Counter)
    monkeypatch.setattr(Counter, "crashes", [], raising=False)
    monkeypatch.setattr(Counter, "after", staticmethod(lambda _: None), raising=False)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures of changing gray, entered every two seconds."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return record(path, count=SECONDS * FPS, fps=FPS, options={"g": str(2 * FPS), "bf": "2"})


def watched(path: Path, workers: int, usual_s: float = 10.0) -> tuple[Track, list[Span], list[str]]:
    with VideoFile(path) as source:
        watch = Watch(source, "full", workers, usual_s)
        watch.run()
        return *watch.finish(), source.warnings


def same(one: Track, other: Track) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
        for name in ("t_s", "xy_px", "visibility", "world_m")
    )


class TestCutting:
    def test_a_short_recording_stays_whole(self) -> None:
        assert [(s.from_s, s.start_s, s.end_s) for s in cut(19.9)] == [(0.0, 0.0, np.inf)]

    @pytest.mark.parametrize("length_s", [20.0, 41.0, 60.0, 61.0, 89.0, 91.0, 3600.0])
    def test_an_even_number_without_gaps(self, length_s: float) -> None:
        found = cut(length_s)
        starts_s = [stretch.start_s for stretch in found]
        assert len(found) % 2 == 0
        assert starts_s[0] == found[0].from_s == 0.0
        assert [stretch.end_s for stretch in found] == [*starts_s[1:], np.inf]
        np.testing.assert_allclose([stretch.from_s for stretch in found[1:]], np.array(starts_s[1:]) - WARM_UP_S)
        lengths_s = np.diff([*starts_s, length_s])
        assert lengths_s.max() <= 45.0
        assert lengths_s.min() >= min(22.5, length_s / 2)


@pytest.mark.usefixtures("counting")
class TestWatching:
    def test_every_picture_once_and_warmed_up(self, clip: Path) -> None:
        track, missing, warnings = watched(clip, 2)
        with VideoFile(clip) as source:
            plain = [(frame.t_s, np.float32(frame.image.mean())) for frame in source]
        assert [(float(t_s), gray) for t_s, gray in zip(track.t_s, track.xy_px[:, 0, 0], strict=True)] == plain
        warm = [min(row, round(WARM_UP_S * FPS)) for row in range(len(track))]
        assert (track.xy_px[:, 0, 1] > warm).all()
        assert (missing, warnings) == ([], [])

    def test_the_same_for_any_number_of_workers(self, clip: Path) -> None:
        one, two, four = (watched(clip, workers)[0] for workers in (1, 2, 4))
        assert same(one, two)
        assert same(one, four)

    def test_no_more_at_a_time_than_workers(self, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        seen = set()
        monkeypatch.setattr(Counter, "after", staticmethod(lambda _: seen.add(threading.get_ident())))
        watched(clip, 3)
        assert len(seen) <= 3

    def test_progress_grows_to_the_whole(self, clip: Path) -> None:
        told: list[tuple[float, float | None]] = []
        with VideoFile(clip) as source:
            Watch(source, "full", 2, 10.0).run(lambda done_s, length_s: told.append((done_s, length_s)))
        assert told == sorted(told)
        assert told[-1] == (pytest.approx(SECONDS, abs=0.5), pytest.approx(SECONDS, abs=0.1))


@pytest.mark.usefixtures("counting")
class TestCrashes:
    def test_one_is_tried_again(self, clip: Path) -> None:
        good = watched(clip, 2)[0]
        Counter.crashes = [14.0]
        track, missing, warnings = watched(clip, 2)
        assert Counter.crashes == []
        assert same(track, good)
        assert (missing, warnings) == ([], [])

    def test_a_second_one_is_told_with_its_time(self, clip: Path) -> None:
        good = watched(clip, 1)[0]
        Counter.crashes = [14.0, 14.0]
        track, missing, warnings = watched(clip, 1)
        (start_s, end_s), *more = missing
        assert (start_s, end_s, more) == (pytest.approx(14.0, abs=0.1), pytest.approx(20.0, abs=0.1), [])
        assert warnings == ["from 13.9 s to 20.0 s it could not be analysed"]
        assert np.array_equal(track.t_s, good.t_s)
        assert (track.seen == (good.t_s < start_s) | (good.t_s >= end_s)).all()

    def test_what_fails_everywhere_is_an_error(self, clip: Path) -> None:
        Counter.crashes = [0.0] * 20
        with pytest.raises(SourceError, match=r"clip\.mp4: the analysis failed on all of it"):
            watched(clip, 2)

    def test_what_the_user_can_mend_is_told_at_once(self, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(_: float) -> None:
            raise ModelError(en="another model", ja="別のモデル")

        monkeypatch.setattr(Counter, "after", staticmethod(refuse))
        with pytest.raises(ModelError, match="another model"):
            watched(clip, 2)


@pytest.mark.usefixtures("counting")
class TestInterrupted:
    def test_what_was_done_is_kept(self, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Two workers are in the middle of the first two stretches; between them lies what nobody has watched."""
        reached, hold = [threading.Event(), threading.Event()], threading.Event()

        def wait_at(t_s: float) -> None:
            for event, at_s in zip(reached, (5.0, 15.0), strict=True):
                if abs(t_s - at_s) < 0.5 / FPS:
                    event.set()
                    hold.wait(20)

        def interrupted(*_: object) -> None:
            for event in reached:
                assert event.wait(20)
            watch._stop.set()
            hold.set()
            raise KeyboardInterrupt

        monkeypatch.setattr(Counter, "after", staticmethod(wait_at))
        monkeypatch.setattr(stretches, "wait", interrupted)
        with VideoFile(clip) as source:
            watch = Watch(source, "full", 2, 10.0)
            with pytest.raises(KeyboardInterrupt):
                watch.run()
            track, missing = watch.finish()
            assert source.warnings == []
        assert missing == [(pytest.approx(5.05), pytest.approx(10.0, abs=0.05))]
        assert track.t_s[-1] == pytest.approx(15.0)
        np.testing.assert_allclose(np.diff(track.t_s), 1 / FPS, atol=1e-3)
        assert (track.seen == (track.t_s < missing[0][0]) | (track.t_s >= missing[0][1])).all()

    def test_before_anything_was_seen(self, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(stretches, "wait", interrupted)
        with VideoFile(clip) as source:
            watch = Watch(source, "full", 2, 10.0)
            watch._stop.set()
            with pytest.raises(KeyboardInterrupt):
                watch.run()
            assert (len(watch.finish()[0]), watch.finish()[1]) == (0, [])


class TestEntering:
    """What can be read in parts, and that the parts are the whole."""

    @pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm", "a.avi"])
    def test_parts_are_the_whole(self, tmp_path: Path, name: str) -> None:
        codec = "libvpx" if name.endswith("webm") else "libx264"
        path = record(tmp_path / name, count=120, codec=codec, options={"g": "25"})
        with VideoFile(path) as source:
            whole = [(frame.t_s, frame.image.tobytes()) for frame in source]
            borders_s = [0.0, 0.5, 1.0, 2.21, 3.9, np.inf]
            joined = []
            for start_s, end_s in pairwise(borders_s):
                with source.part(start_s, end_s) as part:
                    joined += [(frame.t_s, frame.image.tobytes()) for frame in part]
            times_s = source.times_s()
        assert joined == whole
        assert times_s is None or times_s.tolist() == [t_s for t_s, _ in whole]

    def test_pictures_without_stamps(self, tmp_path: Path) -> None:
        bare = tmp_path / "bare.h264"
        with av.open(str(CLIP)) as source, av.open(str(bare), "w", format="h264") as target:
            stream = target.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
        with VideoFile(bare) as source:
            assert source.times_s() is None
        with VideoFile(CLIP) as source:
            times_s = source.times_s()
            assert times_s is not None
            assert times_s[-1] == pytest.approx(source.duration_s, abs=0.1)

    def test_one_that_can_be_entered_only_at_its_beginning(self, tmp_path: Path) -> None:
        with VideoFile(record(tmp_path / "a.mp4", count=600, options={"g": "9999", "sc_threshold": "0"})) as source:
            assert source.times_s() is None

    def test_two_joined(self, tmp_path: Path) -> None:
        parts = [record(tmp_path / f"{name}.ts", count=100) for name in "ab"]
        (tmp_path / "ab.ts").write_bytes(b"".join(part.read_bytes() for part in parts))
        with VideoFile(tmp_path / "ab.ts") as source:
            assert source.times_s() is None

    @pytest.mark.usefixtures("counting")
    def test_a_damaged_picture_is_told_once_at_its_place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stretches, "LEAST_S", 2.0)
        path = record(tmp_path / "a.mp4", count=500, options={"g": "25", "bf": "0"}, size_px=(320, 240))
        content = bytearray(path.read_bytes())
        with av.open(str(path)) as source:
            hurt = [packet for packet in source.demux(video=0) if packet.pts is not None][260]
            position = hurt.pos
            assert position is not None
            content[position + 5 : position + hurt.size] = bytes(255 for _ in range(hurt.size - 5))
        path.write_bytes(content)
        with VideoFile(path) as source:
            list(source)
        assert source.warnings
        with VideoFile(path) as other:
            watch = Watch(other, "full", 2, 5.0)
            watch.run()
            watch.finish()
        assert other.warnings == source.warnings


def test_the_report_is_the_same_for_any_number_of_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the network itself, on a few seconds cut into four stretches."""
    monkeypatch.setattr(stretches, "LEAST_S", 2.0)
    monkeypatch.setattr(stretches.Watch.__init__, "__defaults__", (None, 1.5))
    short = first_seconds(CLIP, 5.5, tmp_path / "short.mp4")

    def report(workers: int) -> str:
        kept = analyze(short, workers=workers).report
        return kept.model_copy(update={"session_id": ""}).to_json()

    assert report(1) == report(2) == report(4)


def test_other_lengths_of_stretches_find_the_same(tmp_path: Path) -> None:
    """With the network itself, on a whole and cut into three; how far edges move in general: bench/splits.py."""
    short = first_seconds(CLIP, 26.0, tmp_path / "short.mp4")
    whole, info = splits.whole(short, "full", "mediapipe", lambda frame: frame)
    parts = splits.cut(short, "full", "mediapipe", 8.0)
    assert len(splits.edges(whole, info)) >= 2
    assert verdicts(parts, info) == verdicts(whole, info)
    np.testing.assert_allclose(splits.edges(parts, info), splits.edges(whole, info), atol=0.05)

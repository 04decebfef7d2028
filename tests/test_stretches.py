"""A recording watched in several stretches: the same for any number of workers, whatever happens to one of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from formcheck import stretches
from formcheck.errors import SourceError
from formcheck.landmarks import LANDMARK_COUNT
from formcheck.records import Frame, Pose, Sighting, SourceInfo
from formcheck.session import analyze
from formcheck.stretches import WARM_UP_S, Watch, cut
from formcheck.video import Part, VideoFile

CLIP = Path(__file__).parents[1] / "sample_videos" / "hip_lift_good.mp4"
Row = tuple[float, float, float]


class Counter:
    """In place of a landmarker: says what the picture looks like, and how many pictures it has seen, up to thirty."""

    failures: list[float]

    def __init__(self, *_: object) -> None:
        self.count = 0

    def restart(self) -> None:
        self.count = 0

    def step(self, frame: Frame, info: SourceInfo) -> Sighting:
        self.count += 1
        if self.failures and frame.t_s >= self.failures[0]:
            self.failures.pop(0)
            raise RuntimeError("the network has crashed")
        xy_px = np.full((LANDMARK_COUNT, 2), (frame.image.mean(), min(self.count, 30)), np.float32)
        return Sighting(
            frame.t_s, Pose(xy_px, np.ones(LANDMARK_COUNT, np.float32), np.zeros((LANDMARK_COUNT, 3), np.float32))
        )

    def close(self) -> None:
        pass


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    yield
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("formcheck-watch")] == []


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretches, "Landmarker", Counter)
    monkeypatch.setattr(Counter, "failures", [], raising=False)


def watched(workers: int, longest_s: float = 6.0) -> list[Row]:
    with VideoFile(CLIP) as source:
        rows = [
            (sighting.t_s, *sighting.pose.xy_px[0].tolist())
            for sighting in Watch(source, "full", "openvino", workers, longest_s)
            if sighting.pose
        ]
        assert source.warnings == []
    return rows


def plain() -> list[tuple[float, float]]:
    with VideoFile(CLIP) as source:
        return [(frame.t_s, float(np.float32(frame.image.mean()))) for frame in source]


class TestCutting:
    def test_a_short_recording_stays_whole(self) -> None:
        assert [stretch.part for stretch in cut(19.9, 5)] == [Part(zero=5)]

    @pytest.mark.parametrize("length_s", [20.0, 41.0, 60.0, 61.0, 3600.0])
    def test_an_even_number_without_gaps(self, length_s: float) -> None:
        found = cut(length_s, 0)
        starts_s = [stretch.start_s for stretch in found]
        assert len(found) % 2 == 0
        assert starts_s[0] == found[0].part.start_s == 0.0
        assert found[-1].part.end_s == np.inf
        assert [stretch.part.end_s for stretch in found[:-1]] == starts_s[1:]
        np.testing.assert_allclose([stretch.part.start_s for stretch in found[1:]], np.array(starts_s[1:]) - WARM_UP_S)
        assert np.diff([*starts_s, length_s]).max() <= 30.0


@pytest.mark.usefixtures("counting")
class TestWatching:
    def test_every_picture_once_and_warmed_up(self) -> None:
        rows = watched(2)
        assert [(t_s, mean) for t_s, mean, _ in rows] == plain()
        assert all(count == min(k + 1, 30) for k, (_, _, count) in enumerate(rows))

    def test_the_same_for_any_number_of_workers(self) -> None:
        assert watched(1) == watched(2) == watched(4)

    def test_a_crash_is_tried_again(self) -> None:
        good = watched(2)
        Counter.failures = [4.0]
        assert watched(2) == good
        assert Counter.failures == []

    def test_a_second_crash_is_told(self) -> None:
        Counter.failures = [8.0] * 9
        with pytest.raises(SourceError, match=r"hip_lift_good\.mp4: could not be analysed between \d+ and \d+ s"):
            watched(1)

    def test_whoever_stops_listening_stops_the_work(self) -> None:
        with VideoFile(CLIP) as source:
            watch = iter(Watch(source, "full", "openvino", 2, 6.0))
            assert len(list(islice(watch, 5))) == 5
            watch.close()  # type: ignore[attr-defined]

    def test_done_grows_to_the_whole(self) -> None:
        with VideoFile(CLIP) as source:
            watch = Watch(source, "full", "openvino", 2, 6.0)
            done_s = [watch.done_s for _ in watch]
        assert done_s == sorted(done_s)
        assert done_s[-1] == pytest.approx(plain()[-1][0], abs=0.5)


def test_a_recording_without_stamps_is_one_stretch(tmp_path: Path) -> None:
    import av

    bare = tmp_path / "bare.h264"
    with av.open(str(CLIP)) as source, av.open(str(bare), "w", format="h264") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    with VideoFile(bare) as source:
        assert source.regular_s() is None
    with VideoFile(CLIP) as source:
        assert source.regular_s() == pytest.approx(source.duration_s, abs=0.1)


def test_the_report_is_the_same_for_any_number_of_workers() -> None:
    def report(workers: int) -> dict[str, Any]:
        return analyze(CLIP, workers=workers).report.model_dump(exclude={"session_id"})

    assert report(1) == report(2)

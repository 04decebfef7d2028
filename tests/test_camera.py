"""A camera: its clock, its silence, its end."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from recordings import ScriptedCamera, drawn, scripted

from formcheck.camera import Camera
from formcheck.errors import SourceError

pytestmark = pytest.mark.filterwarnings("error")


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

    def test_frames_in_between_are_grabbed_and_not_decoded(self) -> None:
        capture = ScriptedCamera([drawn(index, 96, 64) for index in range(40)], step_s=0.1)
        with Camera(0, capture=capture, now_s=capture.now_s, every_s=1.0) as camera:
            times = [frame.t_s for frame in camera]
        assert len(times) == 4
        assert all(1.0 <= b - a < 1.2 for a, b in pairwise(times))

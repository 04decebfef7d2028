"""The coach's voice without a browser: what is heard when, in samples of sound; and films kept when asked for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import miniaudio
import numpy as np
import pytest

from formcheck.coach.cues import Cue, Slot, all_clips
from formcheck.errors import OutputError, SourceError
from formcheck.records import Frame, SourceInfo
from formcheck.sources import Source
from formcheck.speaker import RATE_HZ, VOICE, Speaker, clip, open_device
from formcheck.stream import Newest, Paced
from formcheck.tape import Tape
from formcheck.text import Lang
from formcheck.video import VideoFile


def cue(slot: Slot, *clips: str) -> Cue:
    return Cue(0.0, slot, clips)


def play(speaker: Speaker, seconds: float) -> np.ndarray:
    return np.concatenate([speaker.read(RATE_HZ // 20) for _ in range(round(20 * seconds))])


def heard(speaker: Speaker) -> list[str]:
    return [name for _, name in speaker.log]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_clip_is_there_and_can_be_heard(lang: Lang) -> None:
    assert [name for name in all_clips() if not (VOICE / lang / f"{name}.mp3").is_file()] == []
    assert np.abs(clip(lang, "count_3")).max() > 3000


def test_a_sentence_of_several_clips_is_spoken_in_order() -> None:
    speaker = Speaker("en")
    assert not play(speaker, 0.5).any()
    speaker.cue(cue("guide", "set_end", "clean_3"))
    assert play(speaker, 1.0).any()
    play(speaker, 3.0)
    assert heard(speaker) == ["set_end", "clean_3"]
    assert speaker.log[0][0] == pytest.approx(0.5, abs=0.05)
    assert speaker.log[1][0] == pytest.approx(0.5 + len(clip("en", "set_end")) / RATE_HZ, abs=0.05)


def test_the_hold_interrupts_a_guide_and_safety_the_hold() -> None:
    speaker = Speaker("ja")
    for slot, name in (("guide", "begin"), ("hold", "hip_lift_top"), ("safety", "hip_lift_lumbar_arch")):
        speaker.cue(cue(slot, name))  # type: ignore[arg-type]
        play(speaker, 0.1)
    speaker.cue(cue("praise", "corrected"))
    play(speaker, 6.0)
    assert heard(speaker) == ["begin", "hip_lift_top", "hip_lift_lumbar_arch"]


def test_what_waited_too_long_is_dropped_but_a_guide_waits() -> None:
    speaker = Speaker("ja")
    speaker.cue(cue("guide", "sound_check", "place_camera"))
    play(speaker, 0.5)
    for slot, name in (("correction", "hip_lift_momentum"), ("breath", "breathe_out"), ("guide", "practice")):
        speaker.cue(cue(slot, name))  # type: ignore[arg-type]
    play(speaker, 12.0)
    assert heard(speaker) == ["sound_check", "place_camera", "practice"]


def test_a_computer_without_sound_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    speaker = Speaker("en")
    device = open_device(speaker, [miniaudio.Backend.NULL])
    speaker.cue(cue("guide", "begin"))
    speaker.hear_out(5.0)
    device.close()
    assert heard(speaker) == ["begin"]

    def broken(**_: object) -> None:
        raise miniaudio.MiniaudioError("no device")

    monkeypatch.setattr(miniaudio, "PlaybackDevice", broken)
    assert open_device(speaker) is None


class Ten(Source[Frame]):
    """Ten frames, one every 0.1 s by their times; waits for `go` before the second one, if there is one."""

    def __init__(self, go: threading.Event | None = None, broken: bool = False) -> None:
        super().__init__()
        self.info, self.go, self.broken, self.closed = SourceInfo("camera", "ten", 64, 48), go, broken, False

    def __iter__(self) -> Iterator[Frame]:
        for number in range(10):
            yield Frame(number, 0.1 * number, np.zeros((48, 64, 3), np.uint8))
            if number == 0 and self.go:
                self.go.wait(5.0)
        if self.broken:
            raise SourceError(en="gone", ja="ありません")

    def close(self) -> None:
        self.closed = True


def test_a_recording_is_played_at_its_own_pace() -> None:
    clock = [100.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    paced = Paced(Ten(), lambda: clock[0], sleep)
    times = [(frame.t_s, clock[0] - 100.0) for frame in paced]
    assert [due for due, _ in times] == pytest.approx([came for _, came in times])


def test_who_is_slow_gets_only_the_newest_picture() -> None:
    go, source = threading.Event(), Ten()
    source.go = go
    with Newest(source) as newest:
        frames = iter(newest)
        first = next(frames)
        go.set()
        newest._reader.join()
        assert [first.index, *(frame.index for frame in frames)] == [0, 9]
    assert source.closed


def test_a_camera_that_breaks_says_so() -> None:
    with Newest(Ten(broken=True)) as newest, pytest.raises(SourceError, match="gone"):
        list(newest)


def test_a_film_keeps_pictures_and_times(tmp_path: Path) -> None:
    tape = Tape(tmp_path / "new" / "video.mp4", 65, 48)
    times = [5.0, 5.04, 5.09, 5.3]
    for number, t_s in enumerate(times):
        tape.step(np.full((48, 65, 3), 60 * number, np.uint8), t_s)
    tape.close()
    assert tape.lost == 0
    with VideoFile(tape.path) as kept:
        found = [(frame.t_s, float(frame.image.mean())) for frame in kept]
    assert [t_s for t_s, _ in found] == pytest.approx([t_s - 5.0 for t_s in times], abs=0.002)
    assert [gray for _, gray in found] == pytest.approx([0, 60, 120, 180], abs=6)


def test_a_film_that_cannot_be_begun_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        Tape(tmp_path / "file" / "video.mp4", 64, 48)

"""Drawing: what a tick says is on the picture, where it belongs, in both languages; the frame stays as it was."""

import math

import cv2
import numpy as np
import pytest

from formcheck import overlay
from formcheck.events import Phase
from formcheck.exercises import all_exercises, get_exercise
from formcheck.landmarks import Landmark
from formcheck.overlay import AMBER, GREEN, RED, Tick, draw, letters, line_joints
from formcheck.records import Pose
from formcheck.text import Lang

SIZE_PX = (640, 360)
LINE = (Landmark.RIGHT_SHOULDER, Landmark.RIGHT_HIP, Landmark.RIGHT_KNEE)


def blank() -> np.ndarray:
    return np.full((SIZE_PX[1], SIZE_PX[0], 3), 128, np.uint8)


def pose(moved_px: float = 0.0) -> Pose:
    """Joints on a slope through the middle of the picture."""
    along = np.linspace(0.2, 0.8, 33)
    xy_px = np.stack([along * SIZE_PX[0], (0.3 + 0.4 * along) * SIZE_PX[1] + moved_px], axis=1).astype(np.float32)
    return Pose(xy_px, np.ones(33, np.float32), np.zeros((33, 3), np.float32))


def changed(tick: Tick, lang: Lang = "en", picture: np.ndarray | None = None) -> np.ndarray:
    """(H, W) where drawing changed the picture."""
    before = blank() if picture is None else picture
    where: np.ndarray = (draw(before, tick, lang, SIZE_PX) != before).any(axis=2)
    return where


def colours(tick: Tick) -> set[tuple[int, ...]]:
    return {tuple(colour) for colour in draw(blank(), tick, "en", SIZE_PX).reshape(-1, 3).tolist()}


def test_the_picture_given_is_left_alone() -> None:
    before = blank()
    draw(before, Tick(pose(), "right", LINE, 180.0, count=3, faults=("too low",)), "ja", SIZE_PX)
    assert (before == 128).all()


def test_nobody_there_draws_no_body() -> None:
    assert not changed(Tick(None))[120:300].any()


def test_the_line_lies_on_its_joints() -> None:
    where = changed(Tick(pose(), "right", LINE, math.nan))
    for joint in LINE:
        x, y = pose().xy_px[joint].astype(int)
        assert where[y, x]


def test_smaller_pictures_are_drawn_to_scale() -> None:
    small = blank()[::2, ::2]
    where = changed(Tick(pose(), "right", LINE), picture=small)
    x, y = (pose().xy_px[Landmark.RIGHT_HIP] / 2).astype(int)
    assert where[y, x]
    assert where.shape == (180, 320)


@pytest.mark.parametrize(
    ("on_line", "severe", "colour"), [(True, False, GREEN), (False, False, AMBER), (False, True, RED)]
)
def test_the_colour_of_the_line_says_how_it_is(on_line: bool, severe: bool, colour: tuple[int, ...]) -> None:
    assert colour in colours(Tick(pose(), "right", LINE, on_line=on_line, severe=severe))


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_its_own_words(phase: Phase, lang: Lang) -> None:
    pictures = {bytes(draw(blank(), Tick(None, phase=p), lang, SIZE_PX)) for p in Phase}
    assert len(pictures) == len(Phase)
    assert changed(Tick(None, phase=phase), lang)[60:110, :200].any()


def test_faults_stand_at_the_bottom_and_fit() -> None:
    long = "腰の反り（12°） 腰を反らさず、お尻で持ち上げましょう。足を下ろすときも、ゆっくり下ろしましょう"
    where = changed(Tick(None, faults=(long, "短い")), "ja")
    assert where[-10:].any()
    right = draw(blank(), Tick(None, faults=(long,)), "ja", SIZE_PX)[-30:, -6:]
    assert (right == right[0, 0]).all()


def test_the_clock_fills_with_the_hold() -> None:
    def amber(hold_s: float) -> int:
        picture = draw(blank(), Tick(None, hold_s=hold_s, hold_target_s=3.0), "en", SIZE_PX)
        return int((picture == AMBER).all(axis=2).sum())

    assert amber(0.0) < amber(1.0) < amber(2.0)
    assert (draw(blank(), Tick(None, hold_s=3.0, hold_target_s=3.0), "en", SIZE_PX) == GREEN).all(axis=2).any()


def labels(lang: Lang) -> list[str]:
    return [
        (fault.label.ja + fault.cue.ja) if lang == "ja" else fault.label.en + fault.cue.en
        for exercise in all_exercises().values()
        for fault in exercise.faults
    ]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_font_has_every_letter_of_the_faults(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    """A letter that the font does not have is drawn as in the font that OpenCV brings."""
    wanted = sorted({letter for label in labels(lang) for letter in label if not letter.isspace()} | {"鷗"})
    ours = [letters(letter, 32) for letter in wanted]
    builtin = cv2.FontFace()
    monkeypatch.setattr(overlay, "_font", lambda: builtin)
    theirs = [letters.__wrapped__(letter, 32) for letter in wanted]
    assert [letter for letter, a, b in zip(wanted, ours, theirs, strict=True) if np.array_equal(a, b)] == ["鷗"]


def test_the_line_follows_the_leg_that_moves() -> None:
    curl = get_exercise("leg_curl")
    assert line_joints(curl, "left", "right") == (Landmark.LEFT_HIP, Landmark.LEFT_KNEE, Landmark.LEFT_ANKLE)
    assert line_joints(get_exercise("hip_lift"), "both", "right") == LINE

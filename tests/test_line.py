"""Where straight lies on the angle as the landmarks show it: the doubt of the whole hip lift hangs on it."""

from functools import cache

import numpy as np
import pytest
from bodies import USUAL_BIAS_DEG, Camera, Film, absent, film, flat, lifts, slide_in
from synthetic import Move

from formcheck.line import Line, find_line
from formcheck.measures import Body

BIASES = [-3.0, 1.0, 5.0, 8.0, 11.0]
SET = [Move(), Move()]


def line_of(taken: Film) -> Line:
    return find_line(Body.of(taken.track, "supine", "left", (taken.info.width_px, taken.info.height_px)))


@cache
def with_flat(bias_deg: float) -> Line:
    return line_of(film(flat(3), slide_in(2), lifts(SET), camera=Camera(bias_deg=bias_deg, white_px=0.4)))


@cache
def without_flat(bias_deg: float) -> Line:
    return line_of(film(lifts(SET), camera=Camera(bias_deg=bias_deg, white_px=0.4)))


@pytest.mark.parametrize("bias_deg", BIASES)
def test_lying_flat_shows_the_bias(bias_deg: float) -> None:
    line = with_flat(bias_deg)
    assert line.calibrated
    assert line.bias_deg == pytest.approx(bias_deg, abs=3.5)


@pytest.mark.parametrize("bias_deg", BIASES)
def test_without_it_the_error_stays_within_the_doubt(bias_deg: float) -> None:
    line = without_flat(bias_deg)
    assert not line.calibrated
    assert abs(line.bias_deg - bias_deg) < 2 * line.sd_deg


@pytest.mark.parametrize("bias_deg", [-3.0, 11.0])
def test_lying_flat_leaves_less_doubt_and_less_error(bias_deg: float) -> None:
    flat_line, other = with_flat(bias_deg), without_flat(bias_deg)
    assert flat_line.sd_deg < other.sd_deg
    assert abs(flat_line.bias_deg - bias_deg) < abs(other.bias_deg - bias_deg)


@pytest.mark.parametrize("peak_deg", [168.0, 195.0], ids=["all too low", "all arched"])
def test_tops_alone_move_no_line(peak_deg: float) -> None:
    """A set that is wrong throughout must not become its own norm."""
    line = line_of(film(lifts([Move(peak_deg)] * 3)))
    assert line.bias_deg == pytest.approx(USUAL_BIAS_DEG, abs=3.0)


def test_of_a_body_that_never_moves_only_the_usual_is_known() -> None:
    line = line_of(film(lifts([], tail_s=4)))
    assert line.bias_deg == pytest.approx(USUAL_BIAS_DEG, abs=2.0)
    assert line.sd_deg >= 2.5


def test_of_nobody_only_the_usual_is_known() -> None:
    line = line_of(film(absent(2)))
    assert np.isfinite([line.bias_deg, line.sd_deg]).all()
    assert not line.calibrated


@pytest.mark.parametrize(
    ("parts", "calibrated"),
    [((flat(0.6), lifts(SET)), False), ((slide_in(3), lifts(SET)), False), ((flat(2), lifts(SET)), True)],
    ids=["too short", "sliding only", "long enough"],
)
def test_lying_flat_must_last(parts: tuple, calibrated: bool) -> None:
    assert line_of(film(*parts)).calibrated == calibrated


def test_a_few_wrong_frames_move_no_line() -> None:
    taken = film(lifts(SET))
    xy_px = taken.track.xy_px.copy()
    xy_px[::40] += np.random.default_rng(1).normal(0, 60, xy_px[::40].shape).astype(np.float32)
    wrong = line_of(Film(type(taken.track)(taken.track.t_s, xy_px, *[a for a in (taken.track.visibility, taken.track.world_m)]), taken.info))
    assert wrong.bias_deg == pytest.approx(line_of(taken).bias_deg, abs=1.0)


def test_the_line_is_seen_at_straight_plus_bias() -> None:
    assert Line(4.0, 2.0, False).observed_deg == 184.0

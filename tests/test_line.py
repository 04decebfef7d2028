"""Where straight lies on the angle as the landmarks show it: the doubt of the whole hip lift hangs on it."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from bodies import USUAL_BIAS_DEG, Camera, Film, absent, film, flat, lifts, slide_in
from synthetic import Move

from bench import bias
from formcheck.line import RULES, Line, find_line
from formcheck.measures import Body

BIASES = [1.0, 5.0, 8.0, 11.0]
SET = [Move(), Move()]
OWN_NORM_DEG = 3.0
"""By which a set that is wrong throughout, by 12 deg or more, may move the line at most."""


def line_of(taken: Film) -> Line:
    return find_line(Body.of(taken.track, "supine", "left", (taken.info.width_px, taken.info.height_px)))


@cache
def with_flat(bias_deg: float) -> Line:
    return line_of(film(flat(3), slide_in(2), lifts(SET), camera=Camera(bias_deg=bias_deg, white_px=0.4)))


@cache
def without_flat(bias_deg: float) -> Line:
    return line_of(film(lifts(SET), camera=Camera(bias_deg=bias_deg, white_px=0.4)))


@pytest.mark.parametrize("bias_deg", BIASES)
@pytest.mark.parametrize("line", [with_flat, without_flat], ids=["lying flat first", "not"])
def test_the_error_stays_within_the_doubt(line: Callable[[float], Line], bias_deg: float) -> None:
    assert abs(line(bias_deg).bias_deg - bias_deg) < 2 * line(bias_deg).sd_deg


@pytest.mark.parametrize("line", [with_flat, without_flat], ids=["lying flat first", "not"])
def test_a_larger_bias_is_seen_as_larger(line: Callable[[float], Line]) -> None:
    """At least a third of it: what is known beforehand may not outweigh what is seen."""
    low, high = line(-3.0).bias_deg, line(12.0).bias_deg
    assert high - low > 15 / 3


def test_the_rules_are_those_that_the_stills_teach() -> None:
    taught = bias.line_rules(bias.hip_cases(bias.load()))
    assert taught.keys() == RULES.keys()
    for known, rule in RULES.items():
        np.testing.assert_allclose(rule, taught[known], rtol=0.01, err_msg=str(known))


@pytest.mark.parametrize("bias_deg", [-3.0, 5.0, 11.0])
def test_lying_flat_is_used(bias_deg: float) -> None:
    flat, other = with_flat(bias_deg), without_flat(bias_deg)
    assert (flat.calibrated, other.calibrated) == (True, False)
    assert abs(flat.bias_deg - bias_deg) < abs(other.bias_deg - bias_deg)


@pytest.mark.parametrize("peak_deg", [168.0, 195.0], ids=["all too low", "all arched"])
def test_a_set_that_is_wrong_throughout_does_not_become_its_own_norm(peak_deg: float) -> None:
    right, wrong = line_of(film(lifts([Move()] * 3))), line_of(film(lifts([Move(peak_deg)] * 3)))
    assert wrong.bias_deg == pytest.approx(right.bias_deg, abs=OWN_NORM_DEG)


def test_one_wrong_lift_that_is_held_for_long_is_not_the_norm_of_the_others() -> None:
    others = [Move(hold_s=0.8)] * 3
    right = line_of(film(lifts([*others, Move()])))
    wrong = line_of(film(lifts([*others, Move(195.0, hold_s=6.0)])))
    assert wrong.bias_deg == pytest.approx(right.bias_deg, abs=1.0)


@pytest.mark.parametrize("bias_deg", BIASES)
def test_coming_from_lying_flat_is_no_lift(bias_deg: float) -> None:
    """Knees that have just been bent leave the hips nearly straight for a while."""
    camera = Camera(bias_deg=bias_deg, white_px=0.4)
    slowly, quickly = (line_of(film(flat(3), slide_in(s), lifts([Move()]), camera=camera)).bias_deg for s in (8.0, 1.0))
    assert slowly == pytest.approx(quickly, abs=1.0)


def test_of_a_body_that_never_moves_only_the_usual_is_known() -> None:
    line = line_of(film(lifts([], tail_s=4)))
    assert line.bias_deg == pytest.approx(USUAL_BIAS_DEG, abs=3.0)
    assert line.sd_deg > with_flat(USUAL_BIAS_DEG).sd_deg


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
    wrong = line_of(replace(taken, track=replace(taken.track, xy_px=xy_px)))
    assert wrong.bias_deg == pytest.approx(line_of(taken).bias_deg, abs=1.0)


def test_the_line_is_seen_at_straight_plus_bias() -> None:
    assert Line(4.0, 2.0, False).observed_deg == 184.0

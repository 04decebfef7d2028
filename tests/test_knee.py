"""How much too straight a bent knee is shown: the rule is what the stills teach, the clues are what they are called."""

from dataclasses import replace

import numpy as np
import pytest
from bodies import Camera, curls, film
from synthetic import Move

from bench import bias
from formcheck import knee
from formcheck.exercises import leg_curl
from formcheck.landmarks import Landmark
from formcheck.measures import Body

PLAIN = film(curls([Move(100, side="left")]), camera=Camera(bias_deg=0.0))


def body(camera: Camera | None = None, head_at: str = "left") -> Body:
    taken = film(curls([Move(100, side="left")]), camera=camera) if camera else PLAIN
    return Body.of(taken.track, "prone", head_at, (taken.info.width_px, taken.info.height_px))


@pytest.mark.parametrize(("far", "shipped"), [(False, knee.NEAR), (True, knee.FAR)], ids=["near", "far"])
def test_the_rules_are_those_that_the_stills_teach(far: bool, shipped: knee.Rule) -> None:
    taught = bias.shipped(bias.knee_cases(bias.load(), far))
    for name in ("offset_deg", "slopes", "least", "most", "doubt_deg"):
        np.testing.assert_allclose(getattr(shipped, name), getattr(taught, name), rtol=0.01, err_msg=name)


@pytest.mark.parametrize("far", [False, True], ids=["near", "far"])
def test_the_clues_tell_more_than_the_mean_about_bodies_never_seen(far: bool) -> None:
    cases = bias.knee_cases(bias.load(), far)
    by_mean, by_clues = (np.abs(bias.left_out(cases, clues)).mean() for clues in ((), bias.KNEE_CLUES))
    assert by_clues < 0.85 * by_mean


def test_clues_are_the_drawn_slopes_and_lengths() -> None:
    told = dict(zip(bias.KNEE_CLUES, knee.clues("left", body()).T, strict=True))
    bent = leg_curl.seen_deg("left", body())
    np.testing.assert_allclose(told["shank_deg"] - told["thigh_deg"], bent, atol=0.01)
    chord = np.sqrt(
        told["thigh"] ** 2 + told["shank"] ** 2 + 2 * told["thigh"] * told["shank"] * np.cos(np.radians(bent))
    )
    np.testing.assert_allclose(told["chord"], chord, atol=0.001)
    assert told["chord"].min() < 0.7 * told["chord"].max()
    assert np.ptp(told["idle"]) < 0.001


def test_clues_are_the_same_in_a_mirror_and_at_any_size() -> None:
    mirrored = knee.clues("right", body(Camera(bias_deg=0.0, head_at="right"), "right"))
    larger = knee.clues("left", body(Camera(bias_deg=0.0, px_per_m=350)))
    for other in (mirrored, larger):
        np.testing.assert_allclose(other, knee.clues("left", body()), atol=0.01)


def test_a_clue_counts_only_as_far_as_it_was_seen() -> None:
    rule = knee.Rule(1.0, (2.0,), (-1.0,), (3.0,), 0.0)
    np.testing.assert_allclose(rule(np.array([[-9.0], [-1.0], [2.0], [9.0]])), [-1.0, -1.0, 5.0, 7.0])


def test_a_knee_that_the_other_leg_hides_for_a_moment_stays_bent() -> None:
    """The landmarks straighten it meanwhile."""
    (rep,), t_s = PLAIN.truth, PLAIN.track.t_s
    hidden = np.abs(t_s - (rep.top_start_s + rep.top_end_s) / 2) < 0.2
    xy_px = PLAIN.track.xy_px.copy()
    knee_px, ankle_px = xy_px[hidden, Landmark.LEFT_KNEE], xy_px[hidden, Landmark.LEFT_ANKLE]
    shank_px = np.linalg.norm(ankle_px - knee_px, axis=1, keepdims=True)
    straighter = ankle_px + (knee_px - xy_px[hidden, Landmark.LEFT_HIP]) * 0.5
    way_px = straighter - knee_px
    xy_px[hidden, Landmark.LEFT_ANKLE] = knee_px + way_px * shank_px / np.linalg.norm(way_px, axis=1, keepdims=True)
    size_px = PLAIN.info.width_px, PLAIN.info.height_px
    seen = Body.of(replace(PLAIN.track, xy_px=xy_px), "prone", "left", size_px)
    assert leg_curl.seen_deg("left", seen)[hidden].max() < 85
    assert leg_curl.curl_deg("left")(seen)[hidden].min() > leg_curl.curl_deg("left")(body())[hidden].min() - 6


def test_a_camera_tilted_a_little_costs_a_few_degrees_and_no_more() -> None:
    level, tilted = (
        leg_curl.curl_deg("left")(body(Camera(bias_deg=0.0, roll_deg=roll_deg))).max() for roll_deg in (0.0, 5.0)
    )
    assert abs(tilted - level) < 5.0

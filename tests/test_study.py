"""One scene as an exercise sees it: rest, line, which frames can be judged."""

from dataclasses import replace

import numpy as np
import pytest
from bodies import Camera, Film, Part, absent, curls, film, flat, lifts, slide_in
from judging import CURL, HIP
from synthetic import Move

from formcheck.posture import Scene
from formcheck.spec import Exercise
from formcheck.study import Study, frame_rate_hz, median_of, samples, study

REST_DEG = 128.0


def studied(taken: Film, exercise: Exercise = HIP) -> Study:
    scene = Scene(0, len(taken.track), exercise.position, "left")
    return study(taken.track, scene, exercise, (taken.info.width_px, taken.info.height_px))


@pytest.mark.parametrize("rest_deg", [118.0, 128.0, 142.0])
@pytest.mark.parametrize("bias_deg", [0.0, 8.0])
def test_rest_is_the_persons_own(rest_deg: float, bias_deg: float) -> None:
    data = studied(film(lifts([Move()] * 2, rest_deg), camera=Camera(bias_deg=bias_deg, white_px=0.5)))
    assert data.baseline.rest_deg["hip_deg"] == pytest.approx(rest_deg, abs=5)


@pytest.mark.parametrize(
    "moves",
    [
        [Move(pause_s=0.0, hold_s=4)] * 3,
        [Move(bottom_share=0.3, pause_s=0.0)] * 3,
        [Move(hold_s=20)],
        [Move(up_s=0.7, down_s=0.7, hold_s=0, pause_s=0)] * 4,
    ],
    ids=["never still below", "never fully down", "long at the top", "always moving"],
)
def test_rest_is_found_in_a_set_without_rest(moves: list[Move]) -> None:
    data = studied(film(lifts(moves, lead_s=0.3, tail_s=0.2), camera=Camera(white_px=0.5)))
    assert data.baseline.rest_deg["hip_deg"] == pytest.approx(REST_DEG, abs=8)


def test_holding_at_the_top_is_not_rest() -> None:
    assert studied(film(lifts([Move(hold_s=30)], lead_s=0.6, tail_s=0.6))).baseline.rest_deg["hip_deg"] < 140


def test_both_legs_have_their_own_rest() -> None:
    rest = studied(
        film(curls([Move(100, side="left")], rest_deg=12.0), camera=Camera(bias_deg=0)), CURL
    ).baseline.rest_deg
    assert rest == pytest.approx({"knee_left_deg": 12.0, "knee_right_deg": 12.0}, abs=1)


def test_relative_signals_are_zero_at_rest() -> None:
    data = studied(film(lifts([Move(extra={"foot_shank": 0.15, "head_trunk": 0.1})])))
    for name, top in (("ankle_rise_shank", 0.15), ("heel_rise_shank", 0.15), ("head_height_trunk", 0.1)):
        assert data.values[name][20] == pytest.approx(0, abs=0.05 * top)
        assert np.nanmax(data.values[name]) == pytest.approx(top, rel=0.1)


def test_the_driving_angle_is_the_bodys() -> None:
    data = studied(film(flat(3), slide_in(2), lifts([Move(190)]), camera=Camera(bias_deg=9)))
    assert np.nanmax(data.values["hip_deg"][150:]) == pytest.approx(190, abs=4)


@pytest.mark.parametrize(
    ("part", "share"),
    [(flat(3), 0.0), (lifts([Move()]), 1.0), (lifts([Move()], rest_deg=150), 1.0), (absent(2), 0.0)],
    ids=["straight legs", "knees bent", "feet far", "nobody"],
)
def test_only_bent_knees_can_be_judged(part: Part, share: float) -> None:
    assert studied(film(part)).usable.mean() == pytest.approx(share, abs=0.02)


def test_frames_with_impossible_limbs_cannot_be_judged() -> None:
    taken = film(lifts([Move()]))
    xy_px = taken.track.xy_px.copy()
    wrong = np.arange(len(xy_px)) % 30 == 11
    xy_px[wrong, 26] += (90, -70)  # the near knee
    data = studied(replace(taken, track=replace(taken.track, xy_px=xy_px)))
    np.testing.assert_array_equal(data.usable, ~wrong)


def test_samples_are_the_usable_frames() -> None:
    data = studied(film(flat(1), lifts([Move()])).unseen(3.0, 3.5))
    given = list(samples(data))
    assert len(given) == data.usable.sum()
    assert not any(3.05 < sample.t_s < 3.45 for sample in given)
    assert set(given[0].values) == {*HIP.measures, "quality"}
    assert set(given[0].speeds) == {"hip_deg"}


@pytest.mark.parametrize("fps", [15.0, 29.97, 60.0])
def test_frame_rate_is_the_usual_interval(fps: float) -> None:
    assert frame_rate_hz(film(flat(3), fps=fps, jitter=0.2).track.t_s) == pytest.approx(fps, rel=0.05)


@pytest.mark.parametrize("frames", [0, 1])
def test_no_rate_without_an_interval(frames: int) -> None:
    assert frame_rate_hz(np.zeros(frames)) == 0


def test_median_of_nothing_is_unknown() -> None:
    assert np.isnan(median_of(np.full(3, np.nan)))
    assert median_of(np.array([1.0, np.nan, 3.0])) == 2


def test_near_side_and_view_are_told() -> None:
    data = studied(film(lifts([Move()]), camera=Camera(shift_px=(120.0, 0.0))))
    assert data.near_side == "right"
    assert abs(data.view_yaw_deg) < 2

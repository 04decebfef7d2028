"""Steps on the spot: counted and measured on drawn bodies, and never seen in anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from bodies import (
    SHANK_M,
    THIGH_M,
    Camera,
    Film,
    Part,
    absent,
    between,
    film,
    heel_raises,
    lifts,
    marches,
    seated,
    seen_from,
    squats,
    standing,
    towards,
    turned,
    upright,
    walking,
    xy,
)
from judging import codes, report_of, reps_of
from replays import replayed, saved
from synthetic import Floats, Move

from formcheck.engine import Engine, replay
from formcheck.events import RepDone
from formcheck.exercises import get_exercise
from formcheck.landmarks import Landmark

STILL = Camera(bias_deg=0.0)
NOISY = Camera(bias_deg=0.0, white_px=0.4, slow_px=0.4)


def step(
    side: str, peak_deg: float = 60.0, way_s: float = 0.5, hold_s: float = 0.3, pause_s: float = 0.1, **extra: float
) -> Move:
    return Move(peak_deg, way_s, hold_s, way_s, pause_s, side=side, extra=extra)


def march(count: int = 6, peak_deg: float = 60.0, way_s: float = 0.5, hold_s: float = 0.3, **extra: float) -> Part:
    """Both legs in turn, the left one first; `extra` at every step."""
    sides = ["left", "right"] * count
    return marches([step(side, peak_deg, way_s, hold_s, **extra) for side in sides[:count]])


def in_steps(cadence: float, peak_deg: float = 60.0) -> Part:
    """So many steps a minute, without a pause between them."""
    way_s = 0.45 * 60 / cadence
    return marches([step(side, peak_deg, way_s, way_s / 9, way_s / 9) for side in ["left", "right"] * 4])


def along(part: Part, speed_m_s: float) -> Part:
    """The same while the whole body moves through the picture."""

    def draw(t_s: Floats) -> Floats:
        return part.draw(t_s) + (t_s - part.duration_s / 2)[:, None, None] * (speed_m_s, 0.0, 0.0)

    return Part(part.duration_s, draw)


def as_drawn(scene: Film, peak_within_deg: float = 3.5) -> None:
    """Every step is counted on its own leg, at its own time and height.

    The camera stands above, so one knee is drawn higher than the other, and the middle of the hips between them.
    """
    report = report_of(scene)
    assert report.exercise == "stair_step"
    assert [rep.side for rep in report.reps] == [truth.side for truth in scene.truth]
    for rep, truth in zip(report.reps, scene.truth, strict=True):
        assert rep.peak_deg == pytest.approx(truth.peak_deg, abs=peak_within_deg)
        assert (rep.start_s, rep.end_s) == pytest.approx((truth.start_s, truth.end_s), abs=0.08)


@pytest.mark.parametrize("fps", [15.0, 30.0, 60.0])
@pytest.mark.parametrize("part", [march(), turned(march())], ids=["right", "left"])
def test_each_leg_is_counted(part: Part, fps: float) -> None:
    as_drawn(film(part, camera=NOISY, fps=fps))


@pytest.mark.parametrize("size", [0.6, 1.4])
def test_size_in_the_picture_changes_nothing(size: float) -> None:
    picture = replace(NOISY, px_per_m=200 * size, width_px=1280, height_px=720)
    as_drawn(film(march(), camera=picture))


@pytest.mark.parametrize(
    "sides", [["left"] * 4, ["left", "left", "right", "right"], ["right"]], ids=["one leg", "twos", "one step"]
)
def test_legs_need_not_take_turns(sides: Sequence[str]) -> None:
    as_drawn(film(marches([step(side) for side in sides]), camera=NOISY))


@pytest.mark.parametrize("yaw_deg", [-30.0, 30.0])
def test_an_oblique_view_shows_heights_a_little_lower(yaw_deg: float) -> None:
    """atan(tan(60) cos(30)) = 56.3; the camera also stands a little above."""
    scene = film(seen_from(march(), yaw_deg), camera=NOISY)
    report = report_of(scene)
    assert [rep.side for rep in report.reps] == [truth.side for truth in scene.truth]
    assert [rep.verdict for rep in report.reps] == ["clean"] * 6
    assert np.mean([rep.peak_deg for rep in report.reps]) == pytest.approx(56.3, abs=4.0)


FAULTS = {
    "knees too low": (march(peak_deg=30.0), {"low_height"}),
    "high enough": (march(peak_deg=40.0), set()),
    "high": (march(peak_deg=95.0), set()),
    "slow": (march(way_s=1.5, hold_s=1.0), set()),
    "leaning": (march(lean_deg=19.0), {"trunk_lean"}),
    "leaning a little": (march(lean_deg=11.0), set()),
    "leaning back": (march(lean_deg=-19.0), set()),
}


@pytest.mark.parametrize("view", [lambda part: part, turned], ids=["right", "left"])
@pytest.mark.parametrize(("part", "wanted"), FAULTS.values(), ids=list(FAULTS))
def test_each_fault_is_named_and_no_other(part: Part, wanted: set[str], view: object) -> None:
    found = reps_of(film(view(part), camera=NOISY))  # type: ignore[operator]
    assert [codes(rep) for rep in found] == [wanted] * 6


@pytest.mark.parametrize(("cadence", "hurried"), [(60.0, False), (110.0, False), (132.0, True), (155.0, True)])
@pytest.mark.parametrize("fps", [15.0, 30.0])
def test_hurried_from_the_second_step_of_a_leg_on(cadence: float, hurried: bool, fps: float) -> None:
    found = reps_of(film(in_steps(cadence), camera=NOISY, fps=fps))
    assert [codes(rep) for rep in found] == [set()] * 2 + [{"momentum"} if hurried else set()] * 6


@pytest.mark.parametrize(("way_s", "wanted"), [(0.2, {"momentum"}), (0.5, {"low_height"})], ids=["hurried", "slow"])
def test_of_hurried_steps_the_hurry_is_told_and_not_how_low_they_look(way_s: float, wanted: set[str]) -> None:
    steps = [step(side, 31.0, way_s, way_s / 9, way_s / 9) for side in ["left", "right"] * 4]
    told = [codes(rep) for rep in reps_of(film(marches(steps), camera=STILL))]
    assert told[2:] == [wanted] * 6


def test_of_hurried_steps_it_is_not_told_that_they_are_uneven() -> None:
    steps = [step(side, 46.0 if side == "left" else 62.0, 0.2, 0.02, 0.02) for side in ["left", "right"] * 7]
    told = [codes(rep) for rep in reps_of(film(marches(steps), camera=STILL))]
    assert told[2:] == [{"momentum"}] * 12


@pytest.mark.parametrize("low", ["left", "right"])
def test_a_knee_lower_than_the_other_one_is_told_after_ten_steps(low: str) -> None:
    steps = [step(side, 45.0 if side == low else 65.0) for side in ["left", "right"] * 7]
    told = [codes(rep) for rep in reps_of(film(marches(steps), camera=NOISY))]
    ten = 9 if low == "right" else 10
    assert told == [{"uneven"} if side == low and n >= ten else set() for n, side in enumerate(["left", "right"] * 7)]


def test_knees_nearly_as_high_as_each_other_are_even() -> None:
    steps = [step(side, 55.0 if side == "left" else 60.0) for side in ["left", "right"] * 7]
    assert [codes(rep) for rep in reps_of(film(marches(steps), camera=NOISY))] == [set()] * 14


def test_a_step_hardly_lifted_is_partial() -> None:
    found = reps_of(film(marches([step("left"), step("right", 19.5), step("left")]), camera=STILL))
    assert [(rep.side, rep.verdict) for rep in found] == [("left", "clean"), ("right", "partial"), ("left", "clean")]


def test_live_counts_the_same() -> None:
    scene = film(march(), camera=NOISY)
    engine = Engine(get_exercise("stair_step"), scene.info)
    done = [event for event in replay(engine, scene.track) if isinstance(event, RepDone)]
    assert [(event.side, event.verdict) for event in done] == [(truth.side, "clean") for truth in scene.truth]


def dips(thigh_deg: float, shank_deg: float, lean_deg: float, count: int = 3, each_s: float = 4.0) -> Part:
    """Squats that are only this deep."""

    def draw(t_s: Floats) -> Floats:
        depth = 0.5 - 0.5 * np.cos(2 * np.pi * t_s / each_s)
        return upright(0 * t_s, 90 + thigh_deg * depth, 90 - shank_deg * depth, 90 - lean_deg * depth)

    return Part(count * each_s, draw)


def lunges(count: int = 3, each_s: float = 3.0) -> Part:
    """Down on the right leg in front and up again; the left one stays behind, its thigh hanging down."""

    def draw(t_s: Floats) -> Floats:
        depth = 0.5 - 0.5 * np.cos(2 * np.pi * t_s / each_s)
        points = upright(0 * t_s, 90 + 80 * depth, 90 - 10 * depth, 90 + 0 * t_s)
        knee = points[:, Landmark.LEFT_HIP, :2] - xy(0.0, THIGH_M)
        ankle = knee + towards(270 - 85 * depth, SHANK_M)
        for joint, place in (("KNEE", knee), ("ANKLE", ankle), ("HEEL", ankle), ("TOE", ankle - xy(0.0, 0.14))):
            points[:, Landmark[f"LEFT_{joint}"], :2] = place
        return points

    return Part(count * each_s, draw)


NEGATIVES = {
    "standing": standing(6),
    "squatting": squats(3),
    "squatting a little": dips(30.0, 10.0, 15.0),
    "knees that only give way": dips(14.9, 15.0, 0.0),
    "lunges": lunges(),
    "squatting, seen at an angle": seen_from(squats(3), 30.0),
    "seen from the front": seen_from(march(), 75.0),
    "walking through": walking(5),
    "walking slowly with high knees": along(march(), 0.5),
    "sitting": seated(4),
    "sitting down and up": between(standing(1), seated(1), 4.0),
    "knees hardly lifted": march(peak_deg=15.0),
}


@pytest.mark.parametrize("camera", [STILL, NOISY], ids=["still", "noisy"])
@pytest.mark.parametrize("name", NEGATIVES)
def test_nothing_else_is_claimed(name: str, camera: Camera) -> None:
    report = report_of(film(NEGATIVES[name], camera=camera))
    assert (report.exercise, report.reps) == (None, [])


def test_heel_raises_stay_heel_raises() -> None:
    scene = film(heel_raises([Move(25.0, 1.5, 0.7, 2.0)] * 3), camera=NOISY)
    report = report_of(scene)
    assert (report.exercise, len(report.reps)) == ("heel_raise", 3)
    assert reps_of(scene, "stair_step") == []


def test_lifts_stay_lifts_whoever_walks_before_and_after() -> None:
    part = lifts([Move()] * 2)
    report = report_of(film(walking(4), standing(2), absent(1), part, absent(1), standing(2), walking(4)))
    assert (report.exercise, len(report.reps)) == ("hip_lift", 2)


@pytest.mark.parametrize("name", ["calf-raise", "step-up"])
def test_lower_legs_alone_cannot_be_judged(name: str) -> None:
    """Recordings of real heels and steps with nothing above the knees in the picture."""
    assert replayed(name).exercise is None
    given_it = report_of(saved(name), "stair_step")
    assert (given_it.reps, given_it.tracking.frames_judged) == ([], 0)
    assert given_it.unjudged


@pytest.mark.parametrize("name", ["bodyweight-squat", "chair-mobility", "heel_raise_good_s1"])
def test_real_squats_chairs_and_rendered_heels_are_none_even_when_asked_for(name: str) -> None:
    assert reps_of(saved(name), "stair_step") == []

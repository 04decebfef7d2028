"""Heel raises: counted and measured on drawn bodies, on a rendered film, and never seen in anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from bodies import (
    Camera,
    Film,
    Part,
    absent,
    between,
    curls,
    film,
    heel_raises,
    lifts,
    seated,
    seen_from,
    squats,
    standing,
    turned,
    walking,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import EDGES, HEEL, codes, report_of, reps_of
from replays import replayed, saved
from synthetic import Floats, Move

from formcheck.engine import Engine, replay
from formcheck.events import RepDone
from formcheck.exercises.heel_raise import FRONT_SHARE
from formcheck.measures import Body
from formcheck.standing import moved_statures

STILL = Camera(bias_deg=0.0)
NOISY = Camera(bias_deg=0.0, white_px=0.4, slow_px=0.4)


def raise_(peak_deg: float = 25.0, up_s: float = 1.5, hold_s: float = 0.7, down_s: float = 2.0, **extra: float) -> Move:
    return Move(peak_deg, up_s, hold_s, down_s, extra=extra)


def taken(*moves: Move, camera: Camera = STILL, fps: float = 30.0) -> Film:
    return film(heel_raises(moves), camera=camera, fps=fps)


FAULTS = {
    "clean": (raise_(), set()),
    "low": (raise_(16.0), {"low_height"}),
    "thrown": (raise_(up_s=0.45), {"momentum"}),
    "dropped": (raise_(down_s=0.45), {"fast_lowering"}),
    "knees": (raise_(knee_deg=20.0), {"knee_bend"}),
    "leaning": (raise_(lean_deg=11.0), {"trunk_lean"}),
    "leaning back": (raise_(lean_deg=-11.0), {"trunk_lean"}),
    "rocking": (raise_(sway_stature=0.11), {"rocking"}),
}


@pytest.mark.parametrize("part", [heel_raises, lambda moves: turned(heel_raises(moves))], ids=["right", "left"])
@pytest.mark.parametrize(("move", "wanted"), FAULTS.values(), ids=list(FAULTS))
def test_each_fault_is_named_and_no_other(part: object, move: Move, wanted: set[str]) -> None:
    report = report_of(film(part([raise_(), move, raise_()]), camera=NOISY))  # type: ignore[operator]
    assert report.exercise == "heel_raise"
    assert [codes(rep) for rep in report.reps] == [set(), wanted, set()]


@settings(max_examples=15, deadline=None)
@given(
    moves=st.lists(
        st.builds(
            raise_, st.floats(20.0, 35.0), st.floats(0.8, 2.5), st.floats(0.3, 3.0), st.floats(0.8, 3.0)
        ),
        min_size=1, max_size=4,
    ),
    fps=st.sampled_from([15.0, 25.0, 30.0]),
    size=st.sampled_from([0.6, 1.0]),
    seed=st.integers(1, 99),
    noisy=st.booleans(),
)  # fmt: skip
def test_every_set_is_counted_and_measured(
    moves: Sequence[Move], fps: float, size: float, seed: int, noisy: bool
) -> None:
    """Noise that wanders by a twentieth of the height on the top moves the top's edges, not those at the bottom."""
    off_px = 0.2 * size * noisy
    camera = replace(NOISY, px_per_m=200.0 * size, seed=seed, white_px=off_px, slow_px=off_px)
    scene = film(heel_raises(moves), camera=camera, fps=fps)
    found = reps_of(scene)
    assert len(found) == len(scene.truth)
    for rep, truth in zip(found, scene.truth, strict=True):
        assert rep.peak_deg == pytest.approx(truth.peak_deg, abs=2.0)
        for edge in ("start_s", "end_s") if noisy else EDGES:
            assert getattr(rep, edge) == pytest.approx(getattr(truth, edge), abs=0.25)


def test_from_the_front_the_feet_hide_a_part_which_is_made_up_for() -> None:
    moves = [raise_(), raise_(12.0), raise_()]
    side, front = (
        reps_of(film(part, camera=STILL)) for part in (heel_raises(moves), seen_from(heel_raises(moves), 80.0))
    )
    assert [codes(rep) for rep in front] == [set(), {"low_height"}, set()]
    for rep, other in zip(front, side, strict=True):
        assert rep.peak_deg == pytest.approx(other.peak_deg / FRONT_SHARE, rel=0.1)


@pytest.mark.parametrize("yaw_deg", [36.0, 38.0, 40.0])
def test_a_view_between_side_and_front_is_one_of_them_all_along(yaw_deg: float) -> None:
    scene = film(seen_from(heel_raises([raise_()] * 3), yaw_deg), camera=NOISY)
    live = [event for event in replay(Engine(HEEL, scene.info), scene.track) if isinstance(event, RepDone)]
    assert [event.verdict for event in live] == ["clean"] * 3
    assert [rep.verdict for rep in reps_of(scene)] == ["clean"] * 3


def test_live_counts_the_same() -> None:
    scene = taken(*[raise_()] * 3, camera=NOISY)
    done = [event for event in replay(Engine(HEEL, scene.info), scene.track) if isinstance(event, RepDone)]
    assert [event.verdict for event in done] == ["clean"] * 3
    for event, truth in zip(done, scene.truth, strict=True):
        assert event.rep.start_s == pytest.approx(truth.start_s, abs=0.15)
        assert event.rep.peak_deg == pytest.approx(truth.peak_deg, abs=2.0)


def test_own_best_is_the_highest_so_far() -> None:
    found = reps_of(taken(raise_(30.0), raise_(19.0), raise_(30.0), raise_(22.0)))
    assert [codes(rep) for rep in found] == [set(), {"low_height"}, set(), set()]


def along(part: Part, speed_m_s: float) -> Part:
    """The same while the whole body moves through the picture, as who walks on straight legs."""

    def draw(t_s: Floats) -> Floats:
        step = (t_s - part.duration_s / 2)[:, None, None] * (speed_m_s, 0.0, 0.0)
        return part.draw(t_s) + step

    return Part(part.duration_s, draw)


LIFT = lifts([Move()] * 2)
NEGATIVES = {
    "standing": standing(8),
    "squatting": squats(4),
    "walking through": walking(5),
    "sitting": seated(5),
    "sitting down and up": between(standing(1), seated(1), 4.0),
    "walking on straight legs": along(heel_raises([raise_(up_s=0.5, hold_s=0.1, down_s=0.5)] * 2), 0.5),
    "heels hardly off the floor": heel_raises([raise_(4.0)] * 3),
    "one foot alone": heel_raises([raise_(30.0)] * 3, right=False),
}


@pytest.mark.parametrize("camera", [STILL, NOISY], ids=["still", "noisy"])
@pytest.mark.parametrize("name", NEGATIVES)
def test_nothing_else_is_claimed(name: str, camera: Camera) -> None:
    report = report_of(film(NEGATIVES[name], camera=camera))
    assert (report.exercise, report.reps) == (None, [])


@pytest.mark.parametrize("part", [LIFT, curls([Move(100.0, side="left", hold_s=0.7)] * 2)], ids=["lifts", "curls"])
def test_standing_before_and_after_changes_nothing(part: Part) -> None:
    alone = report_of(film(part))
    whole = report_of(film(standing(4), absent(1), part, absent(1), standing(4)))
    assert (whole.exercise, len(whole.reps)) == (alone.exercise, len(alone.reps))


@pytest.mark.parametrize("name", ["calf-raise", "step-up"])
def test_lower_legs_alone_cannot_be_judged(name: str) -> None:
    """Recordings of heels that do rise, and of steps, with nothing above the knees in the picture."""
    assert replayed(name).exercise is None
    given_it = report_of(saved(name), "heel_raise")
    assert given_it.reps == []
    assert given_it.tracking.frames_judged == 0
    assert given_it.unjudged


def test_real_squats_are_none_even_when_asked_for() -> None:
    assert replayed("bodyweight-squat").exercise is None
    assert report_of(saved("bodyweight-squat"), "heel_raise").reps == []


RENDERED = np.array([
    (2.75, 3.26, 4.60, 5.36, 72.4),
    (7.00, 7.55, 9.14, 9.90, 69.3),
    (11.56, 12.14, 13.54, 14.18, 73.7),
    (15.67, 16.17, 17.52, 18.10, 65.5),
    (19.36, 19.89, 21.69, 22.46, 76.8),
    (24.28, 24.77, 26.51, 27.09, 78.0),
])  # fmt: skip
"""Of a rendered film, from its heel's height in every frame: 10 % and 90 % up, 90 % and 10 % down (s), height (mm)."""


def test_a_rendered_film_seen_by_the_network() -> None:
    report = replayed("heel_raise_good_s1")
    assert report.exercise == "heel_raise"
    assert (report.tracking.near_side, report.tracking.frames_judged) == ("right", 895)
    assert report.tracking.view_yaw_deg is None
    assert [rep.verdict for rep in report.reps] == ["clean"] * 6
    edges = np.array([[getattr(rep, edge) for edge in EDGES] for rep in report.reps])
    assert np.abs(edges - RENDERED[:, :4]).max() < 0.5
    assert np.abs(edges - RENDERED[:, :4]).mean() < 0.15
    assert np.corrcoef([rep.peak_deg for rep in report.reps], RENDERED[:, 4])[0, 1] > 0.8


def test_nobody_for_a_while_before_standing_is_no_matter() -> None:
    taken = film(absent(3), heel_raises([Move(peak_deg=30)]))
    body = Body.of(taken.track, "standing", "right", (taken.info.width_px, taken.info.height_px))
    moved = moved_statures(body, body.middle("hip"), 1.0)
    assert np.isnan(moved[0])
    assert np.isfinite(moved[-1])

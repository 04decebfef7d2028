"""Another view, size, rate or clock of the same set gives the same repetitions, sides, verdicts and faults."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bodies import Camera, Film, Part, curls, film, flat, lifts, slide_in
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import EDGE_S, EDGES, codes, reps_of
from synthetic import Move

from formcheck.report import RepFound

FEW = settings(max_examples=5, deadline=None, derandomize=True)
LEG = Move(104, hold_s=0.7, pause_s=0.8)
SETS: dict[str, tuple[Part, ...]] = {
    "hip_lift": (flat(2), slide_in(1.5), lifts([Move(), Move(up_s=0.6), Move(196), Move(164), Move(hold_s=0.4)])),
    "leg_curl": (
        curls([
            replace(LEG, side="left"), replace(LEG, side="right", up_s=0.5), replace(LEG, side="left", peak_deg=74),
            replace(LEG, side="right", down_s=0.45),
        ]),
    ),
}  # fmt: skip
BIAS_DEG = {"hip_lift": 5.0, "leg_curl": 0.0}
WITHHELD_BELOW_24_FPS = {"bounce"}

each_set = pytest.mark.parametrize("name", SETS)


def taken(name: str, fps: float = 30.0, jitter: float = 0.0, **camera: object) -> Film:
    return film(*SETS[name], camera=Camera(bias_deg=BIAS_DEG[name], **camera), fps=fps, jitter=jitter)  # type: ignore[arg-type]


PLAIN = {name: reps_of(taken(name), name) for name in SETS}
OTHER = {"left": "right", "right": "left", "both": "both"}


def assert_same(
    found: list[RepFound], name: str, mirrored: bool = False, later_s: float = 0.0, fewer: bool = False
) -> None:
    plain = PLAIN[name]
    withheld = WITHHELD_BELOW_24_FPS if fewer else set()
    assert [(rep.verdict, codes(rep)) for rep in found] == [(rep.verdict, codes(rep) - withheld) for rep in plain]
    assert [rep.side for rep in found] == [OTHER[rep.side] if mirrored else rep.side for rep in plain]
    for rep, same in zip(found, plain, strict=True):
        for edge in EDGES:
            assert getattr(rep, edge) == pytest.approx(getattr(same, edge) + later_s, abs=EDGE_S), edge


@each_set
def test_the_set_has_what_is_to_be_kept(name: str) -> None:
    """Otherwise sameness would say little."""
    said = set().union(*(codes(rep) for rep in PLAIN[name]))
    assert {"momentum"} < said
    assert "clean" in {rep.verdict for rep in PLAIN[name]}


@each_set
def test_mirrored_with_left_and_right_exchanged(name: str) -> None:
    assert_same(reps_of(taken(name, head_at="right"), name), name, mirrored=True)


@each_set
@FEW
@given(px_per_m=st.floats(60, 250), mirrored=st.booleans())
def test_size_in_the_picture(name: str, px_per_m: float, mirrored: bool) -> None:
    head_at = "right" if mirrored else "left"
    assert_same(reps_of(taken(name, px_per_m=px_per_m, head_at=head_at), name), name, mirrored)


@each_set
@FEW
@given(x_px=st.floats(-90, 90), y_px=st.floats(-120, 40))
def test_place_in_the_picture(name: str, x_px: float, y_px: float) -> None:
    assert_same(reps_of(taken(name, px_per_m=150.0, shift_px=(x_px, y_px)), name), name)


@each_set
@FEW
@given(roll_deg=st.floats(-8, 8), mirrored=st.booleans())
def test_a_camera_not_held_level(name: str, roll_deg: float, mirrored: bool) -> None:
    head_at = "right" if mirrored else "left"
    assert_same(reps_of(taken(name, px_per_m=150.0, roll_deg=roll_deg, head_at=head_at), name), name, mirrored)


@each_set
@FEW
@given(fps=st.sampled_from([15.0, 20.0, 24.0, 29.97, 50.0, 60.0]), jitter=st.floats(0, 0.8))
def test_frame_rate_and_uneven_times(name: str, fps: float, jitter: float) -> None:
    assert_same(reps_of(taken(name, fps=fps, jitter=jitter), name), name, fewer=fps < 24)


@each_set
@FEW
@given(later_s=st.floats(0, 5000))
def test_times_may_begin_anywhere(name: str, later_s: float) -> None:
    one = taken(name)
    later = replace(one, track=replace(one.track, t_s=one.track.t_s + later_s))
    assert_same(reps_of(later, name), name, later_s=later_s)


@each_set
@pytest.mark.parametrize("size_px", [(360, 640), (1920, 1080)], ids=["portrait", "large"])
def test_shape_of_the_picture(name: str, size_px: tuple[int, int]) -> None:
    width_px, height_px = size_px
    found = reps_of(taken(name, width_px=width_px, height_px=height_px, px_per_m=width_px / 2.4), name)
    assert_same(found, name)

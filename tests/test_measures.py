"""Angles and lengths from landmarks, against a figure whose angles are known."""

from dataclasses import replace

import numpy as np
import pytest
from bodies import CURL_REST_DEG, THIGH_M, TRUNK_M, Camera, Film, absent, curls, film, flat, lifts, standing
from synthetic import Move, script

from formcheck import measures
from formcheck.exercises import leg_curl
from formcheck.landmarks import Landmark
from formcheck.measures import Body

EXACT_DEG = 0.05
"""Landmarks are 32-bit pixels: this much of an angle is lost."""
PURE = Camera(bias_deg=0.0)


def body(taken: Film, position: str = "supine", head_at: str = "left") -> Body:
    return Body.of(taken.track, position, head_at, (taken.info.width_px, taken.info.height_px))


def held(peak_deg: float) -> Film:
    """The top of a lift, held still."""
    return film(
        lifts([Move(peak_deg, up_s=1, hold_s=2, down_s=1, pause_s=0)], lead_s=0, tail_s=0), camera=PURE
    ).between(1.2, 2.8)


@pytest.mark.parametrize("peak_deg", [130.0, 165.0, 179.5, 180.0, 180.5, 195.0, 210.0])
@pytest.mark.parametrize("head_at", ["left", "right"])
def test_hip_angle_is_signed(peak_deg: float, head_at: str) -> None:
    taken = film(lifts([Move(peak_deg)], lead_s=0), camera=Camera(bias_deg=0.0, head_at=head_at)).between(2.2, 4.5)
    np.testing.assert_allclose(measures.hip_deg(body(taken, head_at=head_at)), peak_deg, atol=EXACT_DEG)


def test_hip_angle_does_not_depend_on_the_picture() -> None:
    straight = measures.hip_deg(body(film(lifts([Move()]), camera=PURE)))
    crooked = measures.hip_deg(
        body(film(lifts([Move()]), camera=Camera(bias_deg=0, px_per_m=90, shift_px=(40, -60), roll_deg=11)))
    )
    np.testing.assert_allclose(crooked, straight, atol=EXACT_DEG)


@pytest.mark.parametrize("head_at", ["left", "right"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_knee_flexion_is_of_the_persons_own_leg(head_at: str, side: str) -> None:
    other = "right" if side == "left" else "left"
    drawn = side if head_at == "left" else other
    moves = [Move(100, side=drawn)]
    taken = film(curls(moves), camera=Camera(bias_deg=0, head_at=head_at))
    true_deg = script(moves, CURL_REST_DEG)(taken.track.t_s)
    corrected = leg_curl.curl_deg(side)(body(taken, "prone", head_at))
    np.testing.assert_allclose(corrected, true_deg, atol=2.0)
    np.testing.assert_allclose(corrected[true_deg > 99.9], 100.0, atol=0.1)
    moved = measures.knee_deg(side)(body(taken, "prone", head_at))
    assert moved.max() < 98.0
    np.testing.assert_allclose(measures.knee_deg(other)(body(taken, "prone", head_at)), CURL_REST_DEG, atol=EXACT_DEG)


@pytest.mark.parametrize(
    ("a", "b", "c", "turn"),
    [
        ((1, 0), (0, 0), (0, 1), 90.0),
        ((1, 0), (0, 0), (0, -1), -90.0),
        ((1, 0), (0, 0), (-1, 0), 180.0),
        ((1, 0), (0, 0), (2, 0), 0.0),
        ((3, 3), (2, 2), (2, 9), 45.0),
    ],
    ids=["clockwise", "anticlockwise", "straight", "folded", "shifted"],
)
def test_turn_is_positive_clockwise_on_the_screen(a: tuple, b: tuple, c: tuple, turn: float) -> None:
    points = [np.array(p, float) for p in (a, b, c)]
    assert measures.turn_deg(*points) == pytest.approx(turn)
    assert measures.interior_deg(*points) == pytest.approx(abs(turn))
    assert measures.flexion_deg(*points) == pytest.approx(180 - abs(turn))


@pytest.mark.parametrize("which", [0, 2])
def test_a_limb_without_length_has_no_angle(which: int) -> None:
    points = [np.array([1.0, 0.0]), np.zeros(2), np.array([0.0, 1.0])]
    points[which] = points[1]
    assert np.isnan(measures.turn_deg(*points))
    assert np.isnan(measures.flexion_deg(*points))


def test_a_missing_point_has_no_angle() -> None:
    assert np.isnan(measures.turn_deg(np.array([np.nan, 0.0]), np.zeros(2), np.ones(2)))


@pytest.mark.parametrize(
    ("b", "elevation"),
    [((1, -1), 45.0), ((-1, -1), 45.0), ((1, 1), -45.0), ((0, -1), 90.0), ((1, 0), 0.0)],
    ids=["up right", "up left", "down", "straight up", "level"],
)
def test_elevation_is_over_the_horizontal_whichever_way_it_points(b: tuple, elevation: float) -> None:
    assert measures.elevation_deg(np.zeros(2), np.array(b, float)) == pytest.approx(elevation)


@pytest.mark.parametrize(
    ("position", "head_at", "near"),
    [
        ("supine", "left", "right"),
        ("supine", "right", "left"),
        ("prone", "left", "left"),
        ("prone", "right", "right"),
    ],
)
def test_near_side_follows_from_position_and_direction(position: str, head_at: str, near: str) -> None:
    assert measures.near_side(position, head_at) == near
    one = body(film(flat(1)), position, head_at)
    assert (one.near, one.far) == (near, {"left": "right", "right": "left"}[near])


def test_the_near_side_of_a_drawn_body_is_nearer() -> None:
    for part, position in ((flat(1), "supine"), (curls([Move(90, side="left")]), "prone")):
        for head_at in ("left", "right"):
            taken = film(part, camera=Camera(head_at=head_at))
            depth = taken.track.world_m[0, :, 2]
            near = body(taken, position, head_at).near.upper()
            assert depth[Landmark[f"{near}_HIP"]] < 0


def test_trunk_slopes_upward_in_a_lift() -> None:
    trunk = measures.trunk_deg(body(held(180)))
    rest = measures.trunk_deg(body(film(lifts([]), camera=PURE)))
    np.testing.assert_allclose(rest, 0, atol=EXACT_DEG)
    assert 15 < trunk.mean() < 35


@pytest.mark.parametrize("rise_thigh", [0.03, 0.08, 0.15])
def test_hip_rise_is_in_thigh_lengths(rise_thigh: float) -> None:
    taken = film(curls([Move(100, side="left", extra={"rise_thigh": rise_thigh})]), camera=PURE)
    rise = measures.hip_rise_thigh(body(taken, "prone"))
    assert np.ptp(rise) == pytest.approx(rise_thigh, abs=0.004)


def test_thigh_tilt_is_over_the_horizontal() -> None:
    taken = film(curls([Move(100, side="right", extra={"thigh_deg": 12.0})]), camera=PURE)
    assert np.ptp(measures.thigh_tilt_deg("right")(body(taken, "prone"))) == pytest.approx(12, abs=EXACT_DEG)


def test_the_near_thigh_is_measured_though_the_landmarks_draw_its_knee_down() -> None:
    taken = body(film(curls([Move(100, side="left", extra={"thigh_deg": 12.0})]), camera=PURE), "prone")
    assert np.ptp(leg_curl.thigh_deg("left")(taken)) == pytest.approx(12, abs=EXACT_DEG)
    assert np.ptp(measures.thigh_tilt_deg("left")(taken)) < 12
    assert np.isnan(leg_curl.thigh_deg("right")(taken)).all()


@pytest.mark.parametrize("head_at", ["left", "right"])
@pytest.mark.parametrize("joint", ["ankle", "heel"])
def test_foot_rises_with_the_heel(joint: str, head_at: str) -> None:
    taken = film(lifts([Move(extra={"foot_shank": 0.14})]), camera=replace(PURE, head_at=head_at))
    assert np.ptp(measures.foot_rise_shank(joint)(body(taken, "supine", head_at))) == pytest.approx(0.14, abs=0.002)


def test_head_height_is_in_trunk_lengths() -> None:
    taken = film(lifts([Move(extra={"head_trunk": 0.1})]), camera=PURE)
    assert np.ptp(measures.head_height_trunk(body(taken))) == pytest.approx(0.1, abs=0.002)


def test_lengths_are_those_of_the_body_in_the_picture() -> None:
    size = body(film(lifts([]), camera=Camera(bias_deg=0, px_per_m=150))).size
    assert size.trunk_px == pytest.approx(150 * TRUNK_M, rel=1e-3)
    assert size.thigh_px == pytest.approx(150 * THIGH_M, rel=1e-3)


def test_a_body_never_seen_has_no_size() -> None:
    size = body(film(absent(1))).size
    assert np.isnan([size.trunk_px, *size.bones_px]).all()


def test_a_square_view_has_no_yaw() -> None:
    """The shoulders in the middle of the picture, where perspective moves nothing."""
    taken = film(lifts([]), camera=Camera(bias_deg=0.0, shift_px=(120.0, 0.0)))
    np.testing.assert_allclose(measures.yaw_deg(body(taken)), 0, atol=1)


@pytest.mark.parametrize("head_at", ["left", "right"])
@pytest.mark.parametrize("yaw_deg", [-20.0, 15.0])
def test_yaw_grows_with_the_view(head_at: str, yaw_deg: float) -> None:
    """The shoulders moved apart along the trunk, as seen from further towards the feet (+) or the head (-)."""
    taken = film(
        lifts([]), camera=Camera(bias_deg=0.0, head_at=head_at, shift_px=(120.0 if head_at == "left" else -120.0, 0.0))
    )
    one = body(taken, head_at=head_at)
    xy_px = taken.track.xy_px.copy()
    towards_feet = 1 if head_at == "left" else -1
    across_px = 0.68 * np.median(one.trunk_px()) * np.sin(np.radians(yaw_deg))
    for side, sign in ((one.far, 0.5), (one.near, -0.5)):
        xy_px[:, Landmark[f"{side.upper()}_SHOULDER"], 0] += sign * towards_feet * across_px
    seen = body(Film(replace(taken.track, xy_px=xy_px), taken.info), head_at=head_at)
    np.testing.assert_allclose(measures.yaw_deg(seen), yaw_deg, atol=2)


@pytest.mark.parametrize(
    ("shift_px", "inside"), [((0, 0), True), ((-250, 0), False), ((0, 300), False)], ids=["whole", "left", "below"]
)
def test_in_picture(shift_px: tuple[float, float], inside: bool) -> None:
    taken = film(standing(1), camera=Camera(shift_px=shift_px))
    joints = np.array([Landmark.LEFT_SHOULDER, Landmark.RIGHT_HIP])
    if shift_px[0]:
        taken = film(flat(1), camera=Camera(shift_px=shift_px))
    assert (measures.in_picture(taken.track, joints, 640, 360) == inside).all()


@pytest.mark.parametrize(
    ("shift_px", "inside"), [((0, 0), True), ((200, 0), False), ((-250, 0), False)], ids=["whole", "no feet", "no head"]
)
def test_limbs_in_picture_means_shoulder_to_ankle(shift_px: tuple[float, float], inside: bool) -> None:
    assert (measures.limbs_in_picture(body(film(flat(1), camera=Camera(shift_px=shift_px)))) == inside).all()


def test_nobody_is_not_in_the_picture() -> None:
    assert not measures.in_picture(film(absent(1)).track, np.array([0]), 640, 360).any()

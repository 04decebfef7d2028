"""The one who lies is followed, whoever else stands, sits or walks there."""

from __future__ import annotations

import numpy as np
import pytest
from bodies import Camera, Part, film, lifts, seated, standing
from synthetic import Move

from formcheck.person import ANEW_S, FRESH_S, LAY_S, Follower, Place, without
from formcheck.records import Pose

PICTURE_PX = np.array([640, 360], np.float32)


def pose(part: Part, at_s: float = 0.0, shift_px: tuple[float, float] = (0.0, 0.0), px_per_m: float = 200.0) -> Pose:
    camera = Camera(bias_deg=0, shift_px=shift_px, px_per_m=px_per_m)
    found = next(s.pose for s in film(part, camera=camera).track.sightings() if s.t_s >= at_s)
    assert found
    return found


LYING, LIFTED = pose(lifts([Move()])), pose(lifts([Move()]), 4.0)
STANDING, SEATED = pose(standing(1), shift_px=(-180, 0)), pose(seated(1), shift_px=(0, -60))
FRIEND = pose(lifts([Move()]), shift_px=(120, -140), px_per_m=150.0)
"""Somebody else who lies there."""


def settled(first: Pose = LYING, until_s: float = 2.0) -> Follower:
    """Has followed somebody for a while, who was alone."""
    follower = Follower()
    for t_s in np.arange(0, until_s, 1 / 30):
        if follower.step(float(t_s), first):
            assert follower.choose(float(t_s), first, [first], PICTURE_PX) is None
    return follower


def asks(follower: Follower, poses: list[Pose], from_s: float = 2.0, fps: float = 30.0) -> list[float]:
    return [t for k, one in enumerate(poses) if follower.step(t := from_s + k / fps, one)]


@pytest.mark.parametrize(("one", "lies"), [(LYING, True), (LIFTED, True), (STANDING, False), (SEATED, False)])
def test_who_lies(one: Pose, lies: bool) -> None:
    assert Place.of(one).lying == lies


def test_it_looks_around_at_the_start_and_then_not_while_somebody_lies_there() -> None:
    follower = Follower()
    assert follower.step(0.0, LYING)
    assert asks(follower, [LYING] * 200 + [LIFTED] * 200, 1 / 30) == []


def test_it_looks_around_again_and_again_while_nobody_lies() -> None:
    found = asks(Follower(), [STANDING] * 301, 0.0)
    assert len(found) == pytest.approx(10 / ANEW_S, abs=1.1)


def test_it_looks_around_often_once_who_lay_does_not() -> None:
    found = asks(settled(), [STANDING] * 60)
    assert len(found) == pytest.approx(2 / FRESH_S, abs=1.1)


def test_a_jump_makes_it_look_around_at_once() -> None:
    assert asks(settled(), [FRIEND]) == [2.0]


@pytest.mark.parametrize("followed", [STANDING, SEATED], ids=["standing", "seated"])
def test_the_one_who_lies_is_chosen(followed: Pose) -> None:
    follower = Follower()
    follower.step(0.0, followed)
    assert follower.choose(0.0, followed, [followed, LYING], PICTURE_PX) == 1


@pytest.mark.parametrize("other", [STANDING, SEATED, FRIEND], ids=["standing", "seated", "lying"])
def test_the_one_who_lies_there_already_stays(other: Pose) -> None:
    follower = settled()
    follower.step(2.0, LYING)
    assert follower.choose(2.0, LYING, [LYING, other], PICTURE_PX) is None


@pytest.mark.parametrize("taken", [STANDING, FRIEND], ids=["walked by", "lies too"])
def test_back_to_where_somebody_lay(taken: Pose) -> None:
    follower = settled()
    follower.step(2.0, taken)
    assert follower.choose(2.0, taken, [taken, LIFTED], PICTURE_PX) == 1


def test_who_lay_long_ago_is_forgotten() -> None:
    follower = settled()
    for t_s in np.arange(2.0, 3.5 + LAY_S, 1 / 30):
        follower.step(float(t_s), STANDING)
    assert len(asks(follower, [STANDING] * 60, 4 + LAY_S)) == pytest.approx(2 / ANEW_S, abs=1.1)


def test_alone_nobody_else_is_chosen() -> None:
    follower = Follower()
    follower.step(0.0, STANDING)
    assert follower.choose(0.0, STANDING, [STANDING], PICTURE_PX) is None
    assert follower.choose(0.0, STANDING, [], PICTURE_PX) is None


def test_half_outside_the_picture_is_worse() -> None:
    """Two lie there: the one who is whole in the picture."""
    cut = pose(lifts([Move()]), shift_px=(-330, 0))
    follower = Follower()
    follower.step(0.0, cut)
    assert follower.choose(0.0, cut, [cut, LYING], PICTURE_PX) == 1


@pytest.mark.parametrize("size", [(360, 640), (180, 320)], ids=["full", "half"])
def test_others_are_painted_over_and_the_person_is_not(size: tuple[int, int]) -> None:
    image = np.random.default_rng(1).integers(0, 255, (*size, 3), np.uint8)
    out = without(image, LYING, [STANDING], PICTURE_PX)
    share = size[1] / 640
    head, hip, knee = (
        (STANDING.xy_px[0] * share).astype(int),
        (LYING.xy_px[24] * share).astype(int),
        (LYING.xy_px[26] * share).astype(int),
    )
    mean = image.mean(axis=(0, 1)).astype(np.uint8)
    np.testing.assert_array_equal(out[head[1], head[0]], mean)
    for x, y in (hip, knee):
        np.testing.assert_array_equal(out[y, x], image[y, x])
    assert out is not image

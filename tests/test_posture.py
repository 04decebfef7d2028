"""How a person lies, and when that changes."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from bodies import (
    Camera,
    Film,
    Part,
    absent,
    arrays_of,
    between,
    chest_lost,
    curls,
    film,
    flat,
    lifts,
    seated,
    side_lying,
    squats,
    standing,
    turned,
    walking,
)  # fmt: skip
from synthetic import Move

from formcheck.measures import Position
from formcheck.posture import Scene, classify, cuts, head_left, placed, scenes
from formcheck.records import Track

SET = lifts([Move()])
CURLS = curls([Move(100, side="left")])


def postures(taken: Film) -> np.ndarray:
    return classify(taken.track, taken.info)


def scenes_of(taken: Film) -> list[Scene]:
    return scenes(taken.track, postures(taken))


@pytest.mark.parametrize("head_at", ["left", "right"])
@pytest.mark.parametrize("roll_deg", [-8.0, 0.0, 8.0])
@pytest.mark.parametrize(
    ("part", "posture"),
    [
        (flat(2), "supine"),
        (SET, "supine"),
        (CURLS, "prone"),
        (side_lying(3), "side_lying"),
        (standing(2), "standing"),
        (seated(2), "seated"),
        (absent(2), "none"),
    ],
    ids=["flat", "lifting", "curling", "on the side", "standing", "sitting", "nobody"],
)
def test_every_frame_has_its_posture(part: Part, posture: str, head_at: str, roll_deg: float) -> None:
    taken = film(part, camera=Camera(head_at=head_at, roll_deg=roll_deg, white_px=0.7))
    assert set(postures(taken)) == {posture}


@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 4.0), (1.5, 5.5)], ids=["before it is known", "after"])
@pytest.mark.parametrize(("part", "posture"), [(flat(8), "supine"), (CURLS, "prone")])
def test_who_lies_goes_on_lying_the_same_way_up(part: Part, posture: str, start_s: float, end_s: float) -> None:
    assert set(postures(chest_lost(film(part), start_s, end_s))) == {posture}


def chest_flipped(taken: Film) -> Film:
    """The same with every depth the other way round, as the network has it for moments: front and back exchanged."""
    world_m = taken.track.world_m * np.array([1, 1, -1], np.float32)
    return replace(taken, track=replace(taken.track, world_m=world_m))


@pytest.mark.parametrize("head_at", ["left", "right"])
@pytest.mark.parametrize(("part", "posture"), [(SET, "supine"), (curls([Move(100, side="left")] * 2), "prone")])
def test_bent_knees_tell_which_way_up_against_the_chest(part: Part, posture: str, head_at: str) -> None:
    assert set(postures(chest_flipped(film(part, camera=Camera(head_at=head_at))))) == {posture}


@pytest.mark.parametrize(
    ("part", "position", "before", "stays"),
    [
        (flat(1), "supine", True, True),
        (flat(1), "prone", True, True),
        (flat(1), "prone", False, False),
        (SET, "prone", True, False),
        (SET, "supine", False, True),
        (side_lying(1), "prone", True, False),
        (standing(1), "supine", True, False),
        (standing(1), "standing", False, True),
        (absent(1), "supine", True, False),
    ],
)
def test_position_stays_until_side_up_or_knees_tell_otherwise(
    part: Part, position: Position, before: bool, stays: bool
) -> None:
    taken = film(part).between(0.0, 1.0)
    assert placed(taken.track, taken.info, position, before) == stays


def test_nobody_is_said_to_lie_on_front_or_back_who_never_showed_it() -> None:
    assert set(postures(chest_lost(film(flat(3)), 0.0, 3.1))) == {"lying"}


def test_turning_over_unclearly_becomes_what_is_clear_afterwards() -> None:
    seen = postures(chest_lost(film(side_lying(3), flat(6)), 3.0, 5.0))
    assert [seen[15], seen[-1]] == ["side_lying", "supine"]


def test_an_over_lifted_hip_still_lies() -> None:
    assert set(postures(film(lifts([Move(205)])))) == {"supine"}


def test_a_deep_squat_is_neither_standing_nor_lying() -> None:
    seen = set(postures(film(squats(2))))
    assert "other" in seen
    assert not seen & {"supine", "prone", "side_lying"}


def test_a_person_half_outside_is_only_partly_seen() -> None:
    assert set(postures(film(flat(2), camera=Camera(shift_px=(-230, 0))))) == {"partly_seen"}


def test_a_walker_is_partly_seen_at_the_edges() -> None:
    seen = postures(film(walking(6)))
    assert (seen[0], seen[-1]) == ("partly_seen", "partly_seen")
    assert "standing" in set(seen)


def test_single_wrong_frames_do_not_count() -> None:
    taken, wrong = film(SET), film(standing(SET.duration_s))
    odd = np.arange(len(taken.track)) % 25 == 7
    arrays = [
        np.where(odd.reshape(-1, *[1] * (good.ndim - 1)), bad, good)
        for good, bad in zip(arrays_of(taken.track), arrays_of(wrong.track), strict=True)
    ]
    assert set(classify(Track(taken.track.t_s, *arrays), taken.info)) == {"supine"}


def test_posture_follows_a_change_within_half_a_second() -> None:
    seen = postures(film(flat(3), standing(3)))
    change = np.flatnonzero(seen == "standing")[0] / 30
    assert change == pytest.approx(3, abs=0.5)


@pytest.mark.parametrize("head_at", ["left", "right"])
def test_where_the_head_is(head_at: str) -> None:
    assert (head_left(film(SET, camera=Camera(head_at=head_at)).track) == (head_at == "left")).all()


@pytest.mark.parametrize(
    "part",
    [SET, CURLS, lifts([Move(up_s=0.4, down_s=0.4)]), squats(2), walking(5), between(flat(1), standing(1), 1.5)],
    ids=["lifting", "curling", "thrown", "squatting", "walking", "getting up"],
)
@pytest.mark.parametrize("fps", [15.0, 30.0])
def test_nobody_moves_like_a_cut(part: Part, fps: float) -> None:
    assert list(cuts(film(part, fps=fps).track)) == []


def test_a_cut_is_found_at_its_frame() -> None:
    taken = film(flat(2), turned(flat(2)))
    moved = film(flat(2), camera=Camera(shift_px=(60, 0)))
    arrays = [np.concatenate(pair) for pair in zip(arrays_of(film(flat(2)).track), arrays_of(moved.track), strict=True)]
    assert list(cuts(Track(taken.track.t_s[: len(arrays[0])], *arrays))) == [60]


@pytest.mark.parametrize("away_s", [1 / 30, 0.5])
@pytest.mark.parametrize("after_s", [-2.0, -1.0, 0.0, 1.0])
def test_landmarks_that_leap_away_and_come_back_are_no_cut(away_s: float, after_s: float) -> None:
    """Also on the way up, when the hips are not where they were before anyway."""
    taken = film(lifts([Move(hold_s=4.0)], rest_deg=118.0))
    track, start_s = taken.track, taken.truth[0].top_start_s + after_s
    leapt = (track.t_s >= start_s) & (track.t_s < start_s + away_s)
    moved = replace(track, xy_px=np.where(leapt[:, None, None], track.xy_px + np.float32(90), track.xy_px))
    assert list(cuts(moved)) == []


def test_no_one_and_one_frame_have_no_cut() -> None:
    assert list(cuts(film(absent(1)).track)) == []
    assert list(cuts(film(flat(1)).track[:1])) == []


def test_one_scene_is_the_whole_of_a_plain_recording() -> None:
    taken = film(SET)
    assert scenes_of(taken) == [Scene(0, len(taken.track), "supine", "left")]


def test_turning_round_in_a_cut_makes_two_scenes() -> None:
    first, second = scenes_of(film(SET, turned(SET)))
    assert (first.head_at, second.head_at) == ("left", "right")
    assert first.stop == pytest.approx(30 * SET.duration_s, abs=16)
    assert second.start == pytest.approx(30 * SET.duration_s, abs=16)


def test_turning_over_makes_two_scenes() -> None:
    first, second = scenes_of(film(SET, CURLS))
    assert (first.position, second.position) == ("supine", "prone")


@pytest.mark.parametrize(("lost_s", "count"), [(2.0, 1), (5.0, 2)], ids=["bridged", "ended"])
def test_a_scene_survives_a_short_interruption(lost_s: float, count: int) -> None:
    found = scenes_of(film(SET, absent(lost_s), SET))
    assert len(found) == count
    assert {scene.position for scene in found} == {"supine"}


def test_a_scene_is_left_by_getting_up() -> None:
    up, down = between(SET, standing(1), 1.5), between(standing(1), SET, 1.5)
    found = scenes_of(film(SET, up, standing(5), down, SET))
    assert [scene.position for scene in found] == ["supine", "standing", "supine"]


def test_scenes_never_overlap() -> None:
    found = scenes_of(film(SET, turned(flat(1)), SET, CURLS, turned(CURLS), flat(0.3), SET))
    assert all(a.stop <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("part", [seated(4), side_lying(4), absent(4)])
def test_sitting_and_on_the_side_there_is_no_scene(part: Part) -> None:
    assert scenes_of(film(part)) == []


@pytest.mark.parametrize(("part", "edge"), [(standing(4), "right"), (turned(standing(4)), "left")])
def test_who_stands_is_a_scene_with_the_way_they_face(part: Part, edge: str) -> None:
    (scene,) = scenes_of(film(part))
    assert (scene.position, scene.head_at, scene.start, scene.stop) == ("standing", edge, 0, 120)


@pytest.mark.parametrize("frames", [0, 1, 2])
def test_next_to_no_frames(frames: int) -> None:
    taken = film(SET)
    short = replace(taken, track=taken.track[:frames])
    assert [scene.stop - scene.start for scene in scenes_of(short)] == ([frames] if frames else [])

"""What the coach sees besides repetitions: gestures, framing, the running hold; on bodies and on saved landmarks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from replays import saved, truth_of

from formcheck.coach.coach import Coach
from formcheck.coach.framing import DARK_GRAY, Problem, find_problem
from formcheck.coach.gestures import Gestures
from formcheck.coach.hold import HoldClock
from formcheck.coach.plan import Plan
from formcheck.engine import Engine
from formcheck.events import RepDone
from formcheck.exercises import get_exercise
from formcheck.landmarks import Landmark
from formcheck.records import Pose, SourceInfo, Track

HIP_CLIP, CURL_CLIP = "hip_lift_mixed_d2", "leg_curl_alternate_d1_m"


CLIPS = ("hip_lift_fidget_d2", "hip_lift_lost_d1", CURL_CLIP)


def first_second(name: str) -> tuple[Track, SourceInfo]:
    taken = saved(name)
    return taken.track[:30], taken.info


def moved(track: Track, shift_px: tuple[float, float], scale: float = 1.0) -> Track:
    return replace(track, xy_px=(track.xy_px * scale + np.array(shift_px)).astype(np.float32))


def problem_of(track: Track, info: SourceInfo, *, gray: float = 120.0, people: int = 1) -> Problem | None:
    return find_problem(track, info, gray=gray, people=people, position="supine", head_at="left")


def test_a_body_seen_whole_from_the_side_is_no_problem() -> None:
    assert problem_of(*first_second(HIP_CLIP)) is None


@pytest.mark.parametrize(
    ("shift_px", "problem"),
    [((250.0, 0.0), Problem.NO_FEET), ((-175.0, 0.0), Problem.NO_HEAD), ((420.0, 0.0), Problem.OUT_OF_FRAME)],
)
def test_what_is_missing_is_named(shift_px: tuple[float, float], problem: Problem) -> None:
    track, info = first_second(HIP_CLIP)
    assert problem_of(moved(track, shift_px), info) is problem


def test_other_problems_of_the_picture() -> None:
    track, info = first_second(HIP_CLIP)
    nobody = replace(track, xy_px=np.full_like(track.xy_px, np.nan))
    assert problem_of(nobody, info) is Problem.NOBODY
    assert problem_of(track[:0], info) is Problem.NOBODY
    assert problem_of(track, info, gray=DARK_GRAY - 1) is Problem.DARK
    assert problem_of(track, info, people=2) is Problem.TWO_PEOPLE
    assert problem_of(track, replace(info, width_px=360, height_px=640)) is Problem.PORTRAIT
    assert problem_of(moved(track, (200.0, 150.0), 0.4), info) is Problem.TOO_FAR


def standing_problem(track: Track, info: SourceInfo) -> Problem | None:
    return find_problem(track, info, gray=120.0, people=1, position="standing", head_at="right")


def test_who_stands_may_be_narrow_but_not_small_and_the_picture_may_be_upright() -> None:
    track, info = first_second("heel_raise_good_s1")
    assert standing_problem(track, info) is None
    assert (
        standing_problem(moved(track, (-140.0, 100.0)), replace(info, width_px=360, height_px=640)) is Problem.TOO_FAR
    )
    assert standing_problem(moved(track, (-350.0, 50.0), 1.6), replace(info, width_px=360, height_px=640)) is None
    assert standing_problem(moved(track, (160.0, 120.0), 0.5), info) is Problem.TOO_FAR


def test_standing_is_no_getting_up_where_the_exercise_is_done_standing() -> None:
    taken = saved("heel_raise_good_s1")
    coach = Coach(Plan(exercise="heel_raise", sets=1, reps=2), taken.info)
    for sighting in taken.track.sightings():
        coach.step(sighting)
        assert coach.session.paused is None
    assert coach.session.progress.set == 1
    assert coach.session.count > 0


def turned(track: Track, deg: float) -> Track:
    """The same body with its shoulders and hips spread along the trunk, as a camera from the foot end shows them."""
    xy = track.xy_px.copy()
    trunk = xy[:, Landmark.LEFT_HIP, 0] - xy[:, Landmark.LEFT_SHOULDER, 0]
    xy[:, Landmark.LEFT_SHOULDER, 0] += np.sin(np.radians(deg)) * 0.68 * trunk
    return replace(track, xy_px=xy)


def test_a_body_turned_away_is_told_to_turn_side_on() -> None:
    track, info = first_second("hip_lift_flat_mixed_d1")
    problems = [problem_of(turned(track, deg), info) for deg in (0.0, 60.0)]
    assert problems == [None, Problem.SIDE_ON]


def pose_with(wrist_up_trunks: float) -> Pose:
    """A lying body with its near arm up by so many trunk lengths."""
    track, _ = first_second(HIP_CLIP)
    xy = track.xy_px[0].copy()
    trunk_px = float(np.hypot(*(xy[Landmark.RIGHT_HIP] - xy[Landmark.RIGHT_SHOULDER])))
    for joint, share in ((Landmark.RIGHT_ELBOW, 0.5), (Landmark.RIGHT_WRIST, 1.0)):
        xy[joint] = xy[Landmark.RIGHT_SHOULDER] - np.array((0.0, share * wrist_up_trunks * trunk_px))
    return Pose(xy, np.ones(33, np.float32), track.world_m[0])


def raised_at(poses: list[Pose | None]) -> list[int]:
    gestures = Gestures()
    return [n for n, pose in enumerate(poses) if gestures.step(n / 10, pose)[0]]


def test_an_arm_up_for_a_second_is_told_once() -> None:
    up, down = pose_with(1.0), pose_with(0.2)
    assert raised_at([down] * 10 + [up] * 30) == [20]
    assert raised_at([up] * 8 + [down] * 5 + [up] * 8) == []
    assert raised_at([up] * 15 + [down] * 10 + [up] * 15) == [10, 35]
    assert raised_at([None] * 30) == []


@pytest.mark.parametrize("name", CLIPS)
def test_exercising_is_no_gesture_and_no_problem(name: str) -> None:
    """No clip of exercise asks for a pause, and none but the one with a lost person has something out of sight."""
    taken = saved(name)
    exercise = truth_of(name)["exercise"].replace("prone_leg_curl", "leg_curl")
    coach = Coach(Plan(exercise=exercise, sets=1, reps=30), taken.info)
    pauses, problems = set(), set()
    for sighting in taken.track.sightings():
        coach.step(sighting)
        pauses.add(coach.session.paused)
        problems.add(coach.session.problem)
    assert pauses == {None}
    assert problems - {None} <= ({Problem.NOBODY} if "lost" in name else set())


def test_the_running_hold_ends_at_what_the_report_says() -> None:
    taken, exercise = saved(HIP_CLIP), get_exercise("hip_lift")
    engine, clock = Engine(exercise, taken.info), HoldClock(exercise)
    longest, compared = 0.0, 0
    for sighting in taken.track.sightings():
        events = engine.step(sighting)
        longest = max(longest, clock.step(engine.reading) or 0.0)
        for event in events:
            if isinstance(event, RepDone):
                reported = exercise.rep.held(event.rep).value
                if reported > 0:
                    assert longest == pytest.approx(reported, abs=0.15)
                    compared += 1
                longest = 0.0
    assert compared >= 6


def test_a_long_session_is_forgotten_but_for_the_last_minutes() -> None:
    taken = saved(HIP_CLIP)
    coach = Coach(Plan(exercise="hip_lift"), taken.info)
    length_s = float(taken.track.t_s[-1]) + 0.1
    for turn in range(8):
        for sighting in taken.track[::10].sightings():
            coach.step(replace(sighting, t_s=sighting.t_s + turn * length_s))
    assert coach.track.t_s[-1] > 480
    assert 240 <= coach.track.t_s[-1] - coach.track.t_s[0] <= 301

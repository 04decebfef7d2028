"""What truly happens -> which clip -> within which time: the coach on figures whose every moment is known.

Times are those of frames; how fast the page then speaks is seen in test_browser.py and measured by bench/live.py.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from bodies import REST_DEG, Camera, Film, between, curls, film, lifts, seated
from replays import saved
from synthetic import Move, Truth, script

from formcheck.coach.coach import Coach
from formcheck.coach.cues import Cue
from formcheck.coach.gestures import Gestures
from formcheck.coach.plan import Plan
from formcheck.landmarks import Landmark

GOOD = Move(up_s=1.8, hold_s=3.6, down_s=1.8, pause_s=2.0)
MOVES = (
    replace(GOOD, pause_s=7.0),  # practice, then the countdown
    GOOD,
    replace(GOOD, peak_deg=198.0),
    replace(GOOD, up_s=0.6),
    replace(GOOD, up_s=0.6),
    replace(GOOD, peak_deg=158.0),
    GOOD,
)
PRACTICE, FIRST, ARCHED, FAST, FAST_AGAIN, LOW, LAST = range(7)
LEAD_S = 3.0


CURVE = script(MOVES, REST_DEG, LEAD_S)


@cache
def course() -> tuple[list[Cue], list[Truth]]:
    taken = film(lifts(MOVES, REST_DEG, LEAD_S), camera=Camera(white_px=0.3))
    coach = Coach(Plan(exercise="hip_lift", sets=1, reps=5), taken.info)
    return [cue for sighting in taken.track.sightings() for cue in coach.step(sighting).cues], taken.truth


def crossing_s(rep: Truth, deg: float) -> float:
    """When the true angle first reaches a value in a repetition."""
    t_s = np.arange(rep.start_s - 0.5, rep.end_s, 0.001)
    return float(t_s[np.argmax(CURVE(t_s) >= deg)])


# What happens, in which repetition, the clip, and the window after it in seconds. Judging runs 0.15 s behind.
TABLE = [
    ("end", PRACTICE, "begin", 0.0, 0.4),
    ("start", FIRST, "hip_lift_go", -0.1, 0.5),
    ("line", FIRST, "hip_lift_top", 0.0, 0.45),
    ("line+1", FIRST, "number_2", 0.0, 0.45),
    ("line+2", FIRST, "number_1", 0.0, 0.45),
    ("line+3", FIRST, "hip_lift_lower", 0.0, 0.45),
    ("end", FIRST, "count_1", 0.0, 0.4),
    ("start", ARCHED, "hip_lift_go", -0.1, 0.5),
    ("arch", ARCHED, "hip_lift_lumbar_arch", 0.2, 1.2),
    ("end", ARCHED, "count_2", 0.0, 0.4),
    ("start", FAST, "breathe_out", -0.1, 0.5),
    ("end", FAST, "count_3", 0.0, 0.4),
    ("end", FAST_AGAIN, "count_4", 0.0, 0.4),
    ("end", FAST_AGAIN, "hip_lift_momentum", 0.0, 0.4),
    ("end", LOW, "too_low", 0.0, 0.4),
    ("end", LOW, "hip_lift_partial", 0.0, 0.4),
    ("line", LAST, "number_3", 0.0, 0.45),
    ("end", LAST, "count_5", 0.0, 0.4),
    ("end", LAST, "all_done", 0.0, 0.4),
]


@pytest.mark.parametrize(("what", "number", "clip", "soonest_s", "latest_s"), TABLE)
def test_every_event_has_its_clip_in_time(what: str, number: int, clip: str, soonest_s: float, latest_s: float) -> None:
    cues, truth = course()
    rep = truth[number]
    happened_s = {
        "start": rep.start_s, "end": rep.end_s, "arch": crossing_s(rep, 189.0),
        **{f"line+{n}" if n else "line": crossing_s(rep, 172.0) + n for n in range(4)},
    }[what]  # fmt: skip
    spoken_s = [cue.t_s - happened_s for cue in cues if clip in cue.clips]
    assert [late_s for late_s in spoken_s if soonest_s <= late_s <= latest_s], spoken_s


SETS = {
    "hip_lift": lifts([GOOD] * 10, lead_s=2.0),
    "leg_curl": curls([replace(GOOD, peak_deg=110.0, hold_s=0.5, side="left")] * 10, lead_s=2.0),
}


def pauses(taken: Film) -> int:
    """How often an arm held up or sitting up is seen."""
    gestures, count, sat = Gestures(), 0, False
    for sighting in taken.track.sightings():
        raised, upright = gestures.step(sighting.t_s, sighting.pose)
        count, sat = count + raised + (upright and not sat), upright
    return count


@pytest.mark.parametrize("exercise", SETS)
@pytest.mark.parametrize("slow_px", [0.0, 6.0], ids=["steady", "restless"])
def test_ten_minutes_of_exercise_are_never_taken_for_a_pause(exercise: str, slow_px: float) -> None:
    part = SETS[exercise]
    taken = film(*[part] * round(600.0 / part.duration_s + 0.5), camera=Camera(white_px=2.0, slow_px=slow_px), fps=10.0)
    assert taken.track.t_s[-1] >= 595.0
    assert pauses(taken) == 0


@pytest.mark.parametrize(
    "name", ["glute-bridge", "physioplus-bridging", "hip_lift_mixed_d2", "leg_curl_alternate_d1_m"]
)
def test_recorded_exercise_is_never_taken_for_a_pause(name: str) -> None:
    assert pauses(saved(name)) == 0


def test_an_arm_held_up_for_a_second_and_sitting_up_are_pauses() -> None:
    taken = film(lifts([GOOD]), fps=30.0)
    up = taken.track.xy_px.copy()
    rows = (taken.track.t_s > 2.0) & (taken.track.t_s < 3.5)
    for joint, way in ((Landmark.RIGHT_ELBOW, 50.0), (Landmark.RIGHT_WRIST, 100.0)):
        up[rows, joint] = up[rows, Landmark.RIGHT_SHOULDER] - (0.0, way)
    assert pauses(taken) == 0
    assert pauses(replace(taken, track=replace(taken.track, xy_px=up))) == 1
    lying, sitting = lifts([GOOD]), seated(3.0)
    assert pauses(film(lying, between(lying, sitting, 1.0), sitting)) == 1

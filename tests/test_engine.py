"""Judging while it happens gives what looking back gives, in order, without knowing the future."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from bodies import (
    Camera,
    Film,
    absent,
    between,
    chest_lost,
    curls,
    film,
    flat,
    lifts,
    seen_obliquely,
    slide_in,
    standing,
    turned,
)
from judging import EDGE_S, EDGES, codes, curl_film, done, reps_of
from replays import saved
from synthetic import Move

from formcheck.engine import Engine, keeps_still, replay
from formcheck.events import Event, FaultSeen, PhaseEntered, Ready, RepDone
from formcheck.exercises import get_exercise
from formcheck.judge import CLEAR
from formcheck.landmarks import Landmark
from formcheck.line import Line
from formcheck.records import Sighting

LATE_S = 0.3
"""Feedback that comes later is no longer about what the person feels."""

QUICK = Move(up_s=1.4, hold_s=2.2, down_s=1.4, pause_s=0.8)
MIXED = lifts([QUICK, replace(QUICK, up_s=0.6), replace(QUICK, peak_deg=196.0)], lead_s=2.0)
PAIR = lifts([QUICK, QUICK], lead_s=2.0)
CURLED = [replace(QUICK, peak_deg=104.0, hold_s=0.6, side=side) for side in ("left", "right")]


def events_of(taken: Film, exercise: str = "hip_lift", line: Line | None = None) -> list[Event]:
    return replay(Engine(exercise, taken.info, line), taken.track)


@cache
def mixed_film() -> Film:
    return film(MIXED, camera=Camera(white_px=0.4))


@cache
def mixed() -> tuple[tuple[float, Event], ...]:
    """Every event of a set with the time of the sighting that brought it; the end brings the rest."""
    taken = mixed_film()
    engine = Engine("hip_lift", taken.info)
    out = [(sighting.t_s, event) for sighting in taken.track.sightings() for event in engine.step(sighting)]
    return (*out, *((float(taken.track.t_s[-1]), event) for event in engine.finish()))


def mixed_events() -> list[Event]:
    return [event for _, event in mixed()]


def assert_like_hindsight(taken: Film, found: list[RepDone], exercise: str = "hip_lift") -> None:
    afterwards = reps_of(taken, exercise)
    assert [(one.side, one.verdict, codes(one)) for one in found] == [(r.side, r.verdict, codes(r)) for r in afterwards]
    for live, later in zip(found, afterwards, strict=True):
        for edge in EDGES:
            assert getattr(live.rep, edge) == pytest.approx(getattr(later, edge), abs=EDGE_S), edge


def test_a_set_is_judged_as_afterwards() -> None:
    assert_like_hindsight(mixed_film(), done(mixed_events()))


def test_curls_are_judged_as_afterwards() -> None:
    taken = curl_film(*CURLED, camera=Camera(bias_deg=0, head_at="right"))
    taken = Film(taken.track, taken.info, taken.truth)
    assert_like_hindsight(taken, done(events_of(taken, "leg_curl")), "leg_curl")


@pytest.mark.parametrize("name", ["leg_curl_far_good_d1", "leg_curl_alternate_d1_m", "hip_lift_mixed_d2"])
def test_a_repetition_once_over_is_measured_with_all_that_was_seen_of_it(name: str) -> None:
    """Later repetitions still move the line a little."""
    taken, exercise = saved(name), name[:8]
    held, rule = done(events_of(taken, exercise)), get_exercise(exercise).rep
    for live, later in zip(held, reps_of(taken, exercise), strict=True):
        assert rule.held(live.rep).value == pytest.approx(later.hold_s, abs=0.03)
        assert live.rep.peak_deg == pytest.approx(later.peak_deg, abs=1.5)


def stretched(taken: Film, share: float) -> Film:
    """The thighs drawn longer by `share` at the top, as the landmarks of some bodies are; the shanks go along."""
    xy_px = taken.track.xy_px.copy()
    hips, knees = (xy_px[:, [Landmark[f"LEFT_{j}"], Landmark[f"RIGHT_{j}"]]] for j in ("HIP", "KNEE"))
    height = -hips[:, 0, 1]
    risen = np.clip((height - height.min()) / np.ptp(height), 0, 1)[:, None, None]
    for name in ("KNEE", "ANKLE", "HEEL", "TOE"):
        xy_px[:, [Landmark[f"LEFT_{name}"], Landmark[f"RIGHT_{name}"]]] += share * risen * (knees - hips)
    return replace(taken, track=replace(taken.track, xy_px=xy_px))


def test_limbs_that_look_longer_at_the_top_are_believed() -> None:
    """At rest nobody knows that they will, but when a repetition is over."""
    found = done(events_of(stretched(film(lifts([QUICK] * 2, lead_s=2.0)), 0.2)))
    assert [one.rep.quality_at(one.rep.peak_s) >= CLEAR for one in found] == [True, True]


def test_ready_comes_first_and_says_how_the_person_lies() -> None:
    first, *others = mixed_events()
    assert isinstance(first, Ready)
    assert (first.head_at, first.near_side) == ("left", "right")
    assert not any(isinstance(event, Ready) for event in others)


def without(taken: Film, start_s: float, end_s: float) -> Film:
    """A film whose camera stood still for a while."""
    t_s = taken.track.t_s
    return replace(taken, track=taken.track[(t_s < start_s) | (t_s >= end_s)])


@pytest.mark.parametrize("hole_s", [0.2, 0.5, 0.93])
def test_a_camera_that_starts_haltingly_loses_no_repetition(hole_s: float) -> None:
    taken = without(mixed_film(), 0.03, 0.03 + hole_s)
    events = events_of(taken)
    assert [(one.verdict, codes(one)) for one in done(events)] == [(o.verdict, codes(o)) for o in done(mixed_events())]


def test_events_come_in_order_of_time() -> None:
    times = [event.t_s for event in mixed_events()]
    assert times == sorted(times)


def test_no_event_is_from_the_future() -> None:
    for now_s, event in mixed():
        assert event.t_s <= now_s
        if isinstance(event, FaultSeen):
            assert event.at_s <= now_s
        if isinstance(event, RepDone):
            assert event.rep.end_s <= event.t_s + 1e-9


def test_events_are_hardly_late() -> None:
    for now_s, event in mixed()[:-1]:
        assert now_s - event.t_s <= LATE_S


def test_arching_is_told_before_the_repetition_ends() -> None:
    told = [event for event in mixed_events() if isinstance(event, FaultSeen) and event.code == "lumbar_arch"]
    arched = done(mixed_events())[2]
    assert len(told) == 1
    assert told[0].t_s < arched.rep.top_end_s


def test_phases_follow_the_movement() -> None:
    phases = [event.phase for event in mixed_events() if isinstance(event, PhaseEntered)]
    assert phases.count("rising") >= 3
    assert phases.count("rest") >= 3
    assert phases[0] == "rising"


@pytest.mark.parametrize(("yaw_deg", "judged"), [(28.0, True), (50.0, False), (-50.0, False)])
def test_what_is_filmed_far_from_the_side_is_not_judged(yaw_deg: float, judged: bool) -> None:
    taken = seen_obliquely(film(PAIR, camera=Camera(shift_px=(120.0, 0.0))), yaw_deg)
    assert len(done(events_of(taken))) == 2 * judged


def test_nothing_is_said_before_the_person_lies_ready() -> None:
    assert events_of(film(standing(2), absent(1))) == []


def test_finish_closes_a_repetition_that_is_as_good_as_over() -> None:
    taken = film(lifts([QUICK], lead_s=2.0)).between(0, 2.0 + 1.4 + 2.2 + 1.0)
    engine = Engine("hip_lift", taken.info)
    before = [event for sighting in taken.track.sightings() for event in engine.step(sighting)]
    assert done(before) == []
    assert len(done(engine.finish())) == 1


@pytest.mark.parametrize("until_s", [0.0, 2.9, 4.5], ids=["nothing", "rising", "at the top"])
def test_finish_invents_nothing(until_s: float) -> None:
    taken = film(lifts([QUICK], lead_s=2.0)).between(0, until_s)
    assert done(events_of(taken)) == []


def test_getting_up_unsettles() -> None:
    up, down = between(PAIR, standing(1), 1.5), between(standing(1), PAIR, 1.5)
    taken = film(PAIR, up, standing(3.5), down, PAIR)
    events = events_of(taken)
    assert sum(isinstance(event, Ready) for event in events) == 2
    assert_like_hindsight(taken, done(events))


def test_turning_round_settles_anew() -> None:
    taken = film(PAIR, turned(PAIR))
    events = events_of(taken)
    ready = [event for event in events if isinstance(event, Ready)]
    assert [(event.head_at, event.near_side) for event in ready] == [("left", "right"), ("right", "left")]
    assert_like_hindsight(taken, done(events))


@pytest.mark.parametrize(("lost_s", "count"), [(0.5, 2), (2.5, 1)], ids=["bridged", "abandoned"])
def test_a_person_lost_in_mid_repetition(lost_s: float, count: int) -> None:
    taken = film(PAIR).unseen(4.0, 4.0 + lost_s)
    assert len(done(events_of(taken))) == count


@pytest.mark.parametrize("jitter", [0.5, 0.9])
def test_uneven_times_change_nothing(jitter: float) -> None:
    even, uneven = (done(events_of(film(MIXED, jitter=j))) for j in (0.0, jitter))
    assert [(one.verdict, codes(one)) for one in uneven] == [(one.verdict, codes(one)) for one in even]
    for a, b in zip(uneven, even, strict=True):
        assert [getattr(a.rep, e) for e in EDGES] == pytest.approx([getattr(b.rep, e) for e in EDGES], abs=EDGE_S)


@pytest.mark.parametrize("fps", [15.0, 60.0])
def test_any_frame_rate_finds_the_same(fps: float) -> None:
    taken = film(PAIR, fps=fps)
    assert len(done(events_of(taken))) == 2


def test_lying_flat_first_calibrates() -> None:
    taken = film(
        flat(2.5), slide_in(1.5), lifts([replace(QUICK, peak_deg=194.0)], lead_s=2), camera=Camera(bias_deg=10)
    )
    (one,) = done(events_of(taken))
    assert one.rep.peak_deg == pytest.approx(194, abs=5)
    assert "lumbar_arch" in codes(one)


@pytest.mark.parametrize("kept_deg", [-2.0, 12.0])
def test_a_kept_calibration_is_used(kept_deg: float) -> None:
    (one,) = done(events_of(film(lifts([QUICK], lead_s=2), camera=Camera(bias_deg=5)), line=Line(kept_deg, 1.0, True)))
    assert one.rep.peak_deg == pytest.approx(185 - kept_deg, abs=1)
    assert one.rep.line_sd_deg == 1.0


def test_a_repetition_is_judged_by_the_line_that_it_has_taught() -> None:
    """Lying ready, only the usual bias is known; once the repetition is over, as much as looking back knows of it."""
    taken = film(lifts([QUICK], lead_s=2.0), camera=Camera(bias_deg=14, white_px=0.3))
    engine = Engine("hip_lift", taken.info)
    ready: set[float] = set()
    events = []
    for sighting in taken.track.sightings():
        ready |= {engine.reading.line_sd_deg} if engine.reading and not done(events) else set()
        events += engine.step(sighting)
    (one,), (later,) = done(events + engine.finish()), reps_of(taken)
    assert one.rep.line_sd_deg < max(ready)
    assert one.rep.peak_deg == pytest.approx(later.peak_deg, abs=1.5)


def test_a_kept_calibration_stays() -> None:
    found = done(events_of(film(PAIR), line=Line(6.0, 1.0, True)))
    assert [one.rep.line_sd_deg for one in found] == [1.0, 1.0]


def test_who_is_first_seen_holding_the_top_is_judged_from_the_next_lift_on() -> None:
    move = replace(QUICK, hold_s=3.0)
    taken = film(lifts([move, move, move], lead_s=0.5), camera=Camera(white_px=0.4)).between(2.0, 99.0)
    events = events_of(taken)
    ready = [event for event in events if isinstance(event, Ready)]
    assert len(ready) == 2
    assert [codes(rep) for rep in done(events)] == [set(), set()]


def test_wriggling_while_settling_only_delays() -> None:
    wriggle = lifts([Move(140, up_s=0.5, hold_s=0.1, down_s=0.5, pause_s=0.1)] * 2, lead_s=0.2, tail_s=0.1)
    taken = film(wriggle, PAIR)
    assert len(done(events_of(taken))) == 2


def restless(taken: Film) -> Film:
    """The same where one ankle trembles by 2 deg, twice a second: 25 deg/s, going nowhere."""
    t_s, xy_px = taken.track.t_s, taken.track.xy_px.copy()
    xy_px[:, Landmark.RIGHT_ANKLE, 1] += 2.8 * np.sin(2 * np.pi * 2 * t_s)
    return replace(taken, track=replace(taken.track, xy_px=xy_px))


def test_restless_landmarks_do_not_keep_anybody_from_being_ready() -> None:
    taken = restless(film(curls(CURLED, lead_s=1.6), camera=Camera(bias_deg=0.0)))
    events = events_of(taken, "leg_curl")
    assert isinstance(events[0], Ready)
    assert events[0].t_s < 1.4
    assert [one.side for one in done(events)] == ["left", "right"]


@pytest.mark.parametrize("speed_dps", [4.0, 12.0])
def test_who_moves_on_slowly_is_not_still(speed_dps: float) -> None:
    t_s = np.arange(0.0, 0.7, 1 / 30)
    assert keeps_still(speed_dps * t_s) == (speed_dps < 8.0)


def test_nothing_seen_is_not_still() -> None:
    assert not keeps_still(np.full(20, np.nan))


def test_a_leg_whose_chest_is_lost_is_judged_on() -> None:
    taken = film(curls(CURLED, lead_s=2.0), camera=Camera(bias_deg=0.0))
    lost = chest_lost(taken, 2.5, 2.5 + 4.0)
    assert_like_hindsight(lost, done(events_of(lost, "leg_curl")), "leg_curl")
    assert len(done(events_of(lost, "leg_curl"))) == len(CURLED)


def test_an_empty_stream_ends_quietly() -> None:
    engine = Engine("hip_lift", mixed_film().info)
    assert engine.finish() == []
    assert engine.step(Sighting(0.0, None)) == []
    assert engine.finish() == []


def test_times_need_not_begin_at_zero() -> None:
    taken = film(PAIR)
    later = replace(taken, track=replace(taken.track, t_s=taken.track.t_s + 1000.0))
    ends = [[one.rep.end_s for one in done(events_of(one_film))] for one_film in (taken, later)]
    np.testing.assert_allclose(np.array(ends[1]) - 1000, ends[0], atol=0.01)

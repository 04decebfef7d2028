"""Every fault of every exercise, just inside and just outside its limits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from math import isnan

import numpy as np
import pytest
from judging import CURL, HIP, one_rep
from synthetic import Move, Trace, longest_hold, script, trace

from formcheck.errors import RequestError
from formcheck.exercises import all_exercises, get_exercise
from formcheck.movement import Rep
from formcheck.spec import Exercise, Fault

FPS = 100.0
CURL_REST_DEG = 6.0


def hip_rep(
    peak_deg: float = 180.0,
    pause_before_s: float = np.inf,
    *,
    up_s: float = 2.0,
    hold_s: float = 2.8,
    down_s: float = 2.0,
    **also: float,
) -> Rep:
    """One lift; `also` gives other signals their value at the top (they follow the lift, or stay for the knee)."""
    traced = trace([Move(peak_deg, up_s, hold_s, down_s)], fps=FPS)
    return one_rep(traced, _signals(traced, also), last_end_s=traced.truth[0].start_s - pause_before_s)


def curl_rep(
    peak_deg: float = 100.0, pause_before_s: float = np.inf, *, up_s: float = 2.0, down_s: float = 2.0, **also: float
) -> Rep:
    traced = trace([Move(peak_deg, up_s, 0.7, down_s, side="left")], CURL_REST_DEG, fps=FPS, curl=True)
    return one_rep(traced, _signals(traced, also), side="left", last_end_s=traced.truth[0].start_s - pause_before_s)


def heel_rep(
    peak_deg: float = 25.0, *, up_s: float = 1.5, down_s: float = 2.0, best: float = np.nan, **also: float
) -> Rep:
    traced = trace([Move(peak_deg, up_s, 0.7, down_s)], 0.0, fps=FPS, curl=True)
    share = traced.x_deg / peak_deg
    quiet = dict.fromkeys(("knees_deg", "lean_deg", "sway_stature"), 0.0)
    rep = one_rep(traced, {name: value * share for name, value in (quiet | also).items()})
    return replace(rep, earlier={rep.side: (best,)})


def step_rep(
    peak_deg: float = 60.0,
    cycle_s: float = np.inf,
    *,
    up_s: float = 0.3,
    hold_s: float = 0.2,
    other_deg: float = 60.0,
    **also: float,
) -> Rep:
    """One step; `cycle_s` after the last landing of the same leg, after five of each leg."""
    traced = trace([Move(peak_deg, up_s, hold_s, up_s, side="left")], 0.0, fps=FPS, curl=True)
    signals = {"forward_deg": np.full(len(traced.t_s), also.get("forward_deg", 0.0))}
    rep = one_rep(traced, signals, side="left", last_end_s=traced.truth[0].end_s - cycle_s)
    return replace(rep, earlier={"left": 5 * (peak_deg,), "right": 5 * (other_deg,)})


def _signals(traced: Trace, also: dict[str, float]) -> dict[str, np.ndarray]:
    share = (traced.x_deg - traced.curve.levels[0]) / np.ptp(traced.x_deg)
    given = {
        "hip_rise_thigh": 0.0,
        "thigh_left_deg": 0.0,
        "head_height_trunk": 0.0,
        "ankle_rise_shank": 0.0,
        "heel_rise_shank": 0.0,
        **also,
    }
    return {"knee_deg": np.full(len(share), 100.0)} | {
        name: np.full(len(share), value) if name == "knee_deg" else value * share for name, value in given.items()
    }


@cache
def plateau_for(hold_s: float) -> float:
    """The plateau of a lift that is held this long by the definition, which begins within the band."""
    t = np.arange(0, 12, 0.002)
    plateaus = np.arange(0.0, 4.0, 0.01)
    holds = [longest_hold(t, script([Move(hold_s=float(p))], 128.0)(t)) for p in plateaus]
    return float(np.interp(hold_s, holds, plateaus))


DOSES: dict[tuple[str, str], Callable[[float], Rep]] = {
    ("hip_lift", "lumbar_arch"): lambda v: hip_rep(180 + v),
    ("hip_lift", "low_height"): lambda v: hip_rep(180 - v),
    ("hip_lift", "short_hold"): lambda v: hip_rep(hold_s=plateau_for(v)),
    ("hip_lift", "momentum"): lambda v: hip_rep(up_s=v),
    ("hip_lift", "fast_lowering"): lambda v: hip_rep(down_s=v),
    ("hip_lift", "bounce"): lambda v: hip_rep(pause_before_s=v, up_s=0.7),
    ("hip_lift", "feet_far"): lambda v: hip_rep(knee_deg=v),
    ("hip_lift", "feet_near"): lambda v: hip_rep(knee_deg=v),
    ("hip_lift", "heels_up"): lambda v: hip_rep(ankle_rise_shank=v, heel_rise_shank=v),
    ("hip_lift", "head_up"): lambda v: hip_rep(head_height_trunk=v),
    ("leg_curl", "lumbar_arch"): lambda v: curl_rep(hip_rise_thigh=v),
    ("leg_curl", "incomplete_curl"): lambda v: curl_rep(v),
    ("leg_curl", "momentum"): lambda v: curl_rep(up_s=v),
    ("leg_curl", "fast_lowering"): lambda v: curl_rep(down_s=v),
    ("leg_curl", "bounce"): lambda v: curl_rep(pause_before_s=v, up_s=0.7),
    ("leg_curl", "thigh_rise"): lambda v: curl_rep(thigh_left_deg=v),
    ("heel_raise", "low_height"): lambda v: heel_rep(25.0, best=25.0 / v),
    ("heel_raise", "momentum"): lambda v: heel_rep(up_s=v),
    ("heel_raise", "fast_lowering"): lambda v: heel_rep(down_s=v),
    ("heel_raise", "knee_bend"): lambda v: heel_rep(knees_deg=v),
    ("heel_raise", "trunk_lean"): lambda v: heel_rep(lean_deg=-v),
    ("heel_raise", "rocking"): lambda v: heel_rep(sway_stature=v / 0.9),
    ("stair_step", "low_height"): lambda v: step_rep(v),
    ("stair_step", "momentum"): lambda v: step_rep(cycle_s=120 / v),
    ("stair_step", "trunk_lean"): lambda v: step_rep(forward_deg=v),
    ("stair_step", "uneven"): lambda v: step_rep(other_deg=60.0 / v),
}
"""A repetition with a given dose of each fault, in the unit of its limit."""
CLEAN = {"hip_lift": hip_rep, "leg_curl": curl_rep, "heel_raise": heel_rep, "stair_step": step_rep}

CONTRACT = {
    ("hip_lift", "low_height"): (10.0, 15.0),
    ("hip_lift", "short_hold"): (2.7, 1.5),
    ("hip_lift", "lumbar_arch"): (9.0, 13.0),
    ("hip_lift", "momentum"): (1.1, 0.8),
    ("hip_lift", "fast_lowering"): (0.9, 0.65),
    ("leg_curl", "incomplete_curl"): (85.0, 70.0),
    ("leg_curl", "lumbar_arch"): (0.06, 0.10),
    ("leg_curl", "momentum"): (1.1, 0.8),
    ("leg_curl", "fast_lowering"): (0.9, 0.65),
    ("heel_raise", "low_height"): (0.70, 0.50),
    ("heel_raise", "momentum"): (0.6, 0.4),
    ("heel_raise", "fast_lowering"): (0.6, 0.4),
    ("heel_raise", "knee_bend"): (15.0, 25.0),
    ("heel_raise", "trunk_lean"): (8.0, 12.0),
    ("heel_raise", "rocking"): (0.06, 0.09),
    ("stair_step", "low_height"): (35.0, 25.0),
    ("stair_step", "momentum"): (120.0, 140.0),
    ("stair_step", "trunk_lean"): (15.0, 22.0),
    ("stair_step", "uneven"): (0.85, 0.70),
}
"""Limits that users and other programs rely on, mild and severe (docs/DEFINITIONS.md)."""

EVERY = [(exercise, fault) for exercise in all_exercises().values() for fault in exercise.faults]
IDS = [f"{exercise.id}-{fault.code}" for exercise, fault in EVERY]


def fault_named(exercise: Exercise, code: str) -> Fault:
    return next(fault for fault in exercise.faults if fault.code == code)


def test_every_fault_has_a_dose_here() -> None:
    assert set(DOSES) == {(exercise.id, fault.code) for exercise, fault in EVERY}


@pytest.mark.parametrize(("exercise", "fault"), EVERY, ids=IDS)
@pytest.mark.parametrize("severity", ["mild", "severe"])
@pytest.mark.parametrize("outside", [False, True], ids=["inside", "outside"])
def test_each_limit_is_where_it_says(exercise: Exercise, fault: Fault, severity: str, outside: bool) -> None:
    limit = fault.told_from if severity == "mild" else fault.severe
    margin = 0.3 * fault.doubt * (1 if fault.over else -1)
    found = fault.value(DOSES[exercise.id, fault.code](limit + (margin if outside else -margin)))
    said = fault.severity(found.value)
    assert (said == "severe" if severity == "severe" else said is not None) == outside, found


@pytest.mark.parametrize(("exercise", "fault"), EVERY, ids=IDS)
def test_the_value_is_the_dose(exercise: Exercise, fault: Fault) -> None:
    dose = (fault.mild + fault.severe) / 2
    rep = DOSES[exercise.id, fault.code](dose)
    found = fault.value(rep)
    assert found.value == pytest.approx(dose, abs=0.3 * fault.doubt)
    assert rep.t_s[0] <= found.at_s <= rep.t_s[-1]


@pytest.mark.parametrize(("exercise", "fault"), EVERY, ids=IDS)
def test_a_good_repetition_has_none(exercise: Exercise, fault: Fault) -> None:
    assert fault.severity(fault.value(CLEAN[exercise.id]()).value) is None


@pytest.mark.parametrize(("key", "limits"), CONTRACT.items(), ids=["-".join(key) for key in CONTRACT])
def test_limits_of_the_contract(key: tuple[str, str], limits: tuple[float, float]) -> None:
    fault = fault_named(get_exercise(key[0]), key[1])
    assert (fault.mild, fault.severe) == limits


@pytest.mark.parametrize("exercise", [HIP, CURL], ids=lambda exercise: exercise.id)
def test_bounce_limit_and_rate(exercise: Exercise) -> None:
    bounce = fault_named(exercise, "bounce")
    assert bounce.mild == 0.6
    assert 23 < bounce.least_fps <= 24


@pytest.mark.parametrize("up_s", [1.2, 2.0], ids=["unhurried", "slow"])
def test_a_slow_lift_straight_after_the_last_is_no_bounce(up_s: float) -> None:
    assert (
        fault_named(HIP, "bounce").severity(
            fault_named(HIP, "bounce").value(hip_rep(pause_before_s=0.1, up_s=up_s)).value
        )
        is None
    )


@pytest.mark.parametrize("exercise", [HIP, CURL], ids=lambda exercise: exercise.id)
def test_a_jerk_within_a_slow_lift_is_momentum(exercise: Exercise) -> None:
    """Slowly from rest, thrown in the middle, slowly to the top."""
    t = np.arange(0, 8, 0.01)
    share = np.interp(t, [1, 2.2, 2.35, 3.5, 6, 8], [0, 0.15, 0.8, 1, 1, 0])
    side, rest, peak = ("both", 128.0, 180.0) if exercise is HIP else ("left", 6.0, 100.0)
    traced = trace([Move(peak, side=side)], rest, fps=FPS)
    jerked = Trace(t, rest + (peak - rest) * share, traced.curve, [])
    rep = one_rep(jerked, side=side)
    assert rep.up_s > 2
    assert fault_named(exercise, "momentum").severity(fault_named(exercise, "momentum").value(rep).value) == "severe"


@pytest.mark.parametrize(("ankle", "heel"), [(0.25, 0.05), (0.05, 0.25)])
def test_a_landmark_that_slips_alone_is_no_lifted_heel(ankle: float, heel: float) -> None:
    heels_up = fault_named(HIP, "heels_up")
    assert heels_up.severity(heels_up.value(hip_rep(ankle_rise_shank=ankle, heel_rise_shank=heel)).value) is None
    assert heels_up.severity(heels_up.value(hip_rep(ankle_rise_shank=0.25, heel_rise_shank=0.25)).value) == "severe"


def test_a_foot_that_moves_on_the_way_only_is_no_lifted_heel() -> None:
    rep = hip_rep()
    on_the_way = np.where(rep.t_s < rep.top_start_s, 0.25, 0.0)
    moved = replace(rep, signals={**rep.signals, "ankle_rise_shank": on_the_way, "heel_rise_shank": on_the_way})
    assert fault_named(HIP, "heels_up").value(moved).value == 0.0


@pytest.mark.parametrize("peak_deg", [170.0, 192.0], ids=["never reached", "far beyond"])
def test_short_hold_is_not_asked_off_the_line(peak_deg: float) -> None:
    assert isnan(fault_named(HIP, "short_hold").value(hip_rep(peak_deg, hold_s=0.2)).value)


def test_a_moment_beyond_the_line_is_no_arch() -> None:
    traced = trace([Move()], fps=FPS)
    x = traced.x_deg + np.where((traced.t_s > 4) & (traced.t_s < 4.2), 15.0, 0.0)
    rep = one_rep(Trace(traced.t_s, x, traced.curve, traced.truth))
    assert fault_named(HIP, "lumbar_arch").severity(fault_named(HIP, "lumbar_arch").value(rep).value) is None


@pytest.mark.parametrize("at_top_too", [True, False])
def test_hips_that_rise_only_while_the_leg_moves_are_the_landmarks(at_top_too: bool) -> None:
    """A leg on its way draws the landmarks of hips that lie still, by up to 0.075 thigh lengths."""
    rep = curl_rep()
    at_top = rep.between(rep.top_start_s, rep.top_end_s)
    rises = np.where(at_top, 0.09 * at_top_too, 0.09)
    lifting = fault_named(CURL, "lumbar_arch")
    seen = lifting.severity(lifting.value(replace(rep, signals={**rep.signals, "hip_rise_thigh": rises})).value)
    assert (seen is not None) == at_top_too


def test_of_a_top_that_is_hardly_held_nothing_is_said_of_the_hips() -> None:
    """As at every moment of the way up, while nobody knows yet where the top is."""
    rep = curl_rep(hip_rise_thigh=0.2)
    rising = replace(rep, top_end_s=rep.top_start_s + 0.2)
    assert isnan(fault_named(CURL, "lumbar_arch").value(rising).value)


@pytest.mark.parametrize(
    ("exercise", "code", "on_line", "during"),
    [
        (HIP, "lumbar_arch", True, True),
        (HIP, "low_height", True, False),
        (CURL, "lumbar_arch", False, True),
        (HIP, "momentum", False, False),
    ],
    ids=lambda value: getattr(value, "id", value),
)
def test_what_is_told_at_once_and_what_hangs_on_the_line(
    exercise: Exercise, code: str, on_line: bool, during: bool
) -> None:
    fault = fault_named(exercise, code)
    assert (fault.on_line, fault.during) == (on_line, during)


def test_partial_and_least_are_as_in_the_contract() -> None:
    assert (HIP.rep.line_deg, HIP.rep.least_share, HIP.rep.partial_below_deg) == (180.0, 0.42, 165.0)
    assert (CURL.rep.least_deg, CURL.rep.partial_below_deg) == (38.0, 70.0)


def test_exercises_are_found_by_their_files() -> None:
    assert list(all_exercises()) == sorted(all_exercises())
    assert {"hip_lift", "leg_curl"} <= set(all_exercises())
    assert all(get_exercise(name).id == name for name in all_exercises())


def test_an_unknown_exercise_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RequestError, match=r"push_up.*hip_lift.*leg_curl"):
        get_exercise("push_up")


@pytest.mark.parametrize("exercise", all_exercises().values(), ids=list(all_exercises()))
def test_all_words_are_there_in_both_languages(exercise: Exercise) -> None:
    texts = [
        exercise.name,
        exercise.camera,
        *exercise.cues.values(),
        *(text for f in exercise.faults for text in (f.label, f.cue)),
    ]
    assert all(text.ja.strip() and text.en.strip().isascii() and not text.ja.isascii() for text in texts)
    assert all(fault.reason for fault in exercise.faults)

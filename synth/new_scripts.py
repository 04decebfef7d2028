"""Motion scripts for the evaluation: calibration, feet, heels, head, thighs, and sets as they happen at home.

Feet too far or too near, heels and head are the bank's stance; these scripts give them a set to happen in.
"""

from __future__ import annotations

from synth.curl_scripts import curl_rep
from synth.lift_scripts import begin, begin_flat, finish, good_lift
from synth.motion import Motion


def calibration_flat(m: Motion) -> None:
    """Lying flat with straight legs for 6-8 s, and nothing else."""
    m.track, m.value = "slide", 0.0
    m.still(m.between(6, 8))
    m.events["flat_s"] = [[0.0, m.now]]


def calibration_bent(m: Motion) -> None:
    """Asked to lie flat, but the knees stay bent: nothing to calibrate by."""
    m.track, m.value = "slide", m.between(0.28, 0.45)
    m.still(m.between(6, 8))


def calibration_then_set(m: Motion) -> None:
    """Flat, heels in, three good lifts and one too low; flat again at the end."""
    begin_flat(m)
    for i in range(4):
        if i:
            m.still(m.between(0.8, 1.8))
        if i == 2:
            m.rep(180 - m.between(14, 20), m.vary(1.9), 3.3, m.vary(1.9))
        else:
            good_lift(m)
    m.still(1.5)
    m.track, m.value = "slide", 1.0
    start = m.now
    m.move(0.0, m.between(2.0, 2.6))
    m.events["slide_s"].append([start, m.now])
    start = m.now
    m.still(m.between(3.0, 4.0))
    m.events["flat_s"].append([start, m.now])


def hip_lift_short_set(m: Motion) -> None:
    """Three good lifts: for what the stance or the camera makes of them."""
    begin(m)
    for i in range(3):
        if i:
            m.still(m.between(0.8, 1.8))
        good_lift(m)
    finish(m)


def hip_lift_home(m: Motion) -> None:
    """A set as people do it: no two lifts alike, some held too briefly, some too low, one beyond the line."""
    begin(m)
    kinds = m.rng.permutation(["good", "good", "quick_good", "low", "short", "beyond", "slow"])
    for i, kind in enumerate(kinds):
        if i:
            m.still(m.between(0.7, 3.0))
        up, down = m.between(1.6, 3.0), m.between(1.4, 3.0)
        if kind in ("good", "quick_good", "slow"):
            pace = {"good": 1.0, "quick_good": 0.85, "slow": 1.5}[kind]
            m.held_lift(m.between(176, 184), up * pace, m.between(3.0, 4.5), down * pace)
        elif kind == "low":
            m.rep(180 - m.between(13, 26), up, m.between(2.5, 3.5), down)
        elif kind == "short":
            m.held_lift(m.between(177, 182), up, m.between(0.6, 2.3), down)
        else:
            m.rep(180 + m.between(12, 16.5), up, m.between(2.8, 3.6), down)
    finish(m)


def hip_lift_rushed(m: Motion) -> None:
    """Fast up, dropped, or both; good lifts between."""
    begin(m)
    for i, kind in enumerate(m.rng.permutation(["good", "up", "down", "both", "good"])):
        if i:
            m.still(m.between(1.0, 2.0))
        up = m.between(0.5, 0.85) if kind in ("up", "both") else m.between(1.8, 2.4)
        down = m.between(0.4, 0.6) if kind in ("down", "both") else m.between(1.8, 2.4)
        m.held_lift(m.between(177, 183), up, m.between(3.0, 3.6), down)
    finish(m)


def hip_lift_no_pause(m: Motion) -> None:
    """Six lifts on the trot, barely touching the floor, without haste: no fault."""
    begin(m)
    for i in range(6):
        if i:
            m.still(m.between(0.65, 0.9))
        m.held_lift(m.between(176, 183), m.between(1.6, 2.2), m.between(3.0, 3.5), m.between(1.6, 2.2))
    finish(m)


def hip_lift_sagging(m: Motion) -> None:
    """Held, but the hips sink by 5-7 degrees while held."""
    begin(m)
    for i in range(4):
        if i:
            m.still(m.between(0.9, 1.8))
        peak = m.between(180, 184)
        start = m.now
        m.move(peak, m.between(1.8, 2.3))
        top = m.now
        m.move(peak - m.between(5, 7), m.between(3.0, 3.6))
        end = m.now
        m.move(m.rest_value, m.between(1.8, 2.3))
        m.reps.append({"track": m.track, "start_s": start, "top_start_s": top, "top_end_s": end, "end_s": m.now})
    finish(m)


def leg_curl_home(m: Motion) -> None:
    """Both legs, in no strict order; some not bent enough, one swung."""
    begin(m)
    for i, kind in enumerate(m.rng.permutation(["good", "good", "good", "partial", "deep", "swing"])):
        if i:
            m.still(m.between(0.7, 2.0))
        leg = "curl_left" if m.rng.random() < 0.6 else "curl_right"
        if kind == "swing":
            curl_rep(m, leg, m.between(95, 110), m.between(0.4, 0.6), m.between(0, 0.1), m.between(0.4, 0.6))
        else:
            peak = {"good": m.between(96, 106), "partial": m.between(50, 76), "deep": m.between(106, 113)}[kind]
            curl_rep(m, leg, peak, m.between(1.6, 2.6), m.between(0.4, 1.2), m.between(1.6, 2.6))
    finish(m)


def leg_curl_thigh_rise(m: Motion) -> None:
    """The thigh comes off the floor in three of five curls of the near leg."""
    begin(m)
    for i, leg in enumerate(
        m.rng.permutation(["curl_left", "curl_left", "thigh_mild", "thigh_strong", "thigh_strong"])
    ):
        if i:
            m.still(m.between(0.8, 1.6))
        curl_rep(m, str(leg), m.between(98, 110))
    finish(m)

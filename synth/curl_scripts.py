"""Motion scripts of leg curls, heel raises and sitting.

Each script takes a Motion that nothing happens in yet, and fills it.
"""

from __future__ import annotations

from dataclasses import replace

from synth.lift_scripts import begin, finish
from synth.motion import Motion


def curl_rep(m, leg, peak=None, up=None, squeeze=None, down=None) -> None:
    m.rep(
        peak or m.between(100, 110),
        up or m.vary(2.0),
        m.between(0.5, 1.0) if squeeze is None else squeeze,
        down or m.vary(2.0),
        track=leg,
    )


def _curls(m: Motion, legs: list[str], rest_s: tuple[float, float] = (0.7, 1.5)) -> None:
    begin(m)
    for i, leg in enumerate(legs):
        if i:
            m.still(m.between(*rest_s))
        curl_rep(m, leg)
    finish(m)


def leg_curl_near_good(m: Motion) -> None:
    _curls(m, ["curl_left"] * 5)


def leg_curl_far_good(m: Motion) -> None:
    _curls(m, ["curl_right"] * 5)


def leg_curl_alternate(m: Motion) -> None:
    _curls(m, ["curl_left", "curl_right"] * 3)


def leg_curl_partial(m: Motion) -> None:
    begin(m)
    for i, peak in enumerate(m.rng.permutation([40, 55, 65, 75.0])):
        if i:
            m.still(m.between(0.7, 1.5))
        curl_rep(m, "curl_left", peak + m.between(-1.5, 1.5), m.vary(1.7), down=m.vary(1.7))
    finish(m)


def leg_curl_swing(m: Motion) -> None:
    begin(m)
    for i, up in enumerate(m.rng.permutation([0.36, 0.42, 0.48, 0.54, 0.6])):
        if i:
            m.still(m.between(0.4, 1.0))
        curl_rep(m, "curl_left", m.between(95, 112), up, m.between(0, 0.12), m.between(0.4, 0.62))
    finish(m)


def leg_curl_hips_rise(m: Motion) -> None:
    begin(m)
    plan = [("rise_mild", 106), ("rise_strong", 93), ("rise_strong", 101), ("rise_strong", 110)]
    for i in m.rng.permutation(4):
        if m.reps:
            m.still(m.between(0.8, 1.6))
        curl_rep(m, plan[i][0], plan[i][1] + m.between(-1, 1))
    finish(m)


def leg_curl_idle(m: Motion) -> None:
    begin(m)
    leg = 0
    while m.now < 17:
        m.track = ("curl_left", "curl_right")[leg]
        for _ in range(m.rng.integers(1, 3)):
            m.move(m.between(3, 18), m.between(0.3, 1.0))
        m.move(0.0, m.between(0.4, 1.0))
        m.still(m.between(0.3, 2.0))
        leg = 1 - leg if m.rng.random() < 0.6 else leg
    finish(m)


def leg_curl_idle_near(m: Motion) -> None:
    """As leg_curl_idle, near leg only (for banks without the far leg)."""
    leg_curl_idle(m)
    m.segments = [replace(s, track="curl_left") for s in m.segments]

"""Motion scripts of hip lifts.

Each script takes a Motion that nothing happens in yet, and fills it.
"""

from __future__ import annotations

import numpy as np

from synth.motion import Motion


def begin(m: Motion) -> None:
    m.still(m.between(2, 3))


def finish(m: Motion) -> None:
    m.still(m.between(2, 3))


def good_lift(m: Motion) -> None:
    m.held_lift(m.between(177, 182.5), m.between(1.8, 2.4), m.between(3.2, 3.8), m.between(1.8, 2.4))


def hip_lift_good(m: Motion, reps: int = 5) -> None:
    begin(m)
    for i in range(reps):
        if i:
            m.still(m.between(0.8, 2.0))
        good_lift(m)
    finish(m)


def hip_lift_set10(m: Motion) -> None:
    begin(m)
    for i in range(10):
        if i:
            m.still(m.between(1, 2))
        good_lift(m)
    finish(m)


def hip_lift_low(m: Motion) -> None:
    begin(m)
    short = np.array([10.8, 14, 18, 24, 30]) + m.rng.uniform(-0.2, 1.0, 5) * [0.5, 1, 1, 1, 1]
    for i, s in enumerate(m.rng.permutation(short)):
        if i:
            m.still(m.between(0.8, 1.8))
        m.rep(180 - s, m.vary(1.9), m.between(3.2, 3.5), m.vary(1.9))
    finish(m)


def hip_lift_short_hold(m: Motion) -> None:
    begin(m)
    for i, hold in enumerate(m.rng.permutation([0.3, 0.8, 1.4, 2.0, 2.4])):
        if i:
            m.still(m.between(0.8, 1.8))
        m.held_lift(m.between(178, 182), m.vary(1.7), hold, m.vary(1.8))
    finish(m)


def hip_lift_momentum(m: Motion) -> None:
    begin(m)
    bounced = set(m.rng.choice([1, 2, 3, 4], 2, replace=False).tolist())
    for i, up in enumerate(m.rng.permutation([0.45, 0.55, 0.62, 0.7, 0.8])):
        pause = 0.0 if i in bounced else m.between(0.9, 1.6)
        if i and pause:
            m.still(pause)
        soon = i + 1 in bounced  # the lowering runs straight into the next lift
        m.held_lift(
            m.between(178, 183),
            up,
            m.between(3.0, 3.5),
            m.between(0.95, 1.1) if soon else m.between(1.7, 2.2),
            bounce=i in bounced,
            pause_before_s=pause,
        )
    finish(m)


def hip_lift_drop(m: Motion) -> None:
    begin(m)
    for i, down in enumerate(m.rng.permutation([0.35, 0.43, 0.5, 0.6])):
        if i:
            m.still(m.between(1.0, 2.0))
        m.held_lift(m.between(178, 182), m.between(1.8, 2.3), m.between(3.1, 3.6), down)
    finish(m)


def hip_lift_arch(m: Motion) -> None:
    begin(m)
    for i, over in enumerate(m.rng.permutation([8.8, 12, 15, 17.4])):
        if i:
            m.still(m.between(1.0, 2.0))
        m.rep(180 + over, m.between(1.9, 2.4), m.between(3.2, 3.4), m.between(1.9, 2.4))
    finish(m)


def hip_lift_mixed(m: Motion) -> None:
    begin(m)
    for i, kind in enumerate(m.rng.permutation(["good"] * 3 + ["low", "short", "momentum", "arch", "drop"])):
        if i:
            m.still(m.between(1.0, 2.0))
        up, hold, down = m.between(1.8, 2.3), m.between(3.1, 3.6), m.between(1.8, 2.3)
        if kind == "good":
            good_lift(m)
        elif kind == "low":
            m.rep(180 - m.between(15, 24), up, 3.3, down)
        elif kind == "short":
            m.held_lift(m.between(178, 182), 1.7, m.between(0.9, 1.5), down)
        elif kind == "momentum":
            m.held_lift(m.between(178, 182), m.between(0.5, 0.75), hold, down)
        elif kind == "arch":
            m.rep(180 + m.between(12, 16), up, 3.3, down)
        else:
            m.held_lift(m.between(178, 182), up, hold, m.between(0.4, 0.58))
    finish(m)


def hip_lift_no_touch(m: Motion) -> None:
    begin(m)
    for i, left in enumerate(m.rng.permutation([0.16, 0.19, 0.23, 0.26, 0.29])):
        if i:
            m.still(m.between(0.2, 0.7))
        peak = m.between(178, 182)
        m.held_lift(
            peak,
            m.vary(1.8),
            m.between(3.1, 3.6),
            m.vary(1.6),
            back=m.rest_value + left * (peak - m.rest_value),
            no_touch=float(left),
        )
    m.still(1.0)
    m.move(m.rest_value, 1.5)
    finish(m)


def hip_lift_fidget(m: Motion) -> None:
    begin(m)
    while m.now < 27:
        to = m.rest_value + (180 - m.rest_value) * m.between(0.04, 0.22)
        m.move(to, m.between(0.35, 1.3))
        if m.rng.random() < 0.4:
            m.still(m.between(0.2, 1.5))
        if m.rng.random() < 0.6:
            m.move(m.rest_value, m.between(0.4, 1.2))
            m.still(m.between(0.3, 2.5))
    m.move(m.rest_value, 0.8)
    finish(m)


def hip_lift_lost(m: Motion) -> None:
    """4 good reps; nobody in the picture for 2 s of the long rest in the middle."""
    begin(m)
    for i in range(4):
        if i == 2:
            m.events["lost_s"] = [[round(m.now + 0.8, 3), round(m.now + 2.8, 3)]]
        if i:
            m.still(3.6 if i == 2 else m.between(0.9, 1.8))
        good_lift(m)
    finish(m)


def hip_lift_lost_midway(m: Motion) -> None:
    """4 good reps; nobody in the picture for 2 s from the middle of the third way up."""
    begin(m)
    for i in range(4):
        if i:
            m.still(m.between(0.9, 1.8))
        if i == 2:
            m.events["lost_s"] = [[round(m.now + 1.0, 3), round(m.now + 3.0, 3)]]
        good_lift(m)
    finish(m)


def begin_flat(m: Motion) -> None:
    """Flat on the back for 3 s, heels slid in, 1.5 s at rest."""
    m.track, m.value = "slide", 0.0
    m.still(3.0)
    m.events["flat_s"] = [[0.0, m.now]]
    m.move(1.0, m.between(2.0, 2.5))
    m.events["slide_s"] = [[3.0, m.now]]
    m.track, m.value = "lift", m.rest_value
    m.still(1.5)


def hip_lift_flat_good(m: Motion) -> None:
    begin_flat(m)
    for i in range(4):
        if i:
            m.still(m.between(0.8, 2.0))
        good_lift(m)
    finish(m)


def hip_lift_flat_arch(m: Motion) -> None:
    begin_flat(m)
    for i, over in enumerate(m.rng.permutation([8.4, 12, 15, 17.6])):
        if i:
            m.still(m.between(1.0, 2.0))
        m.rep(180 + over, m.between(1.9, 2.4), m.between(3.2, 3.4), m.between(1.9, 2.4))
    finish(m)


def hip_lift_flat_mixed(m: Motion) -> None:
    begin_flat(m)
    for i, kind in enumerate(m.rng.permutation(["good", "good", "low", "short", "arch", "momentum"])):
        if i:
            m.still(m.between(1.0, 2.0))
        up, hold, down = m.between(1.8, 2.3), m.between(3.1, 3.6), m.between(1.8, 2.3)
        if kind == "good":
            good_lift(m)
        elif kind == "low":
            m.rep(180 - m.between(15, 24), up, 3.3, down)
        elif kind == "short":
            m.held_lift(m.between(178, 182), 1.7, m.between(0.9, 1.5), down)
        elif kind == "arch":
            m.rep(180 + 13, up, 3.3, down)
        else:
            m.held_lift(m.between(178, 182), m.between(0.5, 0.75), hold, down)
    finish(m)


def hip_lift_cut_off(m: Motion) -> None:
    """2 good reps and half a way up, where the recording breaks off."""
    hip_lift_good(m, 2)
    m.move(150.0, 1.2)

"""Motion scripts of heel raises, steps on the spot, and sitting."""

from __future__ import annotations

from synth.lift_scripts import begin, finish
from synth.motion import Motion


def heel_raise_good(m: Motion) -> None:
    """6 heel raises of varied height (value: foot pitch in degrees)."""
    m.still(2.5)
    for i, top in enumerate(m.rng.permutation([30, 32, 34, 35, 37, 38.0])):
        if i:
            m.still(m.between(0.6, 1.4))
        m.rep(top, m.between(0.9, 1.3), m.between(0.6, 1.2), m.between(1.1, 1.6))
    finish(m)


def raise_heels(m: Motion, kind: str = "good") -> None:
    """One heel raise, good or with a fault (value: foot pitch in degrees)."""
    top, up, down = m.between(30, 38), m.between(1.0, 1.8), m.between(1.4, 2.4)
    top = {"low": m.between(13, 17)}.get(kind, top)
    up, down = {"fast": m.between(0.3, 0.4)}.get(kind, up), {"drop": m.between(0.3, 0.4)}.get(kind, down)
    track = f"heel_raise_{kind}" if kind in ("knees", "lean", "rock") else "heel_raise"
    m.rep(top, up, m.between(0.6, 1.4), down, track=track)


def raise_set(m: Motion, *kinds: str) -> None:
    """So many heel raises with pauses between them; the first is a good one, to hold the others against."""
    begin(m)
    raise_heels(m)
    for kind in m.rng.permutation(kinds):
        m.still(m.between(0.7, 1.6))
        raise_heels(m, str(kind))
    finish(m)


def heel_raise_slow(m: Motion) -> None:
    raise_set(m, "good", "good", "good", "good")


def heel_raise_hasty(m: Motion) -> None:
    raise_set(m, "good", "fast", "drop", "fast", "drop")


def heel_raise_low(m: Motion) -> None:
    raise_set(m, "good", "low", "low", "good")


def heel_raise_helped(m: Motion) -> None:
    """Helped by the knees, by leaning and by rocking."""
    raise_set(m, "good", "knees", "knees", "lean", "lean", "rock", "rock")


def heel_raise_home(m: Motion) -> None:
    raise_set(m, "good", "good", "low", "fast", "drop", "knees", "lean")


def march(m: Motion, lifts_deg: list[float], step_s: float, lean: str = "") -> None:
    """One leg after the other, so many seconds from landing to landing (value: how far the thigh is lifted)."""
    begin(m)
    for i, lift_deg in enumerate(lifts_deg):
        seconds = m.vary(step_s, 0.06)
        m.rep(lift_deg, 0.44 * seconds, 0.04 * seconds, 0.44 * seconds, track=f"step_{lean}{('left', 'right')[i % 2]}")
        m.still(0.08 * seconds)
    finish(m)


def lifts(m: Motion, low: float, high: float, count: int) -> list[float]:
    return [m.between(low, high) for _ in range(count)]


def stair_step_good(m: Motion) -> None:
    march(m, lifts(m, 48, 68, 12), 0.8)


def stair_step_slow(m: Motion) -> None:
    march(m, lifts(m, 45, 75, 10), 1.1)


def stair_step_low(m: Motion) -> None:
    """Every third step far too low."""
    march(m, [m.between(*((30, 32) if i % 3 == 1 else (48, 64))) for i in range(12)], 0.85)


def stair_step_hurried(m: Motion) -> None:
    march(m, lifts(m, 44, 58, 16), 0.44)


def stair_step_leaning(m: Motion) -> None:
    march(m, lifts(m, 50, 64, 10), 0.85, lean="lean_")


def stair_step_uneven(m: Motion) -> None:
    """The left knee always lifted higher than the right one; every step high enough."""
    march(m, [m.between(*((60, 68) if i % 2 == 0 else (43, 47))) for i in range(14)], 0.8)


def sitting_slump(m: Motion) -> None:
    """Upright 15 s, slumped 25 s, upright 10 s (value: 0 upright .. 1 slumped)."""
    m.still(15.0)
    m.move(0.94, 3.0)
    m.still(25.0)
    m.move(0.0, 2.0)
    m.still(10.0)


def sitting_habits(m: Motion) -> None:
    """Well, then one posture after another for 8-12 s each, in another order every time, well again in between."""
    m.still(12.0)
    for i in m.rng.permutation(6):
        m.track = ("slump", "lean_forward", "lean_back", "head_forward", "slide_down", "feet_up")[i]
        m.move(m.between(0.85, 1.0), m.between(0.8, 1.4))
        m.still(m.between(8, 12))
        m.move(0.0, m.between(0.8, 1.4))
        m.still(m.between(6, 9))

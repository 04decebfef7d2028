"""Faults of tempo that every slow strength exercise shares: measured by time, so they hold for any range."""

from __future__ import annotations

from math import inf

from formcheck.movement import Found, Rep
from formcheck.spec import Fault
from formcheck.text import Text

SMOOTH_PEAK = 1.875
"""Peak speed of a minimum-jerk move in ranges per duration (Flash and Hogan 1985)."""
RUSH_PER_S = 2.1
"""Ranges per second from which a lift is thrown, even if its 10-90 % part was not short."""
MOMENTUM_S = 1.1


def rush(rep: Rep) -> Found:
    """Duration of the way up; where it was rushed for a moment, that of a smooth move with this peak speed."""
    rate = rep.peak_speed_per_s()
    return Found(min(rep.up_s, SMOOTH_PEAK / rate) if rate > RUSH_PER_S else rep.up_s, rep.top_start_s)


def lowering(rep: Rep) -> Found:
    """Duration of the way down."""
    return Found(rep.down_s, rep.end_s)


def pause(rep: Rep) -> Found:
    """Rest before a fast repetition; a slow one cannot bounce."""
    return Found(rep.pause_s if rep.up_s < MOMENTUM_S else inf, rep.start_s)


def momentum(cue: Text) -> Fault:
    """Thrown, not lifted."""
    return Fault(
        code="momentum", label=Text(ja="勢い", en="momentum"),
        value=rush, over=False, mild=MOMENTUM_S, severe=0.8, unit="s", doubt=0.1, fair=0.2, cue=cue,
        reason=Text(
            ja="めやすは2〜3秒です。1秒ほどで上がるのは、筋肉ではなく勢いの動きです",
            en="two to three seconds are asked; under about one second the limb is thrown, not lifted",
        ),
    )  # fmt: skip


def fast_lowering(cue: Text) -> Fault:
    """Let go, not lowered."""
    return Fault(
        code="fast_lowering", label=Text(ja="下ろしが速い", en="lowered too fast"),
        value=lowering, over=False, mild=0.9, severe=0.65, unit="s", doubt=0.1, fair=0.25, cue=cue,
        reason=Text(
            ja="下ろす動きも大切な運動です。これより速いと、力が抜けています",
            en="lowering is half of the training; faster than this is letting go",
        ),
    )  # fmt: skip


def bounce(cue: Text) -> Fault:
    """The rebound used instead of the muscle; below 24 frames a second the turning point is not seen."""
    return Fault(
        code="bounce", label=Text(ja="反動", en="bounce"),
        value=pause, over=False, mild=0.6, severe=0.2, unit="s", doubt=0.06, fair=0.12, cue=cue, least_fps=23.5,
        reason=Text(
            ja="続けてすぐ速く動くと、筋肉ではなく反動を使ってしまいます",
            en="a fast repetition straight out of the one before uses the rebound, not the muscle",
        ),
    )  # fmt: skip

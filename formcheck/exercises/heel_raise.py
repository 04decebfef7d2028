"""Heel raise: standing, a hand on the counter, up on the toes in 1-2 s, a moment at the top, down in 2-3 s."""

from __future__ import annotations

import numpy as np
from numpy import bool_
from numpy.typing import NDArray

from formcheck.filters import highest
from formcheck.landmarks import Landmark
from formcheck.measures import Body, Measure, in_picture, knee_deg, trunk_deg
from formcheck.movement import Found, Rep, kept
from formcheck.records import Floats
from formcheck.spec import Exercise, Fault, Hold, RepRule
from formcheck.standing import from_the_front, from_the_side, lean_deg, moved_statures, stature_px
from formcheck.tempo import fast_lowering, momentum
from formcheck.text import Text

LEVER_SHANK = 0.45
"""Heel to the ball of the foot / shank: 0.111 / 0.246 of the stature (Drillis and Contini 1966)."""
FRONT_SHARE = 0.7
"""What is seen of a raise from the front, where the feet hide the heels, against the side: 0.28-0.65 of the true pitch
(six rendered bodies), 0.5-0.75 (twelve)."""
SUNK_STATURES = 0.1
"""Hips that are further below where they were within FOOT_S squat; a raise lifts them by 0.06 at most."""
STRAIGHT_DEG, UPRIGHT_DEG = 50.0, 70.0
"""Standing is straighter and more upright than this; knees that bend by less on the way are a fault."""
STEP_STATURES = 0.04
"""How far a foot's toes move within STEP_S where somebody walks."""
STEP_S = 0.3
EVEN_SHARE, FLAT_STATURES, FOOT_S = 0.35, 0.006, 3.0
"""Heels that rise together are no lower than this share of each other, 0.5 at least in rendered raises, and a foot that
stands wanders less than this. Their lowest places are looked for so long before and after."""
FEET = np.array([Landmark.LEFT_HEEL, Landmark.RIGHT_HEEL, Landmark.LEFT_TOE, Landmark.RIGHT_TOE])


def foot_pitch_deg(body: Body) -> Floats:
    """How far the feet are tipped up on their toes; only changes mean something.

    From the heels alone, since camera and toes stay where they are. Only the landmarks of the toes do not: they rise by
    up to a third of what the heels do, and not always. Heels read 9.3-12.7 thousandths of the leg for every mm of rise
    (33 raises of three rendered bodies), heels over toes 5-15. Whatever else lifts the body, such as coming up from a
    squat, leaves them down.
    """
    seen = FRONT_SHARE if from_the_front(body.size) else 1.0
    pitch: Floats = np.degrees(-body.middle("heel")[:, 1] / (seen * LEVER_SHANK * body.size.bones_px[2]))
    return pitch


def sideways(measure: Measure) -> Measure:
    """A measure that a view from the front cannot tell: NaN there."""

    def seen(body: Body) -> Floats:
        return np.where(from_the_side(body), measure(body), np.nan)

    return seen


def knees_deg(body: Body) -> Floats:
    """Mean flexion of both knees."""
    flexion: Floats = (knee_deg("left")(body) + knee_deg("right")(body)) / 2
    return flexion


def sway_stature(body: Body) -> Floats:
    """How far the hips are to the right of the toes, in statures."""
    return (body.middle("hip")[:, 0] - body.middle("toe")[:, 0]) / stature_px(body)


def together(body: Body) -> NDArray[bool_]:
    """(N,) whether both heels rise as much as each other, or neither does."""
    y_px = [body.joint("heel", side)[:, 1] for side in ("left", "right")]
    risen = [(highest(body.track.t_s, y, FOOT_S, FOOT_S) - y) / stature_px(body) for y in y_px]
    both: NDArray[bool_] = np.minimum(*risen) > np.maximum(*risen) * EVEN_SHARE - FLAT_STATURES
    return both


def sunk(body: Body) -> NDArray[bool_]:
    """(N,) whether the hips have sunk, which shows a squat from the front, too."""
    hip_px = body.middle("hip")[:, 1]
    upright_px = -highest(body.track.t_s, -hip_px, FOOT_S, FOOT_S)
    deep: NDArray[bool_] = hip_px - upright_px > SUNK_STATURES * stature_px(body)
    return deep


def in_position(body: Body) -> NDArray[bool_]:
    """Upright on straight legs, the feet seen and staying where they are: no squat, no walk, no step."""
    seen = in_picture(body.track, FEET, *body.size.picture_px)
    left, right = (moved_statures(body, toe, STEP_S) for toe in (body.joint("toe", "left"), body.joint("toe", "right")))
    still = np.maximum(left, right) < STEP_STATURES
    straight = np.maximum(knee_deg("left")(body), knee_deg("right")(body)) < STRAIGHT_DEG
    upright = (-trunk_deg(body) > UPRIGHT_DEG) & ~sunk(body)
    standing: NDArray[bool_] = seen & still & together(body) & straight & upright
    return standing


def share_of_best(rep: Rep) -> Found:
    """Height against the best repetition of the set so far; the first has none to be held against."""
    return Found(rep.peak_deg / rep.best_deg, rep.peak_s)


def knees(rep: Rep) -> Found:
    return rep.sustained("knees_deg", 0.3)


def leaning(rep: Rep) -> Found:
    """Largest lean to either side that is kept."""
    rows = rep.between(rep.start_s, rep.end_s)
    return max((kept(rep.t_s[rows], sign * rep.signals["lean_deg"][rows], 0.3) for sign in (1, -1)), key=_value)


def _value(found: Found) -> float:
    return found.value


def swaying(rep: Rep) -> Found:
    """How far the hips go to and fro within the repetition."""
    rows = rep.between(rep.start_s, rep.end_s)
    x = rep.signals["sway_stature"][rows]
    if not np.isfinite(x).any():
        return Found(np.nan, np.nan)
    return Found(float(np.nanmax(x) - np.nanmin(x)), float(rep.t_s[rows][np.nanargmax(np.abs(x))]))


EXERCISE = Exercise(
    id="heel_raise",
    name=Text(ja="かかと上げ", en="Heel raise"),
    position="standing",
    camera=Text(
        ja="カメラは横から、頭からつま先まで映るように置きます。片手を台に添えます。",
        en="Camera from the side, head to toes in the picture. A hand on the counter.",
    ),
    measures={
        "foot_pitch_deg": foot_pitch_deg,
        "knees_deg": sideways(knees_deg),
        "lean_deg": sideways(lean_deg),
        "sway_stature": sideways(sway_stature),
    },
    relative=frozenset({"foot_pitch_deg", "knees_deg", "lean_deg", "sway_stature"}),
    in_position=in_position,
    doubt=lambda body: {"foot_pitch_deg": 2.0},
    rep=RepRule(
        signals={"both": "foot_pitch_deg"},
        least_deg=6.0,
        partial_below_deg=10.0,
        onset_deg=4.0,
        hold=Hold(below_deg=5.0, above_deg=10.0, speed_dps=15.0),
    ),
    faults=(
        Fault(
            code="low_height", label=Text(ja="高さ不足", en="too low"),
            value=share_of_best, over=False, mild=0.70, severe=0.50, unit="best", doubt=0.05, fair=0.05,
            reason=Text(
                ja="自分のいちばん高い回の7割に届かないと、疲れか、上げきれていません",
                en="under 70 % of your own best the calves are tired, or not used to the end",
            ),
            cue=Text(ja="もう少し高く、つま先で立ちましょう", en="A little higher, up on your toes."),
        ),
        momentum(Text(ja="勢いをつけず、ゆっくり上げましょう", en="No momentum. Rise slowly.")).model_copy(
            update={
                "mild": 0.6, "severe": 0.4,
                "reason": Text(
                    ja="めやすは1〜2秒です。0.6秒より速いと、弾みで上がっています",
                    en="one to two seconds are asked; faster than 0.6 s is a spring, not a lift",
                ),
            }
        ),
        fast_lowering(Text(ja="かかとを落とさず、ゆっくり下ろして", en="Don't drop your heels.")).model_copy(
            update={"mild": 0.6, "severe": 0.4}
        ),
        Fault(
            code="knee_bend", label=Text(ja="膝の曲がり", en="knees bending"),
            value=knees, over=True, mild=15.0, severe=25.0, unit="deg", doubt=3.0, fair=3.0,
            reason=Text(
                ja="膝を曲げ伸ばしすると、ふくらはぎの代わりに太ももで上がってしまいます",
                en="bending and stretching the knees lifts you with the thighs instead of the calves",
            ),
            cue=Text(ja="膝は伸ばしたまま", en="Keep your knees straight."),
        ),
        Fault(
            code="trunk_lean", label=Text(ja="体の傾き", en="trunk leaning"),
            value=leaning, over=True, mild=8.0, severe=12.0, unit="deg", doubt=1.5, fair=1.5,
            reason=Text(
                ja="体が8度より傾くと、手や腰で支えています",
                en="a trunk tilted by more than 8 deg is held by the hand or the back",
            ),
            cue=Text(ja="背すじを伸ばして、まっすぐ上へ", en="Stand tall. Straight up."),
        ),
        Fault(
            code="rocking", label=Text(ja="体の揺れ", en="rocking"),
            value=swaying, over=True, mild=0.06, severe=0.09, unit="stature", doubt=0.01, fair=0.01,
            reason=Text(
                ja="つま先に乗ると腰は身長の3%ほど前に出ます。6%を超えるのは、体を揺らす動きです",
                en="hips move forward by 3 % of your height over the toes; over 6 % the body rocks",
            ),
            cue=Text(ja="体を揺らさず、真上に上がりましょう", en="Don't rock. Straight up."),
        ),
    ),
    cues={
        "set_up": Text(ja="台に手を添えて、まっすぐ立ちましょう", en="Stand tall with a hand on the counter."),
        "go": Text(ja="ゆっくりかかとを上げて", en="Lift your heels slowly."),
        "lower": Text(ja="ゆっくり下ろしましょう", en="Lower slowly."),
        "clean": Text(ja="いいですね。その調子", en="Lovely. Keep it up."),
        "partial": Text(ja="もう少し高く、つま先で立ちましょう", en="A little higher, up on your toes."),
        "pain": Text(ja="痛みがあれば、すぐにやめてください", en="If anything hurts, stop right away."),
    },
)  # fmt: skip

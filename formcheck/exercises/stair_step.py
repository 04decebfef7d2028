"""Stepping on the spot, as on stairs, seen from the side: each knee lifted well, unhurried, the trunk upright.

On a real stair only the leg that goes first lifts its thigh: the other one's steps would be missed.
"""

from __future__ import annotations

import numpy as np
from numpy import bool_
from numpy.typing import NDArray

from formcheck.filters import bridged
from formcheck.landmarks import Landmark, Side
from formcheck.measures import Body, Measure, in_picture, knee_deg
from formcheck.movement import Found, Rep
from formcheck.records import Floats
from formcheck.spec import Exercise, Fault, Hold, RepRule
from formcheck.standing import from_the_side, lean_deg, moved_statures
from formcheck.text import Text

STRAIGHT_DEG, BEHIND_DEG, AHEAD_DEG = 40.0, -30.0, 15.0
"""The leg that carries is straighter than this, its thigh between these: a squat lifts both thighs, a lunge bends both
knees."""
DIP_BENT_DEG, DIP_ALIKE_DEG = 22.0, 12.0
"""Both knees bent by more than this, and alike: a dip on two legs (heel raises helped by the knees: 34 and 29).
Standing legs bend by 15 and less."""
HIDDEN_S = 0.5
"""The landmarks of the leg that carries may follow the other one for moments at a step's top; squats are longer."""
WALK_STATURES, WALK_S = 0.12, 0.5
"""Hips that come further in this time walk somewhere: 0.4 m/s and more (engineering judgement)."""
LIFT_KEPT_S = 0.05
"""How long a knee is up, at least: at 110 steps a minute the usual 0.2 s would take a quarter off its height."""
SEEN_S = 0.5
"""A lift and its lowering that take less are read 4 deg too low, one in ten by 9 and more (160 of ten rendered
bodies; slower ones as often too high as too low): the hurry is told, not the height."""
BALANCE_STEPS = 5
"""Steps of each leg that are compared."""
LEGS = np.array([side for joint in ("HIP", "KNEE", "ANKLE")
                 for side in (Landmark[f"LEFT_{joint}"], Landmark[f"RIGHT_{joint}"])])  # fmt: skip


def facing(body: Body) -> int:
    """+1 where the person faces the right of the picture, else -1."""
    return 1 if body.head_at == "right" else -1


def thigh_deg(side: Side) -> Measure:
    """How far a thigh is lifted to the front: 0 hanging down, 90 horizontal.

    From the middle of the hips, which the landmarks keep better than the hip of a lifted leg: over ten rendered bodies
    a lift is then off by 4.4 instead of 5.1 deg, and one leg against the other by 10 instead of 15 %.
    """

    def measure(body: Body) -> Floats:
        step = body.joint("knee", side) - body.middle("hip")
        lifted: Floats = np.degrees(np.arctan2(facing(body) * step[:, 0], step[:, 1]))
        return lifted

    return measure


def forward_deg(body: Body) -> Floats:
    """Tilt of the trunk from upright to the front."""
    return facing(body) * lean_deg(body)


def carries(body: Body, side: Side) -> NDArray[bool_]:
    """Whether a leg stands beneath the body."""
    thigh = thigh_deg(side)(body)
    beneath: NDArray[bool_] = (knee_deg(side)(body) < STRAIGHT_DEG) & (thigh > BEHIND_DEG) & (thigh < AHEAD_DEG)
    return beneath


def dips(body: Body) -> NDArray[bool_]:
    """Whether both knees bend together."""
    left, right = knee_deg("left")(body), knee_deg("right")(body)
    together: NDArray[bool_] = (np.minimum(left, right) > DIP_BENT_DEG) & (np.abs(left - right) < DIP_ALIKE_DEG)
    return together


def in_position(body: Body) -> NDArray[bool_]:
    """On one leg at least, hips to ankles seen from the side, and not walking away: no squat, no lunge, no walk."""
    legs_seen = in_picture(body.track, LEGS, *body.size.picture_px)
    walked = moved_statures(body, body.middle("hip")[:, :1], WALK_S)
    carried = (carries(body, "left") | carries(body, "right")) & ~dips(body)
    stepping: NDArray[bool_] = (
        legs_seen & bridged(body.track.t_s, carried, HIDDEN_S) & from_the_side(body) & (walked < WALK_STATURES)
    )
    return stepping


def cadence(rep: Rep) -> Found:
    """Steps a minute of both legs in turn, from this leg's last landing to this one; 0 for its first step."""
    return Found(120.0 / (rep.pause_s + rep.end_s - rep.start_s), rep.end_s)


def seen(rep: Rep) -> bool:
    """Whether the step took long enough to see how high the knee was."""
    return rep.end_s - rep.start_s >= SEEN_S


def lift(rep: Rep) -> Found:
    """Highest the thigh was lifted."""
    return Found(rep.peak_deg if seen(rep) else np.nan, rep.peak_s)


def balance(rep: Rep) -> Found:
    """Median lift of this leg's last steps, this one included, as a share of the other leg's; from ten steps on."""
    own = (*rep.earlier.get(rep.side, ()), rep.peak_deg)[-BALANCE_STEPS:]
    other = [deg for side, peaks in rep.earlier.items() if side != rep.side for deg in peaks][-BALANCE_STEPS:]
    if min(len(own), len(other)) < BALANCE_STEPS or not seen(rep):
        return Found(np.nan, np.nan)
    return Found(float(np.median(own) / np.median(other)), rep.peak_s)


def leaning(rep: Rep) -> Found:
    return rep.sustained("forward_deg", 0.3)


EXERCISE = Exercise(
    id="stair_step",
    name=Text(ja="その場足踏み", en="Stepping on the spot"),
    position="standing",
    camera=Text(
        ja="カメラは横から、頭から足まで映るように置きます。場所を動かずに足踏みします。",
        en="Camera from the side, head to feet in the picture. Stay on the spot.",
    ),
    measures={
        "thigh_left_deg": thigh_deg("left"),
        "thigh_right_deg": thigh_deg("right"),
        "forward_deg": forward_deg,
    },
    relative=frozenset({"thigh_left_deg", "thigh_right_deg", "forward_deg"}),
    in_position=in_position,
    doubt=lambda body: {"thigh_left_deg": 3.0, "thigh_right_deg": 3.0},
    rep=RepRule(
        signals={"left": "thigh_left_deg", "right": "thigh_right_deg"},
        least_deg=18.0,
        partial_below_deg=21.0,
        peak_kept_s=LIFT_KEPT_S,
        onset_deg=10.0,
        hold=Hold(below_deg=6.0, above_deg=10.0, speed_dps=40.0),
    ),
    faults=(
        Fault(
            code="low_height", label=Text(ja="ひざの上げ不足", en="knee too low"),
            value=lift, over=False, mild=35.0, severe=25.0, unit="deg", doubt=3.0, fair=3.0,
            reason=Text(
                ja="太ももが35度まで上がらないと、段につまずきやすく、運動としても軽すぎます",
                en="a thigh lifted by less than 35 deg trips over a stair, and is little work",
            ),
            cue=Text(ja="ひざをしっかり持ち上げて", en="Lift the knee well."),
        ),
        Fault(
            code="momentum", label=Text(ja="急ぎすぎ", en="hurried"),
            value=cadence, over=True, mild=120.0, severe=140.0, unit="steps_min", doubt=4.0, fair=5.0,
            reason=Text(
                ja="めやすは1分に50〜110歩です。120歩を超えると、勢いで動いてしまい、足もとも危なくなります",
                en="50 to 110 steps a minute are asked; over 120 it is a run on momentum, and the footing is unsafe",
            ),
            cue=Text(ja="あわてずに、一歩ずつ", en="No hurry. One step at a time."),
        ),
        Fault(
            code="trunk_lean", label=Text(ja="前かがみ", en="trunk leaning"),
            value=leaning, over=True, mild=15.0, severe=22.0, unit="deg", doubt=2.0, fair=2.0,
            reason=Text(
                ja="体が15度より前に倒れると、脚ではなく腰に負担がかかります",
                en="a trunk tilted forward by more than 15 deg loads the back instead of the legs",
            ),
            cue=Text(ja="背すじを伸ばして", en="Stand tall."),
        ),
        Fault(
            code="uneven", label=Text(ja="左右差", en="uneven"),
            value=balance, over=False, mild=0.85, severe=0.70, unit="other_leg", doubt=0.05, fair=0.05, weak=True,
            reason=Text(
                ja="反対の脚より15%以上低い状態が10歩続くと、疲れか、弱い側をかばっています",
                en="a knee that over ten steps stays 15 % lower than the other one is tired, or spared",
            ),
            cue=Text(ja="左右同じ高さまで", en="Both knees to the same height."),
        ),
    ),
    cues={
        "set_up": Text(ja="背すじを伸ばして、まっすぐ立ちましょう", en="Stand tall."),
        "go": Text(ja="一歩ずつ、ていねいに足踏みしましょう", en="One step at a time, with care."),
        "lower": Text(ja="静かに下ろしましょう", en="Put the foot down softly."),
        "clean": Text(ja="いいですね。その調子", en="Lovely. Keep it up."),
        "partial": Text(ja="もう少し高く、ひざを上げましょう", en="Lift the knee a little higher."),
        "pain": Text(ja="痛みがあれば、すぐにやめてください", en="If anything hurts, stop right away."),
    },
)  # fmt: skip

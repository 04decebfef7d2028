"""Sitting at a desk, seen from the side: forward on the chair, the back long, the soles on the floor.

What a camera cannot see is not claimed: neither the pelvis nor the vertebrae are landmarks. "Slumped" is told by what a
pelvis that tips back brings about: the way from the hips to the ears grows shorter, while the head comes forward or the
trunk falls back.
"""

from __future__ import annotations

from math import nan

from formcheck.monitors.figure import Figure, lean_deg
from formcheck.monitors.spec import Calibration, Habit, Monitor, Reminders, Sign
from formcheck.text import Text


def trunk_deg(figure: Figure) -> float:
    """Lean of the line from hips to shoulders, 0 upright, positive forward."""
    return lean_deg(figure.shoulder - figure.hip)


def head_deg(figure: Figure) -> float:
    """Lean of the line from shoulders to ears, 0 upright, positive forward. The craniovertebral angle of the
    literature needs the seventh neck vertebra, which is no landmark: only changes mean something."""
    return lean_deg(figure.ear - figure.shoulder)


def chord_thigh(figure: Figure) -> float:
    """Straight way from hips to shoulders in thigh lengths: leaning does not change it, a round back shortens it."""
    return abs(figure.shoulder - figure.hip) / figure.unit_px if figure.unit_px else nan


def foot_thigh(figure: Figure) -> float:
    """Height of the higher ankle over the knee (negative), in thigh lengths; NaN where neither is in the picture."""
    heights = [(ankle - figure.knee).imag for ankle in figure.ankles if ankle is not None]
    return max(heights) / figure.unit_px if heights and figure.unit_px else nan


SHORT = Sign(
    measure="chord_thigh", over=False, enter=0.95, leave=0.965, unit="best",
    reason=Text(
        ja="背中が丸くなると、腰から耳までの距離が短くなります", en="a rounding back brings the ears nearer to the hips"
    ),
)  # fmt: skip
HEAD_AHEAD = Sign(
    measure="head_deg", over=True, enter=6.0, leave=4.0, unit="deg",
    reason=Text(ja="背中が丸くなると、頭が前へ出ます", en="a rounding back carries the head forward"),
)  # fmt: skip
TRUNK_BACK = Sign(
    measure="trunk_deg", over=False, enter=-5.0, leave=-3.0, unit="deg",
    reason=Text(ja="骨盤が後ろへ倒れると、体が後ろへ傾きます", en="a pelvis that tips back lets the trunk fall back"),
)  # fmt: skip
NOT_FORWARD = Sign(
    measure="trunk_deg", over=False, enter=20.0, leave=24.0, unit="deg",
    reason=Text(ja="前かがみは別の姿勢です", en="bending forward is another posture"),
)  # fmt: skip
FAR_FORWARD = Sign(
    measure="trunk_deg", over=True, enter=20.0, leave=16.0, unit="deg",
    reason=Text(ja="まっすぐから10度までは自然な範囲です", en="up to 10 degrees off upright is natural"),
)  # fmt: skip
FAR_BACK = Sign(
    measure="trunk_deg", over=False, enter=-20.0, leave=-16.0, unit="deg",
    reason=Text(ja="まっすぐから10度までは自然な範囲です", en="up to 10 degrees off upright is natural"),
)  # fmt: skip
HEAD_FORWARD = Sign(
    measure="head_deg", over=True, enter=12.0, leave=9.0, unit="deg",
    reason=Text(
        ja="ご自身の良い姿勢からの変化だけを見ます", en="only the change from your own good posture means something"
    ),
)  # fmt: skip
FOOT_HIGH = Sign(
    measure="foot_thigh", over=True, enter=0.2, leave=0.14, unit="thigh",
    reason=Text(ja="足首が8センチほど高くなっています", en="an ankle is about 8 cm higher than with the soles down"),
)  # fmt: skip

MONITOR = Monitor(
    id="seated_posture",
    name=Text(ja="座り姿勢", en="Seated posture"),
    camera=Text(
        ja="カメラは横に、机の高さくらいに置き、頭から膝まで（できれば足まで）映します",
        en="Put the camera at the side, about as high as the desk, so that it sees head to knees, better to the feet.",
    ),
    period_s=0.5,
    measures={"trunk_deg": trunk_deg, "head_deg": head_deg, "chord_thigh": chord_thigh, "foot_thigh": foot_thigh},
    minus=frozenset({"head_deg", "foot_thigh"}),
    per=frozenset({"chord_thigh"}),
    calibration=Calibration(
        length_s=3.0,
        within={"trunk_deg": (-12.0, 12.0), "head_deg": (-30.0, 40.0)},
        spread={"trunk_deg": 3.0, "head_deg": 5.0},
        tall="chord_thigh",
    ),
    good="upright",
    good_label=Text(ja="良い姿勢", en="upright"),
    habits=(
        Habit(
            code="slumped",
            label=Text(ja="背中が丸い", en="slumped"),
            cue=Text(
                ja="浅めに座って、背すじを伸ばし、足の裏を床につけましょう",
                en="Sit forward, grow tall, soles on the floor.",
            ),
            signs=((SHORT,), (HEAD_AHEAD, TRUNK_BACK), (NOT_FORWARD,)),
        ),
        Habit(
            code="leaning",
            label=Text(ja="体が傾いている", en="leaning"),
            cue=Text(ja="体をまっすぐ起こしましょう", en="Bring your trunk upright."),
            signs=((FAR_FORWARD, FAR_BACK),),
        ),
        Habit(
            code="forward_head",
            label=Text(ja="頭が前に出ている", en="head forward"),
            cue=Text(ja="頭を後ろへ引いて、耳を肩の上に", en="Draw back. Ears over shoulders."),
            signs=((HEAD_FORWARD,),),
        ),
        Habit(
            code="feet_up",
            label=Text(ja="足が浮いている", en="feet off the floor"),
            cue=Text(ja="足の裏を床につけましょう", en="Put your soles on the floor."),
            signs=((FOOT_HIGH,),),
        ),
    ),
    reminders=Reminders(share=0.7, over_s=20.0, every_s=90.0, praise_s=30.0),
    cues={
        "set_up": Text(
            ja="良い姿勢を覚えます。背すじを伸ばして、三秒そのままで",
            en="Let me learn your good posture. Sit tall for three seconds.",
        ),
        "known": Text(ja="覚えました。いつもどおりどうぞ", en="Got it. Carry on as usual."),
        "well": Text(ja="いい姿勢が続いています", en="You are sitting nicely now."),
        "not_in_picture": Text(
            ja="頭から膝まで映るように、カメラを直してください",
            en="Please move the camera so that it sees head to knees.",
        ),
        "not_side_on": Text(ja="カメラは真横に置いてください", en="Please put the camera squarely at your side."),
    },
)

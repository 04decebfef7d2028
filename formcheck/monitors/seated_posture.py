"""Sitting at a desk, seen from the side: forward on the chair, the back long, the soles on the floor.

What a camera cannot see is not claimed: neither the pelvis nor the vertebrae are landmarks. "Slumped" is told by what a
pelvis that tips back brings about: the way from the hips to the ears grows shorter, while the head comes forward or the
trunk falls back.
"""

from __future__ import annotations

from math import nan

from formcheck.monitors.figure import Figure, lean_deg
from formcheck.monitors.spec import Calibration, Check, Habit, Monitor, Reminders, Sign
from formcheck.text import Text


def trunk_deg(figure: Figure, own: Figure) -> float:
    """Lean of the line from hips to shoulders, 0 upright, positive forward."""
    return upper_deg(figure)


def upper_deg(figure: Figure) -> float:
    """The same for one figure."""
    return lean_deg(figure.shoulder - figure.hip)


def neck_deg(figure: Figure) -> float:
    """Lean of the line from shoulders to ears, 0 upright, positive forward. The craniovertebral angle of the literature
    needs the seventh neck vertebra, which is no landmark: only its changes mean something."""
    return lean_deg(figure.ear - figure.shoulder)


def head_deg(figure: Figure, own: Figure) -> float:
    """How much further forward the head is than in the good posture."""
    return neck_deg(figure) - neck_deg(own)


def chord_own(figure: Figure, own: Figure) -> float:
    """Straight way from hips to shoulders over the length of the thighs, as a share of that in the good posture.

    A pelvis that tips back shortens it twice: the back bends, and the landmarks of the hips move away from the knees. A
    straight back that leans seems longer, since they move the other way; that is taken off."""
    return chord(figure) / chord(own) - LEAN_PER_DEG * abs(upper_deg(figure) - upper_deg(own))


LEAN_PER_DEG = 0.0025
"""Measured on rendered bodies: straight backs that lean by 22-33 deg seem 4-12 % longer."""


def chord(figure: Figure) -> float:
    """The same for one figure; NaN where the thighs have no length."""
    return figure.trunk_px / figure.thigh_px if figure.thigh_px else nan


def drop_trunk(figure: Figure, own: Figure) -> float:
    """How much lower in the picture the shoulders are than in the good posture, in trunk lengths.

    Whoever leans lowers them too, and a head that comes forward takes their landmarks with it, forward and down: that
    is taken off."""
    drop = (own.shoulder - figure.shoulder).imag / own.trunk_px
    return drop - DROP_PER_DEG * abs(upper_deg(figure) - upper_deg(own))


DROP_PER_DEG = 0.003
"""Measured on rendered bodies: heads 17-20 deg further forward lower the shoulders by 0.012-0.053 and lean the trunk by
3-8 deg."""


def foot_thigh(figure: Figure, own: Figure) -> float:
    """How much higher under the knees the higher ankle is than in the good posture, in thigh lengths; NaN where none is
    in the picture."""
    return (foot_height(figure) - foot_height(own)) / own.thigh_px


def foot_height(figure: Figure) -> float:
    """Height of the higher ankle over the knees (negative), in pixels."""
    return max(((ankle - figure.knee).imag for ankle in figure.ankles if ankle is not None), default=nan)


def shank_deg(figure: Figure, own: Figure) -> float:
    """How far the shank that is drawn back most leans, 0 upright, positive with the foot under the seat; NaN where
    neither foot is in the picture."""
    return max((lean_deg(figure.knee - ankle) for ankle in figure.ankles if ankle is not None), default=nan)


SHORT = Sign(
    measure="chord_own", over=False, enter=0.958, leave=0.965, unit="own",
    reason=Text(
        ja="背中が丸くなると、腰から肩までが短くなります", en="a rounding back brings the shoulders nearer to the hips"
    ),
)  # fmt: skip
"""Measured on rendered bodies: slumped 0.80-0.94, straight backs that lean 0.977 and more."""
LOW = Sign(
    measure="drop_trunk", over=True, enter=0.045, leave=0.035, unit="trunk",
    reason=Text(ja="背中が丸くなると、肩が下がります", en="a rounding back lowers the shoulders"),
)  # fmt: skip
"""Measured on rendered bodies: slumped 0.064 and more, with the head alone forward 0.029 at most."""
HEAD_AHEAD = Sign(
    measure="head_deg", over=True, enter=5.0, leave=3.0, unit="deg",
    reason=Text(ja="背中が丸くなると、頭が前へ出ます", en="a rounding back carries the head forward"),
)  # fmt: skip
TRUNK_BACK = Sign(
    measure="trunk_deg", over=False, enter=-5.0, leave=-3.0, unit="deg",
    reason=Text(ja="骨盤が後ろへ倒れると、体が後ろへ傾きます", en="a pelvis that tips back lets the trunk fall back"),
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
    measure="head_deg", over=True, enter=9.0, leave=7.0, unit="deg",
    reason=Text(
        ja="良い姿勢から12度ほど前です（映像では小さめに見えます）",
        en="about 12 degrees forward of your own good posture, of which the landmarks show two thirds",
    ),
)  # fmt: skip
"""Measured on rendered bodies: a neck 20 deg further forward reads 12.5 deg."""
FOOT_HIGH = Sign(
    measure="foot_thigh", over=True, enter=0.2, leave=0.14, unit="thigh",
    reason=Text(ja="足首が8センチほど高くなっています", en="an ankle is about 8 cm higher than with the soles down"),
)  # fmt: skip
SHANK_FAR_BACK = Sign(
    measure="shank_deg", over=True, enter=35.0, leave=30.0, unit="deg",
    reason=Text(
        ja="足をこれほど後ろへ引くと、足の裏は床につきません", en="so far under the seat, no sole stays on the floor"
    ),
)  # fmt: skip

MONITOR = Monitor(
    id="seated_posture",
    name=Text(ja="座り姿勢", en="Seated posture"),
    camera=Text(
        ja="カメラは横に、机の高さくらいに置き、頭から膝まで（できれば足まで）映します",
        en="Put the camera at the side, about as high as the desk, so that it sees head to knees, better to the feet.",
    ),
    period_s=1.0,
    measures={
        measure.__name__: measure for measure in (trunk_deg, head_deg, chord_own, drop_trunk, foot_thigh, shank_deg)
    },
    calibration=Calibration(
        length_s=3.0,
        checks=(
            Check(value=upper_deg, low=-12.0, high=12.0, spread=3.0),
            Check(value=neck_deg, low=-30.0, high=40.0, spread=5.0),
        ),
        least=neck_deg,
        nearly=2.0,
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
            signs=((SHORT,), (LOW,), (HEAD_AHEAD, TRUNK_BACK)),
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
            signs=((FOOT_HIGH, SHANK_FAR_BACK),),
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

"""Hip lift (glute bridge): on the back, knees bent, lift until shoulder, hip and knee are one line, hold 3 s, lower."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy import bool_
from numpy.typing import NDArray

from formcheck.line import find_line
from formcheck.measures import Body, foot_rise_shank, head_height_trunk, hip_deg, near_knee_deg, trunk_deg
from formcheck.movement import Found, Rep, kept
from formcheck.spec import Exercise, Fault, Hold, RepRule
from formcheck.tempo import bounce, fast_lowering, momentum
from formcheck.text import Text

LINE_DEG = 180.0
RULE = RepRule(
    signals={"both": "hip_deg"},
    line_deg=LINE_DEG,
    least_share=0.42,
    partial_below_deg=165.0,
    onset_deg=8.0,
    hold=Hold(below_deg=8.0, above_deg=10.0, speed_dps=25.0),
    hold_target_s=3.0,
)
KNEES_BENT_DEG = 45.0
"""Least knee flexion of hook-lying; lying flat is 0-20, a lift with the feet far away still above 60."""


def in_position(body: Body) -> NDArray[bool_]:
    """Hook-lying: knees bent. Sliding the heels in from lying flat comes before it."""
    bent: NDArray[bool_] = near_knee_deg(body) > KNEES_BENT_DEG
    return bent


def short_of_line(rep: Rep) -> Found:
    return Found(LINE_DEG - rep.peak_deg, rep.peak_s)


def beyond_line(rep: Rep) -> Found:
    highest = rep.sustained("hip_deg", 0.3)
    return Found(highest.value - LINE_DEG, highest.at_s)


def held(rep: Rep) -> Found:
    """Seconds on the line; not asked of lifts that never reached it or went far beyond it."""
    off = abs(rep.peak_deg - LINE_DEG) - rep.line_sd_deg
    return RULE.held(rep) if off <= RULE.hold.below_deg else Found(nan, nan)


def knee_at_top(rep: Rep) -> Found:
    return Found(rep.median("knee_deg", rep.top_start_s, rep.top_end_s), rep.top_start_s)


def heels(rep: Rep) -> Found:
    """What ankle and heel both rise at the top: a lifted heel takes both along, while landmarks slip one by one."""
    rows = rep.between(rep.top_start_s, rep.top_end_s)
    both = np.minimum(rep.signals["ankle_rise_shank"], rep.signals["heel_rise_shank"])
    return kept(rep.t_s[rows], both[rows], 0.3)


def head(rep: Rep) -> Found:
    return rep.sustained("head_height_trunk", 0.3)


EXERCISE = Exercise(
    id="hip_lift",
    name=Text(ja="ヒップリフト", en="Hip lift"),
    position="supine",
    camera=Text(
        ja="カメラは横から、頭から足まで映るように置きます。",
        en="Camera from the side, head to feet in the picture.",
    ),
    measures={
        "hip_deg": hip_deg,
        "knee_deg": near_knee_deg,
        "trunk_deg": trunk_deg,
        "ankle_rise_shank": foot_rise_shank("ankle"),
        "heel_rise_shank": foot_rise_shank("heel"),
        "head_height_trunk": head_height_trunk,
    },
    relative=frozenset({"ankle_rise_shank", "heel_rise_shank", "head_height_trunk"}),
    in_position=in_position,
    line=find_line,
    rep=RULE,
    faults=(
        Fault(
            code="lumbar_arch", label=Text(ja="腰の反り", en="back arched"),
            value=beyond_line, over=True, mild=9.0, severe=13.0, unit="deg", doubt=1.5, fair=3.0,
            on_line=True, during=True,
            reason=Text(
                ja="股関節が伸びるのは、平均で7度ほどです（Roach 2015）。それを超えた分は腰の反りです",
                en="hips extend about 7 deg on average (Roach 2015); what is beyond comes from the lower back",
            ),
            cue=Text(ja="腰を反らさず、お尻で持ち上げましょう", en="Don't arch your back. Lift with your glutes."),
        ),
        Fault(
            code="low_height", label=Text(ja="高さ不足", en="too low"),
            value=short_of_line, over=True, mild=10.0, severe=15.0, unit="deg", doubt=1.5, fair=3.0, on_line=True,
            reason=Text(
                ja="肩から膝までが一直線になっていません。10度は、肩と膝の間の4.3%にあたります",
                en="shoulder, hip and knee are not one line: 10 deg is 4.3 % of the shoulder-knee distance",
            ),
            cue=Text(ja="もう少し上へ。肩から膝まで一直線に", en="A little higher. Shoulders to knees in one line."),
        ),
        Fault(
            code="short_hold", label=Text(ja="キープが短い", en="held too briefly"),
            value=held, over=False, mild=2.7, severe=1.5, unit="s", doubt=0.15, fair=0.3,
            reason=Text(
                ja="めやすは3秒です（変えられます）。1割までは計測の誤差とみます",
                en="three seconds are asked unless you choose otherwise; a tenth is left to the measurement",
            ),
            cue=Text(ja="あと少し、そのまま", en="Stay there a little longer."),
        ),
        momentum(Text(ja="勢いをつけず、三秒かけて上げましょう", en="No momentum. Take three seconds up.")),
        fast_lowering(Text(ja="落とさず、そっと下ろしましょう", en="Don't drop. Set it down softly.")),
        bounce(Text(ja="床で弾まず、一度止まりましょう", en="No bouncing. Pause on the floor.")),
        Fault(
            code="feet_far", label=Text(ja="足が遠い", en="feet too far away"),
            value=knee_at_top, over=False, mild=75.0, severe=60.0, unit="deg", doubt=5.0, fair=5.0, weak=True,
            reason=Text(
                ja="膝の曲がりが75度より浅いと、お尻より腰を使ってしまいます（Ho 2020）",
                en="under 75 deg of knee flexion work moves from the glutes to the back (Ho 2020)",
            ),
            cue=Text(ja="かかとを少しお尻に近づけましょう", en="Bring your heels a little closer."),
        ),
        Fault(
            code="feet_near", label=Text(ja="足が近い", en="feet too close"),
            value=knee_at_top, over=True, mild=130.0, severe=140.0, unit="deg", doubt=5.0, fair=5.0, weak=True,
            reason=Text(
                ja="130度より深く曲げると、膝が窮屈になり、かかとも浮きやすくなります",
                en="over 130 deg the knees are pressed together; uncomfortable, and the heels come up",
            ),
            cue=Text(ja="かかとを少し遠くに置きましょう", en="Move your heels a little away."),
        ),
        Fault(
            code="heels_up", label=Text(ja="かかとの浮き", en="heels lifting"),
            value=heels, over=True, mild=0.09, severe=0.15, unit="shank", doubt=0.03, fair=0.03, weak=True,
            reason=Text(
                ja="体重はかかとで支えます。足全体がこれだけ動いて見えるのは、かかとが20度ほど上がったときです",
                en="the heels should carry the weight; a heel lifted by 20 deg moves the foot as much as this",
            ),
            cue=Text(ja="かかとで床を押しましょう", en="Press the floor with your heels."),
        ),
        Fault(
            code="head_up", label=Text(ja="頭の浮き", en="head lifting"),
            value=head, over=True, mild=0.09, severe=0.14, unit="trunk", doubt=0.025, fair=0.025, weak=True,
            reason=Text(
                ja="0.09は5cmほどです。頭が浮くと、首に力が入ってしまいます",
                en="0.09 trunk lengths are 5 cm: the neck works instead of resting",
            ),
            cue=Text(ja="首の力を抜いて、天井を見ましょう", en="Relax your neck. Look at the ceiling."),
        ),
    ),
    cues={
        "set_up": Text(ja="仰向けになって、膝を立てましょう", en="Lie on your back and bend your knees."),
        "go": Text(ja="息を吐きながら、ゆっくり上げて", en="Breathe out and lift slowly."),
        "top": Text(ja="そこでキープ", en="Right there. Hold."),
        "lower": Text(ja="息を吸いながら、ゆっくり下ろして", en="Breathe in and lower slowly."),
        "clean": Text(ja="いいフォームです。その調子", en="Lovely form. Keep it up."),
        "partial": Text(ja="もう少し上へ。肩から膝まで一直線に", en="A little higher. Shoulders to knees in one line."),
        "pain": Text(ja="痛みがあれば、すぐにやめてください", en="If anything hurts, stop right away."),
    },
)  # fmt: skip

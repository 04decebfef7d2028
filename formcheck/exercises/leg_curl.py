"""Prone leg curl: on the front, one leg at a time, heel slowly toward the buttock, no swing."""

from __future__ import annotations

from math import nan

import numpy as np
from numpy import bool_
from numpy.typing import NDArray

from formcheck import knee
from formcheck.filters import local_fit, without_dips
from formcheck.landmarks import OTHER_SIDE, Side
from formcheck.limbs import ghost_rows
from formcheck.measures import (
    Body,
    Measure,
    elevation_deg,
    hip_rise_thigh,
    knee_deg,
    thigh_tilt_deg,
    trunk_deg,
)
from formcheck.movement import Found, Rep
from formcheck.records import Floats
from formcheck.spec import Exercise, Fault, Hold, RepRule
from formcheck.tempo import bounce, fast_lowering, momentum
from formcheck.text import Text

FLAT_DEG, LEVEL_DEG = 25.0, 15.0
"""Trunk within the first of the horizontal, and the line from shoulders to knees within the second: lying, even where
the hips rise. In a plank that line slopes by 17-19 deg, on all fours by 60; lying, it is drawn with up to 13 deg by a
camera turned by 30."""


HIDDEN_S, HIDDEN_DEG, HIDDEN_SHARE = 1.0, 6.0, 0.5
"""A knee that straightens by more than 6 deg and bends again within a second was hidden. One that goes below half of
the bend is believed: that is where one repetition ends and the next begins."""


def in_position(body: Body) -> NDArray[bool_]:
    """On the front: the trunk does not stand up from the floor, and shoulders and knees are level."""
    slope_deg = elevation_deg(body.middle("shoulder"), body.middle("knee"))
    lying: NDArray[bool_] = (np.abs(trunk_deg(body)) < FLAT_DEG) & (np.abs(slope_deg) < LEVEL_DEG)
    return lying


SHORT_S = 0.15
"""What the landmarks leave out changes slowly: it is smoothed over so long (standard deviation)."""
IDLE_DEG, BENT_DEG = 6.0, 16.0
"""A knee bent by less than this more than the other is idle and shown as it is, from the second on the whole is added.
Of two legs at rest one is shown up to 5.7 deg more bent (98 % of 96 views); bent by 30 deg, a near knee is shown 15 and
a far one 10 deg more bent than the other (medians of the stills of `python -m bench.bias`)."""


def seen_deg(side: Side, body: Body) -> Floats:
    """Knee flexion as the landmarks show it.

    Where both legs are seen on the one that bends, that is the near one: a bent far leg leaves the near one in sight.
    """

    def measure() -> Floats:
        bend = knee_deg(side)(body)
        return np.where(ghost_rows(body.track.xy_px), np.nan, bend) if side == body.far else bend

    return body.once(f"seen_{side}_deg", measure)


def curl_deg(side: Side) -> Measure:
    """Knee flexion of one leg as it is in the body: the landmarks show a bent knee too straight, and where the other
    leg hides it, they straighten it for moments: that is undone."""

    def measure(body: Body) -> Floats:
        return body.once(f"curl_{side}_deg", lambda: corrected(body))

    def corrected(body: Body) -> Floats:
        bend, other = seen_deg(side, body), seen_deg(OTHER_SIDE[side], body)
        short, _ = local_fit(body.track.t_s, bent_share(bend, other) * knee.short_deg(side, body), SHORT_S)
        return without_dips(body.track.t_s, bend + short, HIDDEN_S, HIDDEN_DEG, HIDDEN_SHARE)

    return measure


def bent_share(bend_deg: Floats, other_deg: Floats) -> Floats:
    """(N,) 0..1: how far a knee counts as the bent one of the two."""
    more = bend_deg - np.nan_to_num(other_deg)
    return np.clip((more - IDLE_DEG) / (BENT_DEG - IDLE_DEG), 0.0, 1.0)


SUNK_DEG = 9.7
"""How far the landmarks draw the near knee of a bent leg down, as a tilt of the thigh that lies still: 36 rendered
bodies, +- 4 deg."""


def thigh_deg(side: Side) -> Measure:
    """Tilt of a thigh as it is in the body. The far one is hidden while it lifts, and not measured: +- 7 deg."""
    tilt, bend = thigh_tilt_deg(side), curl_deg(side)

    def measure(body: Body) -> Floats:
        if side == body.far:
            return np.full(len(body.track), np.nan)
        return tilt(body) + SUNK_DEG * bent_share(bend(body), seen_deg(body.far, body))

    return measure


def doubt_deg(body: Body) -> dict[str, float]:
    """Standard deviation of each knee's flexion."""
    return {f"knee_{body.near}_deg": knee.NEAR.doubt_deg, f"knee_{body.far}_deg": knee.FAR.doubt_deg}


def peak(rep: Rep) -> Found:
    return Found(rep.peak_deg, rep.peak_s)


TOP_S = 0.3
"""Tops that are shorter, and so every moment on the way up, say nothing of the hips."""


def hips(rep: Rep) -> Found:
    """Rise of the hips while the knee is bent: on the way the moving leg draws the landmarks of hips that lie still."""
    if rep.top_end_s - rep.top_start_s < TOP_S:
        return Found(nan, nan)
    return rep.sustained("hip_rise_thigh", 0.3, rep.top_start_s, rep.top_end_s)


def thigh(rep: Rep) -> Found:
    """Rise of the moving thigh while the knee is well bent."""
    return rep.sustained(f"thigh_{rep.side}_deg", 0.3, rep.top_start_s, rep.top_end_s)


EXERCISE = Exercise(
    id="leg_curl",
    name=Text(ja="レッグカール", en="Prone leg curl"),
    position="prone",
    camera=Text(
        ja="カメラは横から、頭から足まで映るように置きます。顔はカメラの方へ向けます。",
        en="Camera from the side, head to feet in the picture. Turn your face to the camera.",
    ),
    measures={
        "knee_left_deg": curl_deg("left"),
        "knee_right_deg": curl_deg("right"),
        "thigh_left_deg": thigh_deg("left"),
        "thigh_right_deg": thigh_deg("right"),
        "hip_rise_thigh": hip_rise_thigh,
    },
    relative=frozenset({"thigh_left_deg", "thigh_right_deg", "hip_rise_thigh"}),
    in_position=in_position,
    doubt=doubt_deg,
    rep=RepRule(
        signals={"left": "knee_left_deg", "right": "knee_right_deg"},
        least_deg=38.0,
        partial_below_deg=70.0,
        onset_deg=12.0,
        hold=Hold(below_deg=6.0, above_deg=180.0, speed_dps=25.0),
    ),
    faults=(
        Fault(
            code="lumbar_arch", label=Text(ja="腰の浮き", en="hips lifting"),
            value=hips, over=True, mild=0.06, severe=0.10, unit="thigh", doubt=0.015, fair=0.015, during=True,
            reason=Text(
                ja="0.06は2.6cmほどです。わずかな動きは自然ですが（Chiropr Man Ther 2015）、大きく浮くと腰が反ります",
                en="2.6 cm: some motion is normal (Chiropr Man Ther 2015), more bends the lower back, not the knee",
            ),
            cue=Text(ja="腰が浮いています。骨盤を床につけて", en="Hips are lifting. Keep your belt on the floor."),
        ),
        Fault(
            code="incomplete_curl", label=Text(ja="曲げ不足", en="not bent enough"),
            value=peak, over=False, mild=85.0, severe=70.0, unit="deg", doubt=1.5, fair=5.0, on_line=True,
            reason=Text(
                ja="すねがまっすぐ立つ90度まで、太ももの裏に脚の重さがかかります",
                en="bodyweight loads the hamstrings until the shank stands upright at 90 deg",
            ),
            cue=Text(ja="もう少し、かかとを近づけましょう", en="Bring the heel a little closer."),
        ),
        momentum(Text(ja="勢いをつけず、ゆっくり曲げましょう", en="No momentum. Bend slowly.")),
        fast_lowering(Text(ja="足を落とさず、そっと戻しましょう", en="Don't let it drop. Lower it softly.")),
        bounce(Text(ja="反動を使わず、一度止まりましょう", en="No swinging. Pause first.")),
        Fault(
            code="thigh_rise", label=Text(ja="太ももの浮き", en="thigh lifting"),
            value=thigh, over=True, mild=6.0, severe=10.0, unit="deg", doubt=4.0, fair=2.0, weak=True,
            reason=Text(
                ja="太ももが床から離れると、膝ではなく股関節が動いています",
                en="the thigh leaves the floor: the hip extends instead of the knee bending",
            ),
            cue=Text(ja="太ももは床につけたままで", en="Keep your thigh on the floor."),
        ),
    ),
    cues={
        "set_up": Text(ja="うつ伏せになって、脚を伸ばしましょう", en="Lie face down with your legs straight."),
        "go": Text(ja="息を吐きながら、かかとをお尻へ", en="Breathe out, heel toward your bottom."),
        "lower": Text(ja="ゆっくり伸ばしましょう", en="Straighten slowly."),
        "clean": Text(ja="ゆっくりできています。いいですね", en="Nice and slow. Well done."),
        "partial": Text(ja="もう少し、かかとを近づけましょう", en="Bring the heel a little closer."),
        "turn_round": Text(ja="頭と足の向きを入れ替えましょう", en="Turn round, head to the other side."),
        "pain": Text(ja="痛みがあれば、すぐにやめてください", en="If anything hurts, stop right away."),
    },
)  # fmt: skip

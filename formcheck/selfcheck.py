"""Seven signs of weak hamstrings, and what they suggest."""

from __future__ import annotations

from collections.abc import Sequence

from formcheck.text import Text

SIGNS = (
    Text(ja="立ちっぱなし、または座りっぱなしの時間が長い", en="I stand or sit for long stretches of the day."),
    Text(ja="お尻が下がってきた気がする", en="My seat has started to sag."),
    Text(ja="階段を上ると、脚が疲れやすい", en="My legs tire quickly on stairs."),
    Text(ja="歩くと、ふくらはぎばかり疲れる", en="When I walk, only my calves get tired."),
    Text(ja="骨盤が後ろに倒れ、姿勢が悪くなってきた", en="My pelvis tips back and my posture is getting worse."),
    Text(ja="膝に負担を感じる", en="My knees feel strained."),
    Text(ja="腰が反りやすい、または腰が痛む", en="My lower back arches easily, or it aches."),
)
PLAN = Text(
    ja="太ももの裏が弱っているサインかもしれません。ヒップリフトとレッグカールを10回ずつ2セット、週に2〜3日、間に休む日を入れて"
    "始めてみましょう。",
    en="This may be a sign of weak hamstrings. Try hip lifts and leg curls, two sets of ten each, on two or three days"
    " a week with rest days between them.",
)
FINE = Text(
    ja="今のところ、気になるサインはありません。週に2〜3日の運動で、この調子を保ちましょう。",
    en="None of the signs for now. Two or three days of exercise a week will keep it so.",
)
PAIN = Text(
    ja="膝や腰が痛むときは、始める前に医師か理学療法士に相談してください。",
    en="If your knees or back hurt, ask a doctor or physiotherapist before you start.",
)
PAIN_SIGNS = (5, 6)
"""The signs that may need a doctor, by position."""


def suggestion(answers: Sequence[bool]) -> list[Text]:
    """What the answers suggest: one yes is enough for the plan."""
    out = [PLAN if any(answers) else FINE]
    if any(answers[number] for number in PAIN_SIGNS):
        out.append(PAIN)
    return out

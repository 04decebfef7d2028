"""Everything that is spoken, by name. One name is one clip; sentences are put together from several."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from formcheck.exercises import all_exercises
from formcheck.monitors import MONITORS
from formcheck.text import Text

Slot = Literal["hold", "count", "safety", "correction", "praise", "breath", "guide"]
"""What a cue is for. `hold` and `safety` are never late; the others give way (see `web/static/voice.js`)."""
STALE_S = 1.5
"""A cue that could not be spoken for longer is dropped."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Clips to be spoken one after the other, due at `t_s` (the time of the frame that decided it)."""

    t_s: float
    slot: Slot
    clips: tuple[str, ...]


MOST_COUNT = 30
_JA_COUNT = {
    1: "一回",
    2: "二回",
    3: "三回",
    4: "四回",
    5: "五回",
    6: "六回",
    7: "七回",
    8: "八回",
    9: "九回",
    10: "十回",
}
_JA_TENS = {10: "十", 20: "二十", 30: "三十"}
_JA_DIGIT = {
    1: "いち",
    2: "に",
    3: "さん",
    4: "よん",
    5: "ご",
    6: "ろく",
    7: "なな",
    8: "はち",
    9: "きゅう",
    10: "じゅう",
}
_EN_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
_EN = (*_EN_ONES, "twenty", *(f"twenty-{ones}" for ones in _EN_ONES[1:10]), "thirty")


def _times_ja(n: int) -> str:
    if n in _JA_COUNT:
        return _JA_COUNT[n]
    tens, ones = n // 10 * 10, n % 10
    return _JA_TENS[tens] + (_JA_COUNT[ones] if ones else "回")


GUIDE: dict[str, Text] = {
    "sound_check": Text(ja="こんにちは。この声が聞こえますか", en="Hello. Can you hear me?"),
    "place_camera": Text(
        ja="カメラを横に置いて、全身が映る所に立ってください",
        en="Put the camera at the side, and stand where it sees all of you.",
    ),
    "nobody": Text(ja="姿が見えません。カメラの前に来てください", en="I can't see you. Please come into the picture."),
    "portrait": Text(ja="カメラを横向きに倒してください", en="Please turn the camera sideways."),
    "dark": Text(ja="暗くて見えにくいです。明かりをつけてください", en="It's too dark. Please turn on a light."),
    "two_people": Text(
        ja="ほかの人が映っています。一人で映ってください", en="I see someone else. Please be alone in the picture."
    ),
    "no_head": Text(ja="頭が映っていません。位置を直しましょう", en="I can't see your head. Please adjust."),
    "no_trunk": Text(ja="体が映っていません。位置を直しましょう", en="I can't see your body. Please adjust."),
    "no_knees": Text(ja="膝が映っていません。位置を直しましょう", en="I can't see your knees. Please adjust."),
    "no_feet": Text(ja="足が映っていません。位置を直しましょう", en="I can't see your feet. Please adjust."),
    "out_of_frame": Text(ja="頭から足まで映るように、少し離れましょう", en="Step back so I can see head to toe."),
    "too_far": Text(ja="少し遠いです。カメラに近づいてください", en="You're a bit far. Please come closer."),
    "side_on": Text(ja="カメラに横向きになってください", en="Turn side-on to the camera."),
    "practice": Text(ja="まず一回、ゆっくり試してみましょう", en="First, try one, nice and slow."),
    "begin": Text(ja="準備ができました。始めましょう", en="All set. Let's begin."),
    "next_set": Text(ja="次のセットを始めましょう", en="Let's start the next set."),
    "set_end": Text(ja="一セット終わりです。少し休みましょう", en="Set done. Take a short rest."),
    "rest_10": Text(ja="あと十秒です", en="Ten seconds left."),
    "lie_down": Text(ja="元の姿勢に戻ったら、始めます", en="Back in position, and we'll go on."),
    "all_done": Text(ja="これで終わりです。お疲れさまでした", en="All done. Great work."),
    "paused": Text(ja="一時停止しました", en="Paused."),
    "resumed": Text(ja="再開します", en="Let's go on."),
    "how_to_resume": Text(ja="もう一度腕を上げると、再開します", en="Raise your arm again to go on."),
    "lost": Text(ja="見失いました。少し待ってください", en="I lost you. One moment please."),
    "back": Text(ja="見えました。続けましょう", en="I see you again. Let's go on."),
    "welcome_back": Text(ja="続きから始めます", en="We'll carry on where you left off."),
    "next_time": Text(ja="次は、ここに気をつけましょう", en="Next time, remember this."),
    "corrected": Text(ja="今のはきれいでした", en="That one was spot on."),
    "too_low": Text(ja="今のは、少し足りませんでした", en="That was not quite enough."),
    "breathe_out": Text(ja="吐いて", en="Breathe out."),
    "breathe_in": Text(ja="吸って", en="Breathe in."),
    "other_leg": Text(ja="反対の脚です", en="That's the other leg."),
    "pain": Text(ja="痛みがあれば、すぐにやめてください", en="If anything hurts, stop right away."),
}
"""What every exercise says."""

AFTERWARDS: dict[tuple[str, str], Text] = {
    ("hip_lift", "short_hold"): Text(ja="上で、もう少し長くキープしましょう", en="Hold it a little longer at the top."),
}
"""Corrections spoken after a repetition that would be wrong in the words used while it happens."""


def all_clips() -> dict[str, Text]:
    """Every clip by name, in a steady order."""
    return dict(_clips())


def _clips() -> Iterator[tuple[str, Text]]:
    yield from GUIDE.items()
    for n in range(1, MOST_COUNT + 1):
        yield f"count_{n}", Text(ja=f"はい、{_times_ja(n)}", en=f"That's {_EN[n]}.")
    for n in range(0, MOST_COUNT + 1):
        ja = f"{_times_ja(n)}、きれいにできました" if n else "今回は、形を整えていきましょう"
        yield f"clean_{n}", Text(ja=ja, en=f"{_EN[n].capitalize()} clean." if n else "Let's work on the form.")
    for n in range(1, 11):
        yield f"number_{n}", Text(ja=_JA_DIGIT[n], en=_EN[n].capitalize())
    for exercise in all_exercises().values():
        for name, text in exercise.cues.items():
            if name != "pain":
                yield f"{exercise.id}_{name}", text
        for fault in exercise.faults:
            yield f"{exercise.id}_{fault.code}", AFTERWARDS.get((exercise.id, fault.code), fault.cue)
    for monitor in MONITORS.values():
        yield from ((f"{monitor.id}_{name}", text) for name, text in monitor.cues.items())
        yield from ((f"{monitor.id}_{habit.code}", habit.cue) for habit in monitor.habits)

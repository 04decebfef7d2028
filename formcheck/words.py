"""Words for people, in Japanese and English, about what every exercise has in common."""

from __future__ import annotations

import re
from collections.abc import Iterable

from formcheck.exercises import all_exercises
from formcheck.monitors import MONITORS
from formcheck.report import Report
from formcheck.spec import Exercise
from formcheck.text import Lang, Text, say, told

POSITIONS = {
    "supine": Text(ja="あお向け", en="lying on the back"),
    "prone": Text(ja="うつ伏せ", en="lying on the front"),
    "side_lying": Text(ja="横向きに寝た姿勢", en="lying on the side"),
    "lying": Text(ja="寝た姿勢(向きは不明)", en="lying, which way up is not clear"),
    "standing": Text(ja="立った姿勢", en="standing"),
    "seated": Text(ja="座った姿勢", en="sitting"),
    "other": Text(ja="ほかの姿勢", en="another position"),
    "partly_seen": Text(ja="体の一部だけ", en="a part of the body only"),
    "none": Text(ja="だれもいない", en="nobody"),
}
VERDICTS = {
    "clean": Text(ja="良い", en="clean"),
    "fault": Text(ja="注意", en="fault"),
    "partial": Text(ja="不足", en="partial"),
}
SIDES = {
    "both": Text(ja="両方", en="both"),
    "left": Text(ja="左", en="left"),
    "right": Text(ja="右", en="right"),
    "unknown": Text(ja="不明", en="unknown"),
}
UNITS = {
    "deg": Text(ja="度", en="°"),
    "s": Text(ja="秒", en=" s"),
    "dps": Text(ja="度/秒", en="°/s"),
    "trunk": Text(ja="×体幹の長さ", en=" × trunk length"),
    "thigh": Text(ja="×太ももの長さ", en=" × thigh length"),
    "shank": Text(ja="×すねの長さ", en=" × shank length"),
    "stature": Text(ja="×身長", en=" × body height"),
    "own": Text(ja="×ご自身の良い姿勢", en=" × own good posture"),
    "best": Text(ja="×いちばん高い回", en=" × own best"),
    "other_leg": Text(ja="×反対の脚", en=" × other leg"),
    "steps_min": Text(ja="歩/分", en=" steps/min"),
}
DIGITS = {"deg": 0, "dps": 0, "s": 1, "steps_min": 0}
"""Decimals that a measurement deserves; shares of body lengths get two."""
WARNINGS_JA = {
    r"the recording breaks off after ([\d.]+) s of ([\d.]+) s .*": (
        "録画は{0}秒（全{1}秒）で途切れています（ファイルの破損か保存の途中です）。読めた所までを調べました"
    ),
    r"the recording is damaged near ([\d.]+) s; .*": "録画は{0}秒のあたりが壊れています。読めた所を調べました",
    r"the recording is damaged; .*": "録画の一部が壊れています。読めた所を調べました",
    r"from ([\d.]+) s to ([\d.]+) s it could not be analysed": "{0}秒から{1}秒までは解析できませんでした",
    r"the picture changes its shape after ([\d.]+) s; .*": (
        "{0}秒で画面の縦横が変わっています。その前までを調べました"
    ),
}
RATE_WARNING = re.compile(r"(\w+) is not judged below (\d+) frames per second")


def listed(words: Iterable[str], lang: Lang) -> str:
    """Words in a row, with the commas of the language."""
    return told(lang, ja="、", en=", ").join(words)


def aside(words: str, lang: Lang) -> str:
    """Words in the brackets of the language, to be put right behind others."""
    return told(lang, ja=f"（{words}）", en=f" ({words})")


def quoted(words: str, lang: Lang) -> str:
    """Words in the quotation marks of the language, to be put right behind others."""
    return told(lang, ja=f"「{words}」", en=f' "{words}"')


def amount(value: float, unit: str, lang: Lang) -> str:
    """A measured number with its unit, rounded to what can be trusted: 1.3 s, 14°, 0.08 × thigh length."""
    return with_unit(f"{value:.{DIGITS.get(unit, 2)}f}", unit, lang)


def limit(value: float, unit: str, lang: Lang) -> str:
    """A limit with its unit, with all its digits."""
    return with_unit(f"{value:g}", unit, lang)


def with_unit(number: str, unit: str, lang: Lang) -> str:
    """A number as text and its unit; units that are not known here as they are."""
    return number + (say(UNITS[unit], lang) if unit in UNITS else f" {unit}")


def warning(sentence: str, exercise: Exercise | None, lang: Lang) -> str:
    """A warning of the report in plain words; one that is not known in Japanese stays as it is."""
    rate = RATE_WARNING.fullmatch(sentence)
    labels = {fault.code: fault.label for fault in exercise.faults} if exercise else {}
    if rate and rate[1] in labels:
        label, fps = say(labels[rate[1]], lang), rate[2]
        return told(
            lang,
            ja=f"「{label}」は、毎秒{fps}コマより少ない録画では調べられません",
            en=f"'{label}' cannot be judged below {fps} frames per second",
        )
    matches = ((re.fullmatch(pattern, sentence), words) for pattern, words in WARNINGS_JA.items())
    japanese = next((words.format(*match.groups()) for match, words in matches if match), sentence)
    return told(lang, ja=japanese, en=sentence)


def why_nothing(report: Report, lang: Lang) -> str:
    """Why nothing could be judged, and what to do: one line."""
    seen_s = {name: s for name, s in report.tracking.positions_s.items() if name != "none" and s > 0}
    if not report.tracking.frames_with_pose:
        why = told(
            lang,
            ja="人が見つかりません。明るい所で、全身を横から撮ってください",
            en="nobody was seen; film the whole body from the side, in good light",
        )
    elif seen_s.get("partly_seen", 0.0) > 0.5 * sum(seen_s.values()):
        why = told(
            lang,
            ja="体の一部しか映っていません。横から、頭から足まで入れて撮ってください",
            en="only a part of the body is in the picture; film from the side, head to feet",
        )
    elif any(gap.reason == "not_side_on" for gap in report.unjudged):
        why = told(
            lang,
            ja="カメラが真横から離れすぎています。体の真横に置いて撮ってください",
            en="the camera stood too far from the side; put it square to the body",
        )
    else:
        why = told(
            lang,
            ja=f"見えたのは{_seen(seen_s, lang)}です。判定できるのは{_looked_for(report, lang)}です",
            en=f"it saw {_seen(seen_s, lang)}; what it can judge is {_looked_for(report, lang)}",
        )
    return told(lang, ja="判定できませんでした。", en="nothing could be judged: ") + why


def _seen(seen_s: dict[str, float], lang: Lang) -> str:
    """The positions, longest first."""
    by_time = sorted(seen_s.items(), key=lambda item: -item[1])
    return listed((say(POSITIONS[name], lang) + aside(amount(s, "s", lang), lang) for name, s in by_time), lang)


def _looked_for(report: Report, lang: Lang) -> str:
    """The exercises and monitors that were looked for, each with its position."""
    exercises = ((e.id, e.name, e.position) for e in all_exercises().values())
    monitors = ((monitor.id, monitor.name, "seated") for monitor in MONITORS.values())
    looked = [(name, where) for which, name, where in (*exercises, *monitors) if report.exercise in (None, which)]
    return listed((say(name, lang) + aside(say(POSITIONS[where], lang), lang) for name, where in looked), lang)

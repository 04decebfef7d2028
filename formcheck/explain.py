"""An exercise in plain words: what is measured, when it counts, and what is said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from formcheck.monitors import MONITORS
from formcheck.monitors.spec import Monitor, Sign
from formcheck.spec import Exercise, Fault, RepRule
from formcheck.text import Lang, say, told
from formcheck.words import POSITIONS, SIDES, UNITS, aside, limit, listed


def overview(exercises: Sequence[Exercise], lang: Lang) -> Iterator[str]:
    """One line per exercise."""
    width = max(len(each) for each in (*(exercise.id for exercise in exercises), *MONITORS))
    for exercise in exercises:
        yield f"{exercise.id:{width}}  {say(exercise.name, lang)}{aside(say(POSITIONS[exercise.position], lang), lang)}"
    for monitor in MONITORS.values():
        yield f"{monitor.id:{width}}  {say(monitor.name, lang)}{aside(say(POSITIONS['seated'], lang), lang)}"
    yield told(lang, ja="詳しくは: formcheck exercises ID", en="More about one: formcheck exercises ID")


def explanation(exercise: Exercise, lang: Lang) -> Iterator[str]:
    """Everything about one exercise, line by line."""
    yield f"{say(exercise.name, lang)} ({exercise.id})"
    yield told(lang, ja="姿勢: ", en="Position: ") + say(POSITIONS[exercise.position], lang)
    yield say(exercise.camera, lang)
    yield from _section(told(lang, ja="測るもの", en="Signals"), _signals(exercise, lang))
    yield from _section(told(lang, ja="数え方", en="Repetition"), _phases(exercise.rep, lang))
    yield from _section(told(lang, ja="気になる点", en="Faults"), _faults(exercise, lang))
    yield from _section(told(lang, ja="声かけ", en="Cues"), (say(cue, lang) for cue in exercise.cues.values()))


def monitor_explanation(monitor: Monitor, lang: Lang) -> Iterator[str]:
    """Everything about one monitor, line by line."""
    yield f"{say(monitor.name, lang)} ({monitor.id})"
    yield say(monitor.camera, lang)
    yield told(lang, ja="始め方: formcheck sit", en="Start it with: formcheck sit")
    yield from _section(told(lang, ja="測るもの", en="Signals"), _watched(monitor, lang))
    yield from _section(told(lang, ja="状態", en="States"), _states(monitor, lang))
    yield from _section(told(lang, ja="声をかけるとき", en="When it speaks"), _reminders(monitor, lang))


def _watched(monitor: Monitor, lang: Lang) -> Iterator[str]:
    for name in monitor.measures:
        yield f"{name}: {say(UNITS[name.rsplit('_', 1)[-1]], lang).strip(' ×')}"


def _states(monitor: Monitor, lang: Lang) -> Iterator[str]:
    yield f"{monitor.good}: {say(monitor.good_label, lang)}"
    for habit in monitor.habits:
        yield f"{habit.code}: {say(habit.label, lang)}"
        for group in habit.signs:
            either = told(lang, ja="、または", en=", or ").join(_sign(sign, lang) for sign in group)
            yield f"  {either}"
        yield "  " + told(lang, ja="声かけ: ", en="cue: ") + say(habit.cue, lang)


def _sign(sign: Sign, lang: Lang) -> str:
    enter, leave = (limit(value, sign.unit, lang) for value in (sign.enter, sign.leave))
    over = told(lang, ja="を超える" if sign.over else "未満", en="over " if sign.over else "under ")
    bounds = told(lang, ja=f"{enter}{over}（{leave}で戻る）", en=f"{over}{enter} (until {leave})")
    return f"{sign.measure} {bounds}: {say(sign.reason, lang)}"


def _reminders(monitor: Monitor, lang: Lang) -> Iterator[str]:
    rule, share = monitor.reminders, f"{100 * monitor.reminders.share:.0f} %"
    over, every, praise = (limit(value, "s", lang) for value in (rule.over_s, rule.every_s, rule.praise_s))
    yield told(
        lang, ja=f"{over}のうち{share}が良くない姿勢のとき、多くても{every}に一度",
        en=f"when {share} of {over} were not well, at most every {every}",
    )  # fmt: skip
    yield told(lang, ja=f"そのあと良い姿勢が{praise}続いたら、ほめる", en=f"praise after {praise} of good posture")


def _section(head: str, lines: Iterator[str]) -> Iterator[str]:
    yield from ("", head, *(f"  {line}" for line in lines))


def _signals(exercise: Exercise, lang: Lang) -> Iterator[str]:
    counting = {measure: side for side, measure in exercise.rep.signals.items()}
    for name in exercise.measures:
        unit = name.rsplit("_", 1)[-1]
        notes = [say(UNITS[unit], lang).strip(" ×") if unit in UNITS else unit]
        if name in counting:
            notes.append(told(lang, ja="回数を数える", en="counts the repetitions"))
            notes[-1] += aside(say(SIDES[counting[name]], lang), lang)
        if name in exercise.relative:
            notes.append(told(lang, ja="休んでいる時との差", en="difference from rest"))
        yield f"{name}: {listed(notes, lang)}"


def _phases(rule: RepRule, lang: Lang) -> Iterator[str]:
    onset, partial = (limit(value, "deg", lang) for value in (rule.onset_deg, rule.partial_below_deg))
    yield told(lang, ja="流れ: 休み → 上げ → キープ → 下ろし", en="phases: rest, rising, top, lowering")
    yield told(lang, ja=f"始まり: 休みの位置から{onset}動いたとき", en=f"begins: {onset} from rest")
    yield _least(rule, lang)
    yield told(lang, ja=f"{partial}に届かないものは「不足」で、数えない", en=f"partial, not counted: below {partial}")
    yield _hold(rule, lang)
    if rule.hold_target_s:
        target = limit(rule.hold_target_s, "s", lang)
        yield told(lang, ja=f"キープの目標: {target}", en=f"hold to aim for: {target}")


def _least(rule: RepRule, lang: Lang) -> str:
    if rule.line_deg is None:
        least = limit(rule.least_deg, "deg", lang)
        return told(lang, ja=f"{least}に届かない動きは報告しない", en=f"not reported: below {least}")
    share = f"{100 * rule.least_share:.0f} %"
    return told(
        lang,
        ja=f"一直線までの{share}に届かない動きは報告しない",
        en=f"not reported: below {share} of the way to the line",
    )


def _hold(rule: RepRule, lang: Lang) -> str:
    band, line_deg = rule.hold, rule.line_deg
    below, above = (limit(value, "deg", lang) for value in (band.below_deg, band.above_deg))
    speed = limit(band.speed_dps, "dps", lang)
    if line_deg is None:
        return told(
            lang, ja=f"キープ: 最大から{below}以内、{speed}以下", en=f"held: within {below} of the peak, up to {speed}"
        )
    line = limit(line_deg, "deg", lang)
    return told(
        lang,
        ja=f"キープ: 一直線（{line}）の{below}手前から{above}先まで、{speed}以下",
        en=f"held: from {below} below the line ({line}) to {above} above it, up to {speed}",
    )


def _faults(exercise: Exercise, lang: Lang) -> Iterator[str]:
    for fault in exercise.faults:
        yield f"{fault.code}: {say(fault.label, lang)}{aside(_limits(fault, lang), lang)}"
        yield "  " + told(lang, ja="声かけ: ", en="cue: ") + say(fault.cue, lang)
        yield "  " + told(lang, ja="理由: ", en="why: ") + say(fault.reason, lang)


def _limits(fault: Fault, lang: Lang) -> str:
    mild, severe, surely = (limit(value, fault.unit, lang) for value in (fault.mild, fault.severe, fault.told_from))
    if fault.over:
        said = told(
            lang, ja=f"{mild}を超えると注意、{severe}を超えると強い注意", en=f"over {mild}, severe over {severe}"
        )
    else:
        said = told(lang, ja=f"{mild}未満で注意、{severe}未満で強い注意", en=f"under {mild}, severe under {severe}")
    if not fault.weak:
        return said
    beyond = told(
        lang,
        ja=f"{surely}を超えた" if fault.over else f"{surely}を下回った",
        en=f"{'over' if fault.over else 'under'} {surely}",
    )
    return said + told(
        lang,
        ja=f"。測定の誤差を見込み、伝えるのは{beyond}ときだけ",
        en=f"; said only {beyond}, to be sure in spite of errors of measurement",
    )

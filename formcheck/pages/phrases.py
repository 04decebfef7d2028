"""Every phrase of the pages that does not come from an exercise, in both languages."""

from __future__ import annotations

from formcheck.text import Text

PHRASES = {
    "title": Text(ja="フォームのレポート", en="Form report"),
    "next": Text(ja="次に気をつけること", en="Work on this next"),
    "strip": Text(ja="1回ずつの結果", en="Every repetition"),
    "set": Text(ja="{number}セット目", en="Set {number}"),
    "curve": Text(ja="動きのグラフ", en="The movement"),
    "rep": Text(ja="{number}回目", en="Repetition {number}"),
    "up": Text(ja="上げ", en="up"),
    "hold": Text(ja="キープ", en="hold"),
    "down": Text(ja="下ろし", en="down"),
    "peak": Text(ja="最大", en="peak"),
    "rest_phase": Text(ja="休み", en="rest"),
    "no_faults": Text(ja="気になる点はありません。", en="Nothing to mend."),
    "at_most": Text(ja="{label}: {value}（めやすは{limit}まで）", en="{label}: {value} (at most {limit})"),
    "at_least": Text(ja="{label}: {value}（めやすは{limit}以上）", en="{label}: {value} (at least {limit})"),
    "share_trunk": Text(ja="体幹の長さの{share:.0f}%", en="{share:.0f} % of the trunk's length"),
    "share_thigh": Text(ja="太ももの長さの{share:.0f}%", en="{share:.0f} % of the thigh's length"),
    "sure": Text(ja="確かです", en="sure"),
    "fairly_sure": Text(ja="ほぼ確かです", en="fairly sure"),
    "unsure": Text(ja="あまり確かではありません", en="not sure"),
    "how_sure": Text(ja="どのくらい確かか", en="How sure this is"),
    "seen": Text(ja="人が映っていた割合", en="Person seen"),
    "judged": Text(ja="判定できた割合", en="Could be judged"),
    "doubt": Text(ja="角度のずれの見込み", en="Doubt about the angle"),
    "doubt_line": Text(ja="±{sd}（{how}）", en="±{sd} ({how})"),
    "calibrated": Text(ja="脚を伸ばして寝た姿勢も使用", en="lying with straight legs was seen"),
    "estimated": Text(ja="動きから推定", en="estimated from the movement"),
    "not_judged": Text(ja="判定できなかったところ", en="What could not be judged"),
    "all_judged": Text(ja="ありません", en="nothing"),
    "span": Text(ja="{start}〜{end}: {why}", en="{start} to {end}: {why}"),
    "notes": Text(ja="お知らせ", en="Notes"),
    "incomplete": Text(
        ja="途中で止めたため、はじめの部分だけの結果です。", en="It was stopped early: this covers the first part only."
    ),
    "how_measured": Text(ja="測り方", en="How it was measured"),
    "recorded": Text(ja="撮影日時", en="Recorded"),
    "unknown_date": Text(ja="わかりません", en="unknown"),
    "source": Text(ja="録画", en="Recording"),
    "camera": Text(ja="カメラ", en="Camera"),
    "view": Text(ja="カメラの向き", en="View"),
    "view_line": Text(ja="真横から{yaw}度、{side}側", en="{yaw}° off square, {side} side"),
    "view_side": Text(ja="{side}側から", en="{side} side"),
    "rest_angle": Text(ja="休んでいるときの角度", en="Angle at rest"),
    "model": Text(ja="姿勢のモデル", en="Pose model"),
    "version": Text(ja="formcheckの版", en="formcheck version"),
    "nothing": Text(ja="この録画からは判定できませんでした。", en="Nothing could be judged in this recording."),
    "safety": Text(
        ja="医療上の助言ではありません。痛みやしびれ、めまいがあれば、すぐにやめてください。",
        en="Not medical advice. Stop at once with pain, numbness or dizziness.",
    ),
    "local": Text(
        ja="このページはこのパソコンの中だけで作られ、どこにも送られていません。",
        en="This page was made on this computer and sent nowhere.",
    ),
    "line_band": Text(ja="一直線", en="straight line"),
    "target": Text(ja="めやす", en="target"),
    "chart_help": Text(
        ja="横が時間、縦が角度です。緑の帯に入ると、めやすの高さです。",
        en="Time runs to the right, the angle upwards. The green band is where it should be.",
    ),
    "chart_click": Text(
        ja="グラフや回を押すと、映像がそこへ移ります。", en="Press the curve or a repetition to jump there in the film."
    ),
    "figure": Text(ja="このときの姿勢", en="The posture at that moment"),
    "best_moment": Text(ja="キープのとき", en="during the hold"),
    "rest_days": Text(ja="休む日について", en="About rest days"),
    "yours": Text(ja="ご自身の判定: {verdict}", en="Your own verdict: {verdict}"),
    "no_rep": Text(ja="動作ではない", en="not a repetition"),
    "left_leg": Text(ja="左脚", en="left leg"),
    "right_leg": Text(ja="右脚", en="right leg"),
}

REASONS = {
    "person_lost": Text(ja="人が見えませんでした", en="nobody was seen"),
    "not_in_picture": Text(ja="体の一部が画面の外でした", en="a part of the body was outside the picture"),
    "other_position": Text(ja="別の姿勢でした", en="another position"),
    "cut_off": Text(ja="録画がそこで切れていました", en="the recording was cut there"),
}

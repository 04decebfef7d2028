"""Every phrase of the pages that does not come from an exercise, in both languages."""

from __future__ import annotations

from formcheck.text import Text

PHRASES = {
    "batch_title": Text(ja="録画の一覧", en="All recordings"),
    "batch_sum": Text(
        ja="{total}件（合わせて{minutes}分）のうち、判定できた録画が{done}件、判定するものがない録画が{nothing}件、失敗が{failed}件。",
        en="{total} recordings ({minutes} minutes in all): {done} judged, {nothing} with nothing to judge, {failed} failed.",
    ),
    "batch_reps": Text(
        ja="全部で{reps}回、そのうち良い動きは{clean}回。", en="{reps} repetitions, {clean} of them clean."
    ),
    "batch_faults": Text(ja="多かった注意点", en="Most frequent faults"),
    "batch_recording": Text(ja="録画", en="Recording"),
    "batch_exercise": Text(ja="種目", en="Exercise"),
    "batch_counts": Text(ja="良い / 全体", en="Clean / all"),
    "batch_hold": Text(ja="キープ（秒）", en="Hold (s)"),
    "batch_found": Text(ja="注意点", en="Faults"),
    "batch_note": Text(ja="お知らせ", en="Note"),
    "batch_done": Text(ja="判定済み", en="judged"),
    "batch_nothing": Text(ja="判定なし", en="nothing to judge"),
    "batch_failed": Text(ja="失敗", en="failed"),
    "batch_more": Text(
        ja="ほかに{more}件あります。すべては summary.csv にあります。", en="{more} more are in summary.csv."
    ),
    "batch_status": Text(ja="結果", en="Result"),
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
    "share_shank": Text(ja="すねの長さの{share:.0f}%", en="{share:.0f} % of the shank's length"),
    "sure": Text(ja="確かです", en="sure"),
    "fairly_sure": Text(ja="ほぼ確かです", en="fairly sure"),
    "unsure": Text(ja="あまり確かではありません", en="not sure"),
    "how_sure": Text(ja="どのくらい確かか", en="How sure this is"),
    "seen": Text(ja="人が映っていた割合", en="Person seen"),
    "judged": Text(ja="判定できた割合", en="Could be judged"),
    "doubt": Text(ja="角度のずれの見込み", en="Doubt about the angle"),
    "calibrated": Text(ja="脚を伸ばして寝た姿勢も使用", en="lying with straight legs was seen"),
    "estimated": Text(ja="動きから推定", en="estimated from the movement"),
    "not_judged": Text(ja="判定できなかったところ", en="What could not be judged"),
    "all_judged": Text(ja="ありません", en="nothing"),
    "span": Text(ja="{start}から{end}まで: {why}", en="{start} to {end}: {why}"),
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
    "chart_help": Text(ja="横が時間、縦が角度です。", en="Time runs to the right, the angle upwards."),
    "chart_band": Text(ja="緑の帯に入ると、めやすの高さです。", en="The green band is where it should be."),
    "chart_click": Text(
        ja="グラフや回を押すと、映像がそこへ移ります。", en="Press the curve or a repetition to jump there in the film."
    ),
    "figure": Text(ja="このときの姿勢", en="The posture at that moment"),
    "rest_days": Text(ja="休む日について", en="About rest days"),
    "yours": Text(ja="ご自身の判定: {verdict}", en="Your own verdict: {verdict}"),
    "which_faults": Text(ja="あてはまるもの", en="What was wrong with it"),
    "no_rep": Text(ja="動作ではない", en="not a repetition"),
    "nav_live": Text(ja="トレーニング", en="Train"),
    "nav_history": Text(ja="これまで", en="History"),
    "nav_selfcheck": Text(ja="チェック", en="Self-check"),
    "nav_about": Text(ja="太ももの裏のこと", en="About the hamstrings"),
    "history": Text(ja="これまでの記録", en="What you have done"),
    "history_empty": Text(
        ja="まだ記録がありません。トレーニングをするか、録画を解析すると、ここに残ります。",
        en="Nothing yet. Train, or analyse a recording, and it will be kept here.",
    ),
    "week": Text(ja="週", en="Week"),
    "days": Text(ja="月火水木金土日", en="MTWTFSS"),
    "clean_of": Text(ja="良い動き", en="Clean"),
    "of": Text(ja="{clean} / {reps}回", en="{clean} of {reps}"),
    "trend": Text(ja="良い動きとキープの移り変わり", en="Clean repetitions and holds over time"),
    "trend_legend": Text(
        ja="棒は回数、濃い部分が良い動き。青い線はヒップリフトのキープの秒数です。",
        en="Bars: repetitions, the dark part clean. Blue line: seconds held in hip lifts.",
    ),
    "ranges": Text(ja="いつもの範囲", en="Your usual range"),
    "range_line": Text(
        ja="{name}: {peak}度、キープ{hold}秒（最近の{count}件）",
        en="{name}: {peak}°, held {hold} s (latest {count} sessions)",
    ),
    "sessions": Text(ja="記録の一覧", en="Sessions"),
    "when": Text(ja="日付", en="Date"),
    "what": Text(ja="運動", en="Exercise"),
    "held": Text(ja="キープ", en="Hold"),
    "seconds": Text(ja="{value}秒", en="{value} s"),
    "no_date": Text(ja="日付不明", en="no date"),
    "whose": Text(ja="だれの記録", en="Whose"),
    "me": Text(ja="わたし", en="me"),
    "compare_link": Text(ja="選んだ2つをくらべる", en="Compare the two chosen"),
    "no_drawing": Text(
        ja="骨格データがないため、絵はありません。", en="No drawing: the landmarks of this session were not kept."
    ),
    "choose_two": Text(ja="一覧から2つ選んでください。", en="Choose two sessions in the list first."),
    "compare": Text(ja="くらべる", en="Compare"),
    "best_worst": Text(ja="良かった回と、直したい回", en="Your best repetition beside the one to mend"),
    "best": Text(ja="良かった回", en="Best"),
    "worst": Text(ja="直したい回", en="To mend"),
    "beside": Text(ja="くらべる回", en="Beside it"),
    "in_step": Text(
        ja="上げ、キープ、下ろしの時間をそろえて動かしています。",
        en="Both move in step: up, hold and down take the same time here.",
    ),
    "not_two": Text(ja="くらべるには、2回以上の動作が必要です。", en="It takes at least two repetitions to compare."),
    "this_was_wrong": Text(ja="この判定はちがう", en="This was wrong"),
    "really": Text(ja="ほんとうは", en="It really was"),
    "note": Text(ja="ひとこと", en="A note"),
    "save": Text(ja="残す", en="Keep"),
    "take_back": Text(ja="取り消す", en="Take back"),
    "judgements": Text(ja="この記録の判定", en="Judgements of this session"),
    "judged_on": Text(
        ja="{date}、formcheck {version}: {clean} / {reps}回", en="{date}, formcheck {version}: {clean} of {reps}"
    ),
    "again": Text(ja="今の版で判定し直す", en="Judge again with this version"),
    "delete": Text(ja="この記録を消す", en="Delete this session"),
    "sure_delete": Text(ja="元に戻せません。消しますか？", en="This cannot be undone. Delete it?"),
    "download": Text(ja="このページを保存", en="Save this page"),
    "selfcheck": Text(ja="太ももの裏のセルフチェック", en="Hamstring self-check"),
    "selfcheck_help": Text(ja="あてはまるものを選んでください。", en="Tick what is true for you."),
    "show": Text(ja="結果を見る", en="Show the result"),
    "keep_answers": Text(ja="この答えをパソコンに残す", en="Keep my answers on this computer"),
    "kept_before": Text(ja="前に残した答え", en="Answers kept before"),
    "yes_count": Text(ja="{date}: 7つのうち{count}つ", en="{date}: {count} of 7"),
    "about": Text(ja="太ももの裏（ハムストリングス）のこと", en="About the hamstrings"),
    "about_what": Text(
        ja="ハムストリングスは、お尻の下から膝の裏へつながる、太ももの裏の3つの筋肉です。膝を曲げ、脚を後ろへ引き、骨盤を後ろから支えています。",
        en="The hamstrings are three muscles at the back of the thigh, from the seat to behind the knee. They bend the knee, "
        "draw the leg back and hold the pelvis from behind.",
    ),
    "about_why": Text(
        ja="座る時間が長いと、あまり使われないまま弱くなります。鍛えると、お尻が持ち上がり、階段や歩きが楽になり、膝と腰の負担が軽くなります。",
        en="Sitting for long leaves them idle and weak. Trained, they lift the seat, make stairs and walking easier, and take "
        "load off the knees and the lower back.",
    ),
    "about_how_lift": Text(
        ja="仰向けで膝を立て、足は肩幅、手のひらは下。息を吐きながらゆっくり上げ、肩から膝まで一直線になったら3秒キープ。息を吸いながら"
        "ゆっくり下ろします。10回を2セット。高く上げすぎる必要はありません。",
        en="On your back, knees bent, feet shoulder-width apart, palms down. Breathe out and lift slowly until shoulders, hips and "
        "knees are one line; hold for three seconds. Breathe in and lower slowly. Ten times, two sets. No need to go higher.",
    ),
    "about_how_curl": Text(
        ja="うつ伏せで脚を伸ばし、片脚ずつ、かかとをお尻へゆっくり近づけます。太ももと骨盤は床につけたまま、反動をつけずに。左右10回ずつを2セット。",
        en="Face down, legs straight. One leg at a time, bring the heel slowly toward your seat. Thigh and belt stay on the floor, "
        "no swing. Ten times each leg, two sets.",
    ),
    "about_not": Text(ja="しないこと", en="What not to do"),
    "about_not_momentum": Text(ja="勢いや反動を使う", en="Use momentum"),
    "about_not_daily": Text(
        ja="毎日きつく鍛える（週に2〜3日、間に休む日を入れます）",
        en="Train hard every day (two or three days a week, with rest days)",
    ),
    "about_not_back": Text(ja="腰を反らせて持ち上げる", en="Lift by arching the lower back"),
    "about_safety": Text(ja="安全のために", en="For your safety"),
    "about_stop": Text(
        ja="痛み、しびれ、めまい、息切れを感じたとき、足がつったときは、すぐにやめてください。",
        en="Stop at once with pain, numbness, dizziness, shortness of breath or cramp.",
    ),
    "about_doctor": Text(
        ja="手術や骨折のあと、骨粗しょう症、腰や膝の急な痛み、椎間板や脊柱管の病気、血圧や心臓の病気、妊娠後期、ヘルニア、緑内障、"
        "逆流性食道炎のある方は、始める前に医師か理学療法士に相談してください。",
        en="Ask a doctor or physiotherapist first after recent surgery or a fracture, with osteoporosis, acute back or knee pain, disc "
        "problems or spinal stenosis, uncontrolled blood pressure or heart disease, late in pregnancy, and with a hernia, glaucoma "
        "or reflux.",
    ),
    "day_course": Text(ja="時間の流れ", en="The course of it"),
    "day_help": Text(
        ja="緑が良い姿勢です。三角は声をかけたところです。",
        en="Green is good posture. A triangle marks where you were reminded.",
    ),
    "day_help_file": Text(
        ja="緑が良い姿勢です。三角は、見守り中なら声をかけたところです。",
        en="Green is good posture. A triangle marks where you would have been reminded.",
    ),
    "day_minutes": Text(ja="分", en="min"),
    "day_total": Text(ja="合計", en="In all"),
    "day_longest_good": Text(ja="良い姿勢がいちばん続いた時間", en="Longest in good posture"),
    "day_longest": Text(ja="立たずに座り続けた時間（最長）", en="Longest without getting up"),
    "day_reminders": Text(ja="声をかけた回数", en="Reminders"),
    "day_times": Text(ja="{count}回", en="{count}"),
    "day_honest": Text(
        ja="骨盤や背骨そのものは、カメラからは見えません。「背中が丸い」は、腰から肩までの長さと肩の高さ、頭の位置から推し量ったものです。",
        en='A camera sees neither the pelvis nor the spine. "Slumped" is inferred from the way between hips and shoulders, the '
        "height of the shoulders and where the head is.",
    ),
    "start_position": Text(ja="はじめの姿勢", en="Start"),
    "top_position": Text(ja="上げたところ", en="Top"),
    "bent_position": Text(ja="曲げたところ", en="Bent"),
    "left_leg": Text(ja="左脚", en="left leg"),
    "right_leg": Text(ja="右脚", en="right leg"),
}

REASONS = {
    "person_lost": Text(ja="人が見えませんでした", en="nobody was seen"),
    "unclear": Text(ja="手足がはっきり見えませんでした", en="the limbs were not seen clearly"),
    "not_in_picture": Text(ja="体の一部が画面の外でした", en="a part of the body was outside the picture"),
    "other_position": Text(ja="別の姿勢でした", en="another position"),
    "not_side_on": Text(ja="真横から映っていませんでした", en="not seen from the side"),
    "not_calibrated": Text(ja="良い姿勢をまだ覚えていませんでした", en="your good posture was not known yet"),
    "cut_off": Text(ja="録画がそこで切れていました", en="the recording was cut there"),
    "not_analysed": Text(ja="ここは解析していません", en="this was not analysed"),
}

"""What the page says, in both languages; spoken clips come from the coach, names and reasons from the exercises."""

from __future__ import annotations

from typing import Any

from formcheck.coach.cues import all_clips
from formcheck.exercises import all_exercises
from formcheck.text import Text
from formcheck.words import VERDICTS

PAGE: dict[str, Text] = {
    "title": Text(ja="フォームチェック", en="formcheck"),
    "lead": Text(
        ja="画面を見なくて大丈夫。声で回数を数え、フォームを確かめます。",
        en="No need to watch the screen: a voice counts with you and checks your form.",
    ),
    "why_camera": Text(
        ja="姿勢を見るためにカメラを使います。映像はこのパソコンの中だけで調べ、外へは送りません。",
        en="The camera is used to see your posture. Pictures are looked at on this computer only and never leave it.",
    ),
    "setup_lying": Text(ja="床から30〜60cmの高さで、2〜3m離します。", en="30-60 cm above the floor, 2-3 m away."),
    "setup_standing": Text(ja="腰くらいの高さで、3mほど離します。", en="At the height of your hips, about 3 m away."),
    "safety": Text(
        ja="痛み・しびれ・めまい・息切れがあれば、すぐにやめてください。治療中の方は先に医師に相談してください。",
        en="Stop at any pain, numbness, dizziness or breathlessness. Under treatment, ask your doctor first.",
    ),
    "exercise": Text(ja="種目", en="Exercise"),
    "sets": Text(ja="セット数", en="Sets"),
    "reps": Text(ja="回数", en="Repetitions"),
    "hold": Text(ja="キープ（秒）", en="Hold (seconds)"),
    "rest": Text(ja="休憩（秒）", en="Rest (seconds)"),
    "language": Text(ja="言語", en="Language"),
    "history": Text(ja="これまでの記録", en="Your history"),
    "about": Text(ja="ハムストリングスについて", en="About the hamstrings"),
    "prescribed": Text(ja="今日の計画", en="Today's plan"),
    "start": Text(ja="カメラと音声を始める", en="Start camera and sound"),
    "pause": Text(ja="一時停止", en="Pause"),
    "resume": Text(ja="再開", en="Go on"),
    "skip": Text(ja="次へ", en="Next"),
    "finish": Text(ja="終わる", en="Finish"),
    "again": Text(ja="もう一度", en="Once more"),
    "mute": Text(ja="音を消す", en="Mute"),
    "volume": Text(ja="音量", en="Volume"),
    "speed": Text(ja="話す速さ", en="Speed of speech"),
    "keys": Text(
        ja="スペースキーを押すか、腕を1秒上げると一時停止します。",
        en="The space bar, or an arm held up for a second, pauses.",
    ),
    "set_of": Text(ja="{n}／{m}セット", en="Set {n} of {m}"),
    "of": Text(ja="／{m}回", en="of {m}"),
    "left_leg": Text(ja="左脚", en="Left leg"),
    "right_leg": Text(ja="右脚", en="Right leg"),
    "state_check": Text(ja="カメラの確認", en="Camera check"),
    "state_practice": Text(ja="まず1回、練習", en="One for practice"),
    "state_countdown": Text(ja="まもなく始まります", en="About to start"),
    "state_set": Text(ja="トレーニング中", en="Go"),
    "state_turn": Text(ja="向きを変えましょう", en="Turn round"),
    "state_rest": Text(ja="休憩", en="Rest"),
    "state_done": Text(ja="おしまい", en="Done"),
    "state_paused": Text(ja="一時停止中", en="Paused"),
    "picture": Text(ja="カメラの映像と骨格", en="Camera picture with skeleton"),
    "hold_ring": Text(ja="キープした秒数", en="Seconds held"),
    "strip": Text(ja="このセットの記録", en="Repetitions of this set"),
    "summary": Text(ja="結果", en="Result"),
    "summary_line": Text(ja="{reps}回のうち{clean}回がきれいでした。", en="{clean} of {reps} repetitions were clean."),
    "partial_line": Text(ja="ほかに{n}回、動きが足りませんでした。", en="{n} more did not go far enough."),
    "saved": Text(ja="結果はこのパソコンに保存しました。", en="The result is saved on this computer."),
    "report": Text(ja="くわしい結果を見る", en="See the full report"),
    "how_felt": Text(ja="きつさはどうでしたか", en="How did it feel?"),
    "too_easy": Text(ja="楽だった", en="Too easy"),
    "right": Text(ja="ちょうどよい", en="Just right"),
    "too_hard": Text(ja="きつかった", en="Too hard"),
    "next_plan": Text(ja="次回は {sets}セット × {reps}回です。", en="Next time: {sets} sets of {reps}."),
    "connecting": Text(ja="接続しています", en="Connecting"),
    "reconnecting": Text(ja="接続が切れました。つなぎ直しています", en="Connection lost. Trying again"),
    "preparing": Text(ja="準備しています", en="Getting ready"),
    "sound_only_seen": Text(
        ja="音声を再生できません。画面の文字を見てください。", en="Sound does not play; please read the screen."
    ),
    "error_denied": Text(
        ja="カメラの使用が許可されていません。アドレス欄のカメラの印から許可して、もう一度始めてください。",
        en="The camera is not allowed. Allow it at the camera sign in the address bar, then start again.",
    ),
    "error_no_camera": Text(
        ja="カメラが見つかりません。カメラをつないで、もう一度始めてください。",
        en="No camera was found. Plug one in, then start again.",
    ),
    "error_busy": Text(
        ja="カメラをほかのアプリが使っています。そのアプリを閉じて、もう一度始めてください。",
        en="Another program is using the camera. Close it, then start again.",
    ),
    "error_insecure": Text(
        ja="このアドレスではカメラを使えません。formcheck live --https で始めて、表示されたアドレスを開いてください。",
        en="Browsers allow no camera at this address. Start with formcheck live --https and open the address shown.",
    ),
    "error_unplugged": Text(
        ja="カメラが止まりました。つなぎ直すと、続きから始められます。",
        en="The camera stopped. Plug it in again to go on where you were.",
    ),
    "error_server": Text(
        ja="formcheckに接続できません。formcheck live を起動し直すと、続きから始められます。",
        en="formcheck does not answer. Start formcheck live again to go on where you were.",
    ),
    "error_certificate": Text(
        ja="安全な接続を作れません。証明書を信頼する設定をしてから、開き直してください（docs/LIVE.md）。",
        en="The secure connection was refused. Trust the certificate, then open the page again (docs/LIVE.md).",
    ),
    "error_token": Text(
        ja="このアドレスは古いものです。起動時に表示された新しいアドレスを開いてください。",
        en="This address is out of date. Open the new one that formcheck shows.",
    ),
    "error_shape": Text(
        ja="画面の向きが変わりました。横向きにして、もう一度始めてください。",
        en="The picture was turned. Keep it in landscape and start again.",
    ),
    "error_elsewhere": Text(ja="ほかの画面で続けています。", en="The session goes on in another window."),
    "error_too_many": Text(
        ja="ほかに使用中の画面が多すぎます。閉じてからお試しください。",
        en="Too many sessions at once. Close another one first.",
    ),
    "error_other": Text(
        ja="問題が起きました。もう一度始めてください。", en="Something went wrong. Please start again."
    ),
    "retry": Text(ja="続ける", en="Go on"),
}


def both(text: Text) -> dict[str, str]:
    """A text as the page wants it."""
    return {"ja": text.ja, "en": text.en}


def page_words() -> dict[str, Any]:
    """All words, clips, verdicts and exercises as one JSON document."""
    return {
        "page": {name: both(text) for name, text in PAGE.items()},
        "clips": {name: both(text) for name, text in all_clips().items()},
        "verdicts": {name: both(text) for name, text in VERDICTS.items()},
        "exercises": {
            exercise.id: {
                "name": both(exercise.name),
                "camera": both(exercise.camera),
                "standing": exercise.position == "standing",
                "hold": exercise.rep.hold_target_s,
                "line_deg": exercise.rep.line_deg,
                "within_deg": exercise.rep.hold.below_deg,
                "faults": {f.code: {"label": both(f.label), "cue": both(f.cue)} for f in exercise.faults},
            }
            for exercise in all_exercises().values()
        },
    }

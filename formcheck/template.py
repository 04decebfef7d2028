"""A file to begin an own exercise with: it works as it is, and its comments say what to change."""

from __future__ import annotations

import re
from pathlib import Path

from formcheck.discovery import RESERVED
from formcheck.errors import OutputError, RequestError
from formcheck.exercises import all_exercises, own_folder

ID = re.compile(r"[a-z][a-z0-9_]*")

SPEC = '''\
"""NAME: lying on the back, one heel slides to the buttock and back. Change it into your own exercise.

Try it:   formcheck exercises NAME            what is measured, when it counts, what is said
          formcheck analyze my-video.mp4 --exercise NAME
"""

from formcheck.measures import Body, knee_deg, trunk_deg
from formcheck.movement import Found, Rep
from formcheck.spec import Exercise, Fault, Hold, RepRule
from formcheck.tempo import fast_lowering, momentum
from formcheck.text import Text


# A measure is a function from a body to one number per frame: formcheck/measures.py has many, write others here.
# The end of its name is its unit: _deg _dps _s, or a length of the body: _trunk _thigh _shank.
def lies_flat(body: Body):
    """In which frames the exercise can be done at all; no others are judged."""
    return abs(trunk_deg(body)) < 25.0


# A fault is one number of a whole repetition (formcheck/movement.py says what a Rep knows), and when it is decided.
def peak(rep: Rep) -> Found:
    return Found(rep.peak_deg, rep.peak_s)


EXERCISE = Exercise(
    id="NAME",
    name=Text(ja="NAME", en="NAME"),
    position="supine",  # on the back; "prone" is on the front
    camera=Text(
        ja="カメラは横から、頭から足まで映るように置きます。",
        en="Camera from the side, head to feet in the picture.",
    ),
    measures={"knee_left_deg": knee_deg("left"), "knee_right_deg": knee_deg("right"), "trunk_deg": trunk_deg},
    relative=frozenset(),  # measures that count from their usual value at rest
    in_position=lies_flat,
    rep=RepRule(
        signals={"left": "knee_left_deg", "right": "knee_right_deg"},  # what counts; {"both": ...} for one of the body
        onset_deg=8.0,  # a repetition begins so far above rest
        least_deg=38.0,  # what stays below is no repetition
        partial_below_deg=60.0,  # reported as "partial", and not counted
        hold=Hold(below_deg=6.0, above_deg=30.0, speed_dps=25.0),  # the top: near the peak and slow
    ),
    faults=(
        Fault(
            code="incomplete_slide",
            label=Text(ja="曲げ不足", en="not bent enough"),
            value=peak,
            over=False,  # too little is the fault; True where too much is
            mild=80.0,
            severe=60.0,
            unit="deg",
            doubt=5.0,  # standard deviation of the measurement
            reason=Text(ja="なぜこの基準かを書きます", en="say here why the limit lies where it does"),
            cue=Text(ja="もう少し、かかとを近づけましょう", en="Bring the heel a little closer."),
        ),
        momentum(Text(ja="勢いをつけず、ゆっくり", en="No momentum. Slowly.")),
        fast_lowering(Text(ja="ゆっくり戻しましょう", en="Slowly back.")),
    ),
    cues={
        "set_up": Text(ja="あお向けになって、脚を伸ばしましょう", en="Lie on your back with your legs straight."),
        "go": Text(ja="息を吐きながら、かかとをお尻へ", en="Breathe out, heel toward your bottom."),
        "lower": Text(ja="ゆっくり伸ばしましょう", en="Straighten slowly."),
        "clean": Text(ja="いいですね", en="Well done."),
        "partial": Text(ja="もう少し、かかとを近づけましょう", en="Bring the heel a little closer."),
        "pain": Text(ja="痛みがあれば、すぐにやめてください", en="If anything hurts, stop right away."),
    },
)
'''


def spec_of(name: str) -> str:
    """The text of a working spec for an exercise called `name`."""
    return SPEC.replace("NAME", name)


def write_spec(name: str) -> Path:
    """Begin a file for the exercise `name` in the user's folder; RequestError for a name that cannot be used."""
    if not ID.fullmatch(name) or name in RESERVED:
        raise RequestError(
            en=f"{name!r} cannot be the name of an exercise; use small letters, digits and _, such as my_lift",
            ja=f"「{name}」は種目の名前に使えません。my_lift のように、英小文字と数字と _ で付けてください",
        )
    path = own_folder() / f"{name}.py"
    if name in all_exercises() or path.exists():
        raise RequestError(
            en=f"there is already an exercise {name!r}; choose another name",
            ja=f"「{name}」という種目はもうあります。ほかの名前を付けてください",
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(spec_of(name), encoding="utf-8")
    except OSError as error:
        raise OutputError.refused(path, error) from error
    return path

"""Coaching without a browser: by voice, lines in the terminal, and a window where there is a display."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Protocol

import click

from formcheck.coach.coach import Coach
from formcheck.coach.coach import Tick as Coached
from formcheck.coach.cues import Cue, all_clips
from formcheck.coach.plan import Plan
from formcheck.coach.progress import State
from formcheck.coach.session import Command
from formcheck.coach.sitting import Options, Sitting
from formcheck.errors import RequestError
from formcheck.events import Phase
from formcheck.overlay import Picture, Tick, draw, line_joints
from formcheck.quiet import quiet
from formcheck.records import Frame
from formcheck.sources import Source
from formcheck.speaker import Loudspeaker, Speaker
from formcheck.stream import Newest
from formcheck.text import Lang, say, told
from formcheck.web.words import PAGE

NAME = "formcheck"
KEYS: dict[int, Command] = {ord(" "): "pause", ord("n"): "skip", ord("q"): "finish", 27: "finish"}
"""Space pauses and goes on, N goes to what comes next, Q and Escape end."""
WIDE_PX = 960
SHOWN_S = 5.0
"""How long a sentence stays in the picture."""
HEARD_OUT_S = 8.0
"""How long the last words may take."""
OPEN_A_WINDOW = "import cv2; cv2.namedWindow('formcheck'); cv2.waitKey(1)"


class View(Protocol):
    """Where pictures go."""

    def show(self, picture: Picture) -> Command | None:
        """Show an RGB picture; returns what was asked for by key."""

    def close(self) -> None:
        """Free it."""


class Nowhere:
    """No window: voice and lines are enough."""

    def show(self, picture: Picture) -> Command | None:
        return None

    def close(self) -> None:
        return None


class Window:
    """A window of OpenCV; closing it ends the session."""

    def __init__(self) -> None:
        import cv2

        with quiet():
            cv2.namedWindow(NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        self._shown = False

    def show(self, picture: Picture) -> Command | None:
        import cv2

        if not self._shown:
            self._shown = True
            height_px, width_px = picture.shape[:2]
            cv2.resizeWindow(NAME, WIDE_PX, WIDE_PX * height_px // width_px)
        elif cv2.getWindowProperty(NAME, cv2.WND_PROP_VISIBLE) < 1:
            return "finish"
        cv2.imshow(NAME, cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        return KEYS.get(cv2.pollKey() & 0xFF)

    def close(self) -> None:
        import cv2

        cv2.destroyAllWindows()


def display_works() -> bool:
    """Whether windows can be opened. Without a display OpenCV ends the whole process, so another one tries."""
    tried = subprocess.run([sys.executable, "-c", OPEN_A_WINDOW], capture_output=True, check=False)
    return tried.returncode == 0


def choose_view(window: bool) -> View:
    """A window where there is a display; RequestError when one was asked for and there is none."""
    if display_works():
        return Window()
    if window:
        raise RequestError(
            en="there is no display to open a window on; leave --window out, and the voice coaches alone",
            ja="ウィンドウを開ける画面がありません。--window を付けずに始めてください。声だけで進みます",
        )
    return Nowhere()


def coach_here(camera: Source[Frame], plan: Plan, options: Options, lang: Lang, view: View) -> Sitting:
    """Coach until the session is over, the camera ends or Ctrl-C; returns the ended session."""
    speaker = Speaker(lang)
    with quiet(), closing(view), Loudspeaker(speaker) as loud, Newest(camera) as newest:
        sitting = Sitting(plan, camera.info, options)
        if not loud.audible:
            told_line(
                told(
                    lang,
                    ja="このパソコンでは音が出ません。文字で進めます",
                    en="No sound here; the words are shown instead",
                )
            )
        with closing(sitting):
            screen = Screen(sitting.coach, lang, lambda cue: speaker.cue(cue))
            screen.tell([Cue(0.0, "guide", ("sound_check", "place_camera"))])
            try:
                follow(newest, sitting, screen, view)
            except KeyboardInterrupt:
                told_line(told(lang, ja="終わります", en="Ending"))
            sitting.end()
            if loud.audible:
                speaker.hear_out(HEARD_OUT_S)
    return sitting


def follow(camera: Source[Frame], sitting: Sitting, screen: Screen, view: View) -> None:
    """Every newest picture, until the session is over or the camera ends."""
    for frame in camera:
        tick = sitting.step(frame.image, frame.t_s)
        screen.tell(tick.cues)
        order = view.show(screen.draw(frame.image, tick))
        if order:
            screen.tell(sitting.command(order))
        if sitting.coach.session.state is State.DONE:
            return
    screen.tell(sitting.command("finish"))


def told_line(line: str) -> None:
    """One line in the terminal."""
    click.echo(line, err=True)


class Screen:
    """Turns what the coach says and sees into voice, lines and pictures."""

    def __init__(self, coach: Coach, lang: Lang, speak: Callable[[Cue], None]) -> None:
        self.coach, self.lang, self._speak = coach, lang, speak
        self._clips = all_clips()
        self._line, self._safety, self._since_s = "", False, -math.inf

    def tell(self, cues: tuple[Cue, ...] | list[Cue]) -> None:
        """Speak cues, and write down all but the counting and breathing."""
        for cue in cues:
            self._speak(cue)
            words = (" " if self.lang == "en" else "。").join(say(self._clips[name], self.lang) for name in cue.clips)
            if cue.slot not in ("hold", "breath"):
                told_line(words)
            if cue.slot not in ("hold", "breath", "count"):
                self._line, self._safety, self._since_s = words, cue.slot == "safety", cue.t_s

    def draw(self, image: Picture, tick: Coached) -> Picture:
        """The picture with skeleton, line, count, hold and the one current sentence."""
        info = self.coach.info
        return draw(image, self._shown(tick), self.lang, (info.width_px, info.height_px))

    def _shown(self, tick: Coached) -> Tick:
        session, rule, reading = self.coach.session, self.coach.session.exercise.rep, tick.reading
        lines = (self._line,) if tick.t_s - self._since_s <= SHOWN_S else ()
        counting = session.state in (State.PRACTICE, State.COUNTDOWN, State.SET)
        plain = Tick(
            tick.sighting.pose, tick.near_side, count=session.count, target=session.plan.reps, faults=lines,
            severe=self._safety, note=self._note(tick.t_s),
        )  # fmt: skip
        if reading is None or tick.near_side is None or not counting:
            return plain
        deg, phase = reading.degs[session.side], reading.phases[session.side]
        on_line = abs(deg - rule.line_deg) <= rule.hold.below_deg if rule.line_deg else phase is Phase.TOP
        return Tick(
            plain.pose, plain.near, line_joints(session.exercise, session.side, tick.near_side), deg, on_line,
            rule.line_deg is not None, phase, plain.count, plain.target, tick.held_s,
            session.plan.hold_s if rule.hold_target_s else None, plain.faults, plain.severe, plain.note,
        )  # fmt: skip

    def _note(self, t_s: float) -> str:
        """Where the session is, quietly."""
        session = self.coach.session
        state = say(PAGE["state_paused" if session.paused else f"state_{session.state.value}"], self.lang)
        where = say(PAGE["set_of"], self.lang).format(n=session.progress.set, m=session.plan.sets)
        left_s = session.until_s - t_s
        left = f" {math.ceil(left_s)}" if session.state is State.REST and left_s > 0 else ""
        return f"{state}{left}  {where}"

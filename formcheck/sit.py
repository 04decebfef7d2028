"""`formcheck sit`: watches for hours how somebody sits at a desk, and says so seldom."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formcheck.text import Lang, say, told

if TYPE_CHECKING:
    from formcheck.coach.cues import Cue
    from formcheck.coach.desk import Desk
    from formcheck.day import Day
    from formcheck.records import Frame, Sighting, SourceInfo
    from formcheck.sources import Source

DAYS = Path("formcheck-reports")
"""Where the days are kept, in the current folder, as reports are."""
WRITE_EVERY_S = 60.0
"""How often the page and the report of the day are written anew, so that nothing is lost."""
MONITOR_ID = "seated_posture"


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of `formcheck sit`."""
    for option in reversed(
        [
            click.option("--camera", type=click.IntRange(0, 99), default=0, metavar="N", help="Camera; 0 by default."),
            click.option("--source", metavar="URL|FILE", help="A network camera, or a recording at its own pace."),
            click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the day."),
            click.option("--silent", is_flag=True, help="No voice: only the line in the terminal and the page."),
            click.option("--model", default="full", metavar="full|heavy|PATH", help="Pose model."),
        ]
    ):
        command = option(command)
    return command


Teller = Callable[["Cue"], None]
"""Tells a cue to the person."""


def open_camera(camera: int, source: str | None, every_s: float) -> Source[Frame]:
    """A camera by number or address that gives a frame every so often, or a recording played at its own pace."""
    from formcheck.camera import Camera
    from formcheck.stream import Paced
    from formcheck.video import VideoFile

    if source is None or "://" in source:
        # The wall's clock: others stop while a computer sleeps, and the day would be too short.
        return Camera(source or camera, now_s=time.time, every_s=every_s)
    return Paced(VideoFile(source, max_side_px=960))


def watch(
    taken: Source[Frame], look: Callable[[Frame, SourceInfo], Sighting], desk: Desk, day: Day, tellers: Sequence[Teller]
) -> None:
    """Watch until the camera ends or Ctrl-C; the day is written now and then, and at the end."""
    from formcheck.monitors.pace import Pace

    pace, write_s = Pace(desk.monitor.period_s), WRITE_EVERY_S
    try:
        for frame in taken:
            if not pace.wants(frame.t_s):
                continue
            for cue in desk.step(look(frame, taken.info))[1]:
                for tell_cue in tellers:
                    tell_cue(cue)
            if frame.t_s >= write_s:
                write_s = frame.t_s + WRITE_EVERY_S
                day.write(desk.attendance, going_on=True)
    except KeyboardInterrupt:
        pass
    desk.finish()
    day.write(desk.attendance, warnings=taken.warnings)


@contextmanager
def voice(lang: Lang, silent: bool) -> Iterator[Teller]:
    """Speaks cues on this computer, or nothing."""
    from formcheck.speaker import Loudspeaker, Speaker

    if silent:
        yield lambda cue: None
        return
    speaker = Speaker(lang)
    with Loudspeaker(speaker):
        yield speaker.cue


def written(lang: Lang) -> Teller:
    """Cues as lines with the time of day."""
    from formcheck.coach.cues import all_clips

    texts = all_clips()

    def write(cue: Cue) -> None:
        words = told(lang, ja="。", en=" ").join(say(texts[name], lang) for name in cue.clips)
        click.echo(f"{datetime.now():%H:%M}  {words}", err=True)

    return write


def tell(day: Day) -> int:
    """The sums as after `analyze`."""
    from formcheck.printout import print_attendance
    from formcheck.shell import NOTHING_JUDGED, OK, complain
    from formcheck.words import warning, why_nothing

    report, lang = day.report, day.lang
    for sentence in report.tracking.warnings:
        complain(told(lang, ja="注意: ", en="note: ") + warning(sentence, None, lang))
    if not report.tracking.frames_judged:
        return complain(why_nothing(report, lang), NOTHING_JUDGED)
    print_attendance(report, day.monitor, lang, sys.stdout)
    return OK


@options
def sit(camera: int, source: str | None, out: Path | None, silent: bool, model: str, lang: Lang) -> int:
    """Watch how you sit at your desk, for hours. Ctrl-C ends it.

    Put the camera at your side. First sit tall for three seconds; then you are reminded, seldom, when you slump. The
    day goes into formcheck-reports/sitting-DATE/, and starting again on the same day goes on with it.
    """
    from formcheck.coach.desk import Desk
    from formcheck.day import Day
    from formcheck.estimate import Snapshots
    from formcheck.monitors import MONITORS
    from formcheck.quiet import quiet

    monitor, now = MONITORS[MONITOR_ID], datetime.now().astimezone().replace(microsecond=0)
    with quiet(), open_camera(camera, source, monitor.period_s) as taken, Snapshots(model) as snapshots:
        day = Day.open(out or DAYS / f"sitting-{now:%Y-%m-%d}", monitor, taken.info, now, model=model, lang=lang)
        click.echo(told(lang, ja="ページ: ", en="Page: ") + str(day.page), err=True)
        with voice(lang, silent) as speak:
            watch(taken, snapshots.step, Desk(monitor, taken.info), day, [speak, written(lang)])
    return tell(day)

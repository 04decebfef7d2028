"""`formcheck live`: coaches on a page of this computer, or without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formcheck.shell import NOTHING_JUDGED, OK, complain, tell_broken
from formcheck.text import Lang, told

if TYPE_CHECKING:
    from formcheck.coach.plan import Plan, Week
    from formcheck.coach.sitting import Options, Sitting
    from formcheck.events import Event
    from formcheck.records import Frame
    from formcheck.sources import Source

FILMS = Path("formcheck-reports")
"""Where `--record` keeps its films, in the current folder, as reports are."""


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of `formcheck live`."""
    whole, seconds = click.IntRange, click.FloatRange
    for option in reversed(
        [
            click.option("--camera", type=whole(0, 99), metavar="N", help="Without a browser, by this camera."),
            click.option("--source", metavar="URL|FILE", help="Without a browser, by a network camera or a recording."),
            click.option("--window", is_flag=True, help="Without a browser, in a window; by camera 0 unless named."),
            click.option("--host", default="127.0.0.1", help="Address to listen on; 0.0.0.0 lets a phone connect."),
            click.option("--port", type=whole(0, 65535), default=8642, help="Port; 0 takes any free one."),
            click.option("--https", is_flag=True, help="Serve over HTTPS with a certificate of this computer."),
            click.option("--exercise", metavar="ID", help="Exercise to begin with; else the page asks."),
            click.option("--sets", type=whole(1, 10), default=2, show_default=True, help="How many sets."),
            click.option(
                "--reps",
                type=whole(1, 30),
                default=10,
                show_default=True,
                help="Repetitions of a set, for leg curls of each leg.",
            ),
            click.option(
                "--hold",
                type=seconds(1, 10),
                default=3.0,
                show_default=True,
                metavar="S",
                help="Seconds to hold the top.",
            ),
            click.option(
                "--rest",
                type=seconds(5, 300),
                default=45.0,
                show_default=True,
                metavar="S",
                help="Seconds of rest between sets.",
            ),
            click.option(
                "--plan", "plan_file", type=click.Path(path_type=Path), metavar="FILE", help="A prescription."
            ),
            click.option("--model", default="full", metavar="full|heavy|PATH", help="Pose model."),
            click.option("--record", is_flag=True, help="Keep the video as well, in formcheck-reports/."),
            click.option("--person", default="", metavar="NAME", help="Whose history it belongs to."),
            click.option("--no-history", is_flag=True, help="Keep nothing once the session is over."),
            click.option("--events", metavar="FILE|-", help="Write every event as a line of JSON."),
            click.option("--no-browser", is_flag=True, help="Do not open the browser."),
        ]
    ):
        command = option(command)
    return command


@options
def live(
    camera: int | None, source: str | None, window: bool, host: str, port: int, https: bool, exercise: str | None,
    sets: int, reps: int, hold: float, rest: float, plan_file: Path | None, model: str, record: bool,
    person: str, no_history: bool, events: str | None, no_browser: bool, lang: Lang,
) -> int:  # fmt: skip
    """Be coached in front of a camera: opens a page on this computer. Ctrl-C ends it."""
    here = camera is not None or source is not None or window
    if here:
        # Windows of OpenCV hang where PyAV was loaded first: both bring their own libraries of the X server.
        import cv2  # noqa: F401
    from formcheck.coach.plan import Plan, read_week
    from formcheck.coach.sitting import Options
    from formcheck.exercises import get_exercise
    from formcheck.home import data_folder

    if camera is not None and source:
        raise click.UsageError("--camera and --source exclude each other.")
    tell_broken(lang)
    week = read_week(plan_file) if plan_file else None
    chosen = None
    if exercise:
        chosen = Plan(exercise=get_exercise(exercise).id, sets=sets, reps=reps, hold_s=hold, rest_s=rest)
    with event_lines(events) as write:
        common = Options(data_folder(), model, FILMS if record else None, write, person, not no_history)
        if here:
            plan = chosen or next(iter(today(week)), None)
            return without_browser(camera or 0, source, window, plan, common, lang)
        return on_a_page(host, port, https, chosen, week, common, not no_browser, lang)


def on_a_page(
    host: str, port: int, https: bool, chosen: Plan | None, week: Week | None, common: Options, browser: bool,
    lang: Lang,
) -> int:  # fmt: skip
    """Serve the page until interrupted."""
    from formcheck.web.serve import Address, listen, serve

    socket = listen(host, port)
    serve(
        socket, Address(host, socket.getsockname()[1], https), common, chosen=chosen, lang=lang, offered=today(week),
        note=week.note if week else "", browser=browser,
    )  # fmt: skip
    return 0


def without_browser(
    camera: int, source: str | None, window: bool, plan: Plan | None, common: Options, lang: Lang
) -> int:
    """Coach here, then tell the result."""
    from formcheck.window import choose_view, coach_here

    if plan is None:
        raise click.UsageError("Without a browser, name the exercise: --exercise hip_lift (or a --plan for today).")
    with open_camera(camera, source) as taken:
        sitting = coach_here(taken, plan, common, lang, choose_view(window))
    return tell(sitting, lang)


def open_camera(camera: int, source: str | None) -> Source[Frame]:
    """A camera by number or address, or a recording played at its own pace."""
    from formcheck.camera import Camera
    from formcheck.quiet import quiet
    from formcheck.stream import Paced
    from formcheck.video import VideoFile

    with quiet():
        if source is None or "://" in source:
            return Camera(source or camera)
        return Paced(VideoFile(source, max_side_px=960))


def tell(sitting: Sitting, lang: Lang) -> int:
    """The table as after `analyze`, and where the film is."""
    import sys

    from formcheck.printout import print_report
    from formcheck.words import why_nothing

    if sitting.film:
        click.echo(told(lang, ja="映像: ", en="Video: ") + str(sitting.film), err=True)
    report = sitting.report
    if report is None:
        return complain(told(lang, ja="映像が来ませんでした", en="no picture came"), NOTHING_JUDGED)
    if not report.tracking.frames_judged:
        return complain(why_nothing(report, lang), NOTHING_JUDGED)
    print_report(report, sitting.coach.session.exercise, lang, sys.stdout)
    return OK


def today(week: Week | None) -> list[Plan]:
    """What is prescribed for today."""
    from datetime import date

    return week.on(date.today().weekday()) if week else []


@contextmanager
def event_lines(name: str | None) -> Iterator[Callable[[Event], None] | None]:
    """Where events go: nowhere, to standard output for `-`, or to a file; OutputError when that cannot be written."""
    import json

    from formcheck.errors import OutputError
    from formcheck.web.lines import Lines
    from formcheck.web.messages import event_dict

    if name is None:
        yield None
        return
    try:
        lines = Lines(name)
    except OSError as error:
        raise OutputError.refused(name, error) from error
    with lines as write:
        yield lambda event: write(json.dumps(event_dict(event)))

"""`formcheck live`: starts the local server and shows where it is."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formcheck.text import Lang

if TYPE_CHECKING:
    from formcheck.coach.plan import Plan, Week


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of `formcheck live`."""
    for option in reversed(
        [
            click.option("--host", default="127.0.0.1", help="Address to listen on; 0.0.0.0 lets a phone connect."),
            click.option("--port", type=click.IntRange(0, 65535), default=8642, help="Port; 0 takes any free one."),
            click.option("--https", is_flag=True, help="Serve over HTTPS with a certificate of this computer."),
            click.option("--exercise", metavar="ID", help="Exercise to begin with; else the page asks."),
            click.option("--sets", type=click.IntRange(1, 10), default=2, show_default=True, help="How many sets."),
            click.option(
                "--reps",
                type=click.IntRange(1, 30),
                default=10,
                show_default=True,
                help="Repetitions of a set, for leg curls of each leg.",
            ),
            click.option(
                "--hold",
                type=click.FloatRange(1, 10),
                default=3.0,
                show_default=True,
                metavar="S",
                help="Seconds to hold the top.",
            ),
            click.option(
                "--rest",
                type=click.FloatRange(5, 300),
                default=45.0,
                show_default=True,
                metavar="S",
                help="Seconds of rest between sets.",
            ),
            click.option(
                "--plan", "plan_file", type=click.Path(path_type=Path), metavar="FILE", help="A prescription."
            ),
            click.option("--model", default="full", metavar="full|heavy|PATH", help="Pose model."),
            click.option("--events", metavar="FILE|-", help="Write every event as a line of JSON."),
            click.option("--no-browser", is_flag=True, help="Do not open the browser."),
        ]
    ):
        command = option(command)
    return command


@options
def live(
    host: str, port: int, https: bool, exercise: str | None, sets: int, reps: int, hold: float, rest: float,
    plan_file: Path | None, model: str, events: str | None, no_browser: bool, lang: Lang,
) -> None:  # fmt: skip
    """Be coached in front of a camera: opens a page on this computer. Ctrl-C ends it."""
    from formcheck.coach.plan import Plan, read_week
    from formcheck.exercises import get_exercise
    from formcheck.web.serve import Address, listen, serve

    week = read_week(plan_file) if plan_file else None
    chosen = None
    if exercise:
        chosen = Plan(exercise=get_exercise(exercise).id, sets=sets, reps=reps, hold_s=hold, rest_s=rest)
    socket = listen(host, port)
    with event_lines(events) as write:
        serve(
            socket, Address(host, socket.getsockname()[1], https), model=model, chosen=chosen, lang=lang,
            offered=today(week), note=week.note if week else "", events=write, browser=not no_browser,
        )  # fmt: skip


def today(week: Week | None) -> list[Plan]:
    """What is prescribed for today."""
    from datetime import date

    return week.on(date.today().weekday()) if week else []


def event_lines(name: str | None) -> AbstractContextManager[Callable[[str], None] | None]:
    """Where events go: nowhere, to standard output for `-`, or to a file; OutputError when that cannot be written."""
    from formcheck.errors import OutputError
    from formcheck.web.lines import Lines

    if name is None:
        return nullcontext(None)
    try:
        return Lines(name)
    except OSError as error:
        raise OutputError.refused(name, error) from error

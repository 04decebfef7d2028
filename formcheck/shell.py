"""How every command speaks and ends: its language, one line for what went wrong, the exit code."""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from formcheck.errors import FormcheckError
from formcheck.text import Lang, Text, say, told, why

Advance = Callable[[float, float | None], None]
"""Called with how much is done and, where known, how much there is."""
OK, MENDABLE, NOTHING_JUDGED, INTERRUPTED = 0, 2, 3, 130


class Command(click.Command):
    """A command that says what went wrong in the language it was asked in."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except BrokenPipeError:
            raise  # whoever listened has left; click ends quietly
        except (FormcheckError, OSError, KeyboardInterrupt, click.Abort) as error:
            return explain(error, context.params.get("lang", usual_lang()))


class Program(click.Group):
    """A group of commands whose errors are one line each, never a traceback."""

    command_class = Command

    def main(self, *args: Any, **extra: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            # A terminal that cannot show a letter shows another one in its place.
            with suppress(AttributeError, ValueError):
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        sys.exit(self._run(*args, **(extra | {"standalone_mode": False})))

    def _run(self, *args: Any, **extra: Any) -> int:
        try:
            return int(super().main(*args, **extra) or OK)
        except click.UsageError as error:
            command = error.ctx.command_path if error.ctx else "formcheck"
            return complain(f"{error.format_message()} See {command} --help")
        except click.ClickException as error:
            return complain(error.format_message())
        except (OSError, KeyboardInterrupt, click.Abort) as error:
            return explain(error, usual_lang())


def explain(error: BaseException, lang: Lang) -> int:
    """Say why a command ended; returns the exit code."""
    if isinstance(error, FormcheckError):
        return complain(say(error.text, lang))
    if isinstance(error, OSError):
        reason = why(error)
        line = Text(
            ja=f"結果を表示できません（{reason.ja}）。出力先を確かめてください",
            en=f"the result cannot be shown ({reason.en}); look where the output goes",
        )
        return complain(say(line, lang))
    return complain(
        told(lang, ja="中断しました。何も書き込んでいません", en="interrupted; nothing was written"), INTERRUPTED
    )


def complain(sentence: str, code: int = MENDABLE) -> int:
    """Say one line on standard error and pass the exit code on."""
    click.echo(f"formcheck: {' '.join(sentence.split())}", err=True)
    return code


def tell_broken(lang: Lang) -> None:
    """Say which exercises cannot be used, and why."""
    from formcheck.exercises import broken_exercises

    for broken in broken_exercises():
        complain(told(lang, ja="使えない種目: ", en="exercise left out: ") + str(broken))


def usual_lang() -> Lang:
    """The language of this computer's settings, "ja" or "en"."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    # Windows sets none of these and calls the locale "Japanese_Japan".
    return "ja" if (named or locale.getlocale()[0] or "").lower().startswith("ja") else "en"


lang_option = click.option(
    "--lang", type=click.Choice(["ja", "en"]), default=usual_lang, help="Language; by default this computer's."
)


@contextmanager
def progress_bar(lang: Lang, *, counted: bool = False) -> Iterator[Advance | None]:
    """A bar with the time left on standard error, where that is a terminal: in percent, or in numbers if `counted`."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress as rich
    from rich.console import Console

    done = rich.MofNCompleteColumn() if counted else rich.TaskProgressColumn()
    columns = rich.TextColumn("{task.description}"), rich.BarColumn(), done, rich.TimeRemainingColumn()
    with rich.Progress(*columns, console=Console(file=sys.stderr), transient=True) as shown:
        task = shown.add_task(told(lang, ja="解析しています", en="Analysing"), total=None)
        yield lambda completed, total: shown.update(task, completed=completed, total=total)

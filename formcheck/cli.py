"""The command line. Everything heavy is imported only by the command that needs it, so that help comes at once.

Exit codes: 0 judged, 2 something the user can mend, 3 nothing could be judged, 130 interrupted.
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from formcheck.errors import FormcheckError
from formcheck.quiet import quiet
from formcheck.text import Lang, Text, say, told, why

if TYPE_CHECKING:
    from formcheck.session import Analysis, Progress

OK, MENDABLE, NOTHING_JUDGED, INTERRUPTED = 0, 2, 3, 130
REPORTS = Path("formcheck-reports")
"""Where reports go when nothing else is said, in the current folder."""


class Command(click.Command):
    """A command that says what went wrong in the language it was asked in."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except BrokenPipeError:
            raise  # whoever listened has left; click ends quietly
        except (FormcheckError, OSError, KeyboardInterrupt) as error:
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


def usual_lang() -> Lang:
    """The language of this computer's settings, "ja" or "en"."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    # Windows sets none of these and calls the locale "Japanese_Japan".
    return "ja" if (named or locale.getlocale()[0] or "").lower().startswith("ja") else "en"


lang_option = click.option(
    "--lang", type=click.Choice(["ja", "en"]), default=usual_lang, help="Language; by default this computer's."
)


@click.group(
    "formcheck", cls=Program, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="formcheck", message="formcheck %(version)s")
@click.pass_context
def main(context: click.Context) -> None:
    """Check the form of hip lifts and leg curls, on your own computer."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the results of one analysis go."""

    folder: Path | None
    json: Path | None
    digest: str = ""

    @property
    def json_only(self) -> bool:
        """Whether standard output carries the document and nothing else."""
        return self.json == Path("-")


@main.command()
@click.argument("video", type=click.Path(path_type=Path))
@click.option("--exercise", default="auto", metavar="auto|ID", help="Exercise; by default it is recognised.")
@click.option(
    "--model", default="full", metavar="full|heavy|PATH", help="Pose model; heavy is slower and a bit better."
)
@click.option(
    "--runtime", default="auto", metavar="auto|mediapipe|openvino", help="What runs the model; auto takes the fastest."
)
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="How many cores to use; by default all.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for report.json and the tables.")
@click.option("--json", "json_path", type=click.Path(path_type=Path), metavar="PATH|-", help="Only this one JSON file.")
@lang_option
@click.option("-v", "--verbose", is_flag=True, help="Show what the libraries inside have to say.")
def analyze(
    video: Path,
    exercise: str,
    model: str,
    runtime: str,
    workers: int | None,
    out: Path | None,
    json_path: Path | None,
    lang: Lang,
    verbose: bool,
) -> int:
    """Count and check the repetitions in a recording.

    Without --out and --json the report goes to formcheck-reports/NAME/ in the current folder.
    """
    with quiet(active=not verbose):
        from formcheck.session import analyze as judge

        outputs = plan_outputs(video, out, json_path, exercise)
        with progress_bar(lang) as progress:
            analysis = judge(video, exercise=exercise, model=model, runtime=runtime, workers=workers, progress=progress)
        write(analysis, outputs)
    return tell(analysis, outputs, lang)


def plan_outputs(video: Path, out: Path | None, json_path: Path | None, exercise: str) -> Outputs:
    """Refuse at once what would fail only after minutes of work: input, exercise and output are looked at first."""
    from formcheck import sinks
    from formcheck.exercises import get_exercise
    from formcheck.session import open_source

    if exercise != "auto":
        get_exercise(exercise)
    open_source(video).close()
    if json_path and json_path != Path("-"):
        sinks.require_writable_file(json_path, video)
    if json_path and not out:
        return Outputs(None, json_path)
    digest = sinks.fingerprint(video)
    folder = out or sinks.choose_folder(REPORTS, video, digest)
    sinks.require_free(folder, digest)
    sinks.require_writable(folder)
    return Outputs(folder, json_path, digest)


@contextmanager
def progress_bar(lang: Lang) -> Iterator[Progress | None]:
    """A bar with the time left on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"), rich.BarColumn(), rich.TaskProgressColumn(), rich.TimeRemainingColumn(),
    )  # fmt: skip
    with rich.Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(told(lang, ja="解析しています", en="Analysing"), total=None)

        def step(done_s: float, length_s: float | None) -> None:
            bar.update(task, completed=done_s, total=length_s)

        yield step


def write(analysis: Analysis, outputs: Outputs) -> None:
    """Write the files that were asked for."""
    from formcheck import sinks

    if outputs.folder:
        sinks.write_report(outputs.folder, analysis, outputs.digest)
    if outputs.json and not outputs.json_only:
        sinks.write_json(outputs.json, analysis.report)


def tell(analysis: Analysis, outputs: Outputs, lang: Lang) -> int:
    """Say the result, what was wrong with the recording, and where the report is; returns the exit code."""
    from formcheck.printout import print_report
    from formcheck.words import warning, why_nothing

    report, verdict = analysis.report, analysis.verdict
    judged = verdict is not None and report.tracking.frames_judged > 0
    if outputs.json_only:
        # Always UTF-8, whatever the terminal speaks.
        sys.stdout.buffer.write(report.to_json().encode())
        sys.stdout.buffer.flush()
    elif verdict and judged:
        print_report(report, verdict.exercise, lang, sys.stdout)
    if not outputs.json_only:
        click.echo(told(lang, ja="レポート: ", en="Report: ") + str(outputs.json or outputs.folder))
    for sentence in report.tracking.warnings:
        complain(told(lang, ja="注意: ", en="note: ") + warning(sentence, verdict.exercise if verdict else None, lang))
    if not report.complete:
        return complain(interrupted(report.source.duration_s, lang), INTERRUPTED)
    return OK if judged else complain(why_nothing(report, lang), NOTHING_JUDGED)


def interrupted(done_s: float, lang: Lang) -> str:
    """What is known after Ctrl-C."""
    return told(
        lang,
        ja=f"中断しました。はじめの{done_s:.1f}秒だけの途中までの結果です",
        en=f"interrupted; the result is incomplete: only the first {done_s:.1f} s were analysed",
    )


@main.command()
@click.argument("name", metavar="[ID]", required=False)
@lang_option
def exercises(name: str | None, lang: Lang) -> None:
    """List the exercises, or explain one: what is measured, the limits, the cues."""
    from formcheck.exercises import all_exercises, get_exercise
    from formcheck.explain import explanation, overview

    lines = explanation(get_exercise(name), lang) if name else overview(list(all_exercises().values()), lang)
    for line in lines:
        click.echo(line)


@main.command()
@lang_option
def doctor(lang: Lang) -> int:
    """Check what works on this computer, and say what to do where something does not."""
    from formcheck.doctor import examine

    works = True
    for check in examine():
        click.echo(check.line(lang))
        works = works and (check.ok or not check.needed)
    return OK if works else 1


@main.command()
def schema() -> None:
    """Print the JSON Schema of report.json."""
    import json

    from formcheck.report import Report

    click.echo(json.dumps(Report.model_json_schema(mode="serialization"), indent=1, ensure_ascii=False))

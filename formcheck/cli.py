"""The command line. Everything heavy is imported only by the command that needs it, so that help comes at once.

Exit codes: 0 judged, 2 something the user can mend, 3 nothing could be judged, 130 interrupted.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formcheck import diary
from formcheck.batch.command import batch
from formcheck.live import live
from formcheck.quiet import quiet
from formcheck.shell import (
    INTERRUPTED,
    NOTHING_JUDGED,
    OK,
    Program,
    complain,
    lang_option,
    progress_bar,
    tell_broken,
)
from formcheck.sit import sit
from formcheck.text import Lang, say, told

if TYPE_CHECKING:
    from formcheck.film import Codec
    from formcheck.publish import Outcome
    from formcheck.report import Report

REPORTS = Path("formcheck-reports")
"""Where reports go when nothing else is said, in the current folder."""


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
    digest: str

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
@click.option("--runtime", default="auto", metavar="auto|mediapipe|openvino", help="What runs the model.")
@click.option(
    "--hold", type=click.FloatRange(1, 10), metavar="S", help="Seconds to hold the top, for exercises that ask it."
)
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="How many cores to use; by default all.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Folder for report.json and the tables.")
@click.option(
    "--json",
    "json_path",
    type=click.Path(path_type=Path),
    metavar="PATH|-",
    help="Only this JSON file.",
)
@click.option("--video", "film", is_flag=True, help="Also the recording with everything drawn in: annotated.mp4.")
@click.option(
    "--video-codec", default="h264", type=click.Choice(["h264", "vp9"]), help="vp9 makes annotated.webm, without H.264."
)
@click.option(
    "--person", default="", metavar="NAME", help="Whose history it belongs to, where several use one computer."
)
@click.option("--no-history", is_flag=True, help="Do not keep this session in the history.")
@lang_option
@click.option("-v", "--verbose", is_flag=True, help="Show what the libraries inside have to say.")
def analyze(
    video: Path, exercise: str, model: str, runtime: str, hold: float | None, workers: int | None,
    out: Path | None, json_path: Path | None, film: bool, video_codec: Codec, person: str, no_history: bool,
    lang: Lang, verbose: bool,
) -> int:  # fmt: skip
    """Count and check the repetitions in a recording.

    Without --out and --json the report goes to formcheck-reports/NAME/ in the current folder.
    """
    with quiet(active=not verbose):
        from formcheck import publish
        from formcheck.session import analyze as judge

        outputs = plan_outputs(video, out, json_path, exercise, lang)
        publish.require_pictures(video, exercise, film)
        with progress_bar(lang) as progress:
            analysis = judge(
                video, exercise=exercise, model=model, runtime=runtime, workers=workers, hold_s=hold, progress=progress,
            )  # fmt: skip
        keep = None if no_history else person
        wanted = publish.Wanted(outputs.folder, outputs.json, outputs.digest, video_codec if film else None, keep)
        with progress_bar(lang) as progress:
            outcome = publish.publish(video, analysis, wanted, lang, progress)
    return tell(outcome, outputs, lang)


def plan_outputs(video: Path, out: Path | None, json_path: Path | None, exercise: str, lang: Lang) -> Outputs:
    """Refuse at once what would fail only after minutes of work: input, exercise and output are looked at first."""
    from formcheck import sinks
    from formcheck.exercises import require_known
    from formcheck.session import open_source

    tell_broken(lang)
    if exercise != "auto":
        require_known(exercise)
    open_source(video).close()
    if json_path and json_path != Path("-"):
        sinks.require_writable_file(json_path, video)
    digest = sinks.fingerprint(video)
    if json_path and not out:
        return Outputs(None, json_path, digest)
    folder = out or sinks.choose_folder(REPORTS, video, digest)
    sinks.require_free(folder, digest)
    sinks.require_writable(folder)
    return Outputs(folder, json_path, digest)


def tell(outcome: Outcome, outputs: Outputs, lang: Lang) -> int:
    """Say the result, what was wrong with the recording, and where the report is; returns the exit code."""
    from formcheck.monitors import MONITORS
    from formcheck.printout import print_attendance, print_report
    from formcheck.words import warning, why_nothing

    report, verdict = outcome.analysis.report, outcome.analysis.verdict
    monitor = MONITORS.get(report.exercise or "")
    judged = (verdict is not None or monitor is not None) and report.tracking.frames_judged > 0
    if outputs.json_only:
        # Always UTF-8, whatever the terminal speaks.
        sys.stdout.buffer.write(report.to_json().encode())
        sys.stdout.buffer.flush()
    elif verdict and judged:
        print_report(report, verdict.exercise, lang, sys.stdout)
    elif monitor and judged:
        print_attendance(report, monitor, lang, sys.stdout)
    if not outputs.json_only:
        click.echo(told(lang, ja="レポート: ", en="Report: ") + str(outputs.json or outputs.folder))
    for sentence in report.tracking.warnings:
        complain(told(lang, ja="注意: ", en="note: ") + warning(sentence, verdict.exercise if verdict else None, lang))
    for note in outcome.notes:
        complain(told(lang, ja="注意: ", en="note: ") + say(note, lang))
    if outcome.advice and not outputs.json_only:
        click.echo(say(outcome.advice.after, lang))
    if not report.complete:
        return complain(interrupted(report, lang), INTERRUPTED)
    if outcome.interrupted:
        undrawn = told(
            lang,
            ja="中断しました。レポートはできていますが、映像と画像はありません",
            en="interrupted; the report is complete, but without film and pictures",
        )
        return complain(undrawn, INTERRUPTED)
    return OK if judged else complain(why_nothing(report, lang), NOTHING_JUDGED)


def interrupted(report: Report, lang: Lang) -> str:
    """What is known after Ctrl-C."""
    done_s = report.source.duration_s
    gaps = [f"{gap.start_s:.1f}-{gap.end_s:.1f}" for gap in report.unjudged if gap.reason == "not_analysed"]
    without = told(lang, ja=f"（{'、'.join(gaps)}秒を除く）", en=f", without {', '.join(gaps)} s,") if gaps else ""
    return told(
        lang,
        ja=f"中断しました。はじめの{done_s:.1f}秒{without}だけの途中までの結果です",
        en=f"interrupted; the result is incomplete: only the first {done_s:.1f} s{without} were analysed",
    )


@main.command()
@click.argument("words", metavar="[ID | new NAME]", nargs=-1)
@lang_option
def exercises(words: tuple[str, ...], lang: Lang) -> None:
    """List the exercises, explain one (signals, limits, cues), or begin your own: new NAME."""
    from formcheck.exercises import all_exercises, get_exercise
    from formcheck.explain import explanation, monitor_explanation, overview
    from formcheck.monitors import MONITORS
    from formcheck.template import write_spec

    match words:
        case ():
            lines = overview(list(all_exercises().values()), lang)
        case ("new", name):
            path = write_spec(name)
            lines = iter([told(lang, ja=f"書きました: {path}", en=f"written: {path}")])
        case (name,) if name in MONITORS:
            lines = monitor_explanation(MONITORS[name], lang)
        case (name,) if name != "new":
            lines = explanation(get_exercise(name), lang)
        case _:
            raise click.UsageError("give one ID, or: new NAME")
    for line in lines:
        click.echo(line)
    tell_broken(lang)


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


main.command()(lang_option(live))
main.command()(lang_option(sit))
main.add_command(batch)
main.add_command(diary.history)
main.add_command(diary.report)
main.add_command(diary.selfcheck)

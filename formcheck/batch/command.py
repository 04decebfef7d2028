"""`formcheck batch`: many recordings, one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from formcheck.shell import INTERRUPTED, MENDABLE, OK, Command, complain, lang_option, progress_bar
from formcheck.text import Lang, told

if TYPE_CHECKING:
    from formcheck.batch.jobs import Job, Row
    from formcheck.batch.run import Submit

FIRST_TOLD = 100
"""After so many recordings the table is written for whoever looks in between, then whenever there are twice as many."""


@click.command(cls=Command)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--out", default="formcheck-batch", metavar="DIR|URL", help="Where results go.", show_default=True)
@click.option("--exercise", default="auto", metavar="auto|ID", help="Exercise; by default it is recognised in each.")
@click.option("--model", default="full", metavar="full|heavy|PATH", help="Pose model.")
@click.option("--runtime", default="auto", metavar="auto|mediapipe|openvino", help="What runs the model.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Recordings at a time; by default one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Let the workers of this Dask scheduler do it: tcp://HOST:8786.")
@lang_option
def batch(
    paths: tuple[str, ...],
    out: str,
    exercise: str,
    model: str,
    runtime: str,
    workers: int | None,
    scheduler: str | None,
    lang: Lang,
) -> int:
    """Judge many recordings: folders, patterns, lists (.csv, .txt), recordings, URLs.

    Every recording gets a folder with its report in DIR, and all together summary.csv and overview.html. What is done
    already, by content and version, is not done again. A recording that fails is listed with its reason.
    """
    from formcheck.batch.run import rows as finished

    jobs = plan(paths, out, exercise, model, runtime, lang)
    rows: list[Row] = []
    complete, due = False, FIRST_TOLD
    try:
        with crew(workers, scheduler) as submit, bar(len(jobs), lang) as step:
            for row in finished(jobs, submit):
                rows.append(row)
                step(row)
                if len(rows) == due:
                    tell(rows, jobs, out, lang)
                    due *= 2
        complete = True
    except KeyboardInterrupt:
        pass
    finally:
        if rows:
            tell(rows, jobs, out, lang)
    return ended(rows, out, complete, lang)


def plan(paths: Sequence[str], out: str, exercise: str, model: str, runtime: str, lang: Lang) -> list[Job]:
    """What is to be done; refuses at once what would fail for every recording."""
    from importlib.metadata import version

    from formcheck import sinks
    from formcheck.batch.inputs import find
    from formcheck.batch.jobs import Job
    from formcheck.batch.places import is_url
    from formcheck.estimate import choose_runtime
    from formcheck.exercises import require_known
    from formcheck.models import BUNDLED, find_model

    if exercise != "auto":
        require_known(exercise)
    where, runtime = find_model(model), choose_runtime(runtime, model)
    if not is_url(out):
        sinks.require_writable(Path(out))
        out = str(Path(out).absolute())
    return [
        Job(
            recording=each.recording if is_url(each.recording) else str(Path(each.recording).absolute()),
            name=each.name,
            out=out,
            exercise=each.exercise or exercise,
            model=model if model in BUNDLED else str(where.absolute()),
            runtime=runtime,
            lang=lang,
            version=version("formcheck"),
        )
        for each in find(paths, out)
    ]


def crew(workers: int | None, scheduler: str | None) -> AbstractContextManager[Submit]:
    """Who does the work."""
    from formcheck.batch.run import local
    from formcheck.stretches import usable_cores

    if scheduler is None:
        return local(workers or usable_cores())
    from formcheck.batch.cluster import cluster

    return cluster(scheduler)


@contextmanager
def bar(total: int, lang: Lang) -> Iterator[Callable[[Row], None]]:
    """A bar with the time left, and a line for every recording that fails, on standard error."""
    with progress_bar(lang, counted=True) as advance:
        done = count(1)

        def step(row: Row) -> None:
            if row.status == "failed":
                complain(row.reason if row.recording in row.reason else f"{row.recording}: {row.reason}")
            if advance:
                advance(next(done), total)

        if advance:
            advance(0, total)
        yield step


def tell(rows: Sequence[Row], jobs: Sequence[Job], out: str, lang: Lang) -> None:
    """Write the table and the page, in the order in which the recordings were named."""
    from formcheck.batch.overview import PAGE, TABLE, page, table
    from formcheck.batch.places import store

    place = {job.recording: number for number, job in enumerate(jobs)}
    ordered = sorted(rows, key=lambda row: place[row.recording])
    results = store(out)
    results.write(TABLE, table(ordered))
    results.write(PAGE, page(ordered, lang).encode())


def ended(rows: Sequence[Row], out: str, complete: bool, lang: Lang) -> int:
    """Say in one line what became of them; returns the exit code."""
    count = {status: sum(row.status == status for row in rows) for status in ("done", "nothing", "failed")}
    click.echo(
        told(
            lang,
            ja=f"{len(rows)}件: 判定できた録画{count['done']}、判定するものがない録画{count['nothing']}、"
            f"失敗{count['failed']}。結果: {out}",
            en=f"{len(rows)} recordings: {count['done']} judged, {count['nothing']} with nothing to judge,"
            f" {count['failed']} failed. Results: {out}",
        )
    )
    if not complete:
        again = told(
            lang,
            ja="中断しました。同じコマンドで続きから始められます",
            en="interrupted; the same command goes on where it stopped",
        )
        return complain(again, INTERRUPTED)
    return MENDABLE if count["failed"] else OK

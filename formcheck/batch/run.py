"""All jobs through one standard executor, of this computer or of a cluster, until each has its row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

from formcheck.batch.jobs import Job, Row
from formcheck.batch.work import Child, work
from formcheck.errors import RequestError
from formcheck.text import told

Submit = Callable[[Job], "Future[Row]"]
AHEAD = 1000
"""How many jobs are handed over at a time: they keep a cluster busy, and no scheduler has to remember a million."""


@contextmanager
def local(workers: int) -> Iterator[Submit]:
    """Runs so many recordings at a time here; leaving early ends those that are under way."""
    running: set[Child] = set()
    executor = ThreadPoolExecutor(workers, thread_name_prefix="formcheck-batch")
    try:
        yield lambda job: executor.submit(work, job, running)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
        for child in list(running):
            child.kill()
        executor.shutdown()


def rows(jobs: Iterable[Job], submit: Submit) -> Iterator[Row]:
    """The row of every job, as they come; RequestError where whoever does the work has gone."""
    waiting: dict[Future[Row], Job] = {}
    for job in jobs:
        waiting[submit(job)] = job
        if len(waiting) >= AHEAD:
            yield from _finished(waiting)
    while waiting:
        yield from _finished(waiting)


def _finished(waiting: dict[Future[Row], Job]) -> Iterator[Row]:
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        yield _row(future, waiting.pop(future))


def _row(future: Future[Row], job: Job) -> Row:
    try:
        return future.result()
    except CancelledError as error:
        raise RequestError(
            en="the scheduler has gone; start it again and repeat the command: what is done is not done again",
            ja="スケジューラとの接続が切れました。起動し直して同じコマンドを実行してください。済んだ分は繰り返しません",
        ) from error
    except Exception as error:
        # Among them Dask's word for a job whose workers have died several times.
        return Row.failure(
            job,
            told(
                job.lang,
                ja=f"ワーカーで処理できませんでした（{type(error).__name__}: {error}）",
                en=f"no worker could do it ({type(error).__name__}: {error})",
            ),
        )

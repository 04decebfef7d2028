"""One recording, one process: a decoder that crashes takes nothing with it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from formcheck.batch.jobs import Job, Row
from formcheck.text import told

Child = subprocess.Popen[str]


def work(job: Job, running: set[Child] | None = None) -> Row:
    """Judge a recording in a process of its own, which is in `running` meanwhile. Always gives a row."""
    if job.version != version("formcheck"):
        return Row.failure(job, other_version(job))
    # The child makes it, so that none is left where this process is killed before there is a child.
    aside = Path(tempfile.gettempdir()) / f"formcheck-batch-{uuid.uuid4().hex}"
    child = subprocess.Popen(
        [sys.executable, "-m", "formcheck.batch.child", str(aside)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
    )  # fmt: skip
    running = set() if running is None else running
    running.add(child)
    try:
        return _answer(child, job)
    finally:
        child.kill()
        child.wait()
        running.discard(child)
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        shutil.rmtree(aside, ignore_errors=True)


def _answer(child: Child, job: Job) -> Row:
    assert child.stdin
    assert child.stdout
    with suppress(OSError):  # it has died already
        child.stdin.write(job.model_dump_json() + "\n")
        child.stdin.flush()
    said = child.stdout.read()
    try:
        return Row.model_validate_json(said)
    except ValueError:
        return Row.failure(job, _died(child.wait(), job))


def _died(code: int, job: Job) -> str:
    how = str(code)
    with suppress(ValueError):
        how = signal.Signals(-code).name if code < 0 else how
    return told(
        job.lang,
        ja=f"読み取る処理が異常終了しました（{how}）。別のコピーを試すか、MP4に変換してください",
        en=f"the process that read it died ({how}); try another copy, or convert it to MP4 (H.264)",
    )


def other_version(job: Job) -> str:
    """Why a worker with another version refuses."""
    here = version("formcheck")
    return told(
        job.lang,
        ja=f"ワーカーのformcheckの版（{here}）が、指示した側（{job.version}）と違います。そろえてください",
        en=f"the worker has formcheck {here}, but {job.version} asked; install the same version everywhere",
    )

"""The process that judges one recording of many: a job comes in on standard input, its row goes out.

    python -m formcheck.batch.child FOLDER

FOLDER is made for what is needed meanwhile, and removed again. Standard input stays open; where it closes early,
because the asking process has been killed, this one removes the folder and ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from formcheck.batch.jobs import Job, Row
from formcheck.batch.places import Store, fetch, is_url, store
from formcheck.errors import FormcheckError
from formcheck.quiet import quiet
from formcheck.text import say

INDEX = "index"
"""The folder with a row for every recording that is done, named by the recording's content."""


def judge(job: Job, aside: Path) -> Row:
    """Judge a recording and bring the results to their place, unless that has been done; FormcheckError if not."""
    from formcheck import sinks

    out = store(job.out)
    recording = fetch(job.recording, aside) if is_url(job.recording) else Path(job.recording)
    digest = sinks.fingerprint(recording)
    known = _known(out, job, digest)
    if known:
        return known.model_copy(update={"recording": job.recording})
    row = _judged(job, recording, digest, out, aside)
    out.write(f"{INDEX}/{digest}.json", row.model_dump_json(indent=1).encode())
    return row


def _known(out: Store, job: Job, digest: str) -> Row | None:
    """The row of the same content, where the same was asked of the same version and the report is still there."""
    kept = out.read(f"{INDEX}/{digest}.json")
    with suppress(ValueError):
        row = Row.model_validate_json(kept or b"")
        if row.answers(job) and out.read(f"{row.folder}/report.json") is not None:
            return row
    return None


def _judged(job: Job, recording: Path, digest: str, out: Store, aside: Path) -> Row:
    from formcheck import publish, sinks
    from formcheck.session import analyze

    owner = (out.read(f"{job.name}/{sinks.RECORDING}") or b"").decode("utf-8", "replace").split()
    # Never over another recording's report.
    name = job.name if not owner or owner[0] == digest else f"{job.name}-{digest[:8]}"
    folder = out.folder(name, aside / "report")
    analysis = analyze(recording, exercise=job.exercise, model=job.model, runtime=job.runtime, workers=1)
    publish.publish(recording, analysis, publish.Wanted(folder, None, digest), job.lang)
    out.put(name, folder, sinks.FILES)
    return Row.of(job, analysis.report, name, digest)


def _end_with(asking: TextIO, aside: Path) -> None:
    """End when the process that asks has ended."""
    asking.read()
    shutil.rmtree(aside, ignore_errors=True)
    os._exit(1)


def main() -> None:
    """Read a job, write its row."""
    # Ctrl-C reaches every process of the terminal; the asking one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    aside = Path(sys.argv[1])
    line = sys.stdin.readline()
    if not line:
        return
    job = Job.model_validate_json(line)
    aside.mkdir()
    threading.Thread(target=_end_with, args=(sys.stdin, aside), daemon=True).start()
    with quiet():
        try:
            row = judge(job, aside)
        except FormcheckError as error:
            row = Row.failure(job, say(error.text, job.lang))
    shutil.rmtree(aside, ignore_errors=True)
    sys.stdout.write(row.model_dump_json())
    sys.stdout.flush()
    # Without waiting for the thread that listens.
    os._exit(0)


if __name__ == "__main__":
    main()

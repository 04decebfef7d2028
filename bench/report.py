"""What the report, the film and the history cost.

python -m bench.report VIDEO        a 640x360 recording, such as sample_videos/leg_curl_alternate.mp4
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from formcheck.film import film
from formcheck.history import History
from formcheck.pages.archive import history_page
from formcheck.pages.result import Story, result_page
from formcheck.quiet import quiet
from formcheck.session import Analysis, analyze

SESSIONS = 10_000
LONG_S = 600.0


def main(recording: Path) -> None:
    """Print each figure."""
    with quiet(), tempfile.TemporaryDirectory() as folder:
        began_s = time.process_time()
        analysis = analyze(recording)
        judged_s = time.process_time() - began_s
        film(recording, analysis, Path(folder), "ja")
        both_s = time.process_time() - began_s
        first_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        film(recording, analysis, Path(folder), "ja")
        again_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(
            f"film: {both_s / judged_s:.2f} x the CPU time of judging alone; a second film: +{again_kb - first_kb} kB"
        )
        story, began_s = long_story(analysis), time.process_time()
        page = result_page(story, "ja")
        print(f"report.html of 10 minutes: {time.process_time() - began_s:.2f} s CPU, {len(page) / 1e6:.2f} MB")
        fill(Path(folder), analysis)
        began_s = time.process_time()
        with History(Path(folder)) as history:
            sessions = history.sessions()
            days = max(s.date for s in sessions if s.date)
            history_page(
                sessions, [""], None, days, "ja", app={"query": "", "lang_query": "", "other": "", "other_name": ""}
            )
        print(f"history of {len(sessions)} sessions: {time.process_time() - began_s:.2f} s CPU")


def long_story(analysis: Analysis) -> Story:
    """The same set again and again until ten minutes are full, with a picture of every repetition."""
    story, step_s = Story.of(analysis), analysis.report.source.duration_s
    times = int(np.ceil(LONG_S / step_s))
    edges = ("start_s", "top_start_s", "top_end_s", "end_s")
    reps = [
        rep.model_copy(update={"index": 0, **{name: getattr(rep, name) + k * step_s for name in edges}})
        for k in range(times)
        for rep in analysis.report.reps
    ]
    reps = [rep.model_copy(update={"index": index}) for index, rep in enumerate(reps, 1)]
    source = analysis.report.source.model_copy(update={"duration_s": step_s * times})
    traces = [
        replace(
            trace,
            t_s=np.concatenate([trace.t_s + k * step_s for k in range(times)]),
            deg=np.tile(trace.deg, times),
            phase=list(trace.phase) * times,
        )
        for trace in story.traces
    ]
    report = analysis.report.model_copy(update={"reps": reps, "source": source})
    return replace(story, report=report, traces=traces, pictures={rep.index: b"x" * 14_000 for rep in reps})


def fill(folder: Path, analysis: Analysis) -> None:
    """Keep the same report SESSIONS times, straight into the tables: one transaction."""
    from datetime import date, timedelta

    from formcheck.history import insert_result, insert_session, person_number

    with History(folder) as history, history.writing() as database:
        person = person_number(database, "")
        for number in range(SESSIONS):
            day = date(2020, 1, 1) + timedelta(days=number % 2000)
            report = analysis.report.model_copy(
                update={"session_id": f"B{number}", "started_at": f"{day.isoformat()}T19:00:00+09:00"}
            )
            insert_session(database, person, report, None, report.started_at or "")
            insert_result(database, report.session_id, report, report.started_at or "")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

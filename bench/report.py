"""What the report, the film and the history cost.

python -m bench.report VIDEO        a 640x360 recording, such as sample_videos/leg_curl_alternate.mp4
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import av
import numpy as np

from formcheck.film import film, take_stills
from formcheck.history import History
from formcheck.pages.archive import history_page
from formcheck.pages.result import Story, result_page
from formcheck.quiet import quiet
from formcheck.records import Track
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
        print(f"film: {both_s / judged_s:.2f} x the CPU time of judging alone")
        for times in (1, 2, 10):
            print(f"film of {times} x the recording: {peak_mb(recording, analysis, times):.0f} MB at most")
        stills = list(take_stills(recording, analysis, "ja").values())
        story, began_s = long_story(analysis, stills), time.process_time()
        page = result_page(story, "ja")
        print(f"report.html of 10 minutes: {time.process_time() - began_s:.2f} s CPU, {len(page) / 1e6:.2f} MB")
        fill(Path(folder), analysis)
        began_s = time.process_time()
        with History(Path(folder)) as history:
            sessions = history.sessions()
            days = max(s.date for s in sessions if s.date)
            history_page(
                sessions,
                [""],
                None,
                days,
                "ja",
                app={"person": "", "query": "", "lang_query": "", "other": "", "other_name": ""},
            )
        print(f"history of {len(sessions)} sessions: {time.process_time() - began_s:.2f} s CPU")


def peak_mb(recording: Path, analysis: Analysis, times: int) -> float:
    """The largest memory of a process that does nothing but draw the film of the recording `times` in a row."""
    with tempfile.TemporaryDirectory() as folder:
        source = repeated(recording, Path(folder) / "long.mp4", times)
        shift_s = np.repeat(np.arange(times), len(analysis.track)) * analysis.report.source.duration_s
        track = Track(
            np.tile(analysis.track.t_s, times) + shift_s,
            *(np.concatenate([getattr(analysis.track, n)] * times) for n in ("xy_px", "visibility", "world_m")),
        )
        longer = Analysis(analysis.report.model_copy(update={"reps": []}), None, track, analysis.info)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            return process.submit(drawn_kb, source, longer, Path(folder)).result() / 1024


def drawn_kb(source: Path, analysis: Analysis, folder: Path) -> int:
    """Draw a film; returns the most memory this process had since it began, in kB (Linux)."""
    film(source, analysis, folder, "ja")
    status = Path("/proc/self/status").read_text(encoding="ascii")  # getrusage counts the parent's memory too
    return int(status.split("VmHWM:")[1].split()[0])


def repeated(recording: Path, out: Path, times: int) -> Path:
    """The same pictures again and again, copied without decoding."""
    with av.open(str(recording)) as source, av.open(str(out), "w") as made:
        video: Any = source.streams.video[0]
        to = made.add_stream_from_template(video)
        packets = [packet for packet in source.demux(video) if packet.dts is not None]
        contents = [(bytes(p), p.pts, p.dts, p.duration, p.is_keyframe) for p in packets]
        length = max(pts + (duration or 0) for _, pts, _, duration, _ in contents)
        for number in range(times):
            for content, pts, dts, duration, key in contents:
                packet = av.Packet(content)
                packet.pts, packet.dts, packet.duration = pts + number * length, dts + number * length, duration
                packet.time_base, packet.stream, packet.is_keyframe = video.time_base, to, key
                made.mux(packet)
    return out


def long_story(analysis: Analysis, stills: Sequence[bytes]) -> Story:
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
    return replace(
        story, report=report, traces=traces, pictures={rep.index: stills[rep.index % len(stills)] for rep in reps}
    )


def fill(folder: Path, analysis: Analysis) -> None:
    """Keep the same report SESSIONS times, straight into the tables: one transaction."""
    from datetime import date, timedelta

    from formcheck.entries import insert_result, person_number, put_session

    with History(folder) as history, history.writing() as database:
        person = person_number(database, "")
        for number in range(SESSIONS):
            day = date(2020, 1, 1) + timedelta(days=number % 2000)
            report = analysis.report.model_copy(
                update={"session_id": f"B{number}", "started_at": f"{day.isoformat()}T19:00:00+09:00"}
            )
            put_session(database, person, report, None, report.started_at or "")
            insert_result(database, report.session_id, report, report.started_at or "")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A kept session told again: its page, files and judgement, from what was kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from formcheck import opensim, sinks
from formcheck.entries import Opinion
from formcheck.errors import RequestError, SourceError
from formcheck.history import History
from formcheck.pages.day import page_of
from formcheck.pages.result import Story
from formcheck.printing import write_pdf
from formcheck.report import Report
from formcheck.restdays import advise, local_date
from formcheck.session import Analysis, analyze
from formcheck.text import Lang

Format = Literal["html", "json", "csv", "pdf", "trc", "mot"]
FORMATS: tuple[Format, ...] = ("html", "json", "csv", "pdf", "trc", "mot")


@dataclass(frozen=True, slots=True)
class Told:
    """A kept report, and the same session measured again from its landmarks where those were kept."""

    report: Report
    analysis: Analysis | None
    opinions: dict[int, Opinion]

    def measured(self) -> Analysis:
        """The analysis; RequestError where no landmarks were kept."""
        if self.analysis is None:
            raise RequestError(
                en="no readable landmarks were kept of this session; analyse the recording again",
                ja="この記録には読める骨格データがありません。録画をもう一度解析してください",
            )
        return self.analysis


def recall(history: History, session: str, result: int | None = None) -> Told:
    """A kept session with its newest judgement, or the one with the number `result`."""
    results = history.results(session)
    chosen = next((r for r in results if r.id == result), results[-1])
    landmarks = history.landmarks_path(session)
    return Told(chosen.report, _measured(landmarks, chosen.report), history.opinions(chosen.id))


def numbered(history: History, session: str, number: int | None) -> int | None:
    """The id of a session's judgement by its number, 1 being the first; None for the newest one."""
    if number is None:
        return None
    results = history.results(session)
    if number > len(results):
        raise RequestError(
            en=f"this session was judged {len(results)} times; name one of them with --result",
            ja=f"この記録の判定は{len(results)}件です。--result にその番号を指定してください",
        )
    return results[number - 1].id


def open_folder(folder: Path) -> Told:
    """The report that `formcheck analyze` wrote into a folder."""
    try:
        report = Report.model_validate_json((folder / sinks.REPORT).read_bytes())
    except (OSError, ValidationError) as error:
        raise RequestError.about(
            folder,
            en="there is no readable report.json in it; analyse the recording again",
            ja="読めるreport.jsonがありません。録画をもう一度解析してください",
        ) from error
    return Told(report, _measured(folder / sinks.LANDMARKS, report), {})


def _measured(landmarks: Path, report: Report) -> Analysis | None:
    if not landmarks.is_file():
        return None
    try:
        measured = analyze(landmarks, exercise=report.exercise or "auto", hold_s=report.tracking.hold_target_s)
    except SourceError:  # damaged ones leave what was judged, and that can be told
        return None
    return measured.within(report.sets) if report.sets else measured


def judge_again(history: History, session: str) -> Report:
    """Judge a kept session with this version; what was judged before stays beside it."""
    told = recall(history, session)
    fresh, old = told.measured().report, told.report
    report = fresh.model_copy(
        update={
            "session_id": session, "started_at": old.started_at, "complete": old.complete, "source": old.source,
            "model": old.model, "runtime": old.runtime, "exercise_source": old.exercise_source,
        }
    )  # fmt: skip
    history.add_result(session, report)
    return report


def story_of(told: Told, history: History | None, person: str) -> Story:
    """What the page of a kept session is made from."""
    day = local_date(told.report.started_at)
    advice = advise(history.training_days(person), day) if history and day else None
    if told.analysis is None:
        return Story(told.report, advice=advice, opinions=told.opinions)
    return Story.of(told.analysis, told.report, advice=advice, opinions=told.opinions)


def write_as(told: Told, story: Story, form: Format, path: Path, lang: Lang, height_m: float | None = None) -> None:
    """Write a kept session as a file; RequestError where what was kept does not suffice, OutputError on refusal."""
    if form == "pdf":
        write_pdf(page_of(story, lang), path)
        return
    if form == "csv":
        rows = sinks.rep_rows(replace(_same(told), report=told.report))
        with sinks.written(path) as file:
            sinks.write_csv(file, rows)
        return
    with sinks.written(path) as file:
        file.writelines(f"{line}\n".encode() for line in _lines(told, story, form, lang, height_m))


def _lines(told: Told, story: Story, form: Format, lang: Lang, height_m: float | None) -> Iterable[str]:
    if form == "html":
        return [page_of(story, lang)]
    if form == "json":
        return [told.report.to_json().rstrip("\n")]
    return opensim.trc(told.measured(), height_m) if form == "trc" else opensim.mot(told.measured())


def _same(told: Told) -> Analysis:
    """The analysis, if it found the repetitions of the report; measured numbers belong to them alone."""
    analysis = told.measured()
    if [rep.start_s for rep in analysis.report.reps] != [rep.start_s for rep in told.report.reps]:
        same = len(analysis.report.reps) == len(told.report.reps) and all(
            abs(a.start_s - b.start_s) < 0.05 for a, b in zip(analysis.report.reps, told.report.reps, strict=True)
        )
        if not same:
            raise RequestError(
                en="this version finds other repetitions than were kept; add --judge-again",
                ja="この版では回数の判定が変わります。--judge-again を付けてください",
            )
    return analysis

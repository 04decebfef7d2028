"""All that comes out of an analysis: files, page, film, and the session kept in the history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from formcheck import sinks
from formcheck.errors import FormcheckError, HistoryError, RequestError
from formcheck.film import Codec, film, take_stills
from formcheck.history import History
from formcheck.pages.result import Story, result_page
from formcheck.restdays import Advice, advise, local_date
from formcheck.session import Analysis
from formcheck.stretches import Progress
from formcheck.text import Lang, Text


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to make. `film` is the codec of the annotated film, `person` whose history (None: keep nothing)."""

    folder: Path | None
    json: Path | None
    digest: str
    film: Codec | None = None
    person: str | None = None


@dataclass(slots=True)
class Outcome:
    """What the person should be told about it."""

    advice: Advice | None = None
    notes: list[Text] = field(default_factory=list)
    interrupted: bool = False
    """Ctrl-C while the pictures were drawn: the report is there, without them."""


def require_pictures(recording: Path, wanted: bool) -> None:
    """RequestError where a film is wanted of landmarks alone."""
    if wanted and recording.suffix.lower() == ".npz":
        raise RequestError.about(
            recording,
            en="saved landmarks have no pictures to draw on; name the recording for --video",
            ja="骨格データには映像がありません。--video には録画を指定してください",
        )


def publish(
    recording: Path, analysis: Analysis, wanted: Wanted, lang: Lang, progress: Progress | None = None
) -> Outcome:
    """Write everything that is wanted. A history that refuses is a note: the report matters more."""
    outcome = Outcome()
    if wanted.folder:
        if wanted.person is not None and analysis.verdict is not None:
            _keep(analysis, wanted, outcome)
        pictures, video, failure = _filmed(recording, analysis, wanted, lang, progress, outcome)
        page = result_page(Story.of(analysis, pictures=pictures, video=video, advice=outcome.advice), lang)
        sinks.write_report(wanted.folder, analysis, wanted.digest, page)
        if failure:
            raise failure
    if wanted.json and wanted.json != Path("-"):
        sinks.write_json(wanted.json, analysis.report)
    return outcome


def _keep(analysis: Analysis, wanted: Wanted, outcome: Outcome) -> None:
    person = wanted.person or ""
    try:
        with History() as history:
            day = local_date(analysis.report.started_at)
            if day and analysis.report.reps:
                outcome.advice = advise(history.training_days(person), day)
            history.keep(analysis.report, analysis.track, analysis.info, person=person, recording=wanted.digest)
    except FormcheckError as error:
        kind = "" if isinstance(error, HistoryError) else "history: "
        outcome.notes.append(Text(ja=f"記録に残せませんでした。{error.text.ja}", en=f"not kept: {kind}{error.text.en}"))


def _filmed(
    recording: Path, analysis: Analysis, wanted: Wanted, lang: Lang, progress: Progress | None, outcome: Outcome
) -> tuple[Mapping[int, bytes], str | None, FormcheckError | None]:
    """Pictures by repetition, the film's name, and what went wrong: then the report is written without them."""
    if analysis.info.kind != "file" or wanted.folder is None:
        return {}, None, None
    try:
        if wanted.film:
            path, pictures = film(recording, analysis, wanted.folder, lang, wanted.film, progress)
            return pictures, path.name, None
        return take_stills(recording, analysis, lang), None, None
    except FormcheckError as error:
        return {}, None, error
    except KeyboardInterrupt:
        outcome.interrupted = True
        return {}, None, None

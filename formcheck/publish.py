"""All that comes out of an analysis: files, page, film, and the session kept in the history."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from formcheck import sinks
from formcheck.errors import FormcheckError, HistoryError, OutputError, RequestError
from formcheck.film import Codec, film, take_stills
from formcheck.history import History
from formcheck.monitors import MONITORS
from formcheck.pages.day import page_of
from formcheck.pages.result import Story
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
    """What came of it, under the session's name in the history, and what the person should be told about it."""

    analysis: Analysis
    advice: Advice | None = None
    notes: list[Text] = field(default_factory=list)
    interrupted: bool = False
    """Ctrl-C while the pictures were drawn: the report is there, without them."""


def require_pictures(recording: Path, exercise: str, wanted: bool) -> None:
    """RequestError where a film is wanted of landmarks alone, or of what is looked at in single pictures."""
    if wanted and exercise in MONITORS:
        raise RequestError(
            en=f"no film is drawn of {exercise}; leave --video out",
            ja=f"「{exercise}」の映像は作りません。--video を付けずに実行してください",
        )
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
    outcome = Outcome(analysis)
    if wanted.person is not None and analysis.verdict is not None:
        outcome.analysis = analysis = _keep(analysis, wanted.person, wanted.digest, outcome)
    if wanted.folder:
        with _aside(wanted.folder) as aside:
            shown = _filmed(recording, analysis, wanted, aside, lang, progress, outcome)
            video = shown.film.name if shown.film else None
            story = Story.of(analysis, pictures=shown.pictures, video=video, advice=outcome.advice)
            sinks.write_report(wanted.folder, analysis, wanted.digest, page_of(story, lang), shown.film)
        if shown.failure:
            raise shown.failure
    if wanted.json and wanted.json != Path("-"):
        sinks.write_json(wanted.json, analysis.report)
    return outcome


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A place for what is half made, on the disk of the report's folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise OutputError.refused(folder, error) from error
    with made as name:
        yield Path(name)


def _keep(analysis: Analysis, person: str, digest: str, outcome: Outcome) -> Analysis:
    """Keep the session; returns it under the name it has in the history."""
    try:
        with History() as history:
            day = local_date(analysis.report.started_at)
            if day and analysis.report.reps:
                outcome.advice = advise(history.training_days(person), day)
            name = history.keep(analysis.report, analysis.track, analysis.info, person=person, recording=digest)
        return replace(analysis, report=analysis.report.model_copy(update={"session_id": name}))
    except FormcheckError as error:
        kind = "" if isinstance(error, HistoryError) else "history: "
        outcome.notes.append(Text(ja=f"記録に残せませんでした。{error.text.ja}", en=f"not kept: {kind}{error.text.en}"))
        return analysis


@dataclass(frozen=True, slots=True)
class Shown:
    """Pictures by repetition, the film, and what went wrong: then the report is written without them."""

    pictures: Mapping[int, bytes] = field(default_factory=dict)
    film: Path | None = None
    failure: FormcheckError | None = None


def _filmed(
    recording: Path, analysis: Analysis, wanted: Wanted, aside: Path, lang: Lang, progress: Progress | None,
    outcome: Outcome,
) -> Shown:  # fmt: skip
    if analysis.info.kind != "file":
        return Shown()
    try:
        if wanted.film:
            path, pictures = film(recording, analysis, aside, lang, wanted.film, progress)
            return Shown(pictures, path)
        return Shown(take_stills(recording, analysis, lang))
    except FormcheckError as error:
        return Shown(failure=error)
    except KeyboardInterrupt:
        outcome.interrupted = True
        return Shown()

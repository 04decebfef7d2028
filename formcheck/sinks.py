"""Results as files. Each is written aside and renamed, so it is whole or not there. Columns: docs/FILES.md."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from formcheck.errors import OutputError, SourceError
from formcheck.report import Report
from formcheck.saved import pack_landmarks
from formcheck.session import Analysis
from formcheck.signals import Row, frame_rows, number
from formcheck.text import printable, why

RECORDING, REPORT = "recording.sha256", "report.json"
LANDMARKS, PAGE = "landmarks.npz", "report.html"
FILES = (RECORDING, LANDMARKS, PAGE, "frames.csv", "reps.csv", REPORT)
"""What a report's folder holds, in the order of renaming: the report itself comes last."""
FILMS = ("annotated.mp4", "annotated.webm")
"""What it may hold besides: the film of this report, never of an earlier one."""


def fingerprint(recording: Path) -> str:
    """SHA-256 of a recording's content, as hexadecimal digits; SourceError when it cannot be read."""
    try:
        with recording.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = why(error)
        raise SourceError.about(
            recording,
            en=f"it cannot be read ({reason.en}); try another copy",
            ja=f"読み取れません（{reason.ja}）。別のコピーを試してください",
        ) from error


def choose_folder(base: Path, recording: Path, digest: str) -> Path:
    """`base`/NAME for a recording called NAME, or NAME-2, -3 ... where another recording has its report there."""
    # Windows drops blanks and dots at the end of a folder's name.
    name = printable(recording.stem).rstrip(" .") or "recording"
    number, folder = 1, base / name
    while not is_free(folder, digest):
        number, folder = number + 1, base / f"{name}-{number + 1}"
    return folder


def is_free(folder: Path, digest: str) -> bool:
    """Whether a report of this recording may be written here: nothing else's is."""
    owner = _owner(folder)
    if owner is not None:
        return owner == digest
    return not any(os.path.lexists(folder / name) for name in (*FILES, *FILMS)) and (
        folder.is_dir() or not os.path.lexists(folder)
    )


def _owner(folder: Path) -> str | None:
    """The fingerprint of the recording whose report is here."""
    try:
        return (folder / RECORDING).read_text(encoding="utf-8").split()[0]
    except (OSError, ValueError, IndexError):
        return None


def require_free(folder: Path, digest: str) -> None:
    """OutputError where a folder holds another recording's report, or files of which nobody knows whose they are."""
    if not is_free(folder, digest) and (folder.is_dir() or not os.path.lexists(folder)):
        raise OutputError.about(
            folder,
            en="this folder holds another recording's report; choose another folder",
            ja="このフォルダには別の録画のレポートがあります。別のフォルダを選んでください",
        )


def require_writable(folder: Path) -> None:
    """OutputError unless files can be made in `folder`, or in the nearest folder above it that exists."""
    place = folder.absolute()
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not place.is_dir():
        raise OutputError.about(
            place,
            en="this is a file, not a folder; choose another folder",
            ja="これはフォルダではなくファイルです。別のフォルダを選んでください",
        )
    with _one_line(folder), tempfile.TemporaryFile(dir=place):
        pass


def require_writable_file(path: Path, recording: Path) -> None:
    """OutputError unless `path` can be written: it is neither a folder nor the recording, and its folder exists."""
    if path.exists() and path.samefile(recording):
        raise OutputError.about(
            path,
            en="this is the recording itself; name another file",
            ja="これは録画そのものです。別のファイル名にしてください",
        )
    if path.is_dir():
        raise OutputError.about(
            path, en="this is a folder; name a file in it", ja="これはフォルダです。中のファイル名を付けてください"
        )
    if not path.parent.exists():
        raise OutputError.about(
            path,
            en="there is no such folder; make it first, or choose another",
            ja="そのフォルダがありません。先に作るか、別のフォルダを選んでください",
        )
    if not _in_place(path):
        require_writable(path.parent)


def write_report(folder: Path, analysis: Analysis, digest: str, page: str, film: Path | None = None) -> None:
    """Write report.json, the tables, the landmarks and the page, replacing those of the same recording.

    `film` is moved there; without one, the film of an earlier report goes. OutputError where it fails.
    """
    report = analysis.report
    writers: dict[str, Callable[[IO[bytes]], object]] = {
        RECORDING: lambda file: file.write(f"{digest}  {report.source.name}\n".encode()),
        "frames.csv": lambda file: write_csv(file, frame_rows(analysis)),
        "reps.csv": lambda file: write_csv(file, rep_rows(analysis)),
        REPORT: lambda file: file.write(report.to_json().encode()),
        LANDMARKS: lambda file: pack_landmarks(file, analysis.info, analysis.track),
        PAGE: lambda file: file.write(page.encode()),
    }
    with _one_line(folder), ExitStack() as stack:
        folder.mkdir(parents=True, exist_ok=True)
        for name in reversed(FILES):  # the stack unwinds backwards, so they are renamed in order
            writers[name](stack.enter_context(replacing(folder / name)))
        for name in FILMS:
            if film and film.name == name:
                os.replace(film, folder / name)
            else:
                (folder / name).unlink(missing_ok=True)


def write_json(path: Path, report: Report) -> None:
    """Write a report as one JSON file, replacing an older one; OutputError where it fails."""
    content = report.to_json().encode()
    with _one_line(path):
        if _in_place(path):
            path.write_bytes(content)
            return
        with replacing(path.resolve()) as file:
            file.write(content)


def _in_place(path: Path) -> bool:
    """Devices and pipes are written to: renaming a file over them would remove them."""
    return path.exists() and not path.is_file()


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write which takes the place of `path` when the block ends well, and else disappears."""
    aside = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with aside.open("xb") as file:
            yield file
        os.replace(aside, path)
    except BaseException:  # an interrupt as well
        aside.unlink(missing_ok=True)
        raise


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file to write, whole or not at all; OutputError where it cannot be."""
    with _one_line(path), replacing(path) as file:
        yield file


@contextmanager
def _one_line(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError.refused(path, error) from error


def write_csv(file: IO[bytes], rows: Iterator[Row]) -> None:
    """Write rows as UTF-8 with commas; lines end with a line feed on every system."""
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    text.detach()


def rep_rows(analysis: Analysis) -> Iterator[Row]:
    """The header, then one row per repetition; also what was measured for each fault, whether it was one or not."""
    verdict = analysis.verdict
    faults = verdict.exercise.faults if verdict else ()
    numbers = ("start_s", "top_start_s", "top_end_s", "end_s", "peak_deg", "rest_deg", "hold_s", "up_s", "down_s")
    yield (
        *("index", "set", "side", "verdict", "confidence"), *numbers,
        *("faults", "severities"), *(f"{fault.code}_{fault.unit}" for fault in faults),
    )  # fmt: skip
    for rep, done in zip(analysis.report.reps, verdict.reps if verdict else [], strict=True):
        yield (
            rep.index, rep.set, rep.side, rep.verdict, number(rep.confidence, 3),
            *(number(getattr(rep, name), 3) for name in numbers),
            ";".join(fault.code for fault in rep.faults), ";".join(fault.severity for fault in rep.faults),
            *(number(fault.value(done.rep).value, 3) for fault in faults),
        )  # fmt: skip

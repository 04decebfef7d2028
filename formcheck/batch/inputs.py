"""Which recordings are meant by folders, patterns, lists and URLs, and what each one's results are called."""

from __future__ import annotations

import csv
import glob
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from formcheck.batch.places import is_url, listed
from formcheck.errors import FormcheckError, RequestError
from formcheck.exercises import require_known
from formcheck.text import Text, printable, why

ENDINGS = frozenset(
    [".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".ogv", ".ts", ".webm"]
)
"""Files in folders that are taken for recordings; a file that is named may end otherwise."""
LISTS = frozenset({".csv", ".txt"})


@dataclass(frozen=True, slots=True)
class Found:
    """One recording: path or URL, the folder of its results, the exercise if it is known."""

    recording: str
    name: str
    exercise: str | None = None


def find(paths: Sequence[str], out: str) -> list[Found]:
    """All recordings meant, each once, in order; RequestError where a path means none, or a list has a bad line."""
    results = None if is_url(out) else Path(out).absolute()
    found = {each.recording: each for path in paths for each in _meant(path, results)}
    return list(_unique(found.values()))


def _meant(path: str, results: Path | None) -> Iterator[Found]:
    if is_url(path):
        meant = [Found(url, _stem(name)) for url, name in listed(path, ENDINGS)]
    elif Path(path).is_dir():
        meant = list(_in_folder(Path(path), results))
    elif Path(path).suffix.lower() in LISTS:
        meant = list(_in_list(Path(path)))
    elif any(mark in path for mark in "*?[") and not Path(path).exists():
        names = sorted(glob.glob(path, recursive=True))
        meant = [Found(name, _stem(Path(name).name)) for name in names if Path(name).is_file()]
    else:
        meant = [Found(path, _stem(Path(path).name))]
    if not meant:
        raise RequestError.about(
            path,
            en="there is no recording in it; name a folder, a pattern, a list (.csv, .txt) or recordings",
            ja="録画がありません。フォルダ、パターン、一覧（.csv、.txt）、または録画を指定してください",
        )
    yield from meant


def _in_folder(folder: Path, results: Path | None) -> Iterator[Found]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if hidden or path.suffix.lower() not in ENDINGS or (results and path.absolute().is_relative_to(results)):
            continue
        if path.is_file():
            yield Found(str(path), _stem(inside.as_posix()))


def _in_list(path: Path) -> Iterator[Found]:
    """One recording a line, in a .csv with an exercise behind the comma; paths start from the list's folder."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            plain = path.suffix.lower() == ".txt"
            lines = [[line.strip()] for line in file] if plain else list(csv.reader(file))
    except (OSError, UnicodeError, csv.Error) as error:
        reason = why(error)
        raise RequestError.about(
            path,
            en=f"this list cannot be read ({reason.en}); save it as UTF-8 text, one recording a line",
            ja=f"この一覧を読めません（{reason.ja}）。UTF-8のテキストで、1行に1つの録画を書いてください",
        ) from error
    for number, cells in enumerate(lines, 1):
        words = [cell.strip() for cell in cells]
        if any(words) and not words[0].startswith("#") and (number, words[0].lower()) not in ((1, "recording"),):
            yield _line(path, number, words)


def _line(path: Path, number: int, words: list[str]) -> Found:
    recording, exercise, *more = [*words, ""] if len(words) == 1 else words
    wrong = None
    if not recording or any(more):
        wrong = Text(ja="1行に「録画,種目」と書いてください", en="a line is: recording,exercise")
    elif exercise and exercise != "auto":
        try:
            require_known(exercise)
        except FormcheckError as error:
            wrong = error.text
    if wrong:
        raise RequestError.about(f"{path}, line {number}", en=wrong.en, ja=wrong.ja)
    place = recording if is_url(recording) else str(path.parent / recording)
    return Found(place, _stem(PurePosixPath(Path(recording).as_posix()).name), exercise or None)


def _stem(name: str) -> str:
    """A folder's name from a recording's: without its ending, and fit for every system."""
    parts = [part for part in PurePosixPath(name).with_suffix("").parts if part not in ("/", "..", ".")]
    return "/".join(printable(part).rstrip(" .").replace(":", "_") or "recording" for part in parts) or "recording"


def _unique(found: Iterable[Found]) -> Iterator[Found]:
    taken: set[str] = set()
    counts: Counter[str] = Counter()
    for each in found:
        name = each.name
        while name.lower() in taken:
            counts[each.name] += 1
            name = f"{each.name}-{counts[each.name] + 1}"
        taken.add(name.lower())
        yield Found(each.recording, name, each.exercise)

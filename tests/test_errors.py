"""Every error that a user may meet says what to do, in one line of English and one of Japanese."""

from __future__ import annotations

import ast
import errno
import os
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from formcheck import errors, sources
from formcheck.errors import FormcheckError, OutputError, SourceError
from formcheck.text import Text, printable, same, why

PACKAGE = Path(__file__).resolve().parent.parent / "formcheck"
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, FormcheckError)}
JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
WHAT_TO_DO = re.compile("ください|使えるのは")


def made(node: ast.AST) -> str | None:
    """What a call makes: "error" by SourceError(...) or SourceError.about(...), "text" by Text(...)."""
    match node:
        case ast.Call(func=ast.Name(id="Text")):
            return "text"
        case ast.Call(func=ast.Name(id=name)):
            return "error" if name in KINDS else None
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="about")):
            return "error" if name in KINDS | {"cls"} else None
    return None


def words(node: ast.expr) -> str:
    """The words written in an expression, without what is filled in."""
    return "".join(str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant))


def lines(kind: str) -> Iterator[tuple[str, str | None, str | None]]:
    """Place, English and Japanese of all that is made; not where words from elsewhere are handed on."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if made(node) != kind:
                continue
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            if not any(isinstance(value, ast.Name | ast.Attribute | ast.Call) for value in given.values()):
                yield f"{path.name}:{node.lineno}", words(given["en"]), words(given["ja"])


ERRORS, TEXTS = list(lines("error")), list(lines("text"))


def test_the_places_are_found() -> None:
    assert {place.split(":")[0] for place, *_ in ERRORS} == {
        *("__init__.py", "camera.py", "errors.py", "estimate.py", "saved.py", "sinks.py", "video.py"),
        *("database.py", "diary.py", "exchange.py", "history.py", "opensim.py", "plan.py", "printing.py", "publish.py"),
        *("day.py", "retell.py", "serve.py", "window.py", "decoding.py", "stretches.py", "models.py"),
        *("inputs.py", "places.py", "run.py", "cluster.py", "hindsight.py", "template.py"),
    }
    assert len(ERRORS) >= 20
    assert len(TEXTS) > 100


@pytest.mark.parametrize(("place", "en", "ja"), ERRORS + TEXTS)
def test_both_languages_are_there(place: str, en: str, ja: str) -> None:
    assert JAPANESE.search(ja), place
    assert en, place
    assert not JAPANESE.search(en), place


@pytest.mark.parametrize(("place", "ja"), [(place, ja) for place, _, ja in ERRORS])
def test_every_error_says_what_to_do(place: str, ja: str) -> None:
    assert WHAT_TO_DO.search(ja), place


@pytest.mark.parametrize(
    "problem", [sources.FOLDER, sources.ABSENT, sources.IRREGULAR, sources.EMPTY, sources.FORBIDDEN]
)
def test_every_problem_of_a_file_says_what_to_do(problem: Text) -> None:
    assert WHAT_TO_DO.search(problem.ja)
    assert ";" in problem.en


def test_english_is_the_usual_line() -> None:
    error = SourceError(en="broken; mend it", ja="壊れています。直してください")
    assert str(error) == "broken; mend it"
    assert error.text == Text(ja="壊れています。直してください", en="broken; mend it")


def test_the_name_of_a_file_comes_first() -> None:
    error = OutputError.about(Path("橋\n1.mp4"), en="broken", ja="壊れています")
    assert error.text == Text(ja="橋?1.mp4: 壊れています", en="橋?1.mp4: broken")


def test_an_error_travels_between_processes() -> None:
    error = pickle.loads(pickle.dumps(OutputError.about("a", en="broken", ja="壊れています")))
    assert type(error) is OutputError
    assert error.text == Text(ja="a: 壊れています", en="a: broken")


@pytest.mark.parametrize(
    ("number", "ja"),
    [
        (errno.ENOSPC, "空き容量がありません"),
        (errno.EACCES, "許可がありません"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_what_the_system_says(number: int, ja: str) -> None:
    refused = OutputError.refused("a", OSError(number, os.strerror(number)))
    assert str(refused) == f"a: cannot be written ({os.strerror(number)}); choose another folder"
    assert refused.text.ja == f"a: 書き込めません（{ja}）。別のフォルダを選んでください"


def test_an_error_without_words() -> None:
    assert why(OSError()) == same("OSError")
    assert why(ValueError("embedded null byte")) == same("embedded null byte")


def test_names_fit_on_one_line() -> None:
    assert printable("ヒップ　リフト\n\x1b1\u2028.mp4") == "ヒップ　リフト??1?.mp4"

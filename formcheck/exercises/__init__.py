"""All exercises: those of the package (each module here holds one `EXERCISE`), the user's own, and installed ones."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from formcheck.discovery import Broken, Finds, look_among_packages, look_in
from formcheck.errors import RequestError
from formcheck.home import data_folder
from formcheck.monitors import MONITORS
from formcheck.spec import Exercise


def own_folder() -> Path:
    """The folder in which files of the user's own exercises are looked for."""
    return data_folder() / "exercises"


@cache
def found() -> Finds:
    """Everything there is, looked for once in each run; the package's own come first and cannot be replaced."""
    finds = Finds()
    for name in sorted(module.name for module in iter_modules(__path__)):
        exercise = import_module(f"{__name__}.{name}").EXERCISE
        finds.exercises[exercise.id] = exercise
    look_in(own_folder(), finds)
    look_among_packages(finds)
    return finds


def all_exercises() -> dict[str, Exercise]:
    """Every exercise by its id: the package's in order of id, then the user's, then those of installed packages."""
    return found().exercises


def broken_exercises() -> list[Broken]:
    """What looked like an exercise and cannot be used, each with its file, line and reason."""
    return found().broken


def require_known(name: str) -> None:
    """RequestError unless a recording can be judged as this: an exercise, or a monitor."""
    if name not in MONITORS:
        get_exercise(name)


def get_exercise(name: str) -> Exercise:
    """The exercise called `name`; RequestError names the known ones."""
    exercises = all_exercises()
    if name in MONITORS:
        raise RequestError(
            en=f"{name} is watched for hours and not counted; start it with: formcheck sit",
            ja=f"「{name}」は回数を数えず、長い時間見守ります。formcheck sit で始めてください",
        )
    if name not in exercises:
        raise RequestError(
            en=f"there is no exercise {name!r}; known are {', '.join(exercises)}",
            ja=f"「{name}」という種目はありません。使えるのは{'、'.join(exercises)}です",
        )
    return exercises[name]

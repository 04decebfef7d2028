"""All exercises of the package, found by their files: each module here holds one `EXERCISE`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from formcheck.errors import RequestError
from formcheck.spec import Exercise


@cache
def all_exercises() -> dict[str, Exercise]:
    """Every exercise by its id, in order of id."""
    names = sorted(module.name for module in iter_modules(__path__))
    found = [import_module(f"{__name__}.{name}").EXERCISE for name in names]
    return {exercise.id: exercise for exercise in found}


def get_exercise(name: str) -> Exercise:
    """The exercise called `name`; RequestError names the known ones."""
    exercises = all_exercises()
    if name not in exercises:
        raise RequestError(
            en=f"there is no exercise {name!r}; known are {', '.join(exercises)}",
            ja=f"「{name}」という種目はありません。使えるのは{'、'.join(exercises)}です",
        )
    return exercises[name]

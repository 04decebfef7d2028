"""Exercises from outside the package: files of a folder and entry points. A broken one stops no other."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from pydantic import ValidationError

from formcheck.spec import Exercise
from formcheck.text import printable

GROUP = "formcheck.exercises"
"""The entry points under which installed packages offer exercises: modules with an `EXERCISE`, or one itself."""
RESERVED = ("new", "auto")
"""Words of the command line, which no exercise can be called."""


@dataclass(frozen=True, slots=True)
class Broken:
    """An exercise that cannot be used: its file (or entry point), the line (None: not known), and why."""

    where: str
    line: int | None
    why: str

    def __str__(self) -> str:
        place = printable(self.where) if self.line is None else f"{printable(self.where)}:{self.line}"
        return f"{place}: {self.why}"


@dataclass(slots=True)
class Finds:
    """All exercises by id, and those that are broken."""

    exercises: dict[str, Exercise] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)

    def take(self, where: str, load: Callable[[], Exercise]) -> None:
        """Add what `load` returns, or why it cannot be used."""
        try:
            exercise = load()
            if exercise.id in self.exercises or exercise.id in RESERVED:
                raise ValueError(f"the id {exercise.id!r} is taken; choose another one")
        # Whatever somebody's file does when it is run must not stop the others.
        except (Exception, SystemExit) as error:
            self.broken.append(blamed(error, where))
        else:
            self.exercises[exercise.id] = exercise


def look_in(folder: Path, finds: Finds) -> None:
    """Add the exercises of all files `*.py` in a folder, which need not exist, in order of name."""
    for path in sorted(folder.glob("[!_.]*.py")):
        finds.take(str(path), lambda path=path: from_file(path))  # type: ignore[misc]


def look_among_packages(finds: Finds) -> None:
    """Add the exercises that installed packages offer."""
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        finds.take(f"{point.name} = {point.value}", lambda point=point: from_package(point))  # type: ignore[misc]


def from_file(path: Path) -> Exercise:
    """The exercise of one file. It is compiled anew each time, so that no stale copy is ever run."""
    module = ModuleType(f"formcheck_own_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    return checked(getattr(module, "EXERCISE", None))


def from_package(point: EntryPoint) -> Exercise:
    """The exercise that an entry point names, itself or its module."""
    found = point.load()
    return checked(getattr(found, "EXERCISE", None) if isinstance(found, ModuleType) else found)


def checked(found: object) -> Exercise:
    """What was found, if it is an exercise."""
    if not isinstance(found, Exercise):
        raise TypeError("there is no EXERCISE = Exercise(...) in it")
    return found


def blamed(error: BaseException, where: str) -> Broken:
    """Which file and line an error comes from: the last line run outside the package and its libraries."""
    if isinstance(error, SyntaxError) and error.filename:
        return Broken(error.filename, error.lineno, f"not Python: {error.msg}")
    own = Path(where).suffix == ".py"
    frames = [frame for frame in extract_tb(error.__traceback__) if frame.filename == where or not own]
    frames = [frame for frame in frames if not _inside(frame.filename)]
    if frames:
        return Broken(frames[-1].filename, frames[-1].lineno, reason(error))
    return Broken(where, declared_line(Path(where)) if own else None, reason(error))


MACHINERY = frozenset({"importlib", "importlib_metadata", "pydantic"})
"""Folders of what loads and checks exercises; the second takes the first one's place where it is installed."""


def _inside(filename: str) -> bool:
    """Whether a file belongs to the machinery and not to the exercise."""
    path = Path(filename)
    ours = path.is_relative_to(Path(__file__).parent)
    return filename.startswith("<") or ours or not MACHINERY.isdisjoint(path.parts)


def declared_line(path: Path) -> int:
    """The line on which a file makes its `EXERCISE`; the first where it does not."""
    try:
        body = ast.parse(path.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return 1
    names = [
        (node.lineno, target.id)
        for node in body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    return next((line for line, name in names if name == "EXERCISE"), 1)


def reason(error: BaseException) -> str:
    """An error in one line."""
    if isinstance(error, ValidationError):
        wrong = [
            (".".join(map(str, part["loc"])), part["msg"].removeprefix("Value error, ")) for part in error.errors()
        ]
        return "; ".join(f"{name}: {message}" if name else message for name, message in wrong)
    said = " ".join(str(error).split())
    return f"{type(error).__name__}: {said}" if not isinstance(error, (TypeError, ValueError)) or not said else said

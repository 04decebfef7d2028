"""The shape of the package: every file has a row, and imports only from the rows below it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "formcheck"

ROWS: tuple[tuple[str, ...], ...] = (
    ("landmarks", "text", "quiet", "home"),  # names; words; silence of native libraries; where things are kept
    ("errors", "selfcheck"),  # the error tree; seven questions
    ("records",),  # what passes between the stages
    (
        "measures",
        "filters",
        "cuts",
        "settings",
        "models",
    ),  # poses to numbers; smoothing in time; jumps between scenes; options; the networks' files
    ("region", "smoothing"),  # where in the picture a network looks; landmarks from frame to frame
    ("blazepose",),  # what the pose networks say, decoded
    ("openvino_pose",),  # the pose networks run by OpenVINO
    ("line", "movement", "posture", "person", "limbs", "knee", "standing"),  # what those numbers say of the body
    ("events",),  # what the judge decides
    ("spec",),  # what an exercise is
    ("monitors",),  # postures that are watched for hours: another kind of specification, with its own engine
    ("tempo", "discovery"),  # faults that several exercises share; exercises from outside
    ("exercises", "judge"),  # one file, one exercise; the numbers to events
    ("sources", "decoding"),  # what every source promises; pictures out of containers
    ("video", "camera", "saved", "estimate"),  # files and cameras to frames; kept poses; frames to poses
    ("stretches",),  # a recording watched by several landmarkers at once
    ("study",),  # one scene as an exercise sees it
    ("hindsight",),  # a whole recording, known before the first verdict
    ("engine",),
    ("report", "database", "restdays"),  # the result as one document; the file of the history; when to rest
    ("attendance", "sums"),  # how somebody sat, as a report; its sums
    ("session", "entries"),  # a recording from its file to its report; what the history holds
    ("signals", "words", "history", "tape"),  # rows of numbers; words for people; kept sessions; pictures into a film
    ("trends", "opensim", "printing"),  # the weeks of the history; sessions for OpenSim; paper
    ("overlay", "sinks", "printout", "explain", "template", "doctor", "coach"),
    ("stream", "speaker"),  # pictures at the pace of life; the coach's voice
    ("moments", "corrections", "exchange"),  # what is shown of each repetition; what people said; history out and in
    ("film", "pages"),  # the recording with everything drawn in; pages for people
    ("publish", "retell", "day"),  # all that comes out of an analysis; kept sessions again
    ("shell",),  # how a command speaks and ends
    ("diary",),  # the commands about what was kept
    ("web", "batch"),  # people's ways in
    ("window",),  # coaching without a browser
    ("live", "sit"),  # the commands that coach and that watch
    ("cli",),
    ("__init__", "__main__"),  # the front doors, which nobody inside uses
)
ROW = {name: number for number, names in enumerate(ROWS) for name in names}
MODULES = sorted(PACKAGE.rglob("*.py"))

PURE = {name for name, row in ROW.items() if row <= ROW["judge"]} - {"region"}
"""Where no picture is opened, read or drawn."""

TIMELESS = {name for name, row in ROW.items() if row <= ROW["engine"]} - {"camera"}
"""Where no clock is read: time comes with the frames."""

PYAV_DOORS = {"decoding", "video", "film", "tape", "doctor"}
"""Recordings in (stored pictures, then upright ones), recordings out, pictures of a camera, and the question which
formats work."""


def dotted(path: Path) -> str:
    """The name a file is imported by: formcheck/exercises/hip_lift.py -> formcheck.exercises.hip_lift."""
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)


def room(module: str) -> str:
    """The name that has a row: formcheck.exercises.hip_lift -> exercises, and for formcheck itself `__init__`."""
    return [*module.split("."), "__init__"][1]


def submodule_or_package(parent: str, name: str) -> str:
    """What `from parent import name` depends on: the submodule of that name, if there is one, or else the parent."""
    folder = PACKAGE.parent.joinpath(*parent.split("."))
    if (folder / f"{name}.py").is_file() or (folder / name).is_dir():
        return f"{parent}.{name}"
    return parent


def absolute(node: ast.ImportFrom, module: str) -> str:
    """The module that a from-import names, seen from `module` where it is relative."""
    if not node.level:
        return node.module or ""
    return ".".join([*module.split(".")[: -node.level], *([node.module] if node.module else [])])


def imports(source: str, module: str) -> Iterator[str]:
    """Every module that the source of `module` imports: at the top or inside a function, for types only, or by name."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(names=names):
                parent = absolute(node, module)
                ours = parent.split(".")[0] == "formcheck"
                yield from (submodule_or_package(parent, alias.name) if ours else parent for alias in names)
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def wrong_directions(source: str, module: str) -> list[str]:
    """The imports of a module that do not point to a row below its own."""
    own = room(module)
    return [
        name
        for name in imports(source, module)
        if name.split(".")[0] == "formcheck"
        and ROW.get(room(name), len(ROWS)) >= ROW.get(own, 0)
        and not same_house(name, module)
    ]


def same_house(name: str, module: str) -> bool:
    """Whether both are files of one folder, which may use each other. Exercises may not: each stands alone."""
    return room(name) == room(module) != "exercises"


def foreign(path: Path) -> set[str]:
    """The top-level names of the modules that a file imports."""
    return {name.split(".")[0] for name in imports(path.read_text(encoding="utf-8"), dotted(path))}


def attributes(path: Path) -> set[str]:
    """Every name that a file asks another object for."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_every_file_has_a_row() -> None:
    assert [path.name for path in MODULES if room(dotted(path)) not in ROW] == []


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_point_one_way(path: Path) -> None:
    assert wrong_directions(path.read_text(encoding="utf-8"), dotted(path)) == []


@pytest.mark.parametrize(
    ("source", "module", "wrong"),
    [
        ("from formcheck.records import Pose", "formcheck.measures", []),
        ("import formcheck.errors", "formcheck.records", []),
        ("import numpy as np", "formcheck.records", []),
        ("from formcheck.engine import Engine", "formcheck.judge", ["formcheck.engine"]),
        ("from formcheck.judge import Judge", "formcheck.exercises.hip_lift", ["formcheck.judge"]),
        ("from .leg_curl import up", "formcheck.exercises.hip_lift", ["formcheck.exercises.leg_curl"]),
        ("from ..cli import main", "formcheck.web.app", ["formcheck.cli"]),
        ("from .page import Page", "formcheck.web.app", []),
        ("from formcheck import landmarks", "formcheck.measures", []),
        ("from formcheck import __version__", "formcheck.cli", ["formcheck"]),
        ("from formcheck.cli import main", "formcheck.__main__", []),
        ("from formcheck.helpers import anything", "formcheck.cli", ["formcheck.helpers"]),
        ("def late():\n    from formcheck.sinks import write", "formcheck.engine", ["formcheck.sinks"]),
        ("import importlib\nimportlib.import_module('formcheck.cli')", "formcheck.engine", ["formcheck.cli"]),
    ],
)
def test_wrong_directions_are_found(source: str, module: str, wrong: list[str]) -> None:
    assert wrong_directions(source, module) == wrong


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_foreign_types_stop_at_one_door(path: Path) -> None:
    name, used = room(dotted(path)), foreign(path)
    assert "mediapipe" not in used or name == "estimate"
    assert "openvino" not in used or name == "openvino_pose"
    assert "av" not in used or name in PYAV_DOORS
    assert not (used & {"cv2", "av"} and name in PURE)


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_time_comes_with_the_frames(path: Path) -> None:
    if room(dotted(path)) in TIMELESS:
        assert "time" not in foreign(path)
        # Recordings say when they were made; only reading such a stamp needs `datetime`.
        assert "datetime" not in foreign(path) or dotted(path) == "formcheck.decoding"
        assert not attributes(path) & {"now", "utcnow", "today"}

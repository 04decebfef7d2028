"""Exercises from outside the package: found, explained, judged, and left out with file and line where broken."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
from bodies import REST_DEG, SHANK_M, Film, Part, film, flat, lifts, slide_in
from click.testing import CliRunner, Result
from synthetic import Floats, Move
from test_docs import ROOT, python_blocks

from formcheck import exercises
from formcheck.cli import main
from formcheck.discovery import Finds, look_among_packages, look_in
from formcheck.errors import RequestError
from formcheck.exercises import all_exercises, broken_exercises, get_exercise
from formcheck.hindsight import look_back
from formcheck.landmarks import Landmark
from formcheck.saved import save_landmarks
from formcheck.template import spec_of

OURS = ["heel_raise", "hip_lift", "leg_curl", "stair_step"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's folder of exercises, looked through anew."""
    monkeypatch.setenv("FORMCHECK_DATA", str(tmp_path))
    (tmp_path / "exercises").mkdir()
    exercises.found.cache_clear()
    yield tmp_path / "exercises"
    exercises.found.cache_clear()


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words, "--lang", "en"])


def slides(*sides: str) -> Film:
    """One heel after the other slid to the buttock and back."""
    parts: list[Part] = [flat(2.0)]
    for side in sides:
        parts += [one_leg_of(part, side) for part in (slide_in(2.0), slide_in(2.0, back=True))]
        parts.append(flat(1.5))
    return film(*parts)


def one_leg_of(part: Part, side: str) -> Part:
    """The same with the other leg left straight on the floor."""
    other = {"left": "RIGHT", "right": "LEFT"}[side]
    still = [Landmark[f"{other}_{name}"] for name in ("KNEE", "ANKLE", "HEEL", "TOE")]

    def draw(t_s: Floats) -> Floats:
        points = part.draw(t_s)
        points[:, still] = flat(part.duration_s).draw(t_s)[:, still]
        return points

    return Part(part.duration_s, draw)


def on_one_leg(part: Part, standing: str) -> Part:
    """The same lifts with the other leg stretched in the line of its thigh."""
    other = {"left": "RIGHT", "right": "LEFT"}[standing]

    def draw(t_s: Floats) -> Floats:
        points = part.draw(t_s)
        hip, knee = points[:, Landmark[f"{other}_HIP"]], points[:, Landmark[f"{other}_KNEE"]]
        step = (knee - hip) / np.linalg.norm(knee - hip, axis=-1, keepdims=True)
        for name, beyond_m in (("ANKLE", SHANK_M), ("HEEL", SHANK_M + 0.03), ("TOE", SHANK_M + 0.12)):
            points[:, Landmark[f"{other}_{name}"]] = knee + beyond_m * step
        return points

    return Part(part.duration_s, draw, part.truth)


class TestTemplate:
    def test_it_counts_what_it_says(self, folder: Path) -> None:
        done = run("exercises", "new", "heel_slide")
        assert done.exit_code == 0
        assert str(folder / "heel_slide.py") in done.stdout
        exercises.found.cache_clear()
        taken = slides("left", "right", "right")
        verdict, _ = look_back(taken.track, taken.info, get_exercise("heel_slide"))
        assert verdict
        assert [(done.rep.side, done.verdict) for done in verdict.reps] == [
            ("left", "clean"), ("right", "clean"), ("right", "clean"),
        ]  # fmt: skip

    def test_it_is_listed_explained_and_taken_to_analyse(self, folder: Path, tmp_path: Path) -> None:
        run("exercises", "new", "heel_slide")
        exercises.found.cache_clear()
        assert "heel_slide" in run("exercises").stdout
        explained = run("exercises", "heel_slide")
        assert explained.exit_code == 0
        for words in (
            "knee_left_deg",
            "begins: 8",
            "say here why",
            "Bring the heel",
            "Camera from the side",
            "Slowly back",
        ):
            assert words in explained.stdout
        taken = slides("left", "left")
        save_landmarks(tmp_path / "slides.npz", taken.info, taken.track)
        done = run("analyze", str(tmp_path / "slides.npz"), "--exercise", "heel_slide", "--out", str(tmp_path / "out"))
        assert done.exit_code == 0, done.output
        assert "heel_slide" in (tmp_path / "out" / "report.json").read_text(encoding="utf-8")

    @pytest.mark.parametrize("name", ["new", "auto", "Lift", "my-lift", "../lift", "hip_lift", ""])
    def test_other_names_are_refused(self, name: str, folder: Path) -> None:
        done = run("exercises", "new", name)
        assert done.exit_code == 2
        assert done.stderr.startswith("formcheck: ")
        assert list(folder.iterdir()) == []

    def test_no_file_is_written_over(self, folder: Path) -> None:
        (folder / "mine.py").write_text("EXERCISE = 1\n")
        assert run("exercises", "new", "mine").exit_code == 2
        assert (folder / "mine.py").read_text() == "EXERCISE = 1\n"


BROKEN = {
    "syntax": ("x = 1\ny = = 2\n", 2, "not Python"),
    "raises": ("x = 1\n\nx / 0\n", 3, "ZeroDivisionError"),
    "missing": ("x = 1\n", 1, "no EXERCISE"),
    "other": ("x = 1\n\nEXERCISE = 5\n", 3, "no EXERCISE"),
    "leaves": ("import sys\nsys.exit(3)\n", 2, "SystemExit: 3"),
    "taken": ("from formcheck.exercises.hip_lift import EXERCISE as LIFT\nEXERCISE = LIFT\n", 2, "'hip_lift' is taken"),
    "limits": (spec_of("limits").replace("severe=60.0", "severe=90.0"), "        Fault(", "severe limit"),
    "measure": (spec_of("measure").replace('"left": "knee_', '"left": "'), "EXERCISE =", "no measure named left_deg"),
    "field": (spec_of("field").replace('position="supine"', 'position="upside_down"'), "EXERCISE =", "position"),
}  # fmt: skip
"""Source, line (or how it begins), and what must be said."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_one_is_named_with_its_line_and_stops_no_other(name: str, folder: Path) -> None:
    source, line, said = BROKEN[name]
    number = line if isinstance(line, int) else 1 + [x.startswith(line) for x in source.splitlines()].index(True)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    (folder / "zz_good.py").write_text(spec_of("good"), encoding="utf-8")
    assert list(all_exercises())[-1] == "good"
    (broken,) = broken_exercises()
    assert (broken.where, broken.line) == (str(folder / f"{name}.py"), number)
    assert said in broken.why
    done = run("exercises")
    assert done.exit_code == 0
    assert f"formcheck: exercise left out: {folder / name}.py:{number}: " in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_is_not_there_is_empty(tmp_path: Path) -> None:
    finds = Finds()
    look_in(tmp_path / "none", finds)
    assert (finds.exercises, finds.broken) == ({}, [])


def test_installed_packages_offer_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package on the path, with the metadata that an installer would write."""
    package, about = tmp_path / "lifting_shop", tmp_path / "lifting_shop-1.0.dist-info"
    package.mkdir()
    about.mkdir()
    (package / "__init__.py").write_text("")
    (package / "slide.py").write_text(spec_of("shop_slide"), encoding="utf-8")
    (package / "wrong.py").write_text("x = 1\nx.y\n")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: lifting_shop\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[formcheck.exercises]\ngone = lifting_shop.gone\nmodule = lifting_shop.slide\nwrong = lifting_shop.wrong\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    finds = Finds()
    look_among_packages(finds)
    assert list(finds.exercises) == ["shop_slide"]
    gone, wrong = finds.broken
    assert str(gone).startswith("gone = lifting_shop.gone: ModuleNotFoundError")
    assert (wrong.where, wrong.line) == (str(package / "wrong.py"), 2)
    itself = EntryPoint("itself", "lifting_shop.slide:EXERCISE", "formcheck.exercises")
    assert itself.load().id == "shop_slide"
    for name in [name for name in sys.modules if name.startswith("lifting_shop")]:
        del sys.modules[name]


class TestThePage:
    """docs/EXTENDING.md builds an exercise from scratch, and that exercise works."""

    @pytest.fixture
    def built(self, folder: Path) -> str:
        code = python_blocks(ROOT / "docs" / "EXTENDING.md")
        assert len(code.splitlines()) < 60
        (folder / "single_leg_lift.py").write_text(code, encoding="utf-8")
        assert broken_exercises() == []
        return "single_leg_lift"

    @pytest.mark.parametrize("standing", ["left", "right"])
    def test_it_counts_and_names_faults(self, standing: str, built: str) -> None:
        moves = [Move(), Move(peak_deg=167.0), Move(up_s=0.7), Move()]
        taken = film(on_one_leg(lifts(moves), standing))
        verdict, _ = look_back(taken.track, taken.info, get_exercise(built))
        assert verdict
        assert [sorted(fault.code for fault in done.faults) for done in verdict.reps] == [
            [], ["low_height"], ["momentum"], [],
        ]  # fmt: skip
        for done, truth in zip(verdict.reps, taken.truth, strict=True):
            assert done.rep.start_s == pytest.approx(truth.start_s, abs=0.1)
            assert done.rep.peak_deg == pytest.approx(truth.peak_deg, abs=4.0)

    def test_it_claims_no_lift_on_two_legs(self, built: str) -> None:
        taken = film(lifts([Move()] * 3, REST_DEG))
        verdict, _ = look_back(taken.track, taken.info, None)
        assert verdict
        assert (verdict.exercise.id, len(verdict.reps)) == ("hip_lift", 3)

    def test_the_stretched_leg_before_the_camera_decides(self, built: str) -> None:
        taken = film(on_one_leg(lifts([Move()] * 3), "left"))
        verdict, _ = look_back(taken.track, taken.info, None)
        assert verdict
        assert verdict.exercise.id == built

    def test_what_fits_two_is_asked(self, built: str) -> None:
        taken = film(on_one_leg(lifts([Move()] * 3), "right"))
        with pytest.raises(RequestError, match="this could be hip_lift or single_leg_lift; say which with --exercise"):
            look_back(taken.track, taken.info, None)


def test_the_package_has_its_own(folder: Path) -> None:
    assert list(all_exercises()) == OURS

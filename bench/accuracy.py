"""How right is formcheck? On every clip with a truth file, with and without each ingredient, beside simple rules.

    python -m bench.accuracy CLIPS [CLIPS ...] [--model full|heavy] [--landmarks DIR] [--out docs] [--quick]

CLIPS are folders of NAME.truth.json with the video beside each. Landmarks are seen once and kept in --landmarks as
MODEL/FOLDER/NAME.npz, so that a second run needs neither network nor video. Tables and pictures go to
OUT/accuracy/. A damaged truth file or a missing video is named in one line, the rest goes on, and the exit
code is 2.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

from bench import tables
from bench.clips import Clip, UnusableError, find_clips, without_truth
from bench.figures import RESAMPLES
from bench.peers import PEERS
from bench.scoring import Score, score_clip
from bench.systems import INGREDIENTS, Judged, live, looking_back, without
from bench.tables import LIVE, WHOLE, Outcome
from bench.truth import Truth

ABLATED = {f"without {i.label}": without(i) for i in INGREDIENTS}
BOTH: dict[str, Judged] = {WHOLE: looking_back, LIVE: live}
MEANINGS = {f"without {i.label}": f"{i.label} ({i.meaning})" for i in INGREDIENTS}


def judge_clip(clip: Clip, model: str, quick: bool) -> tuple[Outcome | None, list[str]]:
    """How every system does on one clip, and the lines that say what could not be evaluated."""
    try:
        truth = clip.truth()
        track, info = clip.track(truth.file, model)
    except UnusableError as error:
        return None, [str(error)]
    systems = BOTH if quick else {**BOTH, **ABLATED, **PEERS}
    scores, problems = {}, []
    for name, judge in systems.items():
        try:
            answer = judge(track, info, truth.exercise)
        except Exception as error:  # a system that fails on a clip has no answer there, and the evaluation goes on
            problems.append(f"{clip.name}: {name} fails: {type(error).__name__}: {error}")
            answer = None
        scores[name] = score_clip(truth, answer)
    return described(truth, clip.name, scores), problems


def described(truth: Truth, name: str, scores: dict[str, Score]) -> Outcome:
    """An outcome, which keeps nothing of the truth's signals."""
    return Outcome(
        name=name, exercise=truth.exercise, body=truth.body, fps=truth.fps, yaw_deg=truth.yaw_deg,
        flat=bool(truth.flat_s), duration_s=truth.duration_s, scores=scores,
    )  # fmt: skip


def judge_all(clips: list[Clip], model: str, quick: bool, workers: int) -> Iterator[tuple[Outcome | None, list[str]]]:
    """Every clip in order, several at a time."""
    job = partial(judge_clip, model=model, quick=quick)
    with ExitStack() as stack:
        if workers > 1:
            pool = stack.enter_context(ProcessPoolExecutor(workers, mp_context=get_context("spawn")))
            yield from pool.map(job, clips)
        else:
            yield from map(job, clips)


def evaluate(clips: list[Clip], model: str, quick: bool = False, workers: int = 1) -> tuple[list[Outcome], list[str]]:
    """All outcomes, and the lines about clips that could not be evaluated, each told as soon as it is known."""
    outcomes: list[Outcome] = []
    problems: list[str] = []
    for clip, (outcome, lines) in zip(clips, judge_all(clips, model, quick, workers), strict=True):
        outcomes += [outcome] if outcome else []
        problems += lines
        print(*lines, *([f"{clip.name}: done"] if outcome else []), sep="\n", file=sys.stderr, flush=True)
    return outcomes, problems


def section(title: str, *parts: list[str]) -> list[str]:
    """A heading and what stands under it, a blank line between the parts."""
    return [f"## {title}", "", *(line for part in parts for line in (*part, ""))]


INTERVALS = [
    f"Brackets hold 95 % intervals: {RESAMPLES} times as many clips drawn with replacement, seed fixed. They say "
    "nothing of bodies and rooms that are not among the clips; an interval without width means that no clip differed, "
    "not that none ever will."
]


def document(outcomes: list[Outcome], problems: list[str], title: str, pictures: dict[str, str], quick: bool) -> str:
    """The whole evaluation as Markdown."""
    lines = [f"# {title}", "", "Made by `python -m bench.accuracy`.", "", tables.overview(outcomes), ""]
    lines += section("Figures", INTERVALS, tables.figures(outcomes))
    told = (
        [f"{name.capitalize()}:", "", *tables.faults(outcomes, name), "", *tables.named(outcomes, name)]
        for name in BOTH
    )
    lines += section("Faults", *told)
    lines += section("Parts", *(tables.groups(outcomes, name) for name in BOTH))
    shown = [f"![{title}]({file})" for file, title in pictures.items()]
    lines += section(
        "Confidence", *(part(outcomes, n) for n in BOTH for part in (tables.confidences, tables.choices)), shown
    )
    if not quick:
        bold = ["Bold: differs from the whole by more than chance (paired interval of the difference leaves out 0)."]
        rules = [
            "Simple rules are told the exercise; what they cannot measure counts as not said, and errors are those of "
            "the repetitions that they find."
        ]
        lines += section("Without each ingredient", bold, tables.compared(outcomes, [*MEANINGS.items()], WHOLE))
        lines += section(
            "Simple rules on the same landmarks", rules, tables.compared(outcomes, [(n, n) for n in PEERS], WHOLE)
        )
    lines += section("Clips with a mistake", tables.errors(outcomes))
    lines += section("What could not be evaluated", [f"- {problem}" for problem in problems]) if problems else []
    return "\n".join(lines).rstrip() + "\n"


def write(outcomes: list[Outcome], problems: list[str], folder: Path, name: str, quick: bool) -> str:
    """Write pictures and tables; returns the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = {}
    if find_spec("matplotlib"):
        from bench.plots import draw_all

        pictures = draw_all(outcomes, folder, name)
    else:
        print("no pictures: matplotlib is not installed (pip install 'formcheck[bench]')", file=sys.stderr)
    text = document(outcomes, problems, f"Accuracy: {name}", pictures, quick)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return text


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clips", type=Path, nargs="+", help="folders of NAME.truth.json and videos")
    parser.add_argument("--model", default="full", help="full, heavy, or a .task file")
    parser.add_argument("--landmarks", type=Path, default=Path("build/landmarks"), help="where landmarks are kept")
    parser.add_argument("--out", type=Path, default=Path("docs"), help="tables and pictures go to OUT/accuracy")
    parser.add_argument("--quick", action="store_true", help="without ablation and simple rules")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="clips judged at a time")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    args = parsed(arguments)
    clips = list(find_clips(args.clips, args.landmarks, args.model))
    outcomes, problems = evaluate(clips, args.model, args.quick, args.workers)
    empty = without_truth(args.clips)
    for line in empty:
        print(line, file=sys.stderr)
    if outcomes:
        name = "_".join([*dict.fromkeys(folder.resolve().name for folder in args.clips), Path(args.model).stem])
        print(write(outcomes, problems, args.out / "accuracy", name, args.quick))
    return 2 if problems or empty else 0


if __name__ == "__main__":
    raise SystemExit(main())

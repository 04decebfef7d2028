"""What can be told of the landmarks' errors from what a recording shows, on bodies never seen?

    python -m bench.bias [--model full|heavy] [--write]

`bodies.npz` holds the landmarks (mediapipe 0.10.31) of stills of 36 rendered bodies, 18 women and 18 men: 25-83 years,
1.45-1.85 m, body mass index 18-35, drawn clothes, rooms and lights, arms beside the body or folded, 48 cameras each
turned by up to 15 (12 of them 30) deg, 0.25-1.3 m high, 2.2-3.6 m away; lying flat, at rest and lifted to 145-198 deg,
and on the front with each knee bent up to 105 deg and hips risen by up to 12 % of the thigh, with the truth of each.
Every rule is fitted without the body that it is tried on. --write puts the rules into formcheck/learned.json.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck import clues, learned
from formcheck.exercises.leg_curl import knee_clues
from formcheck.learned import Rule, Term
from formcheck.measures import Body, Measure, across_trunk, hip_deg, hip_rise_thigh, knee_deg
from formcheck.records import Floats, Track

DATA = Path(__file__).parent / "bodies.npz"
LINE_DEG = (173.0, 187.0)
RIDGE = 4.0
WOMAN = 2.0
"""How many women are expected for every man."""
SWAPPED_DEG = 15.0
"""Stills in which the legs are exchanged by so much are left out: films show where a leg was before."""

RESTING = ("hip_deg", "knee_deg", "trunk_deg", "thigh_share", "wrist_trunk", "ankles_trunk", "shoulders_trunk")
LIFTING = ("chord_deg", "knee_at_line_deg", "thigh_share", "wrist_trunk", "ankles_trunk", "shoulders_trunk")
KNEE = ("bend_deg", "other_deg", "bend_turned_deg")
YAW = ("shoulder", "hip", "ankle")


@dataclass(frozen=True)
class View:
    """One body before one camera doing one exercise: its stills as a track, and their truth by name."""

    about: dict[str, Any]
    labels: list[str]
    xy_px: NDArray[np.float32]
    true: dict[str, Floats]

    def body(self, rows: NDArray[np.bool_] | None = None, repeat: int = 1) -> Body:
        """The stills as a body; `repeat` frames of each."""
        xy_px = (self.xy_px if rows is None else self.xy_px[rows]).repeat(repeat, axis=0)
        blank = np.zeros((*xy_px.shape[:2], 3), np.float32)
        track = Track(np.arange(float(len(xy_px))), xy_px, blank[..., 0], blank)
        position = "supine" if self.about["exercise"] == "lift" else "prone"
        return Body.of(track, position, self.about["head_at"], tuple(map(float, self.about["size"])))  # type: ignore[arg-type]


@dataclass
class Table:
    """Cases to learn from: clues by name and the answer (n,), who each is of, and how much each counts."""

    clues: dict[str, Floats]
    answer: Floats
    bodies: NDArray[np.str_]
    weight: Floats

    @classmethod
    def of(cls, cases: Iterable[tuple[View, dict[str, float], float]]) -> Table:
        rows = list(cases)
        names = rows[0][1]
        bodies = np.array([view.about["body"] for view, _, _ in rows])
        women = np.array([WOMAN if view.about["female"] else 1.0 for view, _, _ in rows])
        count = np.array([(bodies == body).sum() for body in bodies])
        found = {name: np.array([clue[name] for _, clue, _ in rows]) for name in names}
        return cls(found, np.array([answer for _, _, answer in rows]), bodies, women / count)

    def rule(self, names: Iterable[str], rows: NDArray[np.bool_] | None = None) -> Rule:
        """A ridge regression on some clues, from the given rows."""
        keep = np.ones(len(self.answer), bool) if rows is None else rows
        weight, answer = self.weight[keep], self.answer[keep]
        usual = float(np.average(answer, weights=weight))
        x = {name: self.clues[name][keep] for name in names}
        middle = {name: float(np.average(v, weights=weight)) for name, v in x.items()}
        spread = {name: float(np.sqrt(np.average((v - middle[name]) ** 2, weights=weight))) for name, v in x.items()}
        a = (
            np.stack([(v - middle[name]) / spread[name] for name, v in x.items()], axis=1)
            if x
            else np.empty((keep.sum(), 0))
        )
        w = weight / weight.mean()
        slopes = np.linalg.solve(a.T @ (a * w[:, None]) + RIDGE * np.eye(a.shape[1]), a.T @ ((answer - usual) * w))
        terms = {
            name: Term(usual=round(middle[name], 4), spread=round(spread[name], 4), weight=round(float(slope), 4))
            for name, slope in zip(x, slopes, strict=True)
        }
        return Rule(usual=round(usual, 3), sd=0.0, terms=terms)

    def errors(self, names: Iterable[str]) -> Floats:
        """(n,) answer less what a rule says that was learned from all other bodies."""
        names, out = tuple(names), np.empty(len(self.answer))
        for body in np.unique(self.bodies):
            new = self.bodies == body
            rule = self.rule(names, ~new)
            out[new] = self.answer[new] - rule({name: self.clues[name][new] for name in names})
        return out

    def learned(self, names: Iterable[str]) -> Rule:
        """The rule from all bodies, with its error on bodies left out."""
        rule = self.rule(names)
        return rule.model_copy(update={"sd": round(self.rms(self.errors(names)), 3)})

    def rms(self, errors: Floats) -> float:
        return float(np.sqrt(np.average(errors**2, weights=self.weight)))


@cache
def load(model: str = "full") -> tuple[View, ...]:
    """Every view in which somebody was found on all stills."""
    data = np.load(DATA)
    found = []
    for about in json.loads(str(data["manifest"])):
        name = about["name"]
        keys = [key.rpartition("/")[2] for key in data.files if key.startswith(f"{name}/")]
        true = {key: data[f"{name}/{key}"].astype(np.float64) for key in keys if key != "labels"}
        found.append(View(about, data[f"{name}/labels"].tolist(), data[f"{model}/{name}/xy_px"], true))
    return tuple(view for view in found if np.isfinite(view.xy_px).all())


def of_exercise(views: Iterable[View], exercise: str) -> list[View]:
    return [view for view in views if view.about["exercise"] == exercise]


def hip_cases(
    views: Iterable[View], angle: Measure, told: Callable[[Body, Floats], dict[str, float]]
) -> Iterable[tuple[View, dict[str, float], float]]:
    """Clues of every lift and the bias of `angle` at the line."""
    for view in of_exercise(views, "lift"):
        bent = np.array([label != "flat" for label in view.labels])
        seen, true = angle(view.body(bent)), view.true["hip_deg_signed"][bent]
        at_line = (true >= LINE_DEG[0]) & (true <= LINE_DEG[1])
        # A step of the hip angle needs three frames: each still counts as so many.
        body = view.body(bent, repeat=clues.LEAST_ROWS)
        flat = angle(view.body(~bent))[0] - 180.0
        yield view, {**told(body, angle(body)), "flat_deg": flat}, float((seen - true)[at_line].mean())


def knee_cases(views: Iterable[View], far: bool) -> Iterable[tuple[View, dict[str, float], float]]:
    """Clues of one leg in every curl, bent or straight, and its true flexion."""
    for view in of_exercise(views, "curl"):
        body = view.body()
        side, other = (body.far, body.near) if far else (body.near, body.far)
        bend, beside = knee_deg(side)(body), knee_deg(other)(body)
        true, idle = (view.true[f"knee_flexion_{leg}_deg"] for leg in (side, other))
        kept, swapped = np.abs(bend - true) + np.abs(beside - idle), np.abs(bend - idle) + np.abs(beside - true)
        told = knee_clues(bend, beside, body)
        for i in np.flatnonzero(swapped > kept - SWAPPED_DEG):
            yield view, {name: float(x[i]) for name, x in told.items()}, float(true[i])


def yaw_cases(views: Iterable[View], exercise: str) -> Iterable[tuple[View, dict[str, float], float]]:
    """How the joints are drawn apart, and where the camera stands; towards the feet is positive."""
    for view in of_exercise(views, exercise):
        body = view.body()
        yield view, {name: float(np.median(across_trunk(body, name))) for name in YAW}, view.about["yaw_deg"]


def rise_errors(views: Iterable[View]) -> Floats:
    """Seen rise of the hips less the true one, in thigh lengths, wherever the near knee is bent or the hips rise."""
    out: list[float] = []
    for view in of_exercise(views, "curl"):
        seen, true = hip_rise_thigh(view.body()), view.true["hip_height_m"] / view.about["thigh_m"]
        rows = [i for i, label in enumerate(view.labels) if label.startswith(("left", "rise"))]
        out += [float((seen[i] - seen[0]) - (true[i] - true[0])) for i in rows]
    return np.array(out)


TRIED: tuple[tuple[str, ...], ...] = (
    (),
    ("flat_deg",),
    ("chord_deg",),
    ("chord_deg", "flat_deg"),
    ("knee_at_line_deg",),
    ("wrist_trunk",),
    ("ankles_trunk", "shoulders_trunk"),
    RESTING,
    LIFTING,
    (*LIFTING, "flat_deg"),
)


def report(views: tuple[View, ...]) -> None:
    """The tables of docs/ACCURACY.md."""
    hips = Table.of(hip_cases(views, hip_deg, clues.lifting_clues))
    female = np.array([view.about["female"] for view in of_exercise(views, "lift")])
    for who, rows in (("women", female), ("men", ~female)):
        print(f"bias at the line, {who}: {hips.answer[rows].mean():.1f} +- {hips.answer[rows].std():.1f} deg")
    print(f"\n| bias of the hip told from | RMS error | mean error |\n|---|---|---|\n| nothing (line at 180) "
          f"| {hips.rms(hips.answer):.1f} deg | {np.average(abs(hips.answer), weights=hips.weight):.1f} deg |")  # fmt: skip
    for names in TRIED:
        errors = hips.errors(names)
        mean = np.average(abs(errors), weights=hips.weight)
        print(f"| {', '.join(names) or 'the mean of others'} | {hips.rms(errors):.1f} deg | {mean:.1f} deg |")
    print("\n| flexion over 80 deg | as seen | corrected, body left out |\n|---|---|---|")
    for who, far in (("near", False), ("far", True)):
        knees = Table.of(knee_cases(views, far))
        deep = knees.answer > 80
        seen, left = np.abs(knees.clues["bend_deg"] - knees.answer)[deep], np.abs(knees.errors(KNEE))[deep]
        print(f"| {who} knee, mean error | {seen.mean():.1f} deg | {left.mean():.1f} deg |")
    for exercise in ("lift", "curl"):
        yaw = Table.of(yaw_cases(views, exercise))
        print(f"yaw of the camera in a {exercise}: RMS error {yaw.rms(yaw.errors(YAW)):.1f} deg")
    rise = rise_errors(views)
    print(f"rise of the hips in curls: RMS error {np.sqrt((rise**2).mean()):.3f} thigh lengths")


def learn(views: tuple[View, ...]) -> learned.Rules:
    """All rules from all bodies."""
    lifting = Table.of(hip_cases(views, hip_deg, clues.lifting_clues))
    resting = Table.of(hip_cases(views, hip_deg, clues.resting_clues))
    return learned.Rules(
        hip_usual_sd=round(lifting.rms(lifting.errors(())), 3),
        hip_resting=resting.learned(RESTING),
        hip_lifting=lifting.learned(LIFTING),
        knee_near=Table.of(knee_cases(views, far=False)).learned(KNEE),
        knee_far=Table.of(knee_cases(views, far=True)).learned(KNEE),
        yaw_supine=Table.of(yaw_cases(views, "lift")).learned(YAW),
        yaw_prone=Table.of(yaw_cases(views, "curl")).learned(YAW),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="full", choices=("full", "heavy"))
    parser.add_argument("--write", action="store_true", help="put the rules into formcheck/learned.json")
    args = parser.parse_args()
    views = load(args.model)
    report(views)
    if args.write:
        learned.FILE.write_text(learn(views).model_dump_json(indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

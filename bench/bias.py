"""How far off are the landmarks, and how well can that be told from what a recording shows, on bodies never seen?

    python -m bench.bias

`bodies.npz` holds the landmarks (mediapipe 0.10.31) of stills of 36 rendered bodies, 18 women and 18 men: 25-83 years,
1.45-1.85 m, body mass index 18-35, drawn clothes, rooms and lights, arms beside the body or folded, 48 cameras each
turned by up to 15 (12 of them 30) deg, 0.25-1.3 m high, 2.2-3.6 m away; lying flat, at rest and lifted to 145-198 deg,
straight with the heels raised by up to 26 deg, and on the front with each knee bent up to 105 deg and hips risen by up
to 12 % of the thigh, with the truth of each; all of it also in a mirror. Everything that is fitted is fitted without
the body that it is tried on; every body counts once, for the hip every woman twice.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from itertools import compress, product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck import knee, line
from formcheck.exercises.hip_lift import EXERCISE
from formcheck.exercises.leg_curl import bent_share
from formcheck.line import CHORD_LEAST_ROWS, chord_bias_deg
from formcheck.measures import (
    Body,
    Edge,
    Position,
    distance,
    elevation_deg,
    foot_rise_shank,
    hip_deg,
    hip_rise_thigh,
    knee_deg,
    yaw_deg,
)
from formcheck.records import Floats, Track

DATA = Path(__file__).parent / "bodies.npz"
LINE_DEG = (173.0, 187.0)
HEELS_UP = next(fault for fault in EXERCISE.faults if fault.code == "heels_up")
RIDGE = 2.0
WOMEN_PER_MAN = 2.0
"""Expected among those who use formcheck."""
SWAPPED_DEG = 15.0
"""Stills in which the legs are exchanged by so much are left out: films show where a leg was before."""
BENT_DEG, IDLE_DEG = 25.0, 20.0
"""Knees bent further than the first are of interest, while the other is bent by less than the second."""
KNEE_CLUES = ("thigh_deg", "shank_deg", "thigh", "shank", "chord", "idle_deg", "trunk_deg", "idle")
"""What `knee.clues` tells, in its order."""
KNEE_TOLD: dict[str, tuple[str, ...]] = {
    "the mean of others added": (),
    "and where thigh and shank point": KNEE_CLUES[:2],
    "and how long both and the way from hip to ankle are drawn": KNEE_CLUES[:5],
    "and how the idle leg and the trunk are drawn": KNEE_CLUES,
}
WITHIN, WHOLE = (2.0, 98.0), (0.0, 100.0)
"""Clues of the knee count between these percentiles of those from which a rule was learned; what chord and lying flat
tell are angles like the answer, and count as they are."""


@dataclass(frozen=True)
class View:
    """One body before one camera doing one exercise: its stills as a track, and their truth by name."""

    about: dict[str, Any]
    labels: list[str]
    xy_px: NDArray[np.float32]
    true: dict[str, Floats]

    def body(self, rows: NDArray[np.bool_] | None = None, repeat: int = 1) -> Body:
        """The stills as a body; `repeat` frames of each."""
        position: Position = "prone" if self.about["exercise"] == "curl" else "supine"
        width_px, height_px = map(float, self.about["size"])
        xy_px = self.xy_px if rows is None else self.xy_px[rows]
        return body_of(xy_px, position, self.about["head_at"], (width_px, height_px), repeat)


def body_of(
    xy_px: NDArray[np.float32], position: Position, head_at: Edge, picture_px: tuple[float, float], repeat: int = 1
) -> Body:
    """The landmarks (n, 33, 2) of stills as a body; `repeat` frames of each."""
    xy_px = xy_px.repeat(repeat, axis=0)
    blank = np.zeros((*xy_px.shape[:2], 3), np.float32)
    track = Track(np.arange(float(len(xy_px))), xy_px, blank[..., 0], blank)
    return Body.of(track, position, head_at, picture_px)


@dataclass(frozen=True)
class Case:
    """Something to be told: the answer, the clues by name, whose it is, and how many people this body stands for."""

    body: str
    female: bool
    answer: float
    clues: dict[str, float]
    people: float = 1.0

    @classmethod
    def of(cls, view: View, answer: float, clues: dict[str, float], women: float = 1.0) -> Case:
        female = view.about["female"]
        return cls(view.about["body"], female, answer, clues, women if female else 1.0)


@cache
def load() -> tuple[View, ...]:
    """Every view in which somebody was found on all stills."""
    data = np.load(DATA)
    found = []
    for about in json.loads(str(data["manifest"])):
        name = about["name"]
        keys = [key.rpartition("/")[2] for key in data.files if key.startswith(f"{name}/")]
        true = {key: data[f"{name}/{key}"].astype(np.float64) for key in keys if key != "labels"}
        found.append(View(about, data[f"{name}/labels"].tolist(), data[f"full/{name}/xy_px"], true))
    return tuple(view for view in found if np.isfinite(view.xy_px).all())


def of_exercise(views: Iterable[View], exercise: str) -> list[View]:
    return [view for view in views if view.about["exercise"] == exercise]


def hip_cases(views: Iterable[View]) -> list[Case]:
    """The bias of the hip at the line, told from the chord and from lying flat."""
    cases = []
    for view in of_exercise(views, "lift"):
        bent = np.array([label != "flat" for label in view.labels])
        seen, true = hip_deg(view.body(bent)), view.true["hip_deg_signed"][bent]
        at_line = (true >= LINE_DEG[0]) & (true <= LINE_DEG[1])
        # A step of the hip angle needs several frames: each still counts as so many.
        body = view.body(bent, repeat=CHORD_LEAST_ROWS)
        clues = {
            "chord": chord_bias_deg(body, hip_deg(body)),
            "flat": hip_deg(view.body(~bent))[0] - 180.0,
            "sex": float(view.about["female"]),
            **posed_clues(view),
        }
        cases.append(Case.of(view, float((seen - true)[at_line].mean()), clues, WOMEN_PER_MAN))
    return cases


CAMERA = ("hips_up", "shoulders_up", "yaw_deg")
PROPORTIONS = ("trunk", "trunk_flat")
AT_REST = ("trunk_up_deg", "ear_up", "knees_up", "ankles_along")
KNOWN = ("chord", "flat")
HIP_TOLD: tuple[tuple[str, ...], ...] = (
    (), ("chord",), ("flat",), KNOWN, KNOWN + CAMERA, KNOWN + PROPORTIONS, KNOWN + AT_REST,
    KNOWN + CAMERA + PROPORTIONS + AT_REST, ("sex",), ("sex", "chord"),
)  # fmt: skip
"""What the bias of the hip is told from. Slopes and bends at the line are not among it: on stills, where the feet
always stand at the same distance, they give the true height away."""


KEPT_TOLD: dict[str, tuple[str, ...]] = {
    "the mean of others": (),
    "the chord": ("chord",),
    "the chord and lying flat": KNOWN,
    "the chord and lying flat before the other camera": ("chord", "other_flat"),
    "the chord and what is true before the other camera": ("chord", "other_true"),
}


def kept_cases(views: Iterable[View]) -> list[Case]:
    """The bias of the hip of whoever stands before two cameras, told from what the other one shows as well."""
    lifts = of_exercise(views, "lift")
    cases = {view.about["name"]: case for view, case in zip(lifts, hip_cases(lifts), strict=True)}
    found = []
    for name, case in cases.items():
        body, _, rest = name.partition("_lift")
        if other := cases.get(f"{body}_lift{1 - int(rest[0])}{rest[1:]}"):
            clues = {"other_flat": other.clues["flat"], "other_true": other.answer}
            found.append(replace(case, clues=case.clues | clues))
    return found


def posed_clues(view: View) -> dict[str, float]:
    """What lying flat and at rest show of the camera (far over near hip and shoulder, yaw), of proportions (trunk in
    thighs at rest; how much longer it is flat) and of the posture. Lengths in trunks, up, or along towards the feet.
    """
    body, rest, flat = view.body(), view.labels.index("rest"), view.labels.index("flat")
    trunk_px, thigh_px = body.trunk_px(), distance(body.middle("hip"), body.middle("knee"))

    def apart(name: str) -> Floats:
        return (body.joint(name, body.far) - body.joint(name)) / np.median(trunk_px)

    ear = (body.joint("ear") - body.joint("shoulder")) / np.median(trunk_px)

    return {
        "hips_up": float(-apart("hip")[flat, 1]),
        "shoulders_up": float(-apart("shoulder")[flat, 1]),
        "yaw_deg": float(yaw_deg(body)[flat]),
        "trunk": float((trunk_px / thigh_px)[rest]),
        "trunk_flat": float(np.log(trunk_px[flat] / trunk_px[rest])),
        "trunk_up_deg": float(elevation_deg(body.joint("shoulder"), body.joint("hip"))[flat]),
        "ear_up": float(-ear[flat, 1]),
        "knees_up": float(-apart("knee")[rest, 1]),
        "ankles_along": float(body.toward_feet_px(apart("ankle"))[rest]),
    }


def knee_cases(views: Iterable[View], far: bool) -> list[Case]:
    """How much too straight every bent knee is shown, told from how the legs are drawn."""
    cases = []
    for view in of_exercise(views, "curl"):
        body = view.body()
        side, other = (body.far, body.near) if far else (body.near, body.far)
        bend, beside = knee_deg(side)(body), knee_deg(other)(body)
        true, idle = (view.true[f"knee_flexion_{leg}_deg"] for leg in (side, other))
        kept, swapped = np.abs(bend - true) + np.abs(beside - idle), np.abs(bend - idle) + np.abs(beside - true)
        left = true - bend - bent_share(bend, beside) * knee.short_deg(side, body)
        told = knee.clues(side, body)
        rows = np.flatnonzero((swapped > kept - SWAPPED_DEG) & (true > BENT_DEG) & (idle < IDLE_DEG))
        cases += [
            Case.of(view, true[i] - bend[i], {**dict(zip(KNEE_CLUES, told[i], strict=True)), "left": left[i]})
            for i in rows
        ]
    return cases


def rise_cases(views: Iterable[View]) -> list[Case]:
    """The true rise of the hips in thigh lengths wherever a knee is bent, and as measured."""
    cases = []
    for view in of_exercise(views, "curl"):
        seen, true = hip_rise_thigh(view.body()), view.true["hip_height_m"] / view.about["thigh_m"]
        cases += [Case.of(view, true[i] - true[0], {"seen": seen[i] - seen[0]}) for i in range(1, len(true))]
    return cases


def heel_cases(views: Iterable[View]) -> list[Case]:
    """How far the heels are raised at the top of a lift in degrees, and what ankle and heel show of it."""
    cases = []
    for view in of_exercise(views, "heels"):
        rises = {joint: foot_rise_shank(joint)(view.body()) for joint in ("ankle", "heel")}
        for i in range(1, len(view.labels)):
            clues = {joint: float(rise[i] - rise[0]) for joint, rise in rises.items()}
            cases.append(Case.of(view, float(view.labels[i]), clues | {"both": min(clues.values())}))
    return cases


def weights(cases: Sequence[Case]) -> Floats:
    """(n,) every body counts once, for as many people as it stands."""
    bodies = np.array([case.body for case in cases])
    return np.array([case.people / (bodies == case.body).sum() for case in cases])


def learned(cases: Sequence[Case], clues: Sequence[str], within: tuple[float, float] = WITHIN) -> knee.Rule:
    """A ridge regression of the answers on the clues, as far as they lie within two percentiles."""
    weight, y = weights(cases), np.array([c.answer for c in cases])
    x = np.array([[case.clues[name] for name in clues] for case in cases]).reshape(len(cases), -1)
    least, most = np.percentile(x, within, axis=0)
    x = np.clip(x, least, most)
    middle, usual = np.average(x, axis=0, weights=weight), np.average(y, weights=weight)
    spread = np.sqrt(np.average((x - middle) ** 2, axis=0, weights=weight)) + 1e-9
    a = (x - middle) / spread
    slopes = np.linalg.solve(a.T @ (a * weight[:, None]) + RIDGE * np.eye(len(clues)), a.T @ ((y - usual) * weight))
    slopes /= spread
    return knee.Rule(float(usual - middle @ slopes), tuple(slopes), tuple(least), tuple(most), np.nan)


def left_out(cases: Sequence[Case], clues: Sequence[str], within: tuple[float, float] = WITHIN) -> Floats:
    """(n,) answer less what a rule says that was learned from all other bodies."""
    bodies, y = np.array([c.body for c in cases]), np.array([c.answer for c in cases])
    x = np.array([[case.clues[name] for name in clues] for case in cases]).reshape(len(cases), -1)
    errors = np.empty(len(cases))
    for body in np.unique(bodies):
        new = bodies == body
        rule = learned([c for c in cases if c.body != body], clues, within)
        errors[new] = y[new] - rule(x[new])
    return errors


def line_rules(cases: Sequence[Case]) -> dict[tuple[bool, bool], line.Rule]:
    """What `formcheck/line.py` takes over, by whether the chord and lying flat are known."""
    rules = {}
    for known in product((False, True), repeat=2):
        told_from = tuple(compress(KNOWN, known))
        rule = learned(cases, told_from, WHOLE)
        slopes = dict(zip(told_from, rule.slopes, strict=True))
        doubt_deg = rms(left_out(cases, told_from, WHOLE), weights(cases))
        rules[known] = line.Rule(rule.offset_deg, slopes.get("chord", 0.0), slopes.get("flat", 0.0), doubt_deg)
    return rules


def shipped(cases: Sequence[Case]) -> knee.Rule:
    """The rule that formcheck takes over, with its error on bodies left out."""
    return replace(learned(cases, KNEE_CLUES), doubt_deg=rms(left_out(cases, KNEE_CLUES), weights(cases)))


def written(rule: knee.Rule) -> str:
    """A rule as `formcheck/knee.py` has it, to three digits."""
    parts = {f.name: np.atleast_1d(getattr(rule, f.name)) for f in fields(rule)}
    digits = {name: ", ".join(f"{x:.3g}" for x in part) for name, part in parts.items()}
    return "Rule(" + ", ".join(f"{name}=({text})" for name, text in digits.items()) + ")"


def rms(errors: Floats, weight: Floats) -> float:
    return float(np.sqrt(np.average(errors**2, weights=weight)))


def size(errors: Floats, weight: Floats) -> str:
    """Root mean square and mean size of errors, as two cells of a table."""
    return f"{rms(errors, weight):.1f} | {np.average(np.abs(errors), weights=weight):.1f}"


def report(views: tuple[View, ...]) -> None:
    """The tables of docs/ACCURACY.md."""
    hips = hip_cases(views)
    bias, weight, female = np.array([c.answer for c in hips]), weights(hips), np.array([c.female for c in hips])
    for who, mine in (("women", bias[female]), ("men", bias[~female])):
        print(f"bias of the hip at the line, {who}: {mine.mean():.1f} +- {mine.std():.1f} deg")
    print(f"\n| hip told from | RMS error, deg | mean error, deg |\n|---|---|---|\n| nothing | {size(bias, weight)} |")
    for clues in HIP_TOLD:
        print(f"| {', '.join(clues) or 'the mean of others'} | {size(left_out(hips, clues, WHOLE), weight)} |")
    for known, rule in line_rules(hips).items():
        print(f"learned of it: {known}: line.Rule({', '.join(f'{x:.3g}' for x in rule)})")
    report_kept(kept_cases(views))
    for who, far in (("near", False), ("far", True)):
        knees = knee_cases(views, far)
        raw, left = (np.array(x) for x in zip(*((c.answer, c.clues["left"]) for c in knees), strict=True))
        weight = weights(knees)
        print(f"\n| bent {who} knee | RMS error, deg | mean error, deg |\n|---|---|---|")
        print(f"| as shown (on average {np.average(raw, weights=weight):.1f} too straight) | {size(raw, weight)} |")
        for what, told_from in KNEE_TOLD.items():
            print(f"| {what} | {size(left_out(knees, told_from), weight)} |")
        print(f"| as formcheck corrects these bodies, from which it has learned | {size(left, weight)} |")
        print(f"\nlearned of it: {written(shipped(knees))}")
    rises = rise_cases(views)
    true, seen = np.array([c.answer for c in rises]), np.array([c.clues["seen"] for c in rises])
    still, risen = seen[true < 0.01], seen[true > 0.1]
    print(f"\nrise of the hips in thigh lengths: none is measured as {still.mean():.3f} +- {still.std():.3f}, at most "
          f"{still.max():.3f}; 0.12 as {risen.mean():.3f} +- {risen.std():.3f}; "
          f"AUC {(still[:, None] < risen).mean():.4f}")  # fmt: skip
    report_heels(heel_cases(views))


def report_kept(cases: Sequence[Case]) -> None:
    """What a calibration kept from another recording would bring."""
    print(f"\n| hip of {len({case.body for case in cases})} bodies before two cameras, told from | RMS error, deg | "
          "mean error, deg |\n|---|---|---|")  # fmt: skip
    for what, told_from in KEPT_TOLD.items():
        print(f"| {what} | {size(left_out(cases, told_from, WHOLE), weights(cases))} |")


def report_heels(cases: Sequence[Case]) -> None:
    """How far apart raised and flat heels stand, and how many are told."""
    deg = np.array([case.answer for case in cases])
    doses = np.unique(deg)
    print(f"\n| heels raised by, deg | {' | '.join(f'{k:.0f}' for k in doses)} | AUC of 18 and more |")
    print(f"|---|{'---|' * len(doses)}---|")
    for joint in ("ankle", "heel", "both"):
        rise = np.array([case.clues[joint] for case in cases])
        cells = [f"{rise[deg == k].mean():.3f} +- {rise[deg == k].std():.3f}" for k in doses]
        print(f"| {joint} | {' | '.join(cells)} | {(rise[deg == 0][:, None] < rise[deg >= 18]).mean():.3f} |")
    told = np.array([HEELS_UP.severity(case.clues["both"]) is not None for case in cases])
    print(f"| told as heels_up | {' | '.join(f'{told[deg == k].mean():.2f}' for k in doses)} | |")


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    report(load())


if __name__ == "__main__":
    main()
